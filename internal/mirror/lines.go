package mirror

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// familyTouches returns marks for the orders with a child that looks different from the mirror's copy.
func (s tracing) familyTouches(ctx context.Context, readings []reading.Reading) ([]storage.Mark, error) {
	var marks []storage.Mark
	for i := range readings {
		r := &readings[i]
		if r.Resource != storage.Variations {
			continue
		}
		before, err := s.HeldReading(ctx, r.Ref)
		if err != nil {
			return nil, err
		}
		marks = append(marks, follow.LinesTouched(before, r)...)
		if before.ID == 0 {
			marks = append(marks, s.youngFaces(readings[i:i+1])...)
		}
	}
	return marks, nil
}

// markOrdersWith marks each order and refund that has a line with one of the marked products.
func (s tracing) markOrdersWith(ctx context.Context, marks []storage.Mark) error {
	if err := s.noteLines(ctx); err != nil {
		return err
	}
	products := make([]int64, len(marks))
	for i, m := range marks {
		products[i] = m.ParentID
	}
	showing, err := s.repo.RecordsShowing(ctx, s.StoreID, products)
	if err != nil {
		return err
	}
	naming := make([]storage.Mark, len(showing))
	for i, l := range showing {
		naming[i] = storage.Mark{Resource: l.Resource, ID: l.ID, ParentID: l.ParentID,
			Reason: "a product of it is gone or looks different"}
	}
	return s.writer.put(storage.Batch{Marks: naming, Done: marks})
}

// youngFaces returns marks for the orders with products that are read for the first time and were changed after the
// reading of all orders began. Orders that were read earlier may show the old look of those products.
func (s tracing) youngFaces(readings []reading.Reading) []storage.Mark {
	if s.linesChecked || s.ordersBegan.IsZero() {
		return nil
	}
	var marks []storage.Mark
	for i := range readings {
		if r := &readings[i]; !r.Modified.Before(s.ordersBegan) {
			marks = append(
				marks,
				storage.Mark{
					Resource: storage.OrderLines,
					ParentID: r.ID,
					Reason:   "a product of theirs changed while all were read",
				},
			)
		}
	}
	return marks
}
