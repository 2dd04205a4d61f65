package mirror

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/reading"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/storage"
)

// filling is the backfill of one collection within one step.
type filling struct {
	*following
	mu sync.Mutex // guards st: two windows move it
}

// keep hands a page of the backfill to the writer, together with the place behind the page.
func (f *filling) keep(p *pages.Page, moved func()) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	moved()
	f.st.Fill.Done += p.Fresh
	f.tally.read(p.Fresh)
	return f.writer.put(storage.Batch{
		// The record that overlaps with the previous page was kept with that page. Read twice, it may look like a
		// change.
		Records: reading.Records(p.Readings[len(p.Readings)-p.Fresh:]),
		Marks:   f.kin(p),
		Cursors: []storage.Cursor{f.stateCursor()},
		New:     !f.st.Live,
	})
}

// kin returns marks for the records that have to be read because of a page of the backfill.
func (f *filling) kin(p *pages.Page) []storage.Mark {
	marks := f.tracing().below(f.coll, p.Readings)
	if f.coll == roster.Products {
		marks = append(marks, f.tracing().youngFaces(p.Readings)...)
	}
	return marks
}

// openWindow returns the next window, or nil when there is none left. It also returns how many records the window
// holds; below 0 when that is unknown.
func (f *filling) openWindow(ctx context.Context) (*state.Window, int, error) {
	fill := f.st.Fill
	if fill.Opened {
		return nil, 0, nil
	}
	if fill.Latest.IsZero() {
		return f.lastWindow(&state.Window{}, fill.Total)
	}
	for tries := 0; ; tries++ {
		w := &state.Window{From: fill.Frontier, To: f.next().Add(fill.Step)}
		if w.To.After(fill.Latest) {
			w.To = time.Time{} // open: new records belong to this window
		}
		n, err := f.count(ctx, w)
		if err != nil {
			return nil, 0, err
		}
		switch {
		case n < 0, tries >= 3 && n == fill.Total:
			// The store tells no totals, or ignores creation dates, so windows cannot be told apart. One window without
			// bounds is always right.
			if fill.Frontier.IsZero() {
				return f.lastWindow(&state.Window{}, n)
			}
			return f.lastWindow(&state.Window{From: fill.Frontier}, n)
		case n > 2*f.opts.Window && fill.Step > time.Second && tries < 40:
			f.narrow(float64(f.opts.Window) / float64(n))
			continue
		}
		if w.To.IsZero() {
			return f.lastWindow(w, n)
		}
		f.widen(n)
		f.mu.Lock()
		fill.Frontier = w.To
		if n > 0 {
			fill.Windows = append(fill.Windows, w)
		}
		err = f.save()
		f.mu.Unlock()
		if err != nil || n > 0 {
			return w, n, err
		}
		tries = -1
	}
}

// next returns where the next window begins. The first window has no lower bound; its width is measured from the oldest
// record.
func (f *filling) next() time.Time {
	if f.st.Fill.Frontier.IsZero() {
		return f.st.Fill.Oldest
	}
	return f.st.Fill.Frontier
}

func (f *filling) lastWindow(w *state.Window, n int) (*state.Window, int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Fill.Opened = true
	f.st.Fill.Windows = append(f.st.Fill.Windows, w)
	return w, n, f.save()
}

func (f *filling) narrow(factor float64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Fill.Step = max(time.Second, time.Duration(float64(f.st.Fill.Step)*max(factor, 0.05)).Truncate(time.Second))
}

// widen sets the width of the next window by the number of records in the last one.
func (f *filling) widen(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	factor := min(4, float64(f.opts.Window)/float64(max(n, 1)))
	f.st.Fill.Step = max(time.Second, time.Duration(float64(f.st.Fill.Step)*factor).Truncate(time.Second))
}

// count asks for the number of records in a window.
func (f *filling) count(ctx context.Context, w *state.Window) (int, error) {
	return f.counting().count(ctx, w.From, w.To)
}

// maxChecks is how often the ids of a window are read again. After that the sweep has to explain why they do not add
// up.
const maxChecks = 2

// readWindow reads a window to its end. The window is done only when as many different ids were read as the store
// counts. Otherwise records came, went, or are hidden, and the ids of the window are compared with the mirror until the
// numbers agree or no further reading helps.
func (f *filling) readWindow(ctx context.Context, w *state.Window, total int) error {
	ch := f.Chain(f.coll, shown.Span(w.From, w.To), w.Place, total)
	if w.Checking == nil {
		err := ch.Run(ctx, func(p *pages.Page) error {
			return f.keep(p, func() {
				w.Place = p.Next
				w.Distinct += p.Fresh
			})
		})
		if err != nil {
			return err
		}
		if ch.Stuck {
			f.stuck()
		}
		if ch.Stuck || ch.Total < 0 || ch.Total == w.Distinct {
			return f.done(w)
		}
	}
	for {
		adds, err := f.check(ctx, w)
		if err != nil {
			return err
		}
		if adds || w.Checks >= maxChecks {
			return f.done(w)
		}
	}
}

// check compares a window's ids with the mirror and returns whether they add up to the store's total.
func (f *filling) check(ctx context.Context, w *state.Window) (bool, error) {
	if err := f.flushed(); err != nil {
		return false, err
	}
	f.mu.Lock()
	if w.Checking == nil {
		w.Checking = &state.Sweep{StartedAt: f.Now()}
	}
	f.mu.Unlock()
	ch := f.Chain(f.coll, append(shown.Span(w.From, w.To), "_fields", f.coll.Cheap), w.Checking.Place, -1)
	err := ch.Run(ctx, func(p *pages.Page) error {
		marks, err := f.compare(ctx, f.coll, p, storage.Range{CreatedFrom: w.From, CreatedBefore: w.To})
		if err != nil {
			return err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		w.Checking.Place = p.Next
		w.Checking.Distinct += p.Fresh
		w.Checking.Differences += len(marks)
		return f.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{f.stateCursor()}})
	})
	if err != nil {
		return false, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	adds := ch.Total < 0 || w.Checking.Distinct == ch.Total
	w.Checking = nil
	w.Checks++
	return adds, nil
}

// stuck notes that the store shows one page only, so that reading again brings nothing (pages.StuckReason).
func (f *filling) stuck() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Census.Stuck = true
}

func (f *filling) done(w *state.Window) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Fill.Windows = slices.DeleteFunc(f.st.Fill.Windows, func(other *state.Window) bool { return other == w })
	return f.save()
}
