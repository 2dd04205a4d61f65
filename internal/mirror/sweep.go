package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// sweep walks through all identifiers of a collection and compares the cheap
// fields with the mirror. It finds what no date and no total shows: records
// edited behind the store's back, with the clock put back, or within one
// second, and those whose fields move without their date.
//
// It is spread over its interval: a step goes on only so far that the walk
// is not ahead of the time that has passed, unless it is told to hurry.
func (s *step) sweep(ctx context.Context, c *collection, st *state, hurry bool) error {
	if st.Sweep == nil || s.swept(st.Sweep.StartedAt) && !s.budget.Since.IsZero() {
		// Somebody who waits wants all of it compared after he began to wait.
		st.Sweep = &sweep{StartedAt: s.now()}
	}
	s.tally.begin(c.resource, TaskSweep, st.Sweep.Distinct, 0)
	if err := s.flushed(); err != nil {
		return err
	}
	held, err := s.counts(ctx, c.resource)
	if err != nil {
		return err
	}
	ch := s.chain(c, []string{"_fields", s.sweepFields(c)}, st.Sweep.Place, -1)
	err = ch.run(ctx, func(p *page) error {
		marks, err := s.compare(ctx, c, p, storage.Range{})
		if err != nil {
			return err
		}
		if c == orders && !st.Silent {
			if st.Silent, err = s.silent(ctx, p, marks); err != nil {
				return err
			}
		}
		st.Sweep.Place = p.next
		st.Sweep.Distinct += p.fresh
		st.Sweep.Differences += len(marks)
		s.tally.read(p.fresh)
		if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.stateCursor(c, st)}}); err != nil {
			return err
		}
		if !p.last && !hurry && s.aheadOfTime(c, st, held.Live) {
			return errSpent
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.reread(ctx); err != nil {
		return err
	}
	return s.closeSweep(ctx, c, st, ch.total)
}

// silent says whether a record among those marked shows other values under the
// date it had: nothing but comparing finds such edits on this store.
func (s *step) silent(ctx context.Context, p *page, marks []storage.Mark) (bool, error) {
	marked := make(map[int64]bool, len(marks))
	for _, m := range marks {
		marked[m.ID] = true
	}
	for i := range p.readings {
		r := &p.readings[i]
		if !marked[r.ID] {
			continue
		}
		held, err := s.mirror.repo.Record(ctx, s.storeID, r.Ref)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, err
		}
		if err == nil && held.Modified.Equal(r.Modified) {
			return true, nil
		}
	}
	return false, nil
}

// aheadOfTime says whether the sweep may rest: a tenth of its interval is
// time enough for all of it.
func (s *step) aheadOfTime(c *collection, st *state, records int) bool {
	if records == 0 {
		return false
	}
	due := float64(s.now().Sub(st.Sweep.StartedAt)) / (float64(c.every(s.opts.Schedule)) / 10)
	return float64(st.Sweep.Distinct)/float64(records) > due+0.02
}

// closeSweep ends a complete sweep. What the store still counts and does not
// show is remembered, so that the census does not look for it every time.
func (s *step) closeSweep(ctx context.Context, c *collection, st *state, total int) error {
	held, err := s.counts(ctx, c.resource)
	if err != nil {
		return err
	}
	if skew := total - held.Live; total >= 0 && skew != st.Census.Skew {
		// Records may have come and gone during the sweep: the difference
		// must show again before it is believed.
		if st.Census.Skew, err = s.skewNow(ctx, c, st); err != nil {
			return err
		}
	}
	st.Sweep, st.SweptAt = nil, s.now()
	return s.save(c, st)
}

func (s *step) skewNow(ctx context.Context, c *collection, st *state) (int, error) {
	if c.modified {
		if err := s.pollChanges(ctx, c, st); err != nil {
			return 0, err
		}
	}
	total, err := s.count(ctx, c, time.Time{}, time.Time{})
	if err != nil || total < 0 {
		return 0, err
	}
	held, err := s.counts(ctx, c.resource)
	return total - held.Live, err
}

// sweepNow sweeps from the beginning to the end as fast as the step allows.
func (s *step) sweepNow(ctx context.Context, c *collection, st *state) error {
	st.Sweep = nil
	return s.sweep(ctx, c, st, true)
}

// sweepDue says whether a sweep should begin or go on.
func (s *step) sweepDue(c *collection, st *state) bool {
	if st.Sweep != nil {
		held, err := s.mirror.repo.Counts(context.Background(), s.storeID, c.resource)
		return err != nil || !s.aheadOfTime(c, st, held.Live)
	}
	every := c.every(s.opts.Schedule)
	if st.Poll.Unfiltered {
		every = min(every, unfilteredSweep)
	}
	return s.now().Sub(st.SweptAt) >= every
}

// unfilteredSweep is how often a store is swept that cannot select by
// modification date: the sweep is then the only way to see edits.
const unfilteredSweep = 15 * time.Minute
