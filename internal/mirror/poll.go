package mirror

import (
	"context"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// latestStamp returns the latest modification date that can be true when the store's clock shows date. A later one (of
// an import, or from before a clock was put back) must not move the place from which changes are followed. The changes
// in between would be missed.
func latestStamp(date time.Time) time.Time {
	if date.IsZero() {
		return date
	}
	return date.Add(2 * time.Second)
}

// changes reads the records that were modified since the last poll, by the store's dates.
//
// A poll always begins at a modification date of the store's own records, never at a time by our clock or the server's,
// which may be off by minutes. It asks for the newest page of records modified since one second before the newest known
// date, so that the answer always holds at least one record that the mirror knows. An empty answer means that this
// record is gone, or that the filter does not work. Changes that do not fit on one page are read in the order of ids,
// which neither equal dates nor the change to summer time can upset.
func (s polling) changes(ctx context.Context) error {
	s.tally.begin(s.coll.Resource, TaskPoll, 0, 0)
	if s.st.Poll.Walk != nil {
		if err := s.walk(ctx); err != nil {
			return err
		}
	}
	if s.st.Poll.Unfiltered {
		return s.byID(ctx)
	}
	began, changesBefore := s.Now(), s.tally.changes()
	after := s.after()
	got, err := s.newestPage(ctx, after)
	if err != nil {
		return err
	}
	if limit := latestStamp(got.Date); !limit.IsZero() && s.st.Poll.Newest.After(limit) {
		// The newest date is in the store's future: its clock was put back. Changes since the last poll may have dates
		// from the store's present time on.
		since := s.Now().Sub(s.st.Poll.At)
		if earlier := got.Date.Add(-min(since, maxSetBack) - s.opts.Lag); earlier.Before(after) {
			after = earlier
			if got, err = s.newestPage(ctx, after); err != nil {
				return err
			}
		}
	}
	p, err := pages.Of(s.coll.Resource, s.coll.Path(), got)
	if err != nil {
		return err
	}
	if !heeds(p, after) {
		s.opts.Log.Warn(
			"the store does not heed modified_after; following it by identifiers", "resource", s.coll.Resource,
		)
		s.st.Poll.Unfiltered = true
		return s.byID(ctx)
	}
	if len(p.Readings) == 0 && !after.IsZero() {
		if broken, err := s.control(ctx); err != nil || broken {
			return err
		}
	}
	if err := s.digest(ctx, p, after); err != nil {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	s.pace(s.tally.changes() > changesBefore, s.Now().Sub(began))
	return s.save()
}

// maxSetBack is how far a poll goes back after a clock was put back. The sweep finds older changes.
const maxSetBack = 2 * time.Hour

// after returns the exclusive bound of the next poll; zero asks for everything.
func (s polling) after() time.Time {
	switch {
	case s.st.Poll.Newest.IsZero():
		return time.Time{}
	case s.st.Poll.Complete:
		return s.st.Poll.Newest.Add(-time.Second)
	default:
		return s.st.Poll.Newest.Add(-max(s.opts.Lag, time.Second))
	}
}

// modifiedAfter returns the parameters that select by modification date.
func modifiedAfter(after time.Time) []string {
	if after.IsZero() {
		return nil
	}
	return []string{"modified_after", after.Format(storage.WooTime), "dates_are_gmt", "true"}
}

func (s polling) newestPage(ctx context.Context, after time.Time) (*ask.Answer, error) {
	size := s.Size(s.coll.Resource)
	for {
		order := []string{"orderby", "modified", "order", "desc"}
		if s.st.Poll.Unordered {
			order = []string{"orderby", "id", "order", "desc"}
		}
		pairs := append(modifiedAfter(after), append(order, "per_page", strconv.Itoa(size.Now()))...)
		got, err := s.Asker.List(ctx, s.coll.Path(), s.Query(s.coll, pairs...))
		switch {
		case ask.BadParameter(err, "orderby") && !s.st.Poll.Unordered:
			s.st.Poll.Unordered = true
		case err != nil && pagesize.TooHeavy(err) && size.Failed(size.Now()):
		default:
			return got, err
		}
	}
}

// heeds says whether a page holds only what its filter selects. A date one second too early passes, for stores that
// include the bound.
func heeds(p *pages.Page, after time.Time) bool {
	for i := range p.Readings {
		if m := p.Readings[i].Modified; !after.IsZero() && !m.IsZero() && m.Before(after) {
			return false
		}
	}
	return true
}

// control explains an empty poll, whose answer should have held the newest record of the mirror. If the store still has
// that record unchanged, the filter does not compare in UTC (docs/woocommerce/lists.md#date-filter-local-time,
// docs/woocommerce/lists.md#modified-after-ignored), and records that it leaves out may have changed. broken is true in
// that case.
func (s polling) control(ctx context.Context) (broken bool, err error) {
	if err := s.flushed(); err != nil {
		return false, err
	}
	q := storage.Query{StoreID: s.StoreID, Resource: s.coll.Resource, ModifiedFrom: s.st.Poll.Newest, Limit: 1}
	for held, err := range s.repo.Records(ctx, q) {
		if err != nil {
			return false, err
		}
		got, err := s.Asker.List(
			ctx, s.coll.Path(),
			s.Query(s.coll, "include", strconv.Itoa(int(held.ID)), "_fields", "id,date_modified_gmt"),
		)
		if err != nil {
			return false, err
		}
		r, found, err := pages.First(s.coll.Resource, s.coll.Path(), got)
		if err != nil {
			return false, err
		}
		if found && !r.Modified.Before(s.st.Poll.Newest) {
			s.opts.Log.Warn(
				"modified_after leaves out what it should select; following the store by identifiers",
				"resource", s.coll.Resource,
			)
			s.st.Poll.Unfiltered = true
			return true, s.byID(ctx)
		}
		mark := storage.Mark{Resource: s.coll.Resource, ID: held.ID, Reason: "it is no longer among the newest"}
		return false, s.writer.put(storage.Batch{Marks: []storage.Mark{mark}})
	}
	return false, nil
}

// digest keeps the records of a poll's page, and decides where the next poll begins.
func (s polling) digest(ctx context.Context, p *pages.Page, after time.Time) error {
	if err := s.flushed(); err != nil {
		return err
	}
	batch, differ, err := s.tracing().changed(ctx, s.coll, p.Readings)
	if err != nil {
		return err
	}
	if !s.st.Poll.Complete {
		batch.Marks = append(batch.Marks, s.tracing().maybeBelow(s.coll, p.Readings)...)
	}
	newest := s.newestOf(p)
	whole := p.Total >= 0 && p.Total <= len(p.Readings) ||
		p.Total < 0 && len(p.Readings) < s.Size(s.coll.Resource).Now()
	final := s.complete(newest, p.Date)
	if !whole && differ == 0 && p.Total >= 0 && !s.st.Poll.Unordered && (s.st.Poll.Complete || p.Total > walkAnyway) {
		held, err := s.repo.CountRecords(
			ctx,
			storage.Query{StoreID: s.StoreID, Resource: s.coll.Resource, ModifiedFrom: after.Add(time.Second)},
		)
		if err != nil {
			return err
		}
		if held == p.Total {
			// The page has as many records as the mirror holds, and the newest are the same. A second change within the
			// second in which a record was read could still be hidden. Few records are read again in each poll until
			// the store's clock is past that second. Many records are read again once, later.
			whole = true
			if !s.st.Poll.Complete && s.st.Poll.Recheck == nil {
				s.st.Poll.Recheck = &state.Recheck{After: after, Due: s.Now().Add(recheckPause)}
			}
			final = true
		}
	}
	if whole {
		s.advance(newest, final)
		batch.Cursors = append(batch.Cursors, s.stateCursor())
		s.tally.read(len(p.Readings))
		return s.writer.put(batch)
	}
	s.st.Poll.Walk = &state.Walk{After: after, Newest: newest, Final: final}
	batch.Cursors = append(batch.Cursors, s.stateCursor())
	if err := s.writer.put(batch); err != nil {
		return err
	}
	return s.walk(ctx)
}

// walkAnyway is the largest number of records that each poll reads again while the store may still change them without
// moving their date.
const walkAnyway = 2000

// recheckPause is the time after which a larger number is read again.
const recheckPause = 2 * time.Minute

// newestOf returns the newest modification date known so far that is not in the future.
func (s polling) newestOf(p *pages.Page) time.Time {
	limit := latestStamp(p.Date)
	newest := s.st.Poll.Newest
	if !limit.IsZero() && newest.After(limit) {
		newest = time.Time{} // set before the clock was put back
	}
	for i := range p.Readings {
		m := p.Readings[i].Modified
		if m.After(newest) && (limit.IsZero() || !m.After(limit)) {
			newest = m
		}
	}
	if newest.IsZero() && !limit.IsZero() && !s.st.Poll.Newest.IsZero() {
		newest = limit.Add(-s.opts.Lag)
	}
	return newest
}

// complete says whether every change with a date up to newest can be read by now. It can when the store's clock, by the
// Date header, is later by the lag, or when that time has passed since we first saw the date.
func (s polling) complete(newest, date time.Time) bool {
	if !date.IsZero() && date.Sub(newest) >= s.opts.Lag {
		return true
	}
	return newest.Equal(s.st.Poll.Newest) && s.Now().Sub(s.st.Poll.Since) >= s.opts.Lag
}

func (s polling) advance(newest time.Time, settled bool) {
	if !newest.Equal(s.st.Poll.Newest) {
		s.st.Poll.Newest, s.st.Poll.Since = newest, s.Now()
	}
	s.st.Poll.Complete = settled
}

// walk reads everything modified after a date, and continues where an earlier step stopped.
func (s polling) walk(ctx context.Context) error {
	w := s.st.Poll.Walk
	err := s.rereadSpan(ctx, modifiedAfter(w.After), &w.Place, s.stateCursor)
	if err != nil {
		return err
	}
	s.advance(w.Newest, w.Final)
	s.st.Poll.Walk = nil
	return s.save()
}

// rereadSpan reads full records through a filter and keeps those that differ. With each page it moves the place at.
func (s polling) rereadSpan(ctx context.Context, filter []string, at *pages.Place, keep func() storage.Cursor) error {
	return s.Chain(s.coll, filter, *at, -1).Run(ctx, func(p *pages.Page) error {
		if err := s.flushed(); err != nil {
			return err
		}
		batch, _, err := s.tracing().changed(ctx, s.coll, p.Readings)
		if err != nil {
			return err
		}
		*at = p.Next
		batch.Marks = append(batch.Marks, s.tracing().maybeBelow(s.coll, p.Readings)...)
		batch.Cursors = append(batch.Cursors, keep())
		s.tally.read(p.Fresh)
		return s.writer.put(batch)
	})
}

// recheckIfDue calls recheck when it is due.
func (s polling) recheckIfDue(ctx context.Context) error {
	if r := s.st.Poll.Recheck; !s.st.Live || r == nil || s.Now().Before(r.Due) {
		return nil
	}
	return s.recheck(ctx)
}

// recheck reads the records of a span of dates again. They were first read while the store could still change them
// within the same second.
func (s polling) recheck(ctx context.Context) error {
	r := s.st.Poll.Recheck
	err := s.rereadSpan(ctx, modifiedAfter(r.After), &r.Place, s.stateCursor)
	if err != nil {
		return err
	}
	s.st.Poll.Recheck = nil
	return s.save()
}

// byID follows a store that cannot select by modification date. It reads the newest records by id. The sweep finds all
// other changes, and comes more often.
func (s polling) byID(ctx context.Context) error {
	began, before := s.Now(), s.tally.changes()
	got, err := s.Asker.List(
		ctx, s.coll.Path(),
		s.Query(s.coll, "orderby", "id", "order", "desc", "per_page", strconv.Itoa(s.Size(s.coll.Resource).Now())),
	)
	if err != nil {
		return err
	}
	p, err := pages.Of(s.coll.Resource, s.coll.Path(), got)
	if err != nil {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	batch, _, err := s.tracing().changed(ctx, s.coll, p.Readings)
	if err != nil {
		return err
	}
	if err := s.writer.put(batch); err != nil {
		return err
	}
	if err := s.flushed(); err != nil {
		return err
	}
	s.pace(s.tally.changes() > before, s.Now().Sub(began))
	return s.save()
}

// pace sets the time of the next poll: soon while changes come in, later and later when none do. Polling never takes
// more than a twentieth of the store's time.
func (s polling) pace(active bool, took time.Duration) {
	schedule := s.opts.Schedule
	next := schedule.PollMin
	if !active {
		next = max(s.st.Poll.Interval*3/2, schedule.PollMin)
	}
	s.st.Poll.Interval = min(max(next, 20*took), max(schedule.PollMax, 20*took))
	s.st.Poll.At = s.Now()
}
