package mirror

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	"github.com/waybillhq/waybill/internal/jsonvalue"
	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Fulfilments say which pieces of an order were sent, and how (docs/woocommerce/orders.md#fulfillments). They are there
// while a feature of WooCommerce is switched on, and are listed under their order alone. An order that has some says so
// in its meta data, so that no other is asked: a store without the feature costs no request, and one that has it a
// request per order with fulfilments.
//
// In order tables each edit moves the order's date. In posts only the order's fulfilment status tells, and an edit that
// leaves that as it was is found when the order changes next, or by a thorough sync.

// fulfillmentSign is the meta data of an order that has fulfilments.
const fulfillmentSign = `"_fulfillment_status"`

// showsFulfillments says whether an order shows that it has fulfilments. The same words elsewhere in its meta data cost
// a request and no more.
func showsFulfillments(order *reading.Reading) bool {
	return bytes.Contains(order.Meta, []byte(fulfillmentSign))
}

// fulfillmentsOf marks the fulfilments of those orders that show some.
func fulfillmentsOf(orders []reading.Reading) []storage.Mark {
	var marks []storage.Mark
	for i := range orders {
		if showsFulfillments(&orders[i]) {
			marks = append(marks, markFulfillments(&orders[i]))
		}
	}
	return marks
}

func markFulfillments(order *reading.Reading) storage.Mark {
	return storage.Mark{Resource: storage.Fulfillments, ParentID: order.ID, Reason: "an order with fulfilments"}
}

// closedFamily is what a step met instead of the fulfilments of an order, and what therefore becomes of the marks for
// others: one order is asked in a step, not all.
//
// Failure policy: a store without the route has none to show, so the marks are dropped and what the mirror holds stays;
// they cannot change while the feature is off. A refusal keeps the marks for later.
type closedFamily struct {
	absent  bool
	refusal error
}

// fulfillments is family for the fulfilments of an order.
func (s rereading) fulfillments(ctx context.Context, m storage.Mark) error {
	switch closed := &s.closedFulfillments; {
	case s.opts.Fulfillments == ExtentOff || closed.absent:
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	case closed.refusal != nil:
		return s.putOff(m, closed.refusal)
	}
	err := s.readFamily(ctx, families[storage.Fulfillments], m)
	switch {
	case ask.NoRoute(err):
		s.closedFulfillments.absent = true
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	case err != nil && s.asker.Refused(ctx, storage.Fulfillments, err):
		s.closedFulfillments.refusal = err
		s.warn(notRead(storage.Fulfillments, err))
		return s.putOff(m, err)
	}
	return s.familyRead(ctx, m, err)
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

// singleBody is the record in the answer to a question for one.
func singleBody(r storage.Resource, body json.RawMessage) json.RawMessage {
	if f := families[r]; f != nil {
		return unwrapped(body, f.wrapped[1])
	}
	return body
}

// goneFulfillment says that the store knows no such fulfilment of this order. It says so with 400 and a number as code:
// 404 when it was deleted, 0 when it never was there or PHP failed. So its list has to lack it as well, which is why it
// is asked for at all.
func goneFulfillment(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Status == http.StatusBadRequest &&
		(failure.Code == "404" || failure.Code == "0")
}

// goneRecord says that the store knows no such record of a resource.
func goneRecord(r storage.Resource, err error) bool {
	return ask.Gone(err) || r == storage.Fulfillments && goneFulfillment(err)
}
