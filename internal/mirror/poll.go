package mirror

import (
	"context"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// pollChanges reads what the store stamped since the last time.
//
// The place from which it reads is always a stamp of the store itself, never
// our clock or the server's: those may be off by minutes. It asks for the
// newest page of what was modified since one second before the newest stamp
// known, so that the answer always holds at least one record the mirror
// knows: an empty answer means that record went, or that the filter does not
// do what it should. What does not fit on one page is walked through in order
// of ids (see chain), which neither ties in one second nor the order of local
// times around a DST change can upset.
func (s *step) pollChanges(ctx context.Context, c *collection, st *state) error {
	s.tally.begin(c.resource, TaskPoll, 0, 0)
	if st.Poll.Walk != nil {
		if err := s.walk(ctx, c, st); err != nil {
			return err
		}
	}
	if st.Poll.Unfiltered {
		return s.pollNewest(ctx, c, st)
	}
	began, changesBefore := s.now(), s.tally.changes()
	after := s.pollAfter(st)
	got, err := s.pollPage(ctx, c, st, after)
	if err != nil {
		return err
	}
	if limit := latestStamp(got.Date); !limit.IsZero() && st.Poll.Newest.After(limit) {
		// The newest stamp lies in the store's future: its clock was put
		// back. What was changed since the last poll may bear stamps from
		// there on.
		since := s.now().Sub(st.Poll.At)
		if earlier := got.Date.Add(-min(since, maxSetBack) - s.opts.Lag); earlier.Before(after) {
			after = earlier
			if got, err = s.pollPage(ctx, c, st, after); err != nil {
				return err
			}
		}
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil {
		return err
	}
	if !heeds(p, after) {
		s.opts.Log.Warn("the store does not heed modified_after; following it by identifiers", "resource", c.resource)
		st.Poll.Unfiltered = true
		return s.pollNewest(ctx, c, st)
	}
	if len(p.Readings) == 0 && !after.IsZero() {
		if broken, err := s.control(ctx, c, st); err != nil || broken {
			return err
		}
	}
	if err := s.digest(ctx, c, st, p, after); err != nil {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	s.pace(st, s.tally.changes() > changesBefore, s.now().Sub(began))
	return s.save(c, st)
}

// maxSetBack bounds how far a poll goes back after a clock was put back; what
// is older shows in the sweep.
const maxSetBack = 2 * time.Hour

// pollAfter is the exclusive bound to ask from; zero asks for everything.
func (s *step) pollAfter(st *state) time.Time {
	switch {
	case st.Poll.Newest.IsZero():
		return time.Time{}
	case st.Poll.Settled:
		return st.Poll.Newest.Add(-time.Second)
	default:
		return st.Poll.Newest.Add(-max(s.opts.Lag, time.Second))
	}
}

// modifiedAfter are the parameters that select by modification date.
func modifiedAfter(after time.Time) []string {
	if after.IsZero() {
		return nil
	}
	return []string{"modified_after", after.Format(storage.WooTime), "dates_are_gmt", "true"}
}

func (s *step) pollPage(ctx context.Context, c *collection, st *state, after time.Time) (*ask.Answer, error) {
	size := s.size(c.resource)
	for {
		order := []string{"orderby", "modified", "order", "desc"}
		if st.Poll.Unordered {
			order = []string{"orderby", "id", "order", "desc"}
		}
		pairs := append(modifiedAfter(after), append(order, "per_page", strconv.Itoa(size.Now()))...)
		got, err := s.asker.List(ctx, c.path(), s.query(c, pairs...))
		switch {
		case ask.BadParameter(err, "orderby") && !st.Poll.Unordered:
			st.Poll.Unordered = true
		case err != nil && pagesize.TooHeavy(err) && size.Failed(size.Now()):
		default:
			return got, err
		}
	}
}

// heeds says whether a page holds only what its filter selects. One second of
// grace covers stores that take the bound as inclusive.
func heeds(p *pages.Page, after time.Time) bool {
	for i := range p.Readings {
		if m := p.Readings[i].Modified; !after.IsZero() && !m.IsZero() && m.Before(after) {
			return false
		}
	}
	return true
}

// control explains an empty poll: the newest record the mirror holds should
// have been in it. When the store still has it as it was, the filter compares
// something else than UTC (docs/woocommerce/lists.md#date-filter-local-time, docs/woocommerce/lists.md#modified-after-ignored), and nothing it leaves out can be trusted.
func (s *step) control(ctx context.Context, c *collection, st *state) (broken bool, err error) {
	if err := s.flushed(); err != nil {
		return false, err
	}
	q := storage.Query{StoreID: s.storeID, Resource: c.resource, ModifiedFrom: st.Poll.Newest, Limit: 1}
	for held, err := range s.mirror.repo.Records(ctx, q) {
		if err != nil {
			return false, err
		}
		got, err := s.asker.List(ctx, c.path(), s.query(c, "include", strconv.Itoa(int(held.ID)), "_fields", "id,date_modified_gmt"))
		if err != nil {
			return false, err
		}
		r, found, err := pages.First(c.resource, c.path(), got)
		if err != nil {
			return false, err
		}
		if found && !r.Modified.Before(st.Poll.Newest) {
			s.opts.Log.Warn("modified_after leaves out what it should select; following the store by identifiers", "resource", c.resource)
			st.Poll.Unfiltered = true
			return true, s.pollNewest(ctx, c, st)
		}
		mark := storage.Mark{Resource: c.resource, ID: held.ID, Reason: "it is no longer among the newest"}
		return false, s.writer.put(storage.Batch{Marks: []storage.Mark{mark}})
	}
	return false, nil
}

// digest keeps a poll's page and decides what the next one can rely on.
func (s *step) digest(ctx context.Context, c *collection, st *state, p *pages.Page, after time.Time) error {
	if err := s.flushed(); err != nil {
		return err
	}
	batch, differ, err := s.changed(ctx, c, p.Readings)
	if err != nil {
		return err
	}
	if !st.Poll.Settled {
		batch.Marks = append(batch.Marks, s.hiddenKin(c, p.Readings)...)
	}
	newest := s.newestOf(st, p)
	whole := p.Total >= 0 && p.Total <= len(p.Readings) || p.Total < 0 && len(p.Readings) < s.size(c.resource).Now()
	final := s.settled(st, newest, p.Date)
	if !whole && differ == 0 && p.Total >= 0 && !st.Poll.Unordered && (st.Poll.Settled || p.Total > walkAnyway) {
		held, err := s.mirror.repo.CountRecords(ctx, storage.Query{StoreID: s.storeID, Resource: c.resource, ModifiedFrom: after.Add(time.Second)})
		if err != nil {
			return err
		}
		if held == p.Total {
			// As many as the mirror holds, and the newest are the same. What
			// could still hide is a second change within the second in which
			// a record was read. Few records are simply read again until the
			// store's clock is beyond that second; many are once, a bit later.
			whole = true
			if !st.Poll.Settled && st.Poll.Recheck == nil {
				st.Poll.Recheck = &recheck{After: after, Due: s.now().Add(recheckPause)}
			}
			final = true
		}
	}
	if whole {
		s.advance(st, newest, final)
		batch.Cursors = append(batch.Cursors, s.stateCursor(c, st))
		s.tally.read(len(p.Readings))
		return s.writer.put(batch)
	}
	st.Poll.Walk = &walk{After: after, Newest: newest, Final: final}
	batch.Cursors = append(batch.Cursors, s.stateCursor(c, st))
	if err := s.writer.put(batch); err != nil {
		return err
	}
	return s.walk(ctx, c, st)
}

// walkAnyway is up to how many records are read again in each poll while the
// store may still change them without another stamp.
const walkAnyway = 2000

// recheckPause is how long after a poll more than that are read again.
const recheckPause = 2 * time.Minute

// newestOf is the greatest stamp on a page that can be true.
func (s *step) newestOf(st *state, p *pages.Page) time.Time {
	limit := latestStamp(p.Date)
	newest := st.Poll.Newest
	if !limit.IsZero() && newest.After(limit) {
		newest = time.Time{} // stamped before the clock was put back
	}
	for i := range p.Readings {
		m := p.Readings[i].Modified
		if m.After(newest) && (limit.IsZero() || !m.After(limit)) {
			newest = m
		}
	}
	if newest.IsZero() && !limit.IsZero() && !st.Poll.Newest.IsZero() {
		newest = limit.Add(-s.opts.Lag)
	}
	return newest
}

// settled says whether every change stamped up to newest can be read by now:
// the store's clock is beyond it by the lag, as its Date header or the time
// since we first saw that stamp tell.
func (s *step) settled(st *state, newest, date time.Time) bool {
	if !date.IsZero() && date.Sub(newest) >= s.opts.Lag {
		return true
	}
	return newest.Equal(st.Poll.Newest) && s.now().Sub(st.Poll.Since) >= s.opts.Lag
}

func (s *step) advance(st *state, newest time.Time, settled bool) {
	if !newest.Equal(st.Poll.Newest) {
		st.Poll.Newest, st.Poll.Since = newest, s.now()
	}
	st.Poll.Settled = settled
}

// walk reads everything modified after a date, and goes on where an earlier
// step stopped.
func (s *step) walk(ctx context.Context, c *collection, st *state) error {
	w := st.Poll.Walk
	err := s.rereadSpan(ctx, c, modifiedAfter(w.After), &w.Place, func() storage.Cursor { return s.stateCursor(c, st) })
	if err != nil {
		return err
	}
	s.advance(st, w.Newest, w.Final)
	st.Poll.Walk = nil
	return s.save(c, st)
}

// rereadSpan reads full records through a filter and keeps what differs,
// moving at with each page.
func (s *step) rereadSpan(ctx context.Context, c *collection, filter []string, at *pages.Place, keep func() storage.Cursor) error {
	return s.chain(c, filter, *at, -1).Run(ctx, func(p *pages.Page) error {
		if err := s.flushed(); err != nil {
			return err
		}
		batch, _, err := s.changed(ctx, c, p.Readings)
		if err != nil {
			return err
		}
		*at = p.Next
		batch.Marks = append(batch.Marks, s.hiddenKin(c, p.Readings)...)
		batch.Cursors = append(batch.Cursors, keep())
		s.tally.read(p.Fresh)
		return s.writer.put(batch)
	})
}

// recheck reads a span of dates again whose records were read while the store
// could still change them within the same second.
func (s *step) recheck(ctx context.Context, c *collection, st *state) error {
	r := st.Poll.Recheck
	err := s.rereadSpan(ctx, c, modifiedAfter(r.After), &r.Place, func() storage.Cursor { return s.stateCursor(c, st) })
	if err != nil {
		return err
	}
	st.Poll.Recheck = nil
	return s.save(c, st)
}

// pollNewest follows a store that cannot select by modification date: the
// newest records by id now, everything else by the sweep, which then comes
// more often.
func (s *step) pollNewest(ctx context.Context, c *collection, st *state) error {
	began, before := s.now(), s.tally.changes()
	got, err := s.asker.List(ctx, c.path(), s.query(c, "orderby", "id", "order", "desc", "per_page", strconv.Itoa(s.size(c.resource).Now())))
	if err != nil {
		return err
	}
	p, err := pages.Of(c.resource, c.path(), got)
	if err != nil {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	batch, _, err := s.changed(ctx, c, p.Readings)
	if err != nil {
		return err
	}
	if err := s.writer.put(batch); err != nil {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	s.pace(st, s.tally.changes() > before, s.now().Sub(began))
	return s.save(c, st)
}

// pace chooses when to poll next: soon while changes come in, later and later
// when none do, and never so often that polling takes more than a twentieth
// of the store's time.
func (s *step) pace(st *state, active bool, took time.Duration) {
	schedule := s.opts.Schedule
	next := schedule.PollMin
	if !active {
		next = max(st.Poll.Interval*3/2, schedule.PollMin)
	}
	st.Poll.Interval = min(max(next, 20*took), max(schedule.PollMax, 20*took))
	st.Poll.At = s.now()
}
