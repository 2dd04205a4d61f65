package mirror

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// census compares how many records the store counts with how many the mirror
// holds. It is what shows a deletion that left nothing behind, one request
// after it happened and however large the store is: polls see everything that
// is added, so totals that disagree mean that something went.
//
// The same request reads the oldest record whole. When it looks different
// although it bears the same modification date, the store shows all its
// records differently (its time zone, address, decimals or plugins changed),
// and all collections are compared in every field (newlook.go).
func (s *step) census(ctx context.Context, c *collection, st *state) error {
	s.tally.begin(c.resource, TaskCensus, 0, 0)
	for round := 0; ; round++ {
		differs, err := s.totalDiffers(ctx, c, st)
		if err != nil {
			return err
		}
		if !differs {
			st.Census.At = s.now()
			return s.save(c, st)
		}
		switch {
		case round == 0 && c.modified:
			// Records may have come since the poll, or since marks were made.
			if err := s.pollChanges(ctx, c, st); err != nil {
				return err
			}
		case round <= maxSearches && c.dated:
			if err := s.search(ctx, c); err != nil {
				return err
			}
		default:
			if err := s.sweepNow(ctx, c, st); err != nil {
				return err
			}
			st.Census.At = s.now()
			return s.save(c, st)
		}
		if err := s.reread(ctx); err != nil {
			return err
		}
	}
}

// maxSearches is how often one census looks for differing records by halves
// before it compares all.
const maxSearches = 3

// totalDiffers makes the comparison.
func (s *step) totalDiffers(ctx context.Context, c *collection, st *state) (bool, error) {
	var total int
	var err error
	if c.modified {
		total, err = s.canary(ctx, c, st)
	} else {
		total, err = s.newcomers(ctx, c)
	}
	if err != nil {
		return false, err
	}
	if total < 0 {
		return false, nil // the store does not say; the sweep must do
	}
	held, err := s.counts(ctx, c.resource)
	return total != s.listable(c, held)+st.Census.Skew, err
}

// canary reads the total and the oldest record.
func (s *step) canary(ctx context.Context, c *collection, st *state) (int, error) {
	got, err := s.asker.List(ctx, c.path(), s.query(c, "orderby", "id", "order", "asc", "per_page", "1"))
	if err != nil {
		return 0, err
	}
	r, found, err := pages.First(c.resource, c.path(), got)
	if err != nil || !found {
		return got.Total, err
	}
	if err := s.flushed(); err != nil {
		return 0, err
	}
	held, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return 0, err
	}
	if err != nil {
		return got.Total, nil //nolint:nilerr // missing: others find that
	}
	if err := s.watchStill(ctx, c, &r); err != nil {
		return 0, err
	}
	if !s.looksNew(c, st, held, &r) {
		return got.Total, nil // changed: others find that
	}
	if same, err := s.isVolatile(ctx, c, held, &r); err != nil || same {
		return got.Total, err
	}
	batch, _, err := s.changed(ctx, c, []reading.Reading{r})
	if err != nil {
		return 0, err
	}
	if err := s.writer.put(batch); err != nil {
		return 0, err
	}
	return got.Total, s.confirmNewLook(ctx, c, st, held)
}

