package mirror

import (
	"encoding/json"
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// CouponFinder finds the coupons with a code that a mirror holds.
type CouponFinder func(code string) ([]storage.Record, error)

// Holdings are what a mirror holds.
type Holdings struct {
	Coupons CouponFinder
	// Refunds names the refunds of an order.
	Refunds func(order int64) ([]storage.Ref, error)
}

// Follows marks what has to be read again because Waybill itself changed a record: before and after are its JSON, nil
// where there is none.
//
// A pull finds such things when it meets the change. A change of our own it does not meet: the store's answer entered
// the mirror with the write, and by the next poll the record reads the same. Whoever lets it in adds these marks in the
// same transaction.
func Follows(
	ref storage.Ref, parent int64, before, after json.RawMessage, held Holdings,
) ([]storage.Mark, error) {
	was, is := reading.OrEmpty(ref.Resource, before), reading.OrEmpty(ref.Resource, after)
	switch ref.Resource {
	case storage.Orders:
		marks := []storage.Mark{{Resource: storage.OrderNotes, ParentID: ref.ID, Reason: "an order we changed"}}
		if showsFulfillments(was) || showsFulfillments(is) {
			marks = append(marks,
				storage.Mark{Resource: storage.Fulfillments, ParentID: ref.ID, Reason: "an order we changed"})
		}
		for _, r := range []*reading.Reading{was, is} {
			touched, err := orderTouches(r, held.Coupons)
			if err != nil {
				return nil, err
			}
			marks = append(marks, touched...)
		}
		if after == nil {
			return marks, nil // its refunds go with it
		}
		// Somebody else's refund may show in the order that we read, where no list of refunds shows it later.
		kept, err := held.Refunds(ref.ID)
		if err != nil {
			return nil, err
		}
		return append(marks, refundsUnlike(is, kept)...), nil
	case storage.Products:
		marks := append(termsTouched(was, is), linesTouched(was, is)...)
		if isVariable(was.Kind) || isVariable(is.Kind) {
			marks = append(marks,
				storage.Mark{Resource: storage.Variations, ParentID: ref.ID, Reason: "a product with variations"})
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
		marks = append(marks,
			storage.Mark{Resource: storage.Variations, ParentID: id, Reason: "an order with one of them changed"})
	}
	if r.CustomerID != 0 {
		marks = append(marks,
			storage.Mark{Resource: storage.Customers, ID: r.CustomerID, Reason: "an order of theirs changed"})
	}
	for _, code := range reading.TextsIn(r.Vouchers, "code") {
		known, err := coupons(code)
		if err != nil {
			return nil, err
		}
		for _, coupon := range known {
			marks = append(marks,
				storage.Mark{Resource: storage.Coupons, ID: coupon.ID, Reason: "an order with it changed"})
		}
	}
	return marks, nil
}

// refundsUnlike marks the refunds that an order lists and the mirror lacks, and those it holds and the order lists no
// more.
func refundsUnlike(order *reading.Reading, held []storage.Ref) []storage.Mark {
	listed := reading.IDsIn(order.Refunds, "id")
	var marks []storage.Mark
	for _, ref := range held {
		if !slices.Contains(listed, ref.ID) {
			marks = append(marks, storage.Mark{
				Resource: storage.Refunds, ID: ref.ID, ParentID: order.ID, Reason: "its order lists it no more",
			})
		}
	}
	for _, id := range listed {
		if !slices.ContainsFunc(held, func(ref storage.Ref) bool { return ref.ID == id }) {
			marks = append(marks, storage.Mark{
				Resource: storage.Refunds, ID: id, ParentID: order.ID, Reason: "its order lists it",
			})
		}
	}
	return marks
}
