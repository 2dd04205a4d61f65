package mirror

import (
	"encoding/json"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// Holdings look up records that a mirror holds.
type Holdings struct {
	// Coupons returns the coupons with a code.
	Coupons func(code string) ([]storage.Record, error)
	// Refunds returns the refs of an order's refunds.
	Refunds func(order int64) ([]storage.Ref, error)
}

// Follows returns marks for what has to be read again because Waybill itself changed a record. before and after are the
// record's JSON, nil where there is none.
//
// A pull makes such marks when it meets a change. It does not meet our own changes: the store's answer has entered the
// mirror with the write, so the next poll finds the record unchanged. The code that enters the answer must therefore
// add these marks in the same transaction.
func Follows(
	ref storage.Ref, parent int64, before, after json.RawMessage, held Holdings,
) ([]storage.Mark, error) {
	was, is := reading.OrEmpty(ref.Resource, before), reading.OrEmpty(ref.Resource, after)
	switch ref.Resource {
	case storage.Orders:
		marks := []storage.Mark{{Resource: storage.OrderNotes, ParentID: ref.ID, Reason: "an order we changed"}}
		if follow.ShowsFulfillments(was) || follow.ShowsFulfillments(is) {
			marks = append(marks,
				storage.Mark{Resource: storage.Fulfillments, ParentID: ref.ID, Reason: "an order we changed"})
		}
		for _, r := range []*reading.Reading{was, is} {
			touched, err := follow.OrderTouches(r, held.Coupons)
			if err != nil {
				return nil, err
			}
			marks = append(marks, touched...)
		}
		if after == nil {
			return marks, nil // the refunds go with the order
		}
		// The order may show a refund that another program made and that no list of refunds shows later.
		kept, err := held.Refunds(ref.ID)
		if err != nil {
			return nil, err
		}
		return append(marks, follow.RefundsUnlike(is, kept)...), nil
	case storage.Products:
		marks := append(follow.TermsTouched(was, is), follow.LinesTouched(was, is)...)
		if follow.IsVariable(was.Kind) || follow.IsVariable(is.Kind) {
			marks = append(marks,
				storage.Mark{Resource: storage.Variations, ParentID: ref.ID, Reason: "a product with variations"})
		}
		return marks, nil
	case storage.Variations:
		marks := []storage.Mark{{Resource: storage.Products, ID: parent, Reason: "a variation we changed"}}
		return append(marks, follow.LinesTouched(was, is)...), nil
	case storage.Categories, storage.Tags:
		return []storage.Mark{{Resource: ref.Resource, ID: ref.ID, Reason: "a term we changed"}}, nil
	}
	return nil, nil
}
