package mirror

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/storage"
)

// windowsAtOnce is how many windows are read side by side, so that requests
// keep flowing while one of them ends.
const windowsAtOnce = 2

// filling is the backfill of one collection within one step.
type filling struct {
	step *step
	coll *collection
	mu   sync.Mutex // guards st: two windows move it
	st   *state
}

// backfill reads a whole collection, or goes on with it.
func (s *step) backfill(ctx context.Context, c *collection, st *state) error {
	if st.Fill == nil {
		if err := s.beginFill(ctx, c, st); err != nil || st.Fill == nil {
			return err
		}
	}
	s.tally.begin(c.resource, TaskBackfill, st.Fill.Done, max(st.Fill.Total, st.Fill.Done))
	f := &filling{step: s, coll: c, st: st}
	if err := f.windows(ctx); err != nil {
		return err
	}
	if c.route.HasTrash() && !st.Fill.TrashDone {
		if err := f.trash(ctx); err != nil {
			return err
		}
	}
	return f.finish()
}

// beginFill asks how much there is and where changes will be followed from.
// It leaves st.Fill nil when the store does not offer the collection.
func (s *step) beginFill(ctx context.Context, c *collection, st *state) error {
	s.tally.begin(c.resource, TaskBackfill, 0, 0)
	got, newest, err := s.newest(ctx, c, st)
	switch {
	case err != nil && s.asker.Refused(ctx, c.resource, err):
		return s.deny(c, st, err)
	case c == refunds && ask.NoRoute(err):
		// WooCommerce before 9.0: refunds are read order by order.
		st.Missing, st.DeniedUntil = true, s.now().Add(deniedPause*24)
		return s.save(c, st)
	case err != nil:
		return err
	}
	st.Missing, st.Denied, st.DeniedUntil = false, "", time.Time{}
	st.Fill = &fill{StartedAt: s.now(), Newest: newest, Total: got.Total}
	st.Poll.Newest, st.Poll.Since = newest, s.now()
	st.Began = newest
	if !got.Date.IsZero() {
		st.Began = got.Date.Add(-s.opts.Lag)
	}
	if c == orders {
		s.ordersBegan = st.Began
	}
	st.Bin = bin{Newest: newest}
	st.Poll.Settled = !got.Date.IsZero() && got.Date.Sub(newest) >= s.opts.Lag
	if c.dated && got.Total > s.opts.Window+s.opts.Window/3 {
		if st.Fill.Oldest, err = s.edge(ctx, c, "asc"); err != nil {
			return err
		}
		if st.Fill.Latest, err = s.edge(ctx, c, "desc"); err != nil {
			return err
		}
		if span := st.Fill.Latest.Sub(st.Fill.Oldest); span > 0 {
			st.Fill.Step = max(time.Second, span/time.Duration(got.Total/s.opts.Window+1))
		} else {
			st.Fill.Latest = time.Time{} // all in one second, or no dates: one window
		}
	}
	return s.save(c, st)
}

// deniedPause is how long a resource the key may not read is left alone.
const deniedPause = time.Hour

// notRead says that a resource is left out, and why.
func notRead(r storage.Resource, err error) string {
	return string(r) + ": the key may not read them, so the mirror goes without: " + err.Error()
}

// deny notes that the key may not read a collection.
func (s *step) deny(c *collection, st *state, err error) error {
	st.Denied, st.DeniedUntil = err.Error(), s.now().Add(deniedPause)
	if saved := s.save(c, st); saved != nil {
		return saved
	}
	if s.warn(notRead(c.resource, err)); c == refunds {
		s.refundsRefused = true
	}
	if c == orders {
		return err // without orders there is no sync
	}
	return nil
}

