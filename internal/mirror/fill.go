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

// windowsAtOnce is how many windows are read side by side, so that requests keep flowing while one of them ends.
const windowsAtOnce = 2

// firstCopied is where the first copy of a collection stands.
type firstCopied struct {
	// Fill is the backfill; nil when it is done and the collection is live.
	Fill *fill `json:"fill,omitempty"`
	// Live says that a backfill has been completed.
	Live bool `json:"live,omitempty"`
	// Began is what the store's clock showed, less the lag, when the backfill began.
	Began time.Time `json:"began,omitzero"`
}

// fill is a backfill under way.
type fill struct {
	StartedAt time.Time `json:"started_at"`
	// Newest is the greatest modification date when the backfill began: what is modified later is read by the first
	// poll.
	Newest time.Time `json:"newest,omitzero"`
	// Total is how many records the store had then; Done how many were read.
	Total int `json:"total"`
	Done  int `json:"done"`
	// Frontier is where the next window begins; zero before the first one.
	Frontier time.Time `json:"frontier,omitzero"`
	// Oldest and Latest bound the creation dates; Step is the width of the next window. Zero Latest: one window without
	// bounds.
	Oldest time.Time     `json:"oldest,omitzero"`
	Latest time.Time     `json:"latest,omitzero"`
	Step   time.Duration `json:"step,omitempty"`
	// Opened says that no more windows are to be opened.
	Opened bool `json:"opened,omitempty"`
	// Windows are those not yet done.
	Windows []*window `json:"windows,omitempty"`
	// TrashDone says that the trash has been read.
	TrashDone bool        `json:"trash_done,omitempty"`
	TrashAt   pages.Place `json:"trash_at,omitzero"`
}

// filling is the backfill of one collection within one step.
type filling struct {
	*following
	mu sync.Mutex // guards st: two windows move it
}

// backfill reads a whole collection, or goes on with it.
func (s *following) backfill(ctx context.Context) error {
	if s.st.Fill == nil {
		if err := s.beginFill(ctx); err != nil || s.st.Fill == nil {
			return err
		}
	}
	s.tally.begin(s.coll.resource, TaskBackfill, s.st.Fill.Done, max(s.st.Fill.Total, s.st.Fill.Done))
	f := &filling{following: s.of(s.coll)}
	if err := f.windows(ctx); err != nil {
		return err
	}
	if s.coll.route.HasTrash() && !s.st.Fill.TrashDone {
		if err := f.trash(ctx); err != nil {
			return err
		}
	}
	return f.finish()
}

// beginFill asks how much there is and where changes will be followed from. It leaves st.Fill nil when the store does
// not offer the collection.
func (s *following) beginFill(ctx context.Context) error {
	s.tally.begin(s.coll.resource, TaskBackfill, 0, 0)
	got, newest, err := s.newest(ctx)
	switch {
	case err != nil && s.asker.Refused(ctx, s.coll.resource, err):
		return s.deny(err)
	case s.coll == refunds && ask.NoRoute(err):
		// WooCommerce before 9.0: refunds are read order by order.
		s.st.Missing, s.st.DeniedUntil = true, s.now().Add(deniedPause*24)
		return s.save()
	case err != nil:
		return err
	}
	s.st.Missing, s.st.Denied, s.st.DeniedUntil = false, "", time.Time{}
	s.st.Fill = &fill{StartedAt: s.now(), Newest: newest, Total: got.Total}
	s.st.Poll.Newest, s.st.Poll.Since = newest, s.now()
	s.st.Began = newest
	if !got.Date.IsZero() {
		s.st.Began = got.Date.Add(-s.opts.Lag)
	}
	if s.coll == orders {
		s.ordersBegan = s.st.Began
	}
	s.st.Bin = bin{Newest: newest}
	s.st.Poll.Complete = !got.Date.IsZero() && got.Date.Sub(newest) >= s.opts.Lag
	if s.coll.dated && got.Total > s.opts.Window+s.opts.Window/3 {
		if s.st.Fill.Oldest, err = s.edge(ctx, "asc"); err != nil {
			return err
		}
		if s.st.Fill.Latest, err = s.edge(ctx, "desc"); err != nil {
			return err
		}
		if span := s.st.Fill.Latest.Sub(s.st.Fill.Oldest); span > 0 {
			s.st.Fill.Step = max(time.Second, span/time.Duration(got.Total/s.opts.Window+1))
		} else {
			s.st.Fill.Latest = time.Time{} // all in one second, or no dates: one window
		}
	}
	return s.save()
}

