package pace

import (
	"math/rand/v2"
	"time"
)

// gate decides when the next request of any kind to a store may leave: not before a time that the store named, not
// right after repeated failure, and not faster than the allowed or learned rate.
type gate struct {
	ceiling float64 // requests a second that the operator allows; 0 for no limit
	learned float64 // requests a second that the store stands; 0 while the store never complained
	// tooMuch is the rate, in requests a second, at which the store last complained.
	tooMuch   float64
	raisedAt  time.Time
	next      time.Time // the rate allows no request before this time
	holdUntil time.Time // the store's wish or its failures allow no request before this time
	troubles  int       // bad rounds since the last good answer
	meter     meter
}

const (
	// burst is how many requests may leave at once before the rate applies.
	burst = 4
	// A store that does not say how long to wait is asked again after one of these times, doubled each time up to
	// longestHold.
	firstHoldOverload = time.Second
	firstHoldFailure  = 250 * time.Millisecond
	longestHold       = time.Minute
	// longestObeyed bounds what a store can ask for with Retry-After, so that a wrong header does not stop a sync for a
	// day.
	longestObeyed = time.Hour
)

func newGate(ceiling float64) gate { return gate{ceiling: ceiling} }

// perSecond returns the rate in force in requests a second; 0 for none.
func (g *gate) perSecond() float64 {
	if g.learned > 0 && (g.ceiling == 0 || g.learned < g.ceiling) {
		return g.learned
	}
	return g.ceiling
}

// opensAt returns when the next request may leave.
func (g *gate) opensAt() time.Time {
	at := g.holdUntil
	if rate := g.perSecond(); rate > 0 {
		at = later(at, g.next.Add(-g.burstTime(rate)))
	}
	return at
}

func (g *gate) burstTime(rate float64) time.Duration {
	return time.Duration(float64(burst-1) / rate * float64(time.Second))
}

// pass notes that a request leaves now.
func (g *gate) pass(now time.Time) {
	g.meter.count(now)
	if rate := g.perSecond(); rate > 0 {
		g.next = later(g.next, now).Add(time.Duration(float64(time.Second) / rate))
	}
}

// served ends a run of troubles and slowly raises the learned rate: fast up to just below tooMuch, slowly around it,
// and fast again far above.
func (g *gate) served(now time.Time) {
	g.troubles = 0
	if g.learned == 0 {
		return
	}
	growth := 0.05
	if g.learned > 0.9*g.tooMuch && g.learned < 1.5*g.tooMuch {
		growth = 0.003
	}
	seconds := min(now.Sub(g.raisedAt).Seconds(), 10)
	g.learned *= 1 + growth*seconds
	g.raisedAt = now
	if g.learned > 4*g.tooMuch {
		g.learned = 0
	}
}

// trouble holds all requests after a bad answer. fresh is false for a request sent before the last cut: its trouble can
// lengthen the hold, but not the backoff.
func (g *gate) trouble(now time.Time, o Outcome, fresh bool) {
	if fresh {
		g.troubles++
	}
	if o.RetryAfter > 0 {
		// A little later than asked, so that many workers do not come back at the same moment.
		wait := min(o.RetryAfter, longestObeyed)
		g.hold(now.Add(wait + rand.N(wait/10+1)))
	}
	if !fresh {
		return
	}
	first := firstHoldFailure
	if o.Verdict == Overloaded {
		first = firstHoldOverload
		g.learnRate(now)
	}
	if o.RetryAfter == 0 {
		wait := min(first<<min(g.troubles-1, 10), longestHold)
		g.hold(now.Add(wait - rand.N(wait/4+1)))
	}
}

func (g *gate) hold(until time.Time) { g.holdUntil = later(g.holdUntil, until) }

// learnRate sets the learned rate well below the rate at which the store complained.
func (g *gate) learnRate(now time.Time) {
	rate := g.meter.perSecond(now)
	if g.learned > 0 {
		rate = min(rate, g.learned)
	}
	g.tooMuch = max(rate, 0.05)
	g.learned = max(0.7*rate, 0.05)
	g.raisedAt = now
	g.next = now
}

// meter measures the rate of requests over the last one or two minutes, pauses included, because many limits count by
// the minute.
type meter struct {
	from           time.Time
	current, older float64
	began          time.Time
}

const meterSpan = time.Minute

func (m *meter) count(now time.Time) {
	m.turn(now)
	m.current++
}

func (m *meter) turn(now time.Time) {
	switch age := now.Sub(m.from); {
	case m.from.IsZero() || age >= 2*meterSpan:
		m.from, m.began, m.current, m.older = now, now, 0, 0
	case age >= meterSpan:
		m.from, m.older, m.current = m.from.Add(meterSpan), m.current, 0
	}
}

func (m *meter) perSecond(now time.Time) float64 {
	m.turn(now)
	since := m.from.Add(-meterSpan)
	if since.Before(m.began) {
		since = m.began
	}
	return (m.current + m.older) / max(now.Sub(since).Seconds(), 1)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sooner returns the earlier of two times; a zero time does not count.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}
