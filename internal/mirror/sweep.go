package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
)

// Swept is what sweeps compared in a step.
type Swept struct {
	// Records were compared, at the cost of Requests; Differences were found
	// and brought into the mirror, with what followed from them.
	Records     int   `json:"records"`
	Differences int   `json:"differences"`
	Requests    int64 `json:"requests"`
	// Recent says that of a large collection only the newest were compared.
	Recent bool `json:"recent,omitempty"`
}

// Add sums what two steps did.
func (a Swept) Add(b Swept) Swept {
	return Swept{a.Records + b.Records, a.Differences + b.Differences, a.Requests + b.Requests, a.Recent || b.Recent}
}

// sweepIfDue compares as much of a collection as is due.
func (s *step) sweepIfDue(ctx context.Context, c *collection, st *state) error {
	held, err := s.mirror.repo.Counts(ctx, s.storeID, c.resource)
	if err != nil {
		return err
	}
	if s.sweepReach(c, st, held.Live) == sweepRecent {
		if err := s.sweepRecent(ctx, c, st, held.Live); err != nil {
			return err
		}
	}
	switch s.sweepReach(c, st, held.Live) {
	case sweepWhole:
		return s.sweep(ctx, c, st, true)
	case sweepSpread:
		err := s.sweep(ctx, c, st, false)
		if errors.Is(err, ask.ErrSpent) && !s.asker.Spent() {
			return nil // far enough for the time that has passed
		}
		return err
	default:
		return nil
	}
}

// sweep walks through all identifiers of a collection and compares the cheap
// fields with the mirror, or all of them where the store hides changes. It
// finds what no date and no total shows: records edited behind the store's
// back, with the clock put back, or within one second, and those whose fields
// move without their date.
//
// It is spread over its interval: a step goes on only so far that the walk
// is not ahead of the time that has passed, unless it is told to hurry.
func (s *step) sweep(ctx context.Context, c *collection, st *state, hurry bool) error {
	if st.Sweep == nil || !st.Sweep.Deep && !s.looksNewSince(c).IsZero() || st.Sweep.StartedAt.Before(s.looksNewSince(c)) || hurry && st.Sweep.StartedAt.Before(s.budget.Since) {
		// Somebody who waits wants all of it compared after he began to wait.
		st.Sweep = &sweep{StartedAt: s.now(), Deep: s.deep(c, st)}
	}
	held, err := s.counts(ctx, c.resource)
	if err != nil {
		return err
	}
	total, err := s.sweepOn(ctx, c, st, st.Sweep, func() bool { return !hurry && s.aheadOfTime(c, st, held.Live) })
	if errors.Is(err, errDeeper) {
		st.Sweep = nil
		return s.sweep(ctx, c, st, hurry)
	}
	if err != nil {
		return err
	}
	return s.closeSweep(ctx, c, st, total)
}

// sweepRecent is sweep for the newest records.
func (s *step) sweepRecent(ctx context.Context, c *collection, st *state, records int) error {
	if st.SweepRecent == nil || st.SweepRecent.StartedAt.Before(s.budget.Since) {
		from, err := s.mirror.repo.CreatedAt(ctx, s.storeID, c.resource, time.Time{}, time.Time{}, records-s.opts.Window)
		if err != nil {
			return err
		}
		st.SweepRecent = &sweep{StartedAt: s.now(), Deep: s.deep(c, st), From: from}
	}
	s.tally.swept(Swept{Recent: true})
	_, err := s.sweepOn(ctx, c, st, st.SweepRecent, func() bool { return false })
	if errors.Is(err, errDeeper) {
		st.SweepRecent = nil
		return s.sweepRecent(ctx, c, st, records)
	}
	if err != nil {
		return err
	}
	st.RecentAt, st.RecentBefore, st.SweepRecent = s.now(), st.RecentAt, nil
	return s.save(c, st)
}

// deep says whether every field has to be compared: the cheap ones leave out
// what costs a store most to show, the lines of its orders.
func (s *step) deep(c *collection, st *state) bool {
	return st.Silent || s.budget.Sweep || !s.looksNewSince(c).IsZero()
}

// errDeeper ends a sweep of cheap fields that found a record changed under the
// date it had: the fields it did not look at may have changed as well.
var errDeeper = errors.New("mirror: the store hides changes")

