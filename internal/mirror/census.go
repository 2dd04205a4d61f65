package mirror

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/storage"
)

// compareTotals compares how many records the store counts with how many the mirror holds. One request thus shows a
// deletion that left no trace, however large the store is: polls see everything that is added, so a difference that
// remains means that something went.
//
// The same request reads the oldest record whole. When it looks different although it bears the same modification date,
// the store shows all its records differently (its time zone, address, decimals or plugins changed), and all
// collections are compared in every field (newlook.go).
func (s counting) compareTotals(ctx context.Context) error {
	s.tally.begin(s.coll.Resource, TaskCensus, 0, 0)
	for round := 0; ; round++ {
		differs, err := s.totalDiffers(ctx)
		if err != nil {
			return err
		}
		if !differs {
			s.st.Census.At = s.Now()
			return s.save()
		}
		switch {
		case round == 0 && s.coll.Modified:
			// Records may have come since the poll, or since marks were made.
			if err := s.polling().changes(ctx); err != nil {
				return err
			}
		case round <= maxSearches && s.coll.Dated && !s.st.Census.Stuck:
			if err := s.search(ctx); err != nil {
				return err
			}
		default:
			if err := s.sweeping().fromTheBeginning(ctx); err != nil {
				return err
			}
			s.st.Census.At = s.Now()
			return s.save()
		}
		if err := s.rereading().all(ctx); err != nil {
			return err
		}
	}
}

// maxSearches is how often a census searches by halves for differing records before it compares all records.
const maxSearches = 3

// totalDiffers says whether the store's total differs from the mirror's.
func (s counting) totalDiffers(ctx context.Context) (bool, error) {
	var total int
	var err error
	if s.coll.Modified {
		total, err = s.canary(ctx)
	} else {
		total, err = s.newcomers(ctx)
	}
	if err != nil {
		return false, err
	}
	if total < 0 {
		return false, nil // the store tells no total; the sweep must do
	}
	held, err := s.counts(ctx, s.coll.Resource)
	if err != nil {
		return false, err
	}
	s.st.Census.Total = total
	expected := s.listable(held) + s.st.Census.Skew
	if lost, err := s.stillLost(ctx, total, expected); lost || err != nil {
		return false, err
	}
	return total != expected, nil
}

// canary returns the store's total and checks the look of its oldest record.
func (s counting) canary(ctx context.Context) (int, error) {
	got, err := s.Asker.List(ctx, s.coll.Path(), s.Query(s.coll, "orderby", "id", "order", "asc", "per_page", "1"))
	if err != nil {
		return 0, err
	}
	r, found, err := pages.First(s.coll.Resource, s.coll.Path(), got)
	if err != nil || !found {
		return got.Total, err
	}
	if err := s.flushed(); err != nil {
		return 0, err
	}
	held, err := s.repo.Record(ctx, s.StoreID, r.Ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return 0, err
	}
	if err != nil {
		return got.Total, nil //nolint:nilerr // missing: others find that
	}
	if err := s.watch.WatchStill(ctx, s.coll, &r); err != nil {
		return 0, err
	}
	if !s.looksNew(held, &r) {
		return got.Total, nil // changed: others find that
	}
	if same, err := s.watch.OnlyVolatile(ctx, s.coll, held, &r); err != nil || same {
		return got.Total, err
	}
	batch, _, err := s.tracing().changed(ctx, s.coll, []reading.Reading{r})
	if err != nil {
		return 0, err
	}
	if err := s.writer.put(batch); err != nil {
		return 0, err
	}
	return got.Total, s.confirmNewLook(ctx, held)
}

// confirmNewLook asks for a few other records before everything is read again, because one record can have been edited
// directly in the database.
func (s counting) confirmNewLook(ctx context.Context, first storage.Record) error {
	got, err := s.Asker.List(
		ctx, s.coll.Path(), s.Query(s.coll, "orderby", "id", "order", "asc", "per_page", "5", "offset", "1"),
	)
	if err != nil {
		return err
	}
	p, err := pages.Of(s.coll.Resource, s.coll.Path(), got)
	if err != nil {
		return err
	}
	for i := range p.Readings {
		r := &p.Readings[i]
		held, err := s.repo.Record(ctx, s.StoreID, r.Ref)
		if err == nil && s.looksNew(held, r) {
			s.opts.Log.Info("the store shows unchanged records differently; comparing all of them",
				"resource", s.coll.Resource, "seen_on", first.ID, "and_on", r.ID)
			return s.newLook(ctx)
		}
	}
	return nil
}

