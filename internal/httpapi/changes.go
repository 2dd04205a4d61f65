package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// Selection is the part of the log that a request asks for.
type Selection struct {
	Store    string   `query:"store" doc:"Only those of this store." maxLength:"63"`
	Resource []string `query:"resource" doc:"Only those of these kinds of records." maxItems:"30"`
}

type changesInput struct {
	Selection
	After int64 `query:"after" doc:"Changes with a greater number: the member last of the page before; 0 begins at the first one." minimum:"0"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
	Wait  int   `query:"wait" doc:"Seconds to wait for a change where there is none yet." minimum:"0" maximum:"60"`
}

type changesAnswer struct {
	Body struct {
		Changes []wire.Change `json:"changes" doc:"In the order of their numbers, each once."`
		Last    int64         `json:"last" doc:"Where the next page begins: everything up to here was looked at."`
	}
}

func (a *API) changeRoutes() {
	const tag = "Changes"
	register(a, operation{id: "list-changes", method: http.MethodGet, path: "/v1/changes", tag: tag,
		summary: "Follow the log of changes", need: access.ChangesRead, within: longestWait + quick,
		about: "Who is given a number was able to see every change with a smaller one. Ask again with `after` set to " +
			"`last`; with `wait` the answer comes as soon as there is a change."}, a.listChanges)
}

// query returns the part of the log that a request asks for, limited to what exists for the caller. The error is a
// problem for an unknown resource or store.
func (a *API) query(ctx context.Context, in Selection) (storage.ChangeQuery, error) {
	q := storage.ChangeQuery{GroupID: callerOf(ctx).GroupID}
	for _, word := range in.Resource {
		r := storage.Resource(word)
		if !r.Known() {
			return q, noRecordsCalled(word, resourceNames())
		}
		q.Resources = append(q.Resources, r)
	}
	if in.Store != "" {
		st, err := a.store(ctx, in.Store)
		if err != nil {
			return q, err
		}
		q.StoreID = st.ID
	}
	return q, nil
}

func (a *API) listChanges(ctx context.Context, in *changesInput) (*changesAnswer, error) {
	q, err := a.query(ctx, in.Selection)
	if err != nil {
		return nil, err
	}
	q.After, q.Limit = in.After, in.Limit
	return a.changesWithin(ctx, q, in.Wait)
}

// changesWithin returns one page of the log. It waits up to wait seconds for a change where the page would be empty.
func (a *API) changesWithin(ctx context.Context, q storage.ChangeQuery, wait int) (*changesAnswer, error) {
	waiting, cancel, err := a.waiting(ctx, time.Duration(wait)*time.Second)
	if err != nil {
		return nil, err
	}
	defer cancel()
	for {
		out, err := a.changesFrom(ctx, q)
		if err != nil || len(out.Body.Changes) > 0 || wait == 0 {
			return out, err
		}
		q.After = out.Body.Last
		if err := a.Log.Wait(waiting, q.After); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return out, nil // no change came
		}
	}
}

// changesFrom returns one page of the log, at once.
func (a *API) changesFrom(ctx context.Context, q storage.ChangeQuery) (*changesAnswer, error) {
	var out changesAnswer
	out.Body.Changes, out.Body.Last = []wire.Change{}, q.After
	// The last number is read before the changes. The page then holds all of the caller's changes up to that number,
	// and the next page may begin there.
	last, err := a.Log.LastChange(ctx)
	if err != nil {
		return nil, err
	}
	err = a.Log.EachChange(ctx, q, false, func(c records.NamedChange) error {
		out.Body.Changes = append(out.Body.Changes, wire.ChangeOf(c))
		out.Body.Last = c.Seq
		return nil
	})
	if len(out.Body.Changes) < q.Limit {
		out.Body.Last = max(out.Body.Last, last)
	}
	return &out, err
}
