package mirror

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// below marks what has to be read because of records that were read for the first time: what the store lists only under
// its parent.
func (s tracing) below(c *collection, readings []reading.Reading) []storage.Mark {
	var marks []storage.Mark
	for i := range readings {
		marks = append(marks, s.childrenOf(c, &readings[i], s.opts.Notes == ExtentAll)...)
	}
	if c == orders && s.opts.Fulfillments == ExtentAll {
		marks = append(marks, fulfillmentsOf(readings)...)
	}
	return marks
}

// allBelow marks everything that is read under its parent, for somebody who wants every record compared: an edit of it
// need not show in the parent.
func (s tracing) allBelow(ctx context.Context, c *collection, parents []reading.Reading) ([]storage.Mark, error) {
	marks := s.below(c, parents)
	if c != orders {
		return marks, nil
	}
	for _, of := range []struct {
		resource storage.Resource
		extent   Extent
	}{{storage.OrderNotes, s.opts.Notes}, {storage.Fulfillments, s.opts.Fulfillments}} {
		if of.extent == ExtentOff {
			continue
		}
		for i := range parents {
			for _, err := range s.mirror.repo.Children(ctx, s.storeID, of.resource, parents[i].ID) {
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

// maybeBelow marks the variations of products that may have changed again within the second they bear. An edit of a
// variation shows in its product by the date alone (measured on 8.4, 9.9 and 10.0.2), so a second one in that second
// leaves the product as it was read.
func (s tracing) maybeBelow(c *collection, readings []reading.Reading) []storage.Mark {
	if c != products {
		return nil // what orders change elsewhere shows in the orders
	}
	return s.below(c, readings)
}

func (s tracing) childrenOf(c *collection, r *reading.Reading, notes bool) []storage.Mark {
	var marks []storage.Mark
	switch c {
	case products:
		if isVariable(r.Kind) {
			marks = append(marks,
				storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a product with variations"})
		}
	case orders:
		if s.refundsByOrder && len(reading.IDsIn(r.Refunds, "id")) > 0 {
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

// changed keeps those readings that differ from the mirror, and marks everything a change of theirs may have changed
// elsewhere on the store:
//
//   - an order moves the stock and sales of its products (without moving their modification date), the use of its
//     coupons, its customer's paying state, its refunds and its notes;
//   - a product's variations change with it, and it with them;
//   - orders repeat the SKU and picture of their products (lines.go);
//   - a product that comes, goes or moves between categories changes how many products those count (terms.go).
//
// It says how many differ. The note that the store is being worked on (unrest.go) and the marks go into the batch of
// their record, so that neither can be lost without the other.
func (s tracing) changed(ctx context.Context, c *collection, readings []reading.Reading) (storage.Batch, int, error) {
	var batch storage.Batch
	for i := range readings {
		r := &readings[i]
		old, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
		known := err == nil
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return batch, 0, err
		}
		if c == orders && s.leftOut(r.Status) {
			if known {
				batch.Gone = append(batch.Gone, r.Ref)
			}
			continue
		}
		if known && (old.Hash == storage.HashOf(r.Raw) || s.same.Content(c.resource, old.Raw, r.Raw)) {
			continue
		}
		if known {
			same, err := s.watching().onlyVolatile(ctx, c, old, r)
			if err != nil {
				return batch, 0, err
			}
			if same {
				continue
			}
		}
		if known && !r.Decisive && !r.Modified.IsZero() && r.Modified.Before(old.Modified) {
			// A cache without a sign, a server that lags behind: an older state is not believed before a reading past
			// all caches shows it, too.
			batch.Marks = append(batch.Marks, storage.Mark{
				Resource: c.resource, ID: r.ID, ParentID: r.ParentID, Reason: "the store showed an older state of it",
			})
			continue
		}
		if c == orders && s.noteHidden(r) {
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
	ctx context.Context, c *collection, r *reading.Reading, old storage.Record, known bool,
) ([]storage.Mark, error) {
	marks := s.childrenOf(c, r, s.opts.Notes != ExtentOff)
	if c == products {
		before := reading.Reading{}
		if known {
			var err error
			// A product that is variable no longer loses its variations.
			if before, err = reading.Of(c.resource, old.Raw); err == nil && isVariable(before.Kind) {
				marks = append(marks,
					storage.Mark{Resource: storage.Variations, ParentID: r.ID, Reason: "a product with variations"})
			}
		}
		marks = append(marks, termsTouched(&before, r)...)
		marks = append(marks, linesTouched(&before, r)...)
	}
	if c != orders {
		return marks, nil
	}
	touched, err := orderTouches(r, s.couponsOf(ctx))
	if err != nil {
		return nil, err
	}
	marks = append(marks, touched...)
	if s.opts.Fulfillments != ExtentOff {
		before := &reading.Reading{}
		if known {
			before = reading.OrEmpty(storage.Orders, old.Raw)
		}
		if showsFulfillments(r) || showsFulfillments(before) { // the last one may have gone
			marks = append(marks, markFulfillments(r))
		}
	}
	if known {
		// What left the order counts too: its stock went back.
		if touched, err = s.heldOrderTouches(ctx, old); err != nil {
			return nil, err
		}
		marks = append(marks, touched...)
	}
	if s.refundsByOrder {
		if known {
			marks = append(marks,
				storage.Mark{Resource: storage.Refunds, ParentID: r.ID, Reason: "an order that changed"})
		}
		return marks, nil
	}
	refundMarks, err := s.refundsOf(ctx, r)
	return append(marks, refundMarks...), err
}

// couponsOf finds the coupons with a code that the mirror holds.
func (s tracing) couponsOf(ctx context.Context) CouponFinder {
	return func(code string) ([]storage.Record, error) { return s.mirror.repo.FindByCode(ctx, s.storeID, code) }
}

// heldOrderTouches gives what an order refers to as the mirror holds it: its products, coupons and customer.
func (s tracing) heldOrderTouches(ctx context.Context, held storage.Record) ([]storage.Mark, error) {
	r, err := reading.Of(storage.Orders, held.Raw)
	if err != nil {
		return nil, nil //nolint:nilerr // what cannot be read names nothing
	}
	return orderTouches(&r, s.couponsOf(ctx))
}

// refundsOf marks the refunds an order lists and the mirror lacks, and those the mirror has and the order lists no
// more. A refund's deletion does not move its order's date (measured on 10.0.2); the census finds it.
func (s tracing) refundsOf(ctx context.Context, r *reading.Reading) ([]storage.Mark, error) {
	if s.refundsRefused {
		return nil, nil
	}
	var held []storage.Ref
	for refund, err := range s.mirror.repo.Children(ctx, s.storeID, storage.Refunds, r.ID) {
		if err != nil {
			return nil, err
		}
		held = append(held, refund.Ref)
	}
	return refundsUnlike(r, held), nil
}
