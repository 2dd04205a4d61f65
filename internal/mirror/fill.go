package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// windowsAtOnce is how many windows are read side by side, so that requests continue while one window ends.
const windowsAtOnce = 2

// backfill begins to read a whole collection, or continues.
func (s *following) backfill(ctx context.Context) error {
	if s.st.Fill == nil {
		if err := s.beginFill(ctx); err != nil || s.st.Fill == nil {
			return err
		}
	}
	s.tally.begin(s.coll.Resource, TaskBackfill, s.st.Fill.Done, max(s.st.Fill.Total, s.st.Fill.Done))
	f := &filling{following: s.of(s.coll)}
	if err := f.windows(ctx); err != nil {
		return err
	}
	if s.coll.Route.HasTrash() && !s.st.Fill.TrashDone {
		if err := f.trash(ctx); err != nil {
			return err
		}
	}
	return f.finish()
}

// beginFill asks for the number of records and for the date from which changes are followed. It leaves st.Fill nil when
// the store does not offer the collection.
func (s *following) beginFill(ctx context.Context) error {
	s.tally.begin(s.coll.Resource, TaskBackfill, 0, 0)
	got, newest, err := s.newest(ctx)
	switch {
	case err != nil && s.Asker.Refused(ctx, s.coll.Resource, err):
		return s.deny(err)
	case s.coll == roster.Refunds && ask.NoRoute(err):
		// WooCommerce before 9.0 has no list of refunds: they are read order by order.
		s.st.Missing, s.st.DeniedUntil = true, s.Now().Add(deniedPause*24)
		return s.save()
	case err != nil:
		return err
	}
	s.st.Granted()
	s.st.Fill = &state.Fill{StartedAt: s.Now(), Newest: newest, Total: got.Total}
	s.st.Poll.Newest, s.st.Poll.Since = newest, s.Now()
	s.st.Began = newest
	if !got.Date.IsZero() {
		s.st.Began = got.Date.Add(-s.opts.Lag)
	}
	if s.coll == roster.Orders {
		s.ordersBegan = s.st.Began
	}
	s.st.Bin = state.Bin{Newest: newest}
	s.st.Poll.Complete = !got.Date.IsZero() && got.Date.Sub(newest) >= s.opts.Lag
	if s.coll.Dated && got.Total > s.opts.Window+s.opts.Window/3 {
		if s.st.Fill.Oldest, err = s.edge(ctx, "asc"); err != nil {
			return err
		}
		if s.st.Fill.Latest, err = s.edge(ctx, "desc"); err != nil {
			return err
		}
		if span := s.st.Fill.Latest.Sub(s.st.Fill.Oldest); span > 0 {
			s.st.Fill.Step = max(time.Second, span/time.Duration(got.Total/s.opts.Window+1))
		} else {
			s.st.Fill.Latest = time.Time{} // all created in one second, or no dates: one window
		}
	}
	return s.save()
}

// newest asks for the record that was modified last. The answer also tells the number of all records.
func (s *following) newest(ctx context.Context) (*ask.Answer, time.Time, error) {
	if !s.coll.Modified || s.st.Poll.Unordered {
		got, err := s.Asker.List(
			ctx, s.coll.Path(), s.Query(s.coll, "per_page", "1", "orderby", "id", "order", "desc", "_fields", "id"),
		)
		return got, time.Time{}, err
	}
	got, err := s.Asker.List(
		ctx, s.coll.Path(),
		s.Query(s.coll, "per_page", "1", "orderby", "modified", "order", "desc", "_fields", "id,date_modified_gmt"),
	)
	if ask.BadParameter(err, "orderby") {
		s.st.Poll.Unordered = true
		return s.newest(ctx)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	r, _, err := pages.First(s.coll.Resource, s.coll.Path(), got)
	newest := r.Modified
	if limit := latestStamp(got.Date); !limit.IsZero() && newest.After(limit) {
		newest = limit
	}
	return got, newest, err
}

// edge returns the creation date of the oldest (asc) or latest (desc) record.
func (s *following) edge(ctx context.Context, order string) (time.Time, error) {
	got, err := s.Asker.List(
		ctx, s.coll.Path(),
		s.Query(s.coll, "per_page", "1", "orderby", "date", "order", order, "_fields", "id,date_created_gmt"),
	)
	if err != nil {
		return time.Time{}, err
	}
	r, _, err := pages.First(s.coll.Resource, s.coll.Path(), got)
	return r.Created, err
}

// windows reads all windows, beginning with those that an earlier step left.
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
			cancel() // after a spent budget the others end by themselves and keep what they asked for
		}
	}
	waiting := f.left()
	for stop == nil {
		var w *state.Window
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

func (f *filling) left() []*state.Window {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]*state.Window(nil), f.st.Fill.Windows...)
}

// finish ends the backfill. The collection is followed live from then on.
func (f *filling) finish() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	// The records count as compared since the backfill began. Comparing them will take about as long as reading them
	// did.
	f.st.SweptAt, f.st.SweptBefore = f.st.Fill.StartedAt, f.st.Fill.StartedAt
	f.st.RecentAt, f.st.RecentBefore = f.st.SweptAt, f.st.SweptAt
	f.st.SweepTook, f.st.Fruitless, f.st.Sweep, f.st.SweepRecent = f.took(), 0, nil, nil
	f.st.Fill = nil
	f.st.Live = true
	f.st.Poll.At, f.st.Census.At = time.Time{}, time.Time{}
	return f.save()
}

// slowPage is the most time that a page counts for. A backfill that was interrupted for days then does not count as one
// that took days.
const slowPage = 5 * time.Second

func (f *filling) took() time.Duration {
	pages := time.Duration(f.st.Fill.Done/f.PerPage + 1)
	return min(f.Now().Sub(f.st.Fill.StartedAt), pages*slowPage)
}

// trash reads the records in the trash.
func (f *filling) trash(ctx context.Context) error {
	ch := f.Chain(f.coll, []string{"status", storage.StatusTrash}, f.st.Fill.TrashAt, -1)
	err := ch.Run(ctx, func(p *pages.Page) error {
		if !shown.ShowsTrash(p) {
			return shown.ErrNoTrash
		}
		return f.keep(p, func() { f.st.Fill.TrashAt = p.Next })
	})
	if err != nil && !errors.Is(err, shown.ErrNoTrash) {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Fill.TrashDone = true
	return nil
}
