package httpapi

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/receipts"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// GivenReceipt is a receipt as a receiver sends it.
type GivenReceipt struct {
	ID        int64  `json:"id,omitempty" minimum:"0" doc:"Id of the record."`
	Number    string `json:"number,omitempty" maxLength:"100" doc:"In its place: the number that people know an order by."`
	Event     string `json:"event,omitempty" maxLength:"100" doc:"In its place: the id of the event, as in the header webhook-id."`
	Resource  string `json:"resource,omitempty" maxLength:"63" doc:"Kind of the record; orders when absent."`
	Store     string `json:"store,omitempty" maxLength:"63" doc:"Its store; that of the request when absent."`
	Reference string `json:"reference,omitempty" maxLength:"200" doc:"What the receiver calls the record."`
}

// ReceiverNamed names the receiver that sends receipts.
type ReceiverNamed struct {
	Subscription string `json:"subscription,omitempty" maxLength:"63" doc:"The subscription whose receiver has the records."`
	Consumer     string `json:"consumer,omitempty" maxLength:"63" doc:"In its place: the consumer that has them."`
}

type giveReceiptsInput struct {
	Body struct {
		ReceiverNamed
		Store    string         `json:"store,omitempty" maxLength:"63" doc:"Store of the records that name none."`
		Receipts []GivenReceipt `json:"receipts" minItems:"1" maxItems:"1000"`
	}
}

