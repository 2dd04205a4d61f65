package pace

import (
	"math"
	"time"
)

// epoch measures the work per second at one number of slots. It does not count answers by the clock, because a few
// requests side by side end in clumps; by Little's law the rate is the number in flight over the time one unit of work
// takes, and that has no edges.
type epoch struct {
	from    time.Time // requests sent before belong to the number before
	count   int
	full    int
	work    float64
	seconds float64 // the requests' times, added up
	// mean and spread follow the slowdown of the answers, to tell how much of the measure is luck (Welford's method).
	mean, spread float64
}

// measure is a rate and how sure it is: the standard error relative to it.
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
	// shortestEpoch and longestEpoch bound the answers of an epoch: it takes as many as the store's own unsteadiness
	// asks for; half of the shortest while slots double.
	shortestEpoch = 8
	longestEpoch  = 48
	// sureEnough is the error at which an epoch may end; while slots double, what is looked for is so large that less
	// will do.
	sureEnough   = 0.03
	sureToDouble = 0.15
	// better is the least gain that counts; what may be chance must be more.
	better = 1.03
	// farOff is the part of the least rate below which two answers show that it will not be reached.
	farOff = 0.7
)

// add counts an answer. The epoch is done after enough answers, or early, once it is plain that it does not come to the
// least rate that would matter.
func (e *epoch) add(s sample, slots, shortest int, least, sure float64) (measure, bool) {
	if s.started.Before(e.from) {
		return measure{}, false
	}
	if !s.full && e.count == 0 {
		// Requests one after the other, before there is enough to ask for, must not hold up the epoch that follows.
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
		// We did not ask for more, so the rate says nothing about the store.
		*e = epoch{from: s.ended}
		return measure{}, false
	}
	return got, true
}

// err is the standard error of the mean slowdown, relative to it.
func (e *epoch) err() float64 {
	if e.count < 2 || e.mean == 0 {
		return 1
	}
	n := float64(e.count)
	return math.Sqrt(e.spread/(n-1)/n) / e.mean
}
