package mirror

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// linesTouched marks "the orders with a product" (or a variation) when their lines show something of it that changed: a
// mark of order lines, whose parent is the product. The empty reading stands for a product that is not there; one that
// is new is in no order yet.
func linesTouched(before, after *reading.Reading) []storage.Mark {
	if before.ID == 0 || after.ID != 0 && reading.SameFace(before, after) {
		return nil
	}
	return []storage.Mark{
		{Resource: storage.OrderLines, ParentID: before.ID, Reason: "a product of theirs is gone or looks different"},
	}
}

// linesChecked says that the lines of orders were held against the products after the first reading of both; kept with
// the products.
type linesChecked struct {
	LinesChecked bool `json:"lines_checked,omitempty"`
}

// familyTouches marks the orders with those children that look different from what the mirror holds.
func (s tracing) familyTouches(ctx context.Context, readings []reading.Reading) ([]storage.Mark, error) {
	var marks []storage.Mark
	for i := range readings {
		r := &readings[i]
		if r.Resource != storage.Variations {
			continue
		}
		before, err := s.heldReading(ctx, r.Ref)
		if err != nil {
			return nil, err
		}
		marks = append(marks, linesTouched(before, r)...)
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
	showing, err := s.mirror.repo.RecordsShowing(ctx, s.storeID, products)
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

// linesNaming gives the orders and refunds with wanted products or variations in their lines, and these.
func (s tracing) linesNaming(
	ctx context.Context, wanted func(storage.Ref) (bool, error), found func(storage.Record, []storage.Ref),
) error {
	for _, resource := range []storage.Resource{storage.Orders, storage.Refunds} {
		q := storage.Query{StoreID: s.storeID, Resource: resource, WithTrash: true}
		for held, err := range s.mirror.repo.Records(ctx, q) {
			if err != nil {
				return err
			}
			var named []storage.Ref
			items := reading.OrEmpty(resource, held.Raw).Items
			for resource, name := range map[storage.Resource]string{storage.Products: "product_id", storage.Variations: "variation_id"} {
				for _, id := range reading.IDsIn(items, name) {
					ref := storage.Ref{Resource: resource, ID: id}
					is, err := wanted(ref)
					if err != nil {
						return err
					}
					if is {
						named = append(named, ref)
					}
				}
			}
			if len(named) > 0 {
				found(held, named)
			}
		}
	}
	return nil
}

// youngFaces marks the orders with products that are read for the first time and were changed since the reading of all
// orders began: an order read before may show what they were.
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

// checkLines closes the first reading of a store. Orders are read before products, so a product deleted in between
// never enters the mirror, and nothing says that it went. Of the orders and refunds naming a product that the mirror
// lacks two are read again, once: when they changed, so did all that name it. When they did not, the store goes on
// naming what it does not show, and a second reading of perhaps all its orders would be for nothing.
//
// Failure policy: a step that dies in between leaves this undone, and it begins anew with what names a lacking product
// then.
func (s tracing) checkLines(ctx context.Context) error {
	st := s.states[products]
	if st.LinesChecked || !st.Live || !s.states[orders].Live {
		return nil
	}
	lacking, err := s.lackingProducts(ctx)
	if err != nil {
		return err
	}
	var marks []storage.Mark
	for _, samples := range lacking {
		for _, held := range samples {
			marks = append(
				marks,
				storage.Mark{
					Resource: held.Resource,
					ID:       held.ID,
					ParentID: held.ParentID,
					Reason:   "it names a product the mirror lacks",
				},
			)
		}
	}
	if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
		return err
	}
	if err := s.rereading().all(ctx); err != nil {
		return err
	}
	if marks, err = s.changedSamples(ctx, lacking); err != nil {
		return err
	}
	st.LinesChecked, s.linesChecked = true, true
	checked := s.of(products).stateCursor()
	if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{checked}}); err != nil {
		return err
	}
	return s.rereading().all(ctx)
}

// lackingProducts finds the products and variations that lines name and the mirror lacks, each with the newest and the
// oldest record that names it.
func (s tracing) lackingProducts(ctx context.Context) (map[storage.Ref][]storage.Record, error) {
	lacking := map[storage.Ref][]storage.Record{}
	known := map[storage.Ref]bool{}
	err := s.linesNaming(ctx, func(ref storage.Ref) (bool, error) {
		if _, asked := known[ref]; !asked {
			held, err := s.heldReading(ctx, ref)
			if err != nil {
				return false, err
			}
			known[ref] = held.ID != 0
		}
		return !known[ref], nil
	}, func(held storage.Record, named []storage.Ref) {
		held.Raw = nil // its hash will do
		for _, ref := range named {
			lacking[ref] = append(lacking[ref][:min(1, len(lacking[ref]))], held)
		}
	})
	return lacking, err
}

// changedSamples marks the orders with those lacking products whose samples are not what they were.
func (s tracing) changedSamples(ctx context.Context, lacking map[storage.Ref][]storage.Record) ([]storage.Mark, error) {
	if err := s.flushed(); err != nil {
		return nil, err
	}
	var marks []storage.Mark
	for ref, samples := range lacking {
		for _, before := range samples {
			now, err := s.mirror.repo.Record(ctx, s.storeID, before.Ref)
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				return nil, err
			}
			if err != nil || now.Hash != before.Hash {
				marks = append(
					marks,
					storage.Mark{
						Resource: storage.OrderLines,
						ParentID: ref.ID,
						Reason:   "a product of theirs went while all were read",
					},
				)
				break
			}
		}
	}
	return marks, nil
}
