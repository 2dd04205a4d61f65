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

// HeldReading is a record as the mirror holds it; empty when the mirror does not hold it, or it cannot be read.
func (s *Store) HeldReading(ctx context.Context, ref storage.Ref) (*reading.Reading, error) {
	held, err := s.Mirrored.Record(ctx, s.StoreID, ref)
	if errors.Is(err, storage.ErrNotFound) {
		return &reading.Reading{}, nil
	}
	return reading.OrEmpty(ref.Resource, held.Raw), err
}

// AddressOf is the path at which the store shows one record; false when that cannot be told, because the parent is not
// known.
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

// ParentOf is a record's parent as the mark or the mirror knows it; 0 when neither does.
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

// A refund outlives its order when somebody deletes the order's row in the database. It then answers under no address,
// because that names its order; the list of all refunds still shows it, with 0 for its order (measured on 10.0.2 and
// 11.0.1).

// InRefunds looks for one refund in the list of all refunds; false when it is not there, or the store has no such list.
//
// Failure policy: only a list that was asked for exactly this refund and answered without it says that it is gone.
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

// GoneRecord says that the store knows no such record of a resource.
func GoneRecord(r storage.Resource, err error) bool {
	return ask.Gone(err) || r == storage.Fulfillments && goneFulfillment(err)
}

// goneFulfillment says that the store knows no such fulfilment of this order. It says so with 400 and a number as code:
// 404 when it was deleted, 0 when it never was there or PHP failed. So the order's list must lack the fulfilment as
// well before it counts as gone.
func goneFulfillment(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Status == http.StatusBadRequest &&
		(failure.Code == "404" || failure.Code == "0")
}

// SingleBody is the record in the answer to a request for one record.
func SingleBody(r storage.Resource, body json.RawMessage) json.RawMessage {
	if f := roster.Families[r]; f != nil {
		return unwrapped(body, f.Wrapped[1])
	}
	return body
}

// unwrapped is the part of an answer under a name, where a version wraps it.
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
