package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/redo"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type redoInput struct {
	Body struct {
		Do           string    `json:"do" enum:"fetch,redeliver" doc:"Read records from the shop now, or send records to a subscription again."`
		Preview      bool      `json:"preview,omitempty" doc:"Only say how much it is and what it costs the shop."`
		Store        string    `json:"store,omitempty" maxLength:"63" doc:"The store of the records."`
		Resource     string    `json:"resource,omitempty" maxLength:"63" doc:"Their kind; orders when absent."`
		IDs          []int64   `json:"ids,omitempty" maxItems:"10000" doc:"These records."`
		Subscription string    `json:"subscription,omitempty" maxLength:"63" doc:"Whom they are sent to."`
		After        int64     `json:"after,omitempty" minimum:"0" doc:"In place of ids: the changes behind this number."`
		To           int64     `json:"to,omitempty" minimum:"0" doc:"Up to this number."`
		Since        time.Time `json:"since,omitempty" doc:"In place of ids: changes that were observed since then."`
		Until        time.Time `json:"until,omitempty" doc:"Up to then."`
		FailedSince  time.Time `json:"failed_since,omitempty" doc:"In place of ids: everything that was given up since then."`
		Overdue      bool      `json:"overdue,omitempty" doc:"In place of ids: every record without a receipt in time."`
	}
}

type redoneAnswer struct{ Body wire.Redone }

func (a *API) redoRoutes() {
	register(a, operation{id: "redo", method: http.MethodPost, path: "/v1/redo", tag: subscriptionTag,
		summary: "Fetch records now, or send records again: with a preview", need: access.SubscriptionsWrite,
		within: asking,
		about: "`fetch` reads records before anything else. `redeliver` sends exactly these records, each as it is " +
			"now, or a part of the log, or what was given up, or what has no receipt in time. With `preview` the " +
			"answer says how much it is and how many requests to the shop it takes, and nothing is done."}, a.redo)
}

func (a *API) redo(ctx context.Context, in *redoInput) (*redoneAnswer, error) {
	b := in.Body
	about(ctx, strings.TrimSpace(b.Do+" "+b.Store+" "+b.Subscription))
	refs, err := refsOf(b.Resource, b.IDs)
	if err != nil {
		return nil, err
	}
	var st storage.Store
	if b.Store != "" || len(refs) > 0 {
		if st, err = a.store(ctx, b.Store); err != nil {
			return nil, err
		}
	}
	var plan redo.Plan
	if b.Do == "fetch" {
		if len(refs) == 0 || !redo.Fetchable(refs[0].Resource) {
			return nil, nothingToFetch()
		}
		plan, err = a.Redo.Fetch(ctx, st, refs, b.Preview)
		return &redoneAnswer{wire.RedoneOf(plan, b.Preview)}, err
	}
	d := redo.Delivery{Preview: b.Preview, Store: st, Records: refs, FailedSince: b.FailedSince, Overdue: b.Overdue}
	if part := (feed.Range{After: b.After, To: b.To, Since: b.Since, Until: b.Until}); part != (feed.Range{}) {
		d.Range = &part
	}
	if len(refs) == 0 && d.Range == nil && !b.Overdue && b.FailedSince.IsZero() {
		return nil, nothingToRedo()
	}
	if d.To, err = a.subscription(ctx, b.Subscription); err != nil {
		return nil, err
	}
	plan, err = a.Redo.Redeliver(ctx, d)
	return &redoneAnswer{wire.RedoneOf(plan, b.Preview)}, err
}

// refsOf are records by their ids.
func refsOf(resource string, ids []int64) ([]storage.Ref, error) {
	r := storage.Orders
	if resource != "" {
		if r = storage.Resource(resource); !r.Known() {
			return nil, noRecordsCalled(resource, resourceNames())
		}
	}
	refs := make([]storage.Ref, len(ids))
	for i, id := range ids {
		refs[i] = storage.Ref{Resource: r, ID: id}
	}
	return refs, nil
}
