package httpapi

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

type writesInput struct {
	NamedStore
	State  []string `query:"state" doc:"Only in one of these states." enum:"pending,sending,unknown,done,rejected,parked,discarded"`
	Limit  int      `query:"limit" minimum:"1" maximum:"500" default:"50"`
	Cursor string   `query:"cursor" doc:"Where the page begins: next_cursor of the page before." maxLength:"20"`
}

func (a *API) listWrites(ctx context.Context, in *writesInput) (*writesAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	q := outbox.Query{StoreID: st.ID, Limit: in.Limit + 1} // one more record shows whether a page follows
	for _, s := range in.State {
		q.States = append(q.States, outbox.State(s))
	}
	if in.Cursor != "" {
		if q.BeforeSeq, err = strconv.ParseInt(in.Cursor, 10, 64); err != nil || q.BeforeSeq < 1 {
			return nil, cursorOfAnotherList()
		}
	}
	list, err := a.Viewer.Writes(ctx, q)
	if err != nil {
		return nil, err
	}
	var out writesAnswer
	out.Status, out.Body.Writes = 200, []oneWrite{}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		out.Body.NextCursor = strconv.FormatInt(list[in.Limit-1].Seq, 10)
	}
	for _, w := range list {
		out.Body.Writes = append(out.Body.Writes, a.viewOfWrite(ctx, st, w))
	}
	return &out, nil
}

// PathOfWrite holds the write that a path names.
type PathOfWrite struct {
	NamedStore
	Write string `path:"write" doc:"Id of the write."`
}

// write returns a write that exists for the caller, with its store. The error is a problem when there is none.
func (a *API) write(ctx context.Context, in PathOfWrite) (storage.Store, outbox.Write, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return st, outbox.Write{}, err
	}
	w, err := a.Viewer.Write(ctx, in.Write)
	if problem.Is(err, problem.RecordNotFound) || err == nil && (w.StoreID != st.ID || w.ID != in.Write) {
		return st, w, writeNotFound(in.Write, st.Name)
	}
	return st, w, err
}

func (a *API) getWrite(ctx context.Context, in *PathOfWrite) (*writeAnswer, error) {
	st, w, err := a.write(ctx, *in)
	if err != nil {
		return nil, err
	}
	v := a.viewOfWrite(ctx, st, w)
	v.Body, v.Base, v.Conflict = w.Body, w.Base, outbox.Differences(w)
	if v.Lessons, err = a.Viewer.Lessons(ctx, st.ID); err != nil {
		return nil, err
	}
	return &writeAnswer{Status: 200, Body: v, Location: "/v1/stores/" + st.Name + "/writes/" + w.ID}, nil
}

type decideInput struct {
	PathOfWrite
	Preference
	Body struct {
		Decision string   `json:"decision" enum:"retry,adopt,discard" doc:"retry sends it again, as it is or as the members beside say; adopt takes a record for the one that it has made; discard lets it be."`
		Body     object   `json:"body,omitempty" doc:"With retry: what is sent in place of its body."`
		Policy   string   `json:"policy,omitempty" enum:"merge,reject,store,caller" doc:"With retry: from now on."`
		Allow    []string `json:"allow_unknown,omitempty" doc:"With retry: fields that a plugin of the store takes." maxItems:"100"`
		Record   int64    `json:"record_id,omitempty" doc:"With adopt: the record." minimum:"1"`
	}
}

func (a *API) decide(ctx context.Context, in *decideInput) (*writeAnswer, error) {
	st, w, err := a.write(ctx, in.PathOfWrite)
	if err != nil {
		return nil, err
	}
	switch in.Body.Decision {
	case "retry":
		w, err = a.Submitter.RetryWrite(ctx, w.ID, json.RawMessage(in.Body.Body), outbox.Policy(in.Body.Policy),
			in.Body.Allow...)
	case "adopt":
		if in.Body.Record == 0 {
			return nil, adoptNeedsRecord()
		}
		w, err = a.Submitter.AdoptWrite(ctx, w.ID, in.Body.Record)
	default:
		w, err = a.Submitter.DiscardWrite(ctx, w.ID)
	}
	if err != nil {
		return nil, err
	}
	all, err := a.outcome(ctx, st, []outbox.Write{w}, in.Preference)
	return single(st.Name, all, err)
}