// sweepOn goes on with a sweep until it rests, and reads again what differs.
// It gives the number of records that the store counts.
func (s *step) sweepOn(ctx context.Context, c *collection, st *state, sw *sweep, rest func() bool) (int, error) {
	s.tally.begin(c.resource, TaskSweep, sw.Distinct, 0)
	if err := s.flushed(); err != nil {
		return 0, err
	}
	began, before, changes := s.now(), s.asker.Sent(), s.tally.changes()
	ch := s.chain(c, s.sweepFilter(c, sw), sw.Place, -1)
	err := ch.Run(ctx, func(p *pages.Page) error {
		marks, err := s.compare(ctx, c, p, storage.Range{CreatedFrom: sw.From})
		if err != nil {
			return err
		}
		if c == orders && !st.Silent {
			if st.Silent, err = s.silent(ctx, p, marks); err != nil {
				return err
			}
		}
		if s.budget.Sweep && sw.Deep {
			below, err := s.allBelow(ctx, c, p.Readings[len(p.Readings)-p.Fresh:])
			if err != nil {
				return err
			}
			marks = append(marks, below...)
		}
		sw.Place = p.Next
		sw.Distinct += p.Fresh
		s.tally.read(p.Fresh)
		s.tally.swept(Swept{Records: p.Fresh})
		sw.Took += s.now().Sub(began)
		began = s.now()
		if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.stateCursor(c, st)}}); err != nil {
			return err
		}
		if st.Silent && c == orders && !sw.Deep {
			return errDeeper
		}
		if !p.Last && rest() {
			return ask.ErrSpent
		}
		return nil
	})
	s.tally.swept(Swept{Requests: s.asker.Sent() - before})
	if err != nil && (s.asker.Spent() || !errors.Is(err, ask.ErrSpent) && !errors.Is(err, errDeeper)) {
		// What was marked is read again by the next step, and not counted
		// here: at worst the next sweep comes later than it could.
		return 0, err
	}
	if again := s.reread(ctx); again != nil {
		return 0, again
	}
	if unkept := s.flushed(); unkept != nil {
		return 0, unkept
	}
	found := s.tally.changes() - changes
	sw.Differences += found
	s.tally.swept(Swept{Differences: found})
	return ch.Total, err
}

// silent says whether a record among those marked shows other values under the
// date it had: nothing but comparing finds such edits on this store.
func (s *step) silent(ctx context.Context, p *pages.Page, marks []storage.Mark) (bool, error) {
	marked := make(map[int64]bool, len(marks))
	for _, m := range marks {
		marked[m.ID] = true
	}
	for i := range p.Readings {
		r := &p.Readings[i]
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

// aheadOfTime says whether the sweep may rest. It has a tenth of its interval for all records, and rests while it has
// walked through more of them than the time gone by asks for.
func (s *step) aheadOfTime(c *collection, st *state, records int) bool {
	if records == 0 {
		return false
	}
	due := float64(s.now().Sub(st.Sweep.StartedAt)) / (float64(s.sweepEvery(c, st)) / 10)
	return float64(st.Sweep.Distinct)/float64(records) > due+0.02
}

// closeSweep ends a complete sweep. What the store still counts and does not
// show is remembered, so that the census does not look for it every time.
func (s *step) closeSweep(ctx context.Context, c *collection, st *state, total int) error {
	held, err := s.counts(ctx, c.resource)
	if err != nil {
		return err
	}
	if skew := total - s.listable(c, held); total >= 0 && skew != st.Census.Skew {
		// Records may have come and gone during the sweep: the difference
		// must show again before it is believed.
		if st.Census.Skew, err = s.skewNow(ctx, c, st); err != nil {
			return err
		}
	}
	if st.Fruitless++; st.Sweep.Differences > 0 {
		st.Fruitless = 0
	}
	looked := s.looked(c, st.Sweep.StartedAt, st.Sweep.Deep)
	st.SweepTook, st.Sweep = st.Sweep.Took, nil
	st.SweptAt, st.SweptBefore = s.now(), st.SweptAt
	st.RecentAt, st.RecentBefore = st.SweptAt, st.SweptBefore
	return s.writer.put(storage.Batch{Cursors: append(looked, s.stateCursor(c, st))})
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
	return total - s.listable(c, held), err
}

// listable is how many of the records that the mirror holds lists show.
func (s *step) listable(c *collection, held storage.Count) int {
	if c == orders {
		return held.Live - len(s.about.Hidden.Known)
	}
	return held.Live
}

// sweepNow sweeps from the beginning to the end as fast as the step allows.
func (s *step) sweepNow(ctx context.Context, c *collection, st *state) error {
	st.Sweep = nil
	return s.sweep(ctx, c, st, true)
}

// unfilteredSweep is how often a store is swept that cannot select by
// modification date: the sweep is then the only way to see edits.
const unfilteredSweep = 15 * time.Minute
