package follow

import (
	"bytes"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
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

// ShowsFulfillments says whether an order shows that it has fulfilments. The same words elsewhere in its meta data cost
// a request and no more.
func ShowsFulfillments(order *reading.Reading) bool {
	return bytes.Contains(order.Meta, []byte(fulfillmentSign))
}

// FulfillmentsOf marks the fulfilments of those orders that show some.
func FulfillmentsOf(orders []reading.Reading) []storage.Mark {
	var marks []storage.Mark
	for i := range orders {
		if ShowsFulfillments(&orders[i]) {
			marks = append(marks, MarkFulfillments(&orders[i]))
		}
	}
	return marks
}

// MarkFulfillments marks the fulfilments of an order.
func MarkFulfillments(order *reading.Reading) storage.Mark {
	return storage.Mark{Resource: storage.Fulfillments, ParentID: order.ID, Reason: "an order with fulfilments"}
}
