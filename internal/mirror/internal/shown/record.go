package shown

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// HeldReading returns a record as the mirror holds it; empty when the mirror does not hold the record or its text
// cannot be read.
func (s *Store) HeldReading(ctx context.Context, ref storage.Ref) (*reading.Reading, error) {
	held, err := s.Mirrored.Record(ctx, s.StoreID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return &reading.Reading{}, nil
	}
	return reading.OrEmpty(ref.Resource, held.Raw), err
}

// AddressOf returns the path at which the store shows one record; false when the path is unknown because the parent is.
func (s *Store) AddressOf(ctx context.Context, ref storage.Ref, parent int64) (string, bool) {
	if c := roster.CollectionOf(ref.Resource); c != nil && c != roster.Refunds {
		return c.Route.Record(0, ref.ID), true
	}
	f := roster.Families[ref.Resource]
	if parent = s.ParentOf(ctx, ref, storage.Mark{ParentID: parent}); f == nil || parent == 0 {
		return "", false
	}
	return f.Route.Record(parent, ref.ID), true
}

// ParentOf returns the id of a record's parent from the mark or the mirror; 0 when neither has it.
func (s *Store) ParentOf(ctx context.Context, ref storage.Ref, m storage.Mark) int64 {
	if m.ParentID != 0 {
		return m.ParentID
	}
	held, err := s.Mirrored.Record(ctx, s.StoreID, ref)
	if err != nil {
		return 0
	}
	return held.ParentID
}

// A refund outlives its order when the order's row is deleted in the database. Such a refund answers under no address,
// because the address names the order. The list of all refunds still shows the refund, with 0 as its order (measured on
// 10.0.2 and 11.0.1).

// InRefunds looks for one refund in the list of all refunds; false when the list lacks it, or the store has no such
// list.
//
// Failure policy: only a list that was asked for exactly this refund and answered without it proves that the refund is
// gone.
func (s *Store) InRefunds(ctx context.Context, id int64) (*reading.Reading, bool, error) {
	if s.RefundsByOrder {
		return nil, false, nil
	}
	got, err := s.Asker.List(
		ctx, roster.Refunds.Path(),
		s.Asker.Fresh(s.Query(roster.Refunds, "include", strconv.FormatInt(id, 10), "per_page", "1")),
	)
	if err != nil {
		if ask.NoRoute(err) {
			return nil, false, nil
		}
		return nil, false, err
	}
	for raw, err := range jsonvalue.Elements(got.Body) {
		if err != nil {
			return nil, false, ask.Unusable(roster.Refunds.Path(), "it is no list")
		}
		r, err := reading.Of(storage.Refunds, raw)
		if err != nil {
			return nil, false, ask.Unusable(roster.Refunds.Path(), "%v", err)
		}
		if r.Decisive = true; r.ID == id {
			return &r, true, nil
		}
	}
	return nil, false, nil
}

// GoneRecord says whether err means that the store has no such record of a resource.
func GoneRecord(r storage.Resource, err error) bool {
	return ask.Gone(err) || r == storage.Fulfillments && goneFulfillment(err)
}

// goneFulfillment says whether err means that the store has no such fulfilment of the order. The store answers 400 with
// a number as code: 404 when the fulfilment was deleted, 0 when it never existed or PHP failed. The fulfilment counts
// as gone only when the order's list lacks it as well.
func goneFulfillment(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Status == http.StatusBadRequest &&
		(failure.Code == "404" || failure.Code == "0")
}

// SingleBody returns the record in the answer to a request for one record.
func SingleBody(r storage.Resource, body json.RawMessage) json.RawMessage {
	if f := roster.Families[r]; f != nil {
		return unwrapped(body, f.Wrapped[1])
	}
	return body
}

// unwrapped returns the member name of an answer if the version wraps the record in it, or else the whole answer.
func unwrapped(body json.RawMessage, name string) json.RawMessage {
	if name == "" {
		return body
	}
	for m, err := range jsonvalue.Members(body) {
		if err != nil {
			break
		}
		if string(m.Name) == name && len(m.Value) > 0 && (m.Value[0] == '{' || m.Value[0] == '[') {
			return m.Value
		}
	}
	return body
}