// confirmNewLook asks for a few other records before everything is read
// again: one record can have been edited behind the store's back.
func (s *step) confirmNewLook(ctx context.Context, c *collection, st *state, first storage.Record) error {
	got, err := s.asker.List(ctx, c.path(), s.query(c, "orderby", "id", "order", "asc", "per_page", "5", "offset", "1"))
	if err != nil {
		return err
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil {
		return err
	}
	for i := range p.Readings {
		r := &p.Readings[i]
		held, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
		if err == nil && s.looksNew(c, st, held, r) {
			s.opts.Log.Info("the store shows unchanged records differently; comparing all of them",
				"resource", c.resource, "seen_on", first.ID, "and_on", r.ID)
			return s.newLook(ctx)
		}
	}
	return nil
}

// looksNew says whether a record bears the stamp the mirror knows and yet
// shows other content. A stamp so young that a second change may still hide
// behind it proves nothing.
func (s *step) looksNew(c *collection, st *state, held storage.Record, r *reading.Reading) bool {
	return held.Modified.Equal(r.Modified) && held.Modified.Before(s.pollAfter(st)) && !s.same.Content(c.resource, held.Raw, r.Raw)
}

// newcomers reads the total and the newest records of a collection whose
// modification dates do not show all changes, and marks those that differ.
func (s *step) newcomers(ctx context.Context, c *collection) (int, error) {
	got, err := s.asker.List(ctx, c.path(), s.query(c, "orderby", "id", "order", "desc", "per_page", strconv.Itoa(s.opts.PerPage), "_fields", s.sweepFields(c)))
	if err != nil {
		return 0, err
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil {
		return 0, err
	}
	if err := s.flushed(); err != nil {
		return 0, err
	}
	var marks []storage.Mark
	for i := range p.Readings {
		r := &p.Readings[i]
		held, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
		if err != nil || !s.sameFields(c.resource, r.Raw, held.Raw) {
			marks = append(marks, storage.Mark{Resource: c.resource, ID: r.ID, ParentID: r.ParentID, Reason: "among the newest, with other values"})
		}
	}
	if len(marks) > 0 {
		if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
			return 0, err
		}
		if err := s.reread(ctx); err != nil {
			return 0, err
		}
	}
	return got.Total, nil
}

// leaf is how many records a span may hold for its identifiers to be compared
// one by one.
const leaf = 300

// search finds the spans of creation dates in which store and mirror differ
// in number, by halving, and compares those record by record. For a million
// records that is about fifteen requests.
func (s *step) search(ctx context.Context, c *collection) error {
	total, err := s.count(ctx, c, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	return s.searchSpan(ctx, c, time.Time{}, time.Time{}, total)
}

// searchSpan searches [from, to), of which the store counts total.
func (s *step) searchSpan(ctx context.Context, c *collection, from, to time.Time, total int) error {
	held, err := s.heldIn(ctx, c, from, to)
	if err != nil || held == total && !(from.IsZero() && to.IsZero()) {
		return err
	}
	if max(held, total) <= leaf {
		return s.compareSpan(ctx, c, from, to)
	}
	middle, err := s.middle(ctx, c, from, to, held)
	if err != nil {
		return err
	}
	if middle.IsZero() || !middle.After(from) || !to.IsZero() && !middle.Before(to) {
		return s.compareSpan(ctx, c, from, to) // all created in one second
	}
	left, err := s.count(ctx, c, from, middle)
	if err != nil {
		return err
	}
	if left < 0 || left > total {
		return s.compareSpan(ctx, c, from, to) // dates are not heeded
	}
	if err := s.searchSpan(ctx, c, from, middle, left); err != nil {
		return err
	}
	return s.searchSpan(ctx, c, middle, to, total-left)
}

func (s *step) heldIn(ctx context.Context, c *collection, from, to time.Time) (int, error) {
	if err := s.flushed(); err != nil {
		return 0, err
	}
	return s.mirror.repo.CountRecords(ctx, storage.Query{StoreID: s.storeID, Resource: c.resource, CreatedFrom: from, CreatedBefore: to})
}

// middle is a creation date with about as many of the mirror's records before
// it as behind.
func (s *step) middle(ctx context.Context, c *collection, from, to time.Time, held int) (time.Time, error) {
	return s.mirror.repo.CreatedAt(ctx, s.storeID, c.resource, from, to, held/2)
}

// compareSpan compares the identifiers created in a span with the mirror.
func (s *step) compareSpan(ctx context.Context, c *collection, from, to time.Time) error {
	ch := s.chain(c, append(span(from, to), "_fields", c.cheap), pages.Place{}, -1)
	return ch.Run(ctx, func(p *pages.Page) error {
		marks, err := s.compare(ctx, c, p, storage.Range{CreatedFrom: from, CreatedBefore: to})
		if err != nil {
			return err
		}
		return s.writer.put(storage.Batch{Marks: marks})
	})
}
