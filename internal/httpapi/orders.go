package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

// OneOrder holds the order that a path names.
type OneOrder struct {
	NamedStore
	Order string `path:"order" doc:"Id of the order, or the number that people see." example:"4711"`
	By    string `query:"by" doc:"What the path names it by; either is refused where it could mean two orders." enum:"either,id,number" default:"either"`
}

// by says whether the path names the order by its id, by its number, or by either.
func (o OneOrder) by() records.NamedBy {
	switch o.By {
	case "id":
		return records.ByID
	case "number":
		return records.ByNumber
	}
	return records.ByEither
}

type orderInput struct {
	OneOrder
	IfNoneMatch string `header:"If-None-Match" doc:"Answer 304 when nothing of it has changed."`
}

type wholeOrder struct {
	wire.Record
	Tag     string        `json:"tag" doc:"Names this version of the order alone, for If-Match."`
	Refunds []wire.Record `json:"refunds"`
	Notes   []wire.Record `json:"notes" doc:"As far as they are mirrored: sync.notes says which."`
	Writes  []wire.Write  `json:"writes" doc:"Writes to it that are not settled."`
}

type orderAnswer struct {
	Status int
	ETag   string `header:"ETag" doc:"Names this version of the order with its refunds, notes and writes."`
	Body   *wholeOrder
}

func (a *API) orderRoutes() {
	register(a, operation{id: "get-order", method: http.MethodGet, path: "/v1/stores/{store}/orders/{order}", tag: "Orders",
		summary: "Show an order as of now, with its refunds, notes and waiting writes", need: access.RecordsRead},
		a.getOrder)
}

func (a *API) getOrder(ctx context.Context, in *orderInput) (*orderAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	id, err := a.Records.Order(ctx, st, in.Order, in.by())
	if err != nil {
		return nil, err
	}
	order, err := a.Records.Record(ctx, st, storage.Ref{Resource: storage.Orders, ID: id})
	if err != nil {
		return nil, err
	}
	whole := wholeOrder{Record: wire.RecordOf(order), Tag: tagOf(order.Hash), Writes: []wire.Write{}}
	if whole.Refunds, err = a.below(ctx, st, storage.Refunds, id); err != nil {
		return nil, err
	}
	if whole.Notes, err = a.below(ctx, st, storage.OrderNotes, id); err != nil {
		return nil, err
	}
	open, err := a.Viewer.Open(ctx, st.ID, storage.Ref{Resource: storage.Orders, ID: id})
	if err != nil {
		return nil, err
	}
	for _, w := range open {
		whole.Writes = append(whole.Writes, wire.WriteOf(asked(w, st.Name)))
	}
	text, err := json.Marshal(whole)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	out := orderAnswer{Status: http.StatusOK, ETag: `"` + hex.EncodeToString(sum[:16]) + `"`, Body: &whole}
	if noneMatches(in.IfNoneMatch, out.ETag) {
		out.Status, out.Body = http.StatusNotModified, nil
	}
	return &out, nil
}

// below returns the records of a resource that belong to an order, the oldest first.
func (a *API) below(ctx context.Context, st storage.Store, r storage.Resource, order int64) ([]wire.Record, error) {
	list := []wire.Record{}
	q := storage.Query{StoreID: st.ID, Resource: r, ParentID: order, OldestFirst: true}
	for record, err := range a.Records.Records(ctx, q) {
		if err != nil {
			return nil, err
		}
		list = append(list, wire.RecordOf(record))
	}
	return list, nil
}