// looksNew says whether a record has the modification date that the mirror knows and yet shows other content. A very
// young date proves nothing, because a second change within the same second leaves the date as it is.
func (s counting) looksNew(held storage.Record, r *reading.Reading) bool {
	return held.Modified.Equal(r.Modified) && held.Modified.Before(s.polling().after()) &&
		!s.watch.Same.Content(s.coll.Resource, held.Raw, r.Raw)
}

// newcomers reads the total and the newest records of a collection in which changes may leave dates as they are. It
// marks the records that differ, and returns the total.
func (s counting) newcomers(ctx context.Context) (int, error) {
	got, err := s.Asker.List(
		ctx,
		s.coll.Path(),
		s.Query(
			s.coll, "orderby", "id", "order", "desc", "per_page", strconv.Itoa(s.PerPage), "_fields",
			s.sweepFields(),
		),
	)
	if err != nil {
		return 0, err
	}
	p, err := pages.Of(s.coll.Resource, s.coll.Path(), got)
	if err != nil {
		return 0, err
	}
	if err := s.flushed(); err != nil {
		return 0, err
	}
	var marks []storage.Mark
	for i := range p.Readings {
		r := &p.Readings[i]
		held, err := s.repo.Record(ctx, s.StoreID, r.Ref)
		if err != nil || !s.sameFields(s.coll.Resource, r.Raw, held.Raw) {
			marks = append(
				marks,
				storage.Mark{
					Resource: s.coll.Resource,
					ID:       r.ID,
					ParentID: r.ParentID,
					Reason:   "among the newest, with other values",
				},
			)
		}
	}
	if len(marks) > 0 {
		if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
			return 0, err
		}
		if err := s.rereading().all(ctx); err != nil {
			return 0, err
		}
	}
	return got.Total, nil
}

// leaf is the largest number of records in a span whose ids are compared one by one.
const leaf = 300

// search finds the spans of creation dates in which store and mirror differ in number, by halving, and compares those
// spans record by record. For a million records that takes about fifteen requests.
func (s counting) search(ctx context.Context) error {
	total, err := s.count(ctx, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	return s.searchSpan(ctx, time.Time{}, time.Time{}, total)
}

// searchSpan searches the span [from, to), in which the store counts total records.
func (s counting) searchSpan(ctx context.Context, from, to time.Time, total int) error {
	held, err := s.heldIn(ctx, from, to)
	if err != nil || held == total && !(from.IsZero() && to.IsZero()) {
		return err
	}
	if max(held, total) <= leaf {
		return s.compareSpan(ctx, from, to)
	}
	middle, err := s.middle(ctx, from, to, held)
	if err != nil {
		return err
	}
	if middle.IsZero() || !middle.After(from) || !to.IsZero() && !middle.Before(to) {
		return s.compareSpan(ctx, from, to) // all created in one second
	}
	left, err := s.count(ctx, from, middle)
	if err != nil {
		return err
	}
	if left < 0 || left > total {
		return s.compareSpan(ctx, from, to) // the store ignores the dates
	}
	if err := s.searchSpan(ctx, from, middle, left); err != nil {
		return err
	}
	return s.searchSpan(ctx, middle, to, total-left)
}

func (s counting) heldIn(ctx context.Context, from, to time.Time) (int, error) {
	if err := s.flushed(); err != nil {
		return 0, err
	}
	return s.repo.CountRecords(
		ctx,
		storage.Query{StoreID: s.StoreID, Resource: s.coll.Resource, CreatedFrom: from, CreatedBefore: to},
	)
}

// middle returns a creation date with about as many of the mirror's records before as after it.
func (s counting) middle(ctx context.Context, from, to time.Time, held int) (time.Time, error) {
	return s.repo.CreatedAt(ctx, s.StoreID, s.coll.Resource, from, to, held/2)
}

// compareSpan compares the ids that were created in a span with the mirror.
func (s counting) compareSpan(ctx context.Context, from, to time.Time) error {
	ch := s.Chain(s.coll, append(shown.Span(from, to), "_fields", s.coll.Cheap), pages.Place{}, -1)
	ch.Fresh = true
	return ch.Run(ctx, func(p *pages.Page) error {
		marks, err := s.compare(ctx, s.coll, p, storage.Range{CreatedFrom: from, CreatedBefore: to})
		if err != nil {
			return err
		}
		return s.writer.put(storage.Batch{Marks: marks})
	})
}
