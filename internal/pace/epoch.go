package pace

import (
	"math"
	"time"
)

// epoch measures the work per second at one number of slots. Counting answers by the clock would be inexact, because a
// few requests side by side end in clumps. By Little's law the rate is the number of requests in flight divided by the
// time that one unit of work takes.
type epoch struct {
	from    time.Time // requests sent before belong to the previous number of slots
	count   int
	full    int
	work    float64
	seconds float64 // sum of the requests' times
	// mean and spread follow the slowdown of the answers (Welford's method). They tell how much of the measure is
	// chance.
	mean, spread float64
}

// measure is a rate with its standard error, which is relative to the rate.
type measure struct{ rate, err float64 }

// beats says whether a measure is greater than another by more than chance and by enough to matter.
func (m measure) beats(other measure) bool {
	return m.rate >= other.rate*max(better, 1+1.5*math.Hypot(m.err, other.err))
}

// with is the mean of two measures of the same thing.
func (m measure) with(other measure) measure {
	if m.rate == 0 {
		return other
	}
	return measure{rate: (m.rate + other.rate) / 2, err: math.Hypot(m.err, other.err) / 2}
}

const (
	// shortestEpoch and longestEpoch bound the number of answers in an epoch. The unsteadiness of the store decides
	// between them. While slots double, half of shortestEpoch is enough.
	shortestEpoch = 8
	longestEpoch  = 48
	// sureEnough is the error at which an epoch may end. sureToDouble serves while slots double: the gain that is
	// looked for then is so large that less certainty will do.
	sureEnough   = 0.03
	sureToDouble = 0.15
	// better is the least gain that counts. A gain that may be chance must be larger.
	better = 1.03
	// farOff is the fraction of the least useful rate below which two answers show that the rate will not be reached.
	farOff = 0.7
)

// add counts an answer and returns the measure once the epoch is done. The epoch is done after enough answers, or
// early, once the rate clearly stays below least.
func (e *epoch) add(s sample, slots, shortest int, least, sure float64) (measure, bool) {
	if s.started.Before(e.from) {
		return measure{}, false
	}
	if !s.full && e.count == 0 {
		// Requests that came one after the other, before there was enough to ask for, must not delay the epoch that
		// follows.
		e.from = s.ended
		return measure{}, false
	}
	e.count++
	e.work += s.work
	e.seconds += s.ended.Sub(s.started).Seconds()
	if s.full {
		e.full++
	}
	slowdown := s.slowdown()
	delta := slowdown - e.mean
	e.mean += delta / float64(e.count)
	e.spread += delta * (slowdown - e.mean)

	got := measure{rate: float64(slots) * e.work / e.seconds, err: e.err()}
	lost := e.count >= shortestEpoch/2 && got.rate < least || e.count >= shortestEpoch/4 && got.rate < farOff*least
	enough := e.count >= max(slots, shortest) && (got.err <= sure || e.count >= longestEpoch)
	if !lost && !enough {
		return measure{}, false
	}
	if e.full*5 < e.count*4 {
		// Not all slots were in use, so the rate says nothing about the store.
		*e = epoch{from: s.ended}
		return measure{}, false
	}
	return got, true
}

// err returns the standard error of the mean slowdown, relative to the mean.
func (e *epoch) err() float64 {
	if e.count < 2 || e.mean == 0 {
		return 1
	}
	n := float64(e.count)
	return math.Sqrt(e.spread/(n-1)/n) / e.mean
}
