package mirror

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// whenDue compares the part of a collection that is due.
func (s sweeping) whenDue(ctx context.Context) error {
	if !s.st.Live {
		return nil
	}
	held, err := s.repo.Counts(ctx, s.StoreID, s.coll.Resource)
	if err != nil {
		return err
	}
	if s.reach(held.Live) == sweepRecent {
		if err := s.recent(ctx, held.Live); err != nil {
			return err
		}
	}
	switch s.reach(held.Live) {
	case sweepWhole:
		return s.all(ctx, true)
	case sweepSpread:
		err := s.all(ctx, false)
		if errors.Is(err, ask.ErrSpent) && !s.Asker.Spent() {
			return nil // far enough for the time that has passed
		}
		return err
	default:
		return nil
	}
}

// all walks through all ids of a collection and compares the cheap fields with the mirror, or all fields where the
// store hides changes. It finds what no date and no total shows: records that were edited in the database, with the
// clock put back, or within one second, and records whose fields change without their date.
//
// The walk is spread over the interval of the sweep: a step continues only until the walk is ahead of the time that has
// passed. With hurry it continues to the end.
func (s sweeping) all(ctx context.Context, hurry bool) error {
	if s.st.Sweep == nil || !s.st.Sweep.Deep && !s.looksNewSince(s.coll).IsZero() ||
		s.st.Sweep.StartedAt.Before(s.looksNewSince(s.coll)) ||
		hurry && s.st.Sweep.StartedAt.Before(s.budget.Since) {
		// A caller who waits wants everything compared after the wait began.
		s.st.Sweep = &state.Sweep{StartedAt: s.Now(), Deep: s.deep()}
	}
	held, err := s.counts(ctx, s.coll.Resource)
	if err != nil {
		return err
	}
	total, err := s.goOn(ctx, s.st.Sweep, func() bool { return !hurry && s.aheadOfTime(held.Live) })
	if errors.Is(err, errDeeper) {
		s.st.Sweep = nil
		return s.all(ctx, hurry)
	}
	if err != nil {
		return err
	}
	return s.end(ctx, total)
}

// recent is a sweep of the newest records; records is how many the mirror holds.
func (s sweeping) recent(ctx context.Context, records int) error {
	if s.st.SweepRecent == nil || s.st.SweepRecent.StartedAt.Before(s.budget.Since) {
		from, err := s.repo.CreatedAt(
			ctx, s.StoreID, s.coll.Resource, time.Time{}, time.Time{}, records-s.opts.Window,
		)
		if err != nil {
			return err
		}
		s.st.SweepRecent = &state.Sweep{StartedAt: s.Now(), Deep: s.deep(), From: from}
	}
	s.tally.swept(Swept{Recent: true})
	_, err := s.goOn(ctx, s.st.SweepRecent, func() bool { return false })
	if errors.Is(err, errDeeper) {
		s.st.SweepRecent = nil
		return s.recent(ctx, records)
	}
	if err != nil {
		return err
	}
	s.st.RecentAt, s.st.RecentBefore, s.st.SweepRecent = s.Now(), s.st.RecentAt, nil
	return s.save()
}

// errDeeper ends a sweep of cheap fields that met a record changed under the same date. Other fields may have changed
// in the same way.
var errDeeper = errors.New("mirror: the store hides changes")

// goOn continues a sweep until rest returns true, and reads again the records that differ. It returns the number of
// records that the store counts.
func (s sweeping) goOn(ctx context.Context, sw *state.Sweep, rest func() bool) (int, error) {
	s.tally.begin(s.coll.Resource, TaskSweep, sw.Distinct, 0)
	if err := s.flushed(); err != nil {
		return 0, err
	}
	began, before, changes := s.Now(), s.Asker.Sent(), s.tally.changes()
	ch := s.Chain(s.coll, s.filter(sw), sw.Place, -1)
	ch.Fresh = true // a cache would only show what the mirror has already
	err := ch.Run(ctx, func(p *pages.Page) error {
		marks, err := s.compare(ctx, s.coll, p, storage.Range{CreatedFrom: sw.From})
		if err != nil {
			return err
		}
		if s.coll == roster.Orders && !s.st.Silent {
			if s.st.Silent, err = s.silent(ctx, p, marks); err != nil {
				return err
			}
		}
		if s.budget.Sweep && sw.Deep {
			below, err := s.tracing().allBelow(ctx, s.coll, p.Readings[len(p.Readings)-p.Fresh:])
			if err != nil {
				return err
			}
			marks = append(marks, below...)
		}
		sw.Place = p.Next
		sw.Distinct += p.Fresh
		s.tally.read(p.Fresh)
		s.tally.swept(Swept{Records: p.Fresh})
		sw.Took += s.Now().Sub(began)
		began = s.Now()
		if err := s.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{s.stateCursor()}}); err != nil {
			return err
		}
		if s.st.Silent && s.coll == roster.Orders && !sw.Deep {
			return errDeeper
		}
		if !p.Last && rest() {
			return ask.ErrSpent
		}
		return nil
	})
	s.tally.swept(Swept{Requests: s.Asker.Sent() - before})
	if err == nil {
		s.st.Census.Stuck = ch.Stuck
	}
	if err != nil && (s.Asker.Spent() || !errors.Is(err, ask.ErrSpent) && !errors.Is(err, errDeeper)) {
		// The next step reads the marked records, which are not counted here. At worst the next sweep then comes later
		// than it could.
		return 0, err
	}
	if again := s.rereading().all(ctx); again != nil {
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

// silent says whether a marked record shows other values under the same date. On this store only comparing finds such
// edits.
func (s sweeping) silent(ctx context.Context, p *pages.Page, marks []storage.Mark) (bool, error) {
	marked := make(map[int64]bool, len(marks))
	for _, m := range marks {
		marked[m.ID] = true
	}
	for i := range p.Readings {
		r := &p.Readings[i]
		if !marked[r.ID] {
			continue
		}
		held, err := s.repo.Record(ctx, s.StoreID, r.Ref)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, err
		}
		if err == nil && held.Modified.Equal(r.Modified) {
			return true, nil
		}
	}
	return false, nil
}

