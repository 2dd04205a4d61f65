package freshness

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Reader reads how fresh mirrors are and were. It is safe for concurrent use.
type Reader struct {
	db  storage.FreshnessReader
	now func() time.Time
}

// NewReader makes a Reader of a database.
func NewReader(db storage.FreshnessReader, now func() time.Time) *Reader { return &Reader{db, now} }

// The strip that is drawn where nobody asks for another one: 90 intervals of sixteen minutes are a day.
const (
	Intervals = 90
	Interval  = 16 * time.Minute
	// mostIntervals bounds a strip.
	mostIntervals = 1000
)

// Asked is what strip is wanted. The zero value of a field stands for the default.
type Asked struct {
	StoreID int64
	// Resource is what of the store; empty for the store as a whole.
	Resource storage.Resource
	// Intervals is how many there are, Interval how long one is.
	Intervals int
	Interval  time.Duration
}

// Strip is the time until now in intervals of one length, the oldest first. The last one is not over.
type Strip struct {
	// From is when the first begins.
	From      time.Time
	Interval  time.Duration
	Intervals []Piece
	// Now is how fresh it is now; Since is when it began to be so, zero where nothing is kept.
	Now   State
	Since time.Time
	Usual time.Duration
}

// Piece is one interval of a [Strip].
type Piece struct {
	// State is the worst of the interval; [Unknown] where nobody looked.
	State State
	// Bad is how much of the interval it was late, down or waiting for somebody.
	Bad time.Duration
}

// Strip says how fresh a mirror was. Intervals are laid to whole multiples of their length, so that a strip that is
// drawn again a moment later has the same ones.
func (r *Reader) Strip(ctx context.Context, a Asked) (Strip, error) {
	if a.Intervals <= 0 {
		a.Intervals = Intervals
	}
	if a.Interval <= 0 {
		a.Interval = Interval
	}
	a.Intervals = min(a.Intervals, mostIntervals)
	now := r.now().UTC()
	last := now.Truncate(a.Interval)
	s := Strip{From: last.Add(-time.Duration(a.Intervals-1) * a.Interval), Interval: a.Interval,
		Intervals: make([]Piece, a.Intervals)}
	kept, err := r.db.Freshness(ctx, storage.FreshQuery{StoreID: a.StoreID, Resource: a.Resource, Whole: true,
		Since: s.From})
	if err != nil {
		return s, err
	}
	watched, err := r.db.Watched(ctx, s.From)
	if err != nil {
		return s, err
	}
	for _, f := range kept {
		if f.Until.IsZero() {
			s.Now, s.Since, s.Usual = State(f.State), f.From, f.Usual
		}
		s.take(f, watched, now)
	}
	return s, nil
}

// take enters a time through which the mirror was as fresh as it was, as far as somebody looked then.
func (s *Strip) take(f storage.Fresh, watched []storage.Watched, now time.Time) {
	until := f.Until
	if until.IsZero() {
		until = now
	}
	for _, w := range watched {
		s.enter(State(f.State), latest(f.From, w.From), earliest(until, w.Until))
	}
}

func (s *Strip) enter(state State, from, until time.Time) {
	if until.Before(from) {
		return
	}
	for at := max(0, int(from.Sub(s.From)/s.Interval)); at < len(s.Intervals); at++ {
		begin := s.From.Add(time.Duration(at) * s.Interval)
		if begin.After(until) {
			return
		}
		p := &s.Intervals[at]
		if state.Worse(p.State) {
			p.State = state
		}
		if state.Worse(First) {
			if within := earliest(until, begin.Add(s.Interval)).Sub(latest(from, begin)); within > 0 {
				p.Bad += within
			}
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
