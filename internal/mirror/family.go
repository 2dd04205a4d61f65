package mirror

import (
	"context"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// family reads all children of one parent and makes the mirror hold exactly those. A child that the list no longer
// shows is marked and asked for by itself: it may lie in the trash.
func (s rereading) family(ctx context.Context, m storage.Mark) error {
	f := families[m.Resource]
	if f == nil || f.resource == storage.OrderNotes && s.opts.Notes == ExtentOff {
		return s.writer.put(storage.Batch{Done: []storage.Mark{m}})
	}
	if f.resource == storage.Fulfillments {
		return s.fulfillments(ctx, m)
	}
	return s.familyRead(ctx, m, s.readFamily(ctx, f, m))
}

// readFamily reads all children of a parent, and marks those that the mirror holds and the list shows no more. The mark
// is done with that.
func (s rereading) readFamily(ctx context.Context, f *family, m storage.Mark) error {
	held, err := s.held(ctx, f.resource, m.ParentID)
	if err != nil {
		return err
	}
	found := false
	err = s.eachChild(ctx, f, m.ParentID, func(readings []reading.Reading) error {
		found = found || len(readings) > 0
		for i := range readings {
			delete(held, readings[i].ID)
		}
		s.tally.read(len(readings))
		again := s.sampleOfFamily(f, m.ParentID)
		if err := s.watching().learnInList(ctx, f.resource, reading.Records(readings), again); err != nil {
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
	if f.resource == storage.Variations {
		if batch.Cursors, err = s.straying().note(ctx, m.ParentID, found); err != nil {
			return err
		}
	}
	for id := range held {
		batch.Marks = append(batch.Marks,
			storage.Mark{Resource: f.resource, ID: id, ParentID: m.ParentID, Reason: "its parent lists it no more"})
	}
	return s.writer.put(batch)
}

// familyRead decides what becomes of a mark after the children of its parent were read, or could not be.
func (s rereading) familyRead(ctx context.Context, m storage.Mark, err error) error {
	switch {
	case ask.Gone(err):
		// The parent itself is gone; whoever finds that removes the rest.
		return s.orphans(ctx, m)
	case err != nil && (pagesize.TooHeavy(err) || s.asker.Refused(ctx, m.Resource, err)):
		return s.putOff(m, err)
	}
	return err
}

// sampleOfFamily reads a few children of a parent.
func (s *step) sampleOfFamily(f *family, parent int64) again {
	return func(ctx context.Context) ([]reading.Reading, error) {
		got, err := s.asker.List(
			ctx, f.route.List(parent), s.asker.Fresh(ask.Query(nil, "per_page", strconv.Itoa(sampled))),
		)
		if err != nil {
			return nil, err
		}
		p, err := pages.Of(f.resource, f.route.List(parent), got)
		if err != nil {
			return nil, err
		}
		return p.Readings, nil
	}
}

// eachChild reads all children of a parent, page by page.
func (s *step) eachChild(ctx context.Context, f *family, parent int64, hand func([]reading.Reading) error) error {
	if f.whole {
		return s.allChildren(ctx, f, parent, hand)
	}
	chain := &pages.Chain{
		Asker: s.asker, InFlight: s.opts.InFlight, Log: s.opts.Log,
		Path: f.route.List(parent), Resource: f.resource, Parent: parent, Total: -1,
		Size: s.size(f.resource), Unreadable: s.unreadable(f.resource), Fresh: true,
	}
	give := func(p *pages.Page) error { return hand(p.Readings) }
	if f.resource != storage.Variations {
		return chain.Run(ctx, give)
	}
	chain.Filter = f.route.Everything()
	if err := chain.Run(ctx, give); err != nil {
		return err
	}
	product, err := s.mirror.repo.Record(ctx, s.storeID, storage.Ref{Resource: storage.Products, ID: parent})
	if err != nil || product.Status != storage.StatusTrash {
		return nil //nolint:nilerr // what is not mirrored lies in no trash
	}
	// A product takes its variations along.
	chain.Filter, chain.Place, chain.Total = url.Values{"status": {storage.StatusTrash}}, pages.Place{}, -1
	return chain.Run(ctx, give)
}

// allChildren reads a list that the store answers with as a whole, in an order of its own.
func (s *step) allChildren(ctx context.Context, f *family, parent int64, hand func([]reading.Reading) error) error {
	shape := "["
	if f.wrapped[0] != "" {
		shape = "[{"
	}
	got, err := s.asker.Get(ctx, f.route.List(parent), s.asker.Fresh(nil), shape)
	if err != nil {
		return err
	}
	got.Body = unwrapped(got.Body, f.wrapped[0])
	p, err := pages.Of(f.resource, f.route.List(parent), got)
	if err != nil {
		return err
	}
	for i := range p.Readings {
		p.Readings[i].ParentID = parent
	}
	return hand(p.Readings)
}

// held are the ids of a parent's children, those in the trash among them: no list shows that one of those was deleted
// for good, only asking for it does.
func (s rereading) held(ctx context.Context, r storage.Resource, parent int64) (map[int64]bool, error) {
	if err := s.flushed(); err != nil {
		return nil, err
	}
	held := map[int64]bool{}
	for child, err := range s.mirror.repo.Children(ctx, s.storeID, r, parent) {
		if err != nil {
			return nil, err
		}
		held[child.ID] = true
	}
	return held, nil
}

// orphans marks the parent of a family whose list the store does not know, so that the parent's removal takes the
// family along.
func (s rereading) orphans(ctx context.Context, m storage.Mark) error {
	batch := storage.Batch{Done: []storage.Mark{m}}
	parent := storage.Ref{Resource: storage.Orders, ID: m.ParentID}
	if m.Resource == storage.Variations {
		parent.Resource = storage.Products
	}
	if _, err := s.mirror.repo.Record(ctx, s.storeID, parent); err == nil {
		batch.Marks = []storage.Mark{
			{Resource: parent.Resource, ID: parent.ID, Reason: "the store knows no list of its " + string(m.Resource)},
		}
		return s.writer.put(batch)
	}
	for child, err := range s.mirror.repo.Children(ctx, s.storeID, m.Resource, m.ParentID) {
		if err != nil {
			return err
		}
		batch.Gone = append(batch.Gone, child.Ref)
	}
	return s.writer.put(batch)
}
