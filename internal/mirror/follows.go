package mirror

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// CouponFinder finds the coupons with a code that a mirror holds.
type CouponFinder func(code string) ([]storage.Record, error)

// Follows marks what has to be read again because Waybill itself changed a record: before and after are its JSON, nil
// where there is none.
//
// A pull finds such things when it meets the change. A change of our own it does not meet: the store's answer entered
// the mirror with the write, and by the next poll the record reads the same. Whoever lets it in adds these marks in the
// same transaction.
func Follows(
	ref storage.Ref, parent int64, before, after json.RawMessage, coupons CouponFinder,
) ([]storage.Mark, error) {
	was, is := reading.OrEmpty(ref.Resource, before), reading.OrEmpty(ref.Resource, after)
	switch ref.Resource {
	case storage.Orders:
		marks := []storage.Mark{{Resource: storage.OrderNotes, ParentID: ref.ID, Reason: "an order we changed"}}
		if showsFulfillments(was) || showsFulfillments(is) {
			marks = append(
				marks,
				storage.Mark{Resource: storage.Fulfillments, ParentID: ref.ID, Reason: "an order we changed"},
			)
		}
		for _, r := range []*reading.Reading{was, is} {
			touched, err := orderTouches(r, coupons)
			if err != nil {
				return nil, err
			}
			marks = append(marks, touched...)
		}
		return marks, nil
	case storage.Products:
		marks := append(termsTouched(was, is), linesTouched(was, is)...)
		if isVariable(was.Kind) || isVariable(is.Kind) {
			marks = append(
				marks,
				storage.Mark{Resource: storage.Variations, ParentID: ref.ID, Reason: "a product with variations"},
			)
		}
		return marks, nil
	case storage.Variations:
		marks := []storage.Mark{{Resource: storage.Products, ID: parent, Reason: "a variation we changed"}}
		return append(marks, linesTouched(was, is)...), nil
	case storage.Categories, storage.Tags:
		return []storage.Mark{{Resource: ref.Resource, ID: ref.ID, Reason: "a term we changed"}}, nil
	}
	return nil, nil
}

// orderTouches marks the products, variations, coupons (as far as the mirror knows them) and the customer of an order.
func orderTouches(r *reading.Reading, coupons CouponFinder) ([]storage.Mark, error) {
	var marks []storage.Mark
	for _, id := range reading.IDsIn(r.Items, "product_id") {
		marks = append(marks, storage.Mark{Resource: storage.Products, ID: id, Reason: "an order with it changed"})
	}
	for _, id := range reading.VariableProducts(r.Items) {
		marks = append(
			marks,
			storage.Mark{Resource: storage.Variations, ParentID: id, Reason: "an order with one of them changed"},
		)
	}
	if r.CustomerID != 0 {
		marks = append(
			marks,
			storage.Mark{Resource: storage.Customers, ID: r.CustomerID, Reason: "an order of theirs changed"},
		)
	}
	for _, code := range reading.TextsIn(r.Vouchers, "code") {
		known, err := coupons(code)
		if err != nil {
			return nil, err
		}
		for _, coupon := range known {
			marks = append(
				marks,
				storage.Mark{Resource: storage.Coupons, ID: coupon.ID, Reason: "an order with it changed"},
			)
		}
	}
	return marks, nil
}
