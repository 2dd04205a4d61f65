package mirror

import (
	"context"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// family reads all children of one parent and makes the mirror hold exactly those. A child that the list does not show
// any more is marked and asked for by itself, because it may be in the trash.
func (s rereading) family(ctx context.Context, m storage.Mark) error {
	f := roster.Families[m.Resource]
	if f == nil || f.Resource == storage.OrderNotes && s.opts.Notes == roster.ExtentOff {
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	}
	if f.Resource == storage.Fulfillments {
		return s.fulfillments(ctx, m)
	}
	return s.familyRead(ctx, m, s.readFamily(ctx, f, m))
}

// readFamily reads all children of a parent, and marks those that the mirror holds and the list does not show any more.
// The mark m is then done.
func (s rereading) readFamily(ctx context.Context, f *roster.Family, m storage.Mark) error {
	held, err := s.held(ctx, f.Resource, m.ParentID)
	if err != nil {
		return err
	}
	found := false
	err = s.EachChild(ctx, f, m.ParentID, func(readings []reading.Reading) error {
		found = found || len(readings) > 0
		for i := range readings {
			delete(held, readings[i].ID)
		}
		s.tally.read(len(readings))
		again := s.SampleOfFamily(f, m.ParentID)
		if err := s.watch.LearnInList(ctx, f.Resource, reading.Records(readings), again); err != nil {
			return err
		}
		marks, err := s.tracing().familyTouches(ctx, readings)
		if err != nil {
			return err
		}
		return s.writer.put(storage.Batch{Records: reading.Records(readings), Marks: marks})
	})
	if err != nil {
		return err
	}
	batch := storage.Batch{Done: []storage.Mark{m}}
	if f.Resource == storage.Variations {
		if batch.Cursors, err = s.straying().note(ctx, m.ParentID, found); err != nil {
			return err
		}
	}
	for id := range held {
		batch.Marks = append(batch.Marks,
			storage.Mark{Resource: f.Resource, ID: id, ParentID: m.ParentID, Reason: "its parent lists it no more"})
	}
	return s.writer.put(batch)
}

// familyRead decides what becomes of a mark after the children of its parent were read, or could not be.
func (s rereading) familyRead(ctx context.Context, m storage.Mark, err error) error {
	switch {
	case ask.Gone(err):
		// The parent itself is gone. The reading that finds this out removes the rest.
		return s.orphans(ctx, m)
	case err != nil && (pagesize.TooHeavy(err) || s.Asker.Refused(ctx, m.Resource, err)):
		return s.putOff(m, err)
	}
	return err
}

// held returns the ids of a parent's children in the mirror, the trash included. Only a request for the child itself
// shows that a child in the trash was deleted for good.
func (s rereading) held(ctx context.Context, r storage.Resource, parent int64) (map[int64]bool, error) {
	if err := s.flushed(); err != nil {
		return nil, err
	}
	held := map[int64]bool{}
	for child, err := range s.repo.Children(ctx, s.StoreID, r, parent) {
		if err != nil {
			return nil, err
		}
		held[child.ID] = true
	}
	return held, nil
}

// orphans marks the parent of a family whose list the store answers with "not found". If the parent proves to be gone,
// the family is removed with it.
func (s rereading) orphans(ctx context.Context, m storage.Mark) error {
	batch := storage.Batch{Done: []storage.Mark{m}}
	parent := storage.Ref{Resource: storage.Orders, ID: m.ParentID}
	if m.Resource == storage.Variations {
		parent.Resource = storage.Products
	}
	if _, err := s.repo.Record(ctx, s.StoreID, parent); err == nil {
		batch.Marks = []storage.Mark{
			{Resource: parent.Resource, ID: parent.ID, Reason: "the store knows no list of its " + string(m.Resource)},
		}
		return s.writer.put(batch)
	}
	for child, err := range s.repo.Children(ctx, s.StoreID, m.Resource, m.ParentID) {
		if err != nil {
			return err
		}
		batch.Gone = append(batch.Gone, child.Ref)
	}
	return s.writer.put(batch)
}

// fulfillments reads the fulfilments of an order like family.
func (s rereading) fulfillments(ctx context.Context, m storage.Mark) error {
	switch closed := &s.closedFulfillments; {
	case s.opts.Fulfillments == roster.ExtentOff || closed.absent:
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	case closed.refusal != nil:
		return s.putOff(m, closed.refusal)
	}
	err := s.readFamily(ctx, roster.Families[storage.Fulfillments], m)
	switch {
	case ask.NoRoute(err):
		s.closedFulfillments.absent = true
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	case err != nil && s.Asker.Refused(ctx, storage.Fulfillments, err):
		s.closedFulfillments.refusal = err
		s.warn(notRead(storage.Fulfillments, err))
		return s.putOff(m, err)
	}
	return s.familyRead(ctx, m, err)
}
