package mirror

import (
	"context"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/storage"
)

// window is a span of creation dates, [From, To); zero leaves a side open.
type window struct {
	From  time.Time   `json:"from,omitzero"`
	To    time.Time   `json:"to,omitzero"`
	Place pages.Place `json:"place"`
	// Distinct is how many different ids were read.
	Distinct int `json:"distinct"`
	// Checks counts how often its ids were read again because they did not add up to the store's total.
	Checks int `json:"checks,omitempty"`
	// Checking is where such a check stands; nil when none is under way.
	Checking *sweep `json:"checking,omitempty"`
}

// openWindow makes the next window, of a size that is worth a window; nil when there is none left. It says how many
// records the window holds, below 0 when unknown.
func (f *filling) openWindow(ctx context.Context) (*window, int, error) {
	fill := f.st.Fill
	if fill.Opened {
		return nil, 0, nil
	}
	if fill.Latest.IsZero() {
		return f.lastWindow(&window{}, fill.Total)
	}
	for tries := 0; ; tries++ {
		w := &window{From: fill.Frontier, To: f.next().Add(fill.Step)}
		if w.To.After(fill.Latest) {
			w.To = time.Time{} // open: new records belong to it
		}
		n, err := f.count(ctx, w)
		if err != nil {
			return nil, 0, err
		}
		switch {
		case n < 0, tries >= 3 && n == fill.Total:
			// No totals, or the store does not heed creation dates: windows cannot be told apart, and one without
			// bounds is right always.
			if fill.Frontier.IsZero() {
				return f.lastWindow(&window{}, n)
			}
			return f.lastWindow(&window{From: fill.Frontier}, n)
		case n > 2*f.step.opts.Window && fill.Step > time.Second && tries < 40:
			f.narrow(float64(f.step.opts.Window) / float64(n))
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

// next is where the next window begins; the first one has no lower bound but is measured from the oldest record.
func (f *filling) next() time.Time {
	if f.st.Fill.Frontier.IsZero() {
		return f.st.Fill.Oldest
	}
	return f.st.Fill.Frontier
}

func (f *filling) lastWindow(w *window, n int) (*window, int, error) {
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

// widen fits the next window to how full this one was.
func (f *filling) widen(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	factor := min(4, float64(f.step.opts.Window)/float64(max(n, 1)))
	f.st.Fill.Step = max(time.Second, time.Duration(float64(f.st.Fill.Step)*factor).Truncate(time.Second))
}

// count asks how many records a window holds.
func (f *filling) count(ctx context.Context, w *window) (int, error) {
	return f.counting().count(ctx, w.From, w.To)
}

func (s counting) count(ctx context.Context, from, to time.Time) (int, error) {
	q := s.query(s.coll, append(span(from, to), "per_page", "1", "orderby", "id", "order", "asc", "_fields", "id")...)
	got, err := s.asker.List(ctx, s.coll.path(), q)
	if err != nil {
		return 0, err
	}
	return got.Total, nil
}

// span selects creation dates in [from, to). WooCommerce leaves both bounds out, compares local time unless told
// otherwise, and drops the offset of a value (docs/woocommerce/lists.md#date-filter-local-time), so values are plain
// UTC.
func span(from, to time.Time) []string {
	var pairs []string
	if !from.IsZero() {
		pairs = append(pairs, "after", from.Add(-time.Second).Format(storage.WooTime))
	}
	if !to.IsZero() {
		pairs = append(pairs, "before", to.Format(storage.WooTime))
	}
	if len(pairs) > 0 {
		pairs = append(pairs, "dates_are_gmt", "true")
	}
	return pairs
}

// maxChecks is how often a window's ids are read again before the sweep is left to explain why they do not add up.
const maxChecks = 2

// readWindow reads a window to its end. It counts as done only when the different ids read are as many as the store
// says there are: otherwise records came, went, or are hidden, and its ids are compared with the mirror until they add
// up or cannot.
func (f *filling) readWindow(ctx context.Context, w *window, total int) error {
	ch := f.step.chain(f.coll, span(w.From, w.To), w.Place, total)
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
		if ch.Total < 0 || ch.Total == w.Distinct {
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

// check compares a window's ids with the mirror and says whether they add up to the store's total.
func (f *filling) check(ctx context.Context, w *window) (bool, error) {
	if err := f.step.flushed(); err != nil {
		return false, err
	}
	f.mu.Lock()
	if w.Checking == nil {
		w.Checking = &sweep{StartedAt: f.step.now()}
	}
	f.mu.Unlock()
	ch := f.step.chain(f.coll, append(span(w.From, w.To), "_fields", f.coll.cheap), w.Checking.Place, -1)
	err := ch.Run(ctx, func(p *pages.Page) error {
		marks, err := f.step.compare(ctx, f.coll, p, storage.Range{CreatedFrom: w.From, CreatedBefore: w.To})
		if err != nil {
			return err
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		w.Checking.Place = p.Next
		w.Checking.Distinct += p.Fresh
		w.Checking.Differences += len(marks)
		return f.step.writer.put(storage.Batch{Marks: marks, Cursors: []storage.Cursor{f.stateCursor()}})
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

func (f *filling) done(w *window) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.st.Fill.Windows = slices.DeleteFunc(f.st.Fill.Windows, func(other *window) bool { return other == w })
	return f.save()
}
