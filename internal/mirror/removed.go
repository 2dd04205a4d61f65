package mirror

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/follow"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/storage"
)

// removed takes a record out of the mirror, with the records that are reached only through it. It does nothing when too
// many records go at once (loss.go).
func (s rereading) removed(ctx context.Context, ref storage.Ref, m storage.Mark) error {
	if kept, err := s.keptBack(ctx, ref, m); kept || err != nil {
		return err
	}
	batch := storage.Batch{Gone: []storage.Ref{ref}, Done: []storage.Mark{m}, Cursors: []storage.Cursor{s.stirred()}}
	children := map[storage.Resource][]storage.Resource{
		storage.Orders: {
			storage.OrderNotes,
			storage.Refunds,
			storage.Fulfillments,
		}, storage.Products: {storage.Variations},
	}
	if parent := s.ParentOf(ctx, ref, m); ref.Resource == storage.Refunds && parent != 0 {
		// The order listed the refund, and its date does not move.
		order := storage.Ref{Resource: storage.Orders, ID: parent}
		if _, err := s.repo.Record(ctx, s.StoreID, order); err == nil {
			batch.Marks = []storage.Mark{{Resource: storage.Orders, ID: parent, Reason: "a refund of it was deleted"}}
		}
	}
	if ref.Resource == storage.Orders {
		batch.Cursors = append(batch.Cursors, s.unhide(ref.ID)...)
		// The order's stock and its use of coupons went back with it.
		if held, err := s.repo.Record(ctx, s.StoreID, ref); err == nil {
			if batch.Marks, err = s.tracing().heldOrderTouches(ctx, held); err != nil {
				return err
			}
		}
	}
	if ref.Resource == storage.Products || ref.Resource == storage.Variations {
		before, err := s.HeldReading(ctx, ref)
		if err != nil {
			return err
		}
		nothing := &reading.Reading{}
		batch.Marks = append(follow.TermsTouched(before, nothing), follow.LinesTouched(before, nothing)...)
	}
	for _, resource := range children[ref.Resource] {
		for child, err := range s.repo.Children(ctx, s.StoreID, resource, ref.ID) {
			if err != nil {
				return err
			}
			if resource == storage.Refunds && !s.RefundsByOrder {
				// The refund may have been left behind.
				batch.Marks = append(batch.Marks,
					storage.Mark{Resource: resource, ID: child.ID, ParentID: ref.ID, Reason: "its order is gone"})
				continue
			}
			batch.Gone = append(batch.Gone, child.Ref)
		}
	}
	return s.writer.put(batch)
}

// movedFrom says whether a variation that does not answer below a product was read below another one since: an import
// has moved it in the database.
func (s rereading) movedFrom(ctx context.Context, ref storage.Ref, m storage.Mark) bool {
	if m.Resource != storage.Variations || m.ParentID == 0 || s.flushed() != nil {
		return false
	}
	held, err := s.repo.Record(ctx, s.StoreID, ref)
	return err == nil && held.ParentID != m.ParentID
}

// putOff makes a mark due later, after a pause that grows with each attempt.
func (s rereading) putOff(m storage.Mark, cause error) error {
	pause := min(unreadablePause<<min(m.Attempts, 5), 24*time.Hour)
	m.NotBefore, m.Reason = s.Now().Add(pause), pages.UnreadableReason(cause)
	s.warn(stillLacksRecord(m))
	return s.writer.put(storage.Batch{Failed: []storage.Mark{m}})
}

// orphan reads a refund that does not answer under its order's address.
func (s rereading) orphan(ctx context.Context, m storage.Mark) error {
	r, shown, err := s.InRefunds(ctx, m.ID)
	if err != nil {
		return err
	}
	if !shown {
		return s.removed(ctx, storage.Ref{Resource: storage.Refunds, ID: m.ID}, m)
	}
	batch, _, err := s.tracing().changed(ctx, roster.Refunds, []reading.Reading{*r})
	if err != nil {
		return err
	}
	s.tally.read(1)
	batch.Done = append(batch.Done, m)
	return s.writer.put(batch)
}
