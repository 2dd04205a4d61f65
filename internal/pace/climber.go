package pace

import "time"

// climber finds the number of slots at which the most work gets done per second.
//
// It measures one number of slots over an epoch, and compares epochs. At first it doubles the slots as long as that
// brings clearly more. Then it settles and now and then tries a few slots less or more, and keeps what is better. Each
// failed attempt doubles the time until the next one.
//
// In doubt climber keeps more slots: a slot too many costs the store a longer queue, and a slot too few costs a full
// read its speed.
type climber struct {
	ceiling int
	n       int
	phase   phase
	epoch   epoch
	// rate is the rate that was measured at home, the number of slots settled on.
	home int
	rate measure
	// step is the direction of the next attempt: -1 or +1.
	step     int
	patience int // epochs between attempts
	waited   int // epochs since the last attempt
	// wall is the number of slots at which the store got into trouble; 0 for none.
	wall int
}

type phase int

const (
	ramping    phase = iota // doubling
	settled                 // measuring at home
	attempting              // measuring elsewhere
	recovering              // back to home after trouble, one slot at a time
)

const (
	// startSlots is 2 because nearly every host runs two processes or more. On a small host (measured on two
	// processors, WooCommerce 10.0.2) each slot beyond that costs 5% of the rate, and most reads end before the loss is
	// won back. On a large host doubling soon gets there.
	startSlots = 2
	// firstPatience is the number of epochs before the first attempt.
	firstPatience = 4
	// clearlyMore is the gain after which doubling goes on. worthDoubling is the gain below which a few answers suffice
	// to give doubling up. A gain between the two is looked for in small steps, which queue less.
	clearlyMore   = 1.25
	worthDoubling = 1.10
	// hopeless is the fraction of the rate at home below which a few answers suffice to end an attempt.
	hopeless = 0.85
	// longestPatience is the largest number of epochs between attempts, so that a change of the store's capacity is
	// noticed.
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

// judge decides what the measure of an epoch means for the slots.
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
		// Doubling hardly paid: keep the doubled number and stop doubling.
		c.home, c.rate = c.n, got
		c.settle()
		return
	case c.rate.rate >= better*got.rate:
		// More slots make this store slower, so there may be too many already. Half as many shows that sooner than one
		// less.
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

// attempt moves by a quarter of home, at least one slot, in the direction of step. A direction without room counts as
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
