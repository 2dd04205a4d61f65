package mirror

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// linesNaming calls found with each order and refund whose lines name wanted products or variations, and with the names
// that were found.
func (s tracing) linesNaming(
	ctx context.Context, wanted func(storage.Ref) (bool, error), found func(storage.Record, []storage.Ref),
) error {
	for _, resource := range []storage.Resource{storage.Orders, storage.Refunds} {
		q := storage.Query{StoreID: s.StoreID, Resource: resource, WithTrash: true}
		for held, err := range s.repo.Records(ctx, q) {
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

// checkLines closes the first reading of a store. Orders are read before products, so a product that is deleted in
// between never enters the mirror, and nothing tells of the deletion. For each product that lines name and the mirror
// lacks, two of the orders and refunds are read again, once. If these two have changed, all orders with the product
// have, and are read again. If not, the store still names a product that it does not show, and reading all those orders
// again would bring nothing.
//
// Failure policy: after a step that dies in between, the next step begins the check anew.
func (s tracing) checkLines(ctx context.Context) error {
	st := s.states[roster.Products]
	if st.LinesChecked || !st.Live || !s.states[roster.Orders].Live {
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
	checked := s.of(roster.Products).stateCursor()
	if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{checked}}); err != nil {
		return err
	}
	return s.rereading().all(ctx)
}

// lackingProducts returns the products and variations that lines name and the mirror lacks, each with the newest and
// the oldest record that names it.
func (s tracing) lackingProducts(ctx context.Context) (map[storage.Ref][]storage.Record, error) {
	lacking := map[storage.Ref][]storage.Record{}
	known := map[storage.Ref]bool{}
	err := s.linesNaming(ctx, func(ref storage.Ref) (bool, error) {
		if _, asked := known[ref]; !asked {
			held, err := s.HeldReading(ctx, ref)
			if err != nil {
				return false, err
			}
			known[ref] = held.ID != 0
		}
		return !known[ref], nil
	}, func(held storage.Record, named []storage.Ref) {
		held.Raw = nil // the hash is enough
		for _, ref := range named {
			lacking[ref] = append(lacking[ref][:min(1, len(lacking[ref]))], held)
		}
	})
	return lacking, err
}

// changedSamples returns marks for the orders of the lacking products whose two samples have changed.
func (s tracing) changedSamples(ctx context.Context, lacking map[storage.Ref][]storage.Record) ([]storage.Mark, error) {
	if err := s.flushed(); err != nil {
		return nil, err
	}
	var marks []storage.Mark
	for ref, samples := range lacking {
		for _, before := range samples {
			now, err := s.repo.Record(ctx, s.StoreID, before.Ref)
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
