package follow

import (
	"bytes"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// Fulfilments say which pieces of an order were sent, and how (docs/woocommerce/orders.md#fulfillments). They exist
// while a feature of WooCommerce is switched on, and are listed only under their order. The meta data of an order says
// that it has fulfilments, so other orders are not asked: a store without the feature costs no request, and a store
// with the feature costs a request for each order with fulfilments.
//
// In order tables each edit moves the order's date. In posts only the order's fulfilment status tells of an edit. An
// edit that leaves the status as it was is found when the order changes next, or by a thorough sync.

// fulfillmentSign stands in the meta data of an order that has fulfilments.
const fulfillmentSign = `"_fulfillment_status"`

// ShowsFulfillments says whether an order shows that it has fulfilments. The same text elsewhere in the meta data costs
// a needless request and does no other harm.
func ShowsFulfillments(order *reading.Reading) bool {
	return bytes.Contains(order.Meta, []byte(fulfillmentSign))
}

// FulfillmentsOf returns marks for the fulfilments of the orders that show some.
func FulfillmentsOf(orders []reading.Reading) []storage.Mark {
	var marks []storage.Mark
	for i := range orders {
		if ShowsFulfillments(&orders[i]) {
			marks = append(marks, MarkFulfillments(&orders[i]))
		}
	}
	return marks
}

// MarkFulfillments returns the mark for the fulfilments of an order.
func MarkFulfillments(order *reading.Reading) storage.Mark {
	return storage.Mark{Resource: storage.Fulfillments, ParentID: order.ID, Reason: "an order with fulfilments"}
}
