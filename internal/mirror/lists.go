package mirror

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// readAll reads all lists of a kind, or continues where an earlier step had to stop. A list that fails for a reason of
// its own is left as it was and does not keep the others from being read. It is tried again after listRetry.
func (s listing) readAll(ctx context.Context, name string, every time.Duration, all []*roster.List) error {
	var st state.ListState
	if err := state.Load(ctx, s.repo, s.StoreID, name, &st); err != nil {
		return err
	}
	var failures []error
	for ; st.Next < len(all); st.Next++ {
		l := all[st.Next]
		s.tally.begin(l.Resource, TaskList, 0, 0)
		err := s.read(ctx, l)
		switch {
		case err == nil, ask.NoRoute(err):
			// Without a route there is nothing to mirror: the WooCommerce is older, or the feature is off ("shipping is
			// disabled").
		case s.Asker.Refused(ctx, l.Resource, err):
			s.warn(notRead(l.Resource, err))
		case s.stops(ctx, err):
			return errors.Join(err, s.writer.put(storage.Batch{Cursors: []storage.Cursor{state.Cursor(name, st)}}))
		default:
			failures = append(failures, err)
		}
	}
	st = state.ListState{At: s.Now(), Before: st.At}
	if len(failures) > 0 {
		st.At = st.At.Add(listRetry - every)
	}
	return errors.Join(
		errors.Join(failures...),
		s.writer.put(storage.Batch{Cursors: []storage.Cursor{state.Cursor(name, st)}}),
	)
}

// listRetry is the time after which the lists are read again when one of them failed.
const listRetry = 5 * time.Minute

// read reads a list, and the lists below its records.
func (s listing) read(ctx context.Context, l *roster.List) error {
	records, err := s.ListRecords(ctx, l)
	if err != nil {
		return err
	}
	if !l.Bundle {
		if err := s.watch.LearnInList(ctx, l.Resource, records, s.SampleOfList(l)); err != nil {
			return err
		}
	}
	if err := s.keep(ctx, l, records); err != nil {
		return err
	}
	if l.Resource == storage.OrderStatuses && len(records) > 0 {
		if err := s.inquiring().take(ctx, slugsOf(records)); err != nil {
			return err
		}
	}
	if l.Each == nil {
		return nil
	}
	for _, r := range records {
		for _, below := range l.Each(r) {
			if err := s.read(ctx, below); err != nil && !ask.NoRoute(err) && !ask.Gone(err) {
				return err
			}
		}
	}
	return nil
}

func slugsOf(records []storage.Record) []string {
	slugs := make([]string, len(records))
	for i, r := range records {
		slugs[i] = r.Slug
	}
	return slugs
}

// keep makes the mirror hold exactly the records of a list. The answer was complete, so a record that the answer lacks
// is gone from the store.
func (s listing) keep(ctx context.Context, l *roster.List, records []storage.Record) error {
	if err := s.flushed(); err != nil {
		return err
	}
	present := make(map[storage.Ref]json.RawMessage, len(records))
	for _, r := range records {
		present[r.Ref] = r.Raw
	}
	// changed holds the ids of the terms whose names in products are out of date. The terms of an attribute count under
	// the attribute's id.
	changed := map[int64]bool{}
	change := func(r storage.Record) { changed[cmp.Or(l.Parent, r.ID)] = true }
	batch := storage.Batch{Records: records}
	q := storage.Query{StoreID: s.StoreID, Resource: l.Resource, ParentID: l.Parent, WithTrash: true}
	for held, err := range s.repo.Records(ctx, q) {
		if err != nil {
			return err
		}
		if !l.Owns(held) {
			continue
		}
		raw, listed := present[held.Ref]
		if listed && renamed(held.Raw, raw) {
			change(held)
		}
		if !listed {
			change(held)
			batch.Gone = append(batch.Gone, held.Ref)
			below, err := s.below(ctx, l, held)
			if err != nil {
				return err
			}
			batch.Gone = append(batch.Gone, below...)
		}
	}
	marks, err := s.productsUnder(ctx, l, changed)
	if err != nil {
		return err
	}
	batch.Marks = marks
	s.tally.read(len(records))
	return s.writer.put(batch)
}

// below returns the records that are removed together with a record: the methods of a zone, the terms of an attribute.
func (s listing) below(ctx context.Context, l *roster.List, gone storage.Record) ([]storage.Ref, error) {
	if l.Each == nil {
		return nil, nil
	}
	var refs []storage.Ref
	for _, below := range l.Each(gone) {
		for child, err := range s.repo.Children(ctx, s.StoreID, below.Resource, gone.ID) {
			if err != nil {
				return nil, err
			}
			refs = append(refs, child.Ref)
		}
	}
	return refs, nil
}

func (s listing) whenDue(ctx context.Context, name string, every time.Duration, all []*roster.List) error {
	var st state.ListState
	if err := state.Load(ctx, s.repo, s.StoreID, name, &st); err != nil {
		return err
	}
	if st.Next == 0 && s.Now().Sub(st.At) < every && !s.swept(st.At) && !s.awaitedNow(name, st) {
		return nil
	}
	return s.readAll(ctx, name, every, all)
}

// readDue reads the lists to which records refer, when they are due. The store's own figures are not among them.
func (s listing) readDue(ctx context.Context) error {
	return s.whenDue(ctx, state.ListsName, s.opts.Schedule.Lists, roster.Lists())
}

func (s listing) reportsDue(ctx context.Context) error {
	return s.whenDue(ctx, "reports", s.opts.Schedule.Reports, roster.Reports())
}

// awaitedNow says whether a caller waits for lists that are not due yet.
func (s listing) awaitedNow(name string, st state.ListState) bool {
	if name != state.ListsName || !s.awaited(st.At) {
		return false
	}
	return s.restless(st.Before) || s.Now().Sub(st.At) >= listsFresh
}