// newest asks for the record that was modified last. Its answer also tells
// the number of all.
func (s *step) newest(ctx context.Context, c *collection, st *state) (*ask.Answer, time.Time, error) {
	if !c.modified || st.Poll.Unordered {
		got, err := s.asker.List(ctx, c.path(), s.query(c, "per_page", "1", "orderby", "id", "order", "desc", "_fields", "id"))
		return got, time.Time{}, err
	}
	got, err := s.asker.List(ctx, c.path(), s.query(c, "per_page", "1", "orderby", "modified", "order", "desc", "_fields", "id,date_modified_gmt"))
	if ask.BadParameter(err, "orderby") {
		st.Poll.Unordered = true
		return s.newest(ctx, c, st)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	r, _, err := pages.First(c.resource, c.path(), got)
	newest := r.Modified
	if limit := latestStamp(got.Date); !limit.IsZero() && newest.After(limit) {
		newest = limit
	}
	return got, newest, err
}

// latestStamp is the latest modification date that can be true when the
// store's clock shows date. Later ones (an import, a clock put back) must not
// move the place from which changes are followed: everything stamped in
// between would be missed.
func latestStamp(date time.Time) time.Time {
	if date.IsZero() {
		return date
	}
	return date.Add(2 * time.Second)
}

// edge is the creation date of the oldest or the latest record.
func (s *step) edge(ctx context.Context, c *collection, order string) (time.Time, error) {
	got, err := s.asker.List(ctx, c.path(), s.query(c, "per_page", "1", "orderby", "date", "order", order, "_fields", "id,date_created_gmt"))
	if err != nil {
		return time.Time{}, err
	}
	r, _, err := pages.First(c.resource, c.path(), got)
	return r.Created, err
}

// windows reads all windows, those left over from an earlier step first.
func (f *filling) windows(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	slots := make(chan struct{}, windowsAtOnce)
	results := make(chan error, windowsAtOnce)
	running, stop := 0, error(nil)
	note := func(err error) {
		running--
		if err != nil && (stop == nil || errors.Is(stop, ask.ErrSpent)) {
			stop = err
		}
		if stop != nil && !errors.Is(stop, ask.ErrSpent) {
			cancel() // a spent budget ends the others by itself, with what they have on the way
		}
	}
	waiting := f.left()
	for stop == nil {
		var w *window
		total := -1
		if len(waiting) > 0 {
			w, waiting = waiting[0], waiting[1:]
		} else {
			var err error
			if w, total, err = f.openWindow(ctx); err != nil {
				stop = err
				break
			}
		}
		if w == nil {
			break
		}
		for blocked := true; blocked && stop == nil; {
			select {
			case slots <- struct{}{}:
				blocked = false
			case err := <-results:
				note(err)
			}
		}
		if stop != nil {
			break
		}
		running++
		go func() {
			err := f.readWindow(ctx, w, total)
			<-slots
			results <- err
		}()
	}
	for running > 0 {
		note(<-results)
	}
	return stop
}

func (f *filling) left() []*window {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*window(nil), f.st.Fill.Windows...)
}

// finish turns the backfill into live following.
func (f *filling) finish() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	// What was read counts as compared when the backfill began, and reading it
	// took about as long as comparing it will.
	f.st.SweptAt, f.st.SweptBefore = f.st.Fill.StartedAt, f.st.Fill.StartedAt
	f.st.RecentAt, f.st.RecentBefore = f.st.SweptAt, f.st.SweptAt
	f.st.SweepTook, f.st.Fruitless, f.st.Sweep, f.st.SweepRecent = f.took(), 0, nil, nil
	f.st.Fill = nil
	f.st.Live = true
	f.st.Poll.At, f.st.Census.At = time.Time{}, time.Time{}
	return f.step.save(f.coll, f.st)
}

// slowPage is the most that a page is taken to cost, so that a backfill that
// was interrupted for days does not count as one that took days.
const slowPage = 5 * time.Second

func (f *filling) took() time.Duration {
	pages := time.Duration(f.st.Fill.Done/f.step.opts.PerPage + 1)
	return min(f.step.now().Sub(f.st.Fill.StartedAt), pages*slowPage)
}

// keep hands a page of the backfill to the writer together with the place
// behind it.
func (f *filling) keep(p *pages.Page, moved func()) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	moved()
	f.st.Fill.Done += p.Fresh
	f.step.tally.read(p.Fresh)
	return f.step.writer.put(storage.Batch{
		// What overlaps with the page before was kept with that; read twice it may
		// look like a change.
		Records: reading.Records(p.Readings[len(p.Readings)-p.Fresh:]),
		Marks:   f.kin(p),
		Cursors: []storage.Cursor{f.step.stateCursor(f.coll, f.st)},
		New:     !f.st.Live,
	})
}

// kin marks what follows from a page of the backfill.
func (f *filling) kin(p *pages.Page) []storage.Mark {
	marks := f.step.kin(f.coll, p.Readings)
	if f.coll == products {
		marks = append(marks, f.step.youngFaces(p.Readings)...)
	}
	return marks
}

// errNoTrash ends the reading of a list that ignores status=trash.
var errNoTrash = errors.New("mirror: the list does not show the trash")

// trash reads what lies in the trash.
func (f *filling) trash(ctx context.Context) error {
	ch := f.step.chain(f.coll, []string{"status", storage.StatusTrash}, f.st.Fill.TrashAt, -1)
	err := ch.Run(ctx, func(p *pages.Page) error {
		if !showsTrash(p) {
			return errNoTrash
		}
		return f.keep(p, func() { f.st.Fill.TrashAt = p.Next })
	})
	if err != nil && !errors.Is(err, errNoTrash) {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Fill.TrashDone = true
	return nil
}