// end ends a complete sweep. It saves how many records the store counts beyond those it shows, so that the census does
// not look for them every time.
func (s sweeping) end(ctx context.Context, total int) error {
	if s.st.Sweep.Deep && s.coll.Route.HasTrash() {
		if err := s.throughTrash(ctx); err != nil {
			return err
		}
	}
	held, err := s.counts(ctx, s.coll.Resource)
	if err != nil {
		return err
	}
	if skew := total - s.counting().listable(held); total >= 0 && skew != s.st.Census.Skew && s.loss().Withheld == 0 {
		// Records may have come and gone during the sweep. Only a difference that shows again counts.
		if s.st.Census.Skew, err = s.skewNow(ctx); err != nil {
			return err
		}
	}
	if s.budget.Sweep {
		if err := s.besideLists(ctx); err != nil {
			return err
		}
	}
	if s.st.Fruitless++; s.st.Sweep.Differences > 0 {
		s.st.Fruitless = 0
	}
	looked := s.looked(s.coll, s.st.Sweep.StartedAt, s.st.Sweep.Deep)
	s.st.SweepTook, s.st.Sweep = s.st.Sweep.Took, nil
	s.st.SweptAt, s.st.SweptBefore = s.Now(), s.st.SweptAt
	s.st.RecentAt, s.st.RecentBefore = s.st.SweptAt, s.st.SweptBefore
	return s.writer.put(storage.Batch{Cursors: append(looked, s.stateCursor())})
}

// throughTrash reads again the records in the trash, which the compared list does not show. Another time zone or
// version changes their look too, and moves none of their dates.
func (s sweeping) throughTrash(ctx context.Context) error {
	var marks []storage.Mark
	span := storage.Range{Resource: s.coll.Resource, ToID: math.MaxInt64, Trash: true}
	for held, err := range s.repo.Between(ctx, s.StoreID, span) {
		if err != nil {
			return err
		}
		marks = append(marks, storage.Mark{Resource: s.coll.Resource, ID: held.ID, Reason: "every field is compared"})
	}
	if len(marks) == 0 {
		return nil
	}
	if err := s.writer.put(storage.Batch{Marks: marks}); err != nil {
		return err
	}
	return s.rereading().all(ctx)
}

// besideLists compares what the mirror holds with what the store counts apart from its lists.
func (s sweeping) besideLists(ctx context.Context) error {
	if s.coll == roster.Orders || s.coll == roster.Refunds {
		return nil // hidden.go accounts for these
	}
	kept, err := shown.KeptOf(ctx, s.repo, s.StoreID, s.coll.Resource)
	if err != nil {
		return err
	}
	var status *shown.Status
	if s.coll != roster.Customers {
		got, err := s.SystemStatus(ctx)
		if ends := ask.Ended(ctx, err); ends != nil {
			return ends
		}
		if err == nil {
			status = &got
		}
	}
	n, told, err := s.Unlisted(ctx, s.coll, status, kept)
	if err == nil && told {
		s.st.Census.Hidden = n
	}
	return err
}

func (s sweeping) skewNow(ctx context.Context) (int, error) {
	if s.coll.Modified {
		if err := s.polling().changes(ctx); err != nil {
			return 0, err
		}
	}
	total, err := s.counting().count(ctx, time.Time{}, time.Time{})
	if err != nil || total < 0 {
		return 0, err
	}
	s.st.Census.Total = total
	held, err := s.counts(ctx, s.coll.Resource)
	return total - s.counting().listable(held), err
}

// fromTheBeginning sweeps the whole collection as fast as the step allows.
func (s sweeping) fromTheBeginning(ctx context.Context) error {
	s.st.Sweep = nil
	return s.all(ctx, true)
}