type listReceiptsInput struct {
	Subscription string `query:"subscription" maxLength:"63" doc:"Those of this subscription."`
	Consumer     string `query:"consumer" maxLength:"63" doc:"Those of this consumer."`
	Store        string `query:"store" maxLength:"63" doc:"Only those of records of this store."`
	Resource     string `query:"resource" maxLength:"63" default:"orders" doc:"Kind of the record that id names."`
	ID           int64  `query:"id" minimum:"0" doc:"Only those of this record of the store."`
	Reference    string `query:"reference" maxLength:"200" doc:"Only those with this reference, whatever its case."`
	Missing      bool   `query:"missing" doc:"Only records that were sent and have no receipt."`
	Before       int64  `query:"before" minimum:"0" doc:"Only those with a smaller number: the member next of the page before."`
	Limit        int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type (
	givenReceiptsAnswer struct{ Body wire.ReceiptsGiven }
	receiptsAnswer      struct {
		Body struct {
			Receipts []wire.Receipt `json:"receipts" doc:"The newest first."`
			Next     int64          `json:"next,omitempty" doc:"Where the next page begins; absent on the last one."`
		}
	}
	overdueAnswer struct {
		Body struct {
			Overdue []wire.OverdueReceipts `json:"overdue" doc:"By subscription and store."`
		}
	}
)

func (a *API) receiptRoutes() {
	const tag, all = "Receipts", "/v1/receipts"
	register(a, operation{id: "give-receipts", method: http.MethodPost, path: all, tag: tag,
		summary: "Say which records a receiver has, with its own references", need: access.ChangesRead, quiet: true,
		within: asking,
		about: "One receipt is enough for a record, however often it changes. Given twice, nothing changes; given " +
			"with another reference, the new one counts. Each is judged by itself: look at `refused`. A subscription " +
			"may demand receipts within a time (`receipt_within_seconds`), and its receiver may also give them in " +
			"its answer to an event."}, a.giveReceipts)
	register(a, operation{id: "list-receipts", method: http.MethodGet, path: all, tag: tag,
		summary: "List what a receiver has, or has not", need: access.ChangesRead,
		about: "Say of whom: a subscription or a consumer; or of what: a reference, or a store and an id."},
		a.listReceipts)
	register(a, operation{id: "count-overdue-receipts", method: http.MethodGet, path: all + "/overdue", tag: tag,
		summary: "Count the receipts that are overdue, by subscription and store", need: access.ChangesRead},
		a.countOverdue)
}

// receiver returns the receiver that is named. The error is a problem unless exactly one of the names is given and
// known.
func (a *API) receiver(ctx context.Context, n ReceiverNamed) (by receipts.Receiver, err error) {
	switch {
	case (n.Subscription == "") == (n.Consumer == ""):
		return by, oneReceiver()
	case n.Subscription != "":
		s, err := a.subscription(ctx, n.Subscription)
		return receipts.Subscription(s), err
	}
	c, err := a.consumer(ctx, n.Consumer)
	return receipts.Consumer(c), err
}

// receivers returns the names of the subscriptions and consumers that exist for the caller.
func (a *API) receivers(ctx context.Context) (wire.Receivers, error) {
	subscriptions, err := a.Subscriptions.List(ctx, callerOf(ctx).GroupID)
	if err != nil {
		return wire.Receivers{}, err
	}
	consumers, err := a.Consumers.List(ctx, callerOf(ctx).GroupID)
	return wire.ReceiversOf(subscriptions, consumers), err
}

// storeNames returns the names of the stores that exist for the caller, by id.
func (a *API) storeNames(ctx context.Context) (map[int64]string, error) {
	seen, err := a.visible(ctx)
	names := make(map[int64]string, len(seen))
	for _, st := range seen {
		names[st.ID] = st.Name
	}
	return names, err
}

func (a *API) giveReceipts(ctx context.Context, in *giveReceiptsInput) (*givenReceiptsAnswer, error) {
	by, err := a.receiver(ctx, in.Body.ReceiverNamed)
	if err != nil {
		return nil, err
	}
	stores := map[string]storage.Store{}
	given := make([]receipts.Given, len(in.Body.Receipts))
	for i, r := range in.Body.Receipts {
		if given[i], err = a.given(ctx, r, by, in.Body.Store, stores, i); err != nil {
			return nil, err
		}
	}
	outcomes, err := a.Receipts.Give(ctx, by, given)
	if err != nil {
		return nil, err
	}
	names, err := a.storeNames(ctx)
	return &givenReceiptsAnswer{wire.ReceiptsGivenOf(outcomes, names)}, err
}

// given turns a receipt into its store and record. entry is the receipt's index in the request, for problems.
func (a *API) given(ctx context.Context, r GivenReceipt, by receipts.Receiver, store string,
	stores map[string]storage.Store, entry int,
) (g receipts.Given, err error) {
	g = receipts.Given{Ref: storage.Ref{Resource: storage.Orders, ID: r.ID}, Number: r.Number, Reference: r.Reference}
	if r.Event != "" {
		s, e, err := a.Subscriptions.Delivery(ctx, callerOf(ctx).GroupID, r.Event)
		if id, _ := by.IDs(); err == nil && s.ID != id {
			err = eventOfAnother(entry)
		}
		g.StoreID, g.Ref, g.Seq = e.StoreID, e.Ref, e.Seq
		return g, err
	}
	if r.Resource != "" {
		if g.Resource = storage.Resource(r.Resource); !g.Resource.Known() {
			return g, noRecordsCalled(r.Resource, resourceNames())
		}
	}
	if (r.ID == 0) == (r.Number == "") || r.Number != "" && g.Resource != storage.Orders {
		return g, receiptNamesNothing(entry)
	}
	if r.Store != "" {
		store = r.Store
	}
	st, known := stores[store]
	if !known {
		if st, err = a.store(ctx, store); err != nil {
			return g, err
		}
		stores[store] = st
	}
	g.StoreID = st.ID
	return g, nil
}

func (a *API) listReceipts(ctx context.Context, in *listReceiptsInput) (*receiptsAnswer, error) {
	q := storage.ReceiptQuery{Reference: in.Reference, Missing: in.Missing, Before: in.Before, Limit: in.Limit}
	if in.Store != "" {
		st, err := a.store(ctx, in.Store)
		if err != nil {
			return nil, err
		}
		q.StoreID = st.ID
	}
	if in.ID != 0 {
		q.Record = storage.Ref{Resource: storage.Resource(in.Resource), ID: in.ID}
	}
	if in.Subscription != "" || in.Consumer != "" {
		by, err := a.receiver(ctx, ReceiverNamed{in.Subscription, in.Consumer})
		if err != nil {
			return nil, err
		}
		q.SubscriptionID, q.ConsumerID = by.IDs()
	} else if q.Reference == "" && (q.StoreID == 0 || in.ID == 0) {
		return nil, receiptsOfNobody()
	}
	found, err := a.Receipts.Receipts(ctx, q)
	if err != nil {
		return nil, err
	}
	of, err := a.receivers(ctx)
	if err != nil {
		return nil, err
	}
	names, err := a.storeNames(ctx)
	if err != nil {
		return nil, err
	}
	var out receiptsAnswer
	out.Body.Receipts = []wire.Receipt{}
	for _, r := range found {
		v := wire.ReceiptOf(r, names[r.StoreID], of, a.opts.Now())
		if v.Store != "" && v.Subscription+v.Consumer != "" { // otherwise the store belongs to another group
			out.Body.Receipts = append(out.Body.Receipts, v)
		}
	}
	if len(found) == in.Limit {
		out.Body.Next = found[len(found)-1].Number
	}
	return &out, nil
}

func (a *API) countOverdue(ctx context.Context, _ *struct{}) (*overdueAnswer, error) {
	all, err := a.Receipts.Overdue(ctx, callerOf(ctx).GroupID)
	if err != nil {
		return nil, err
	}
	names, err := a.storeNames(ctx)
	if err != nil {
		return nil, err
	}
	var out overdueAnswer
	out.Body.Overdue = []wire.OverdueReceipts{}
	for _, o := range all {
		name := names[o.StoreID]
		if name == "" {
			continue // of another group, or removed
		}
		out.Body.Overdue = append(out.Body.Overdue, wire.OverdueReceiptsOf(o, name))
	}
	return &out, nil
}
