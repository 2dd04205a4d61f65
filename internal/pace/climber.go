package pace

import "time"

// climber finds the number of slots at which most work gets done per second.
//
// It measures one number of slots at a time over an epoch, and compares epochs. First it doubles while that brings
// clearly more; then it stays and now and then tries a few slots less or more, keeping what is better, with the next
// attempt twice as far away after each that failed.
//
// In doubt it keeps more slots than fewer: a slot too many costs the store a longer queue, a slot too few costs a full
// read its speed.
type climber struct {
	ceiling int
	n       int
	phase   phase
	epoch   epoch
	// rate is what was measured at home, the number settled on.
	home int
	rate measure
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
	// startSlots: nearly every host runs two processes or more at once. On a small one (measured on two processors,
	// WooCommerce 10.0.2) each slot more than that costs 5% of the rate, and most reads are over before what too many
	// cost is won back; on a large one doubling soon gets there.
	startSlots = 2
	// firstPatience is the epochs before the first attempt.
	firstPatience = 4
	// clearlyMore is the gain after which doubling goes on, and worthDoubling the one below which a few answers suffice
	// to give it up: what lies between them is found in small steps, with less of a queue.
	clearlyMore   = 1.25
	worthDoubling = 1.10
	// hopeless is the part of the rate at home below which a few answers suffice to end an attempt.
	hopeless = 0.85
	// longestPatience bounds the epochs between attempts, so that a change of the store's capacity is noticed.
	longestPatience = 16
)

func newClimber(ceiling int) *climber {
	n := min(startSlots, ceiling)
	return &climber{ceiling: ceiling, n: n, home: n, step: -1, patience: firstPatience}
}

func (c *climber) slots() int { return c.n }

func (c *climber) served(s sample) time.Duration {
	least, sure, shortest := 0.0, sureEnough, shortestEpoch
	switch {
	case c.phase == ramping:
		least, sure, shortest = worthDoubling*c.rate.rate, sureToDouble, shortestEpoch/2
	case c.n != c.home:
		least = hopeless * c.rate.rate
	}
	got, done := c.epoch.add(s, c.n, shortest, least, sure)
	if done {
		c.judge(got)
		c.epoch = epoch{from: s.ended}
	}
	return 0
}

// judge decides what an epoch's measure means.
func (c *climber) judge(got measure) {
	switch c.phase {
	case ramping:
		c.ramp(got)
	case settled:
		c.rate = c.rate.with(got)
		if c.waited++; c.waited >= c.patience {
			c.attempt()
		}
	case attempting:
		c.compare(got)
	case recovering:
		c.home, c.rate = c.n, got
		if c.n+1 < c.wall {
			c.n++
			return
		}
		c.settle()
	}
}

func (c *climber) ramp(got measure) {
	first := c.rate.rate == 0
	switch {
	case first || got.rate >= clearlyMore*c.rate.rate:
	case got.beats(c.rate):
		// Doubling hardly paid: keep it, and go no further.
		c.home, c.rate = c.n, got
		c.settle()
		return
	case c.rate.rate >= better*got.rate:
		// A crowd seems to cost this store strength, so there may be too many already: half as many shows it sooner
		// than one less.
		c.phase, c.n = attempting, max(1, c.home/2)
		return
	default:
		c.settle()
		return
	}
	c.home, c.rate = c.n, got
	if c.n == c.ceiling {
		c.settle()
		return
	}
	c.n = min(2*c.n, c.ceiling)
}

func (c *climber) settle() {
	c.phase, c.n, c.waited = settled, c.home, 0
}

// attempt moves a quarter of home, one slot at least, in the direction that is due; a direction without room counts as
// tried.
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

func (c *climber) compare(got measure) {
	if got.beats(c.rate) {
		c.home, c.rate = c.n, got
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
	c.home, c.rate = c.n, measure{}
	c.phase = recovering
	c.epoch = epoch{from: now}
}
