package mirror

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// below returns marks for the records that the store lists only below the given ones, which were just read for the
// first time.
func (s tracing) below(c *roster.Collection, readings []reading.Reading) []storage.Mark {
	var marks []storage.Mark
	for i := range readings {
		marks = append(marks, s.childrenOf(c, &readings[i], s.opts.Notes == roster.ExtentAll)...)
	}
	if c == roster.Orders && s.opts.Fulfillments == roster.ExtentAll {
		marks = append(marks, follow.FulfillmentsOf(readings)...)
	}
	return marks
}

// allBelow returns marks for every record that is read under its parent. An edit of such a record need not show in the
// parent, so a comparison of all records has to read it.
func (s tracing) allBelow(
	ctx context.Context, c *roster.Collection, parents []reading.Reading,
) ([]storage.Mark, error) {
	marks := s.below(c, parents)
	if c != roster.Orders {
		return marks, nil
	}
	for _, of := range []struct {
		resource storage.Resource
		extent   roster.Extent
	}{{storage.OrderNotes, s.opts.Notes}, {storage.Fulfillments, s.opts.Fulfillments}} {
		if of.extent == roster.ExtentOff {
			continue
		}
		for i := range parents {
			for _, err := range s.repo.Children(ctx, s.StoreID, of.resource, parents[i].ID) {
				if err != nil {
					return nil, err
				}
				marks = append(marks,
					storage.Mark{Resource: of.resource, ParentID: parents[i].ID, Reason: "every record is compared"})
				break
			}
		}
	}
	return marks, nil
}

// maybeBelow returns marks for the variations of products that may have changed again within the second of their
// modification date. An edit of a variation moves only the date of its product (measured on 8.4, 9.9 and 10.0.2), so a
// second edit within that second leaves no trace in the product.
func (s tracing) maybeBelow(c *roster.Collection, readings []reading.Reading) []storage.Mark {
	if c != roster.Products {
		return nil // what orders change elsewhere shows in the orders
	}
	return s.below(c, readings)
}

func (s tracing) childrenOf(c *roster.Collection, r *reading.Reading, notes bool) []storage.Mark {
	var marks []storage.Mark
	switch c {
	case roster.Products:
		if follow.IsVariable(r.Kind) {
			marks = append(marks,
				storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a product with variations"})
		}
	case roster.Orders:
		if s.RefundsByOrder && len(reading.IDsIn(r.Refunds, "id")) > 0 {
			marks = append(marks,
				storage.Mark{Resource: storage.Refunds, ParentID: r.ID, Reason: "an order with refunds"})
		}
		if notes {
			marks = append(marks,
				storage.Mark{Resource: storage.OrderNotes, ParentID: r.ID, Reason: "an order whose notes are wanted"})
		}
	}
	return marks
}

// changed returns a batch with the readings that differ from the mirror, and with marks for everything that their
// changes may have changed elsewhere on the store:
//
//   - an order moves the stock and sales of its products (without moving their modification date), the use of its
//     coupons, its customer's paying state, its refunds and its notes;
//   - a product and its variations change with each other;
//   - orders repeat the SKU and picture of their products (lines.go);
//   - a product that comes, goes or moves between categories changes how many products those count (stale.go).
//
// changed also returns how many readings differ. The note that the store is being worked on (step.go) and the marks are
// in the same batch as their record, so that neither is lost without the other.
func (s tracing) changed(
	ctx context.Context, c *roster.Collection, readings []reading.Reading,
) (storage.Batch, int, error) {
	var batch storage.Batch
	for i := range readings {
		r := &readings[i]
		old, err := s.repo.Record(ctx, s.StoreID, r.Ref)
		known := err == nil
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return batch, 0, err
		}
		if c == roster.Orders && s.LeftOut(r.Status) {
			if known {
				batch.Gone = append(batch.Gone, r.Ref)
			}
			continue
		}
		if known && (old.Hash == storage.HashOf(r.Raw) || s.watch.Same.Content(c.Resource, old.Raw, r.Raw)) {
			continue
		}
		if known {
			same, err := s.watch.OnlyVolatile(ctx, c, old, r)
			if err != nil {
				return batch, 0, err
			}
			if same {
				continue
			}
		}
		if known && !r.Decisive && !r.Modified.IsZero() && r.Modified.Before(old.Modified) {
			// A cache without a sign, or a server that lags behind, may have shown an older state. An older state
			// counts only after a reading past all caches shows it, too.
			batch.Marks = append(batch.Marks, storage.Mark{
				Resource: c.Resource, ID: r.ID, ParentID: r.ParentID, Reason: "the store showed an older state of it",
			})
			continue
		}
		if c == roster.Orders && s.noteHidden(r) {
			batch.Cursors = append(batch.Cursors, s.aboutCursor())
		}
		batch.Records = append(batch.Records, r.Record)
		marks, err := s.consequences(ctx, c, r, old, known)
		if err != nil {
			return batch, 0, err
		}
		batch.Marks = append(batch.Marks, marks...)
	}
	if len(batch.Records) > 0 {
		batch.Cursors = append(batch.Cursors, s.stirred())
	}
	return batch, len(batch.Records), nil
}