// deniedPause is how long a resource the key may not read is left alone.
const deniedPause = time.Hour

// notRead says that a resource is left out, and why.
func notRead(r storage.Resource, err error) string {
	return string(r) + ": the key may not read them, so the mirror goes without: " + err.Error()
}

// deny notes that the key may not read a collection.
func (s *following) deny(err error) error {
	s.st.Denied, s.st.DeniedUntil = err.Error(), s.now().Add(deniedPause)
	if saved := s.save(); saved != nil {
		return saved
	}
	if s.warn(notRead(s.coll.resource, err)); s.coll == refunds {
		s.refundsRefused = true
	}
	if s.coll == orders {
		return err // without orders there is no sync
	}
	return nil
}

// newest asks for the record that was modified last. Its answer also tells the number of all.
func (s *following) newest(ctx context.Context) (*ask.Answer, time.Time, error) {
	if !s.coll.modified || s.st.Poll.Unordered {
		got, err := s.asker.List(
			ctx, s.coll.path(), s.query(s.coll, "per_page", "1", "orderby", "id", "order", "desc", "_fields", "id"),
		)
		return got, time.Time{}, err
	}
	got, err := s.asker.List(
		ctx, s.coll.path(),
		s.query(s.coll, "per_page", "1", "orderby", "modified", "order", "desc", "_fields", "id,date_modified_gmt"),
	)
	if ask.BadParameter(err, "orderby") {
		s.st.Poll.Unordered = true
		return s.newest(ctx)
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	r, _, err := pages.First(s.coll.resource, s.coll.path(), got)
	newest := r.Modified
	if limit := latestStamp(got.Date); !limit.IsZero() && newest.After(limit) {
		newest = limit
	}
	return got, newest, err
}

// latestStamp is the latest modification date that can be true when the store's clock shows date. Later ones (an
// import, a clock put back) must not move the place from which changes are followed: everything stamped in between
// would be missed.
func latestStamp(date time.Time) time.Time {
	if date.IsZero() {
		return date
	}
	return date.Add(2 * time.Second)
}

// edge is the creation date of the oldest or the latest record.
func (s *following) edge(ctx context.Context, order string) (time.Time, error) {
	got, err := s.asker.List(
		ctx, s.coll.path(),
		s.query(s.coll, "per_page", "1", "orderby", "date", "order", order, "_fields", "id,date_created_gmt"),
	)
	if err != nil {
		return time.Time{}, err
	}
	r, _, err := pages.First(s.coll.resource, s.coll.path(), got)
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
	// What was read counts as compared when the backfill began, and reading it took about as long as comparing it will.
	f.st.SweptAt, f.st.SweptBefore = f.st.Fill.StartedAt, f.st.Fill.StartedAt
	f.st.RecentAt, f.st.RecentBefore = f.st.SweptAt, f.st.SweptAt
	f.st.SweepTook, f.st.Fruitless, f.st.Sweep, f.st.SweepRecent = f.took(), 0, nil, nil
	f.st.Fill = nil
	f.st.Live = true
	f.st.Poll.At, f.st.Census.At = time.Time{}, time.Time{}
	return f.save()
}

// slowPage is the most that a page is taken to cost, so that a backfill that was interrupted for days does not count as
// one that took days.
const slowPage = 5 * time.Second

func (f *filling) took() time.Duration {
	pages := time.Duration(f.st.Fill.Done/f.step.opts.PerPage + 1)
	return min(f.step.now().Sub(f.st.Fill.StartedAt), pages*slowPage)
}

// keep hands a page of the backfill to the writer together with the place behind it.
func (f *filling) keep(p *pages.Page, moved func()) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	moved()
	f.st.Fill.Done += p.Fresh
	f.step.tally.read(p.Fresh)
	return f.step.writer.put(storage.Batch{
		// What overlaps with the page before was kept with that; read twice it may look like a change.
		Records: reading.Records(p.Readings[len(p.Readings)-p.Fresh:]),
		Marks:   f.kin(p),
		Cursors: []storage.Cursor{f.stateCursor()},
		New:     !f.st.Live,
	})
}

// kin marks what follows from a page of the backfill.
func (f *filling) kin(p *pages.Page) []storage.Mark {
	marks := f.step.tracing().below(f.coll, p.Readings)
	if f.coll == products {
		marks = append(marks, f.step.tracing().youngFaces(p.Readings)...)
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
