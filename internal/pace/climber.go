package pace

import "time"

// climber finds the number of slots at which most work gets done per second.
//
// It measures one number of slots at a time over an epoch, and compares
// epochs. First it doubles while that brings clearly more; then it stays and
// now and then tries a few slots less or more, keeping what is better, with
// the next attempt twice as far away after each that failed.
//
// In doubt it keeps more slots than fewer: a slot too many costs the store a
// longer queue, a slot too few costs a full read its speed.
type climber struct {
	ceiling int
	n       int
	phase   phase
	epoch   epoch
	// rate is the work per second measured at home, the number settled on.
	home int
	rate float64
	// step is -1 or +1: where the next attempt goes.
	step     int
	patience int // epochs between attempts
	waited   int // epochs since the last
	// wall is the number at which the store got into trouble, 0 for none.
	wall int
}

type phase int

const (
	ramping    phase = iota // doubling
	settled                 // measuring at home
	attempting              // measuring elsewhere
	recovering              // coming back, a slot at a time, after trouble
)

const (
	// startSlots: nearly every host runs two processes or more at once, and
	// four keep two cores busy through the gaps between requests.
	startSlots = 4
	// clearlyMore is the gain that makes doubling worth its queue.
	clearlyMore = 1.10
	// better is the gain that moves home by a step.
	better = 1.03
	// longestPatience bounds the epochs between attempts, so that a change of
	// the store's capacity is noticed.
	longestPatience = 16
)

func newClimber(ceiling int) *climber {
	n := min(startSlots, ceiling)
	return &climber{ceiling: ceiling, n: n, home: n, step: -1, patience: 1}
}

func (c *climber) slots() int { return c.n }

func (c *climber) served(s sample) time.Duration {
	toBeat := 0.0
	if c.n != c.home {
		toBeat = c.rate
	}
	rate, done := c.epoch.add(s, c.n, toBeat)
	if done {
		c.judge(rate)
		c.epoch = epoch{from: s.ended}
	}
	return 0
}

// judge decides what an epoch's rate means.
func (c *climber) judge(rate float64) {
	switch c.phase {
	case ramping:
		c.ramp(rate)
	case settled:
		c.rate = (c.rate + rate) / 2
		if c.waited++; c.waited >= c.patience {
			c.attempt()
		}
	case attempting:
		c.compare(rate)
	case recovering:
		c.home, c.rate = c.n, rate
		if c.n+1 < c.wall {
			c.n++
			return
		}
		c.settle()
	}
}

func (c *climber) ramp(rate float64) {
	first := c.rate == 0
	switch {
	case first || rate >= clearlyMore*c.rate:
	case rate >= better*c.rate:
		// Doubling hardly paid: keep it, and go no further.
		c.home, c.rate = c.n, rate
		c.settle()
		return
	case rate < c.rate/better:
		// A crowd costs this store strength, so there may be too many already:
		// half as many shows it sooner than one less.
		c.phase, c.n = attempting, max(1, c.home/2)
		return
	default:
		c.settle()
		return
	}
	c.home, c.rate = c.n, rate
	if c.n == c.ceiling {
		c.settle()
		return
	}
	c.n = min(2*c.n, c.ceiling)
}

func (c *climber) settle() {
	c.phase, c.n, c.waited = settled, c.home, 0
}

// attempt moves a quarter of home, one slot at least, in the direction that is
// due; a direction without room counts as tried.
func (c *climber) attempt() {
	to := c.home + c.step*max(1, c.home/4)
	to = max(1, min(to, c.ceiling))
	if to == c.home {
		c.step = -c.step
		c.settle()
		return
	}
	c.phase, c.n = attempting, to
}

func (c *climber) compare(rate float64) {
	if rate >= better*c.rate {
		c.home, c.rate = c.n, rate
		c.patience = 1
		c.attempt()
		return
	}
	c.step = -c.step
	c.patience = min(2*c.patience, longestPatience)
	c.settle()
}

func (c *climber) cut(now time.Time) {
	c.wall = c.n
	c.n = max(1, c.n/2)
	c.home, c.rate = c.n, 0
	c.phase = recovering
	c.epoch = epoch{from: now}
}

// epoch measures the work per second at one number of slots. It does not count
// answers by the clock, because a few requests side by side end in clumps; by
// Little's law the rate is the number in flight over the time one unit of work
// takes, and that has no edges.
type epoch struct {
	from    time.Time // requests sent before belong to the number before
	count   int
	full    int
	work    float64
	seconds float64 // the requests' times, added up
}

// shortestEpoch is the answers an epoch needs at least, so that the luck of a
// few pages decides nothing.
const shortestEpoch = 8

// add counts an answer. The epoch is done after enough answers, or early, once
// it is plain that it comes nowhere near the rate to beat.
func (e *epoch) add(s sample, slots int, toBeat float64) (rate float64, done bool) {
	if s.started.Before(e.from) {
		return 0, false
	}
	e.count++
	e.work += s.work
	e.seconds += s.ended.Sub(s.started).Seconds()
	if s.full {
		e.full++
	}
	rate = float64(slots) * e.work / e.seconds
	hopeless := e.count >= shortestEpoch/2 && rate < 0.85*toBeat
	if e.count < max(slots, shortestEpoch) && !hopeless {
		return 0, false
	}
	if e.full*5 < e.count*4 {
		// We did not ask for more, so the rate says nothing about the store.
		*e = epoch{from: s.ended}
		return 0, false
	}
	return rate, true
}