func (s tracing) consequences(
	ctx context.Context, c *roster.Collection, r *reading.Reading, old storage.Record, known bool,
) ([]storage.Mark, error) {
	marks := s.childrenOf(c, r, s.opts.Notes != roster.ExtentOff)
	if c == roster.Products {
		before := reading.Reading{}
		if known {
			var err error
			// A product that is not variable any more loses its variations.
			if before, err = reading.Of(c.Resource, old.Raw); err == nil && follow.IsVariable(before.Kind) {
				marks = append(marks,
					storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a product with variations"})
			}
		}
		marks = append(marks, follow.TermsTouched(&before, r)...)
		marks = append(marks, follow.LinesTouched(&before, r)...)
	}
	if c != roster.Orders {
		return marks, nil
	}
	touched, err := follow.OrderTouches(r, s.couponsOf(ctx))
	if err != nil {
		return nil, err
	}
	marks = append(marks, touched...)
	if s.opts.Fulfillments != roster.ExtentOff {
		before := &reading.Reading{}
		if known {
			before = reading.OrEmpty(storage.Orders, old.Raw)
		}
		if follow.ShowsFulfillments(r) || follow.ShowsFulfillments(before) { // the last fulfilment may have gone
			marks = append(marks, follow.MarkFulfillments(r))
		}
	}
	if known {
		// What the order had before counts too: its stock went back.
		if touched, err = s.heldOrderTouches(ctx, old); err != nil {
			return nil, err
		}
		marks = append(marks, touched...)
	}
	if s.RefundsByOrder {
		if known {
			marks = append(marks,
				storage.Mark{Resource: storage.Refunds, ParentID: r.ID, Reason: "an order that changed"})
		}
		return marks, nil
	}
	refundMarks, err := s.refundsOf(ctx, r)
	return append(marks, refundMarks...), err
}

// couponsOf returns a function that finds the coupons with a code in the mirror.
func (s tracing) couponsOf(ctx context.Context) follow.CouponFinder {
	return func(code string) ([]storage.Record, error) { return s.repo.FindByCode(ctx, s.StoreID, code) }
}

// heldOrderTouches returns marks for the products, coupons and customer to which the mirror's copy of an order refers.
func (s tracing) heldOrderTouches(ctx context.Context, held storage.Record) ([]storage.Mark, error) {
	r, err := reading.Of(storage.Orders, held.Raw)
	if err != nil {
		return nil, nil //nolint:nilerr // an order that cannot be read refers to nothing
	}
	return follow.OrderTouches(&r, s.couponsOf(ctx))
}

// refundsOf returns marks for the refunds that an order lists and the mirror lacks, and for those that the mirror has
// and the order does not list any more. Deleting a refund does not move the date of its order (measured on 10.0.2); the
// census finds the deletion.
func (s tracing) refundsOf(ctx context.Context, r *reading.Reading) ([]storage.Mark, error) {
	if s.refundsRefused {
		return nil, nil
	}
	var held []storage.Ref
	for refund, err := range s.repo.Children(ctx, s.StoreID, storage.Refunds, r.ID) {
		if err != nil {
			return nil, err
		}
		held = append(held, refund.Ref)
	}
	return follow.RefundsUnlike(r, held), nil
}
