package follow

import (
	"slices"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// CouponFinder returns the coupons with a code that a mirror holds.
type CouponFinder = func(code string) ([]storage.Record, error)

// OrderTouches returns marks for the products, variations, coupons (if the mirror knows them) and customer of an order.
func OrderTouches(r *reading.Reading, coupons CouponFinder) ([]storage.Mark, error) {
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

// RefundsUnlike returns marks for the refunds that an order lists and the mirror lacks, and for those that the mirror
// holds and the order does not list any more.
func RefundsUnlike(order *reading.Reading, held []storage.Ref) []storage.Mark {
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
