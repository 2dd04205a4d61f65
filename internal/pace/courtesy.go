package pace

import (
	"slices"
	"time"
)

// courtesy finds a number of slots that the store's visitors do not feel.
//
// One request at a time shows how fast the store answers under hardly any load. Now and then a short trial sends a few
// requests at once. As long as answers do not get slower, the store has processors to spare. The trial ends with the
// first signs of slower answers, and shows the store's capacity: slots divided by slowdown. Courtesy takes at most half
// of the capacity. A store that cannot do two things at once gets rests as long as our requests, so that half of its
// time belongs to its visitors. Rests also grow whenever answers get slower than usual, whatever the reason.
type courtesy struct {
	ceiling int
	n       int // slots when no trial runs
	trial   int // slots of the trial, 0 when none runs
	from    time.Time
	calm    float64 // slowdown of a lightly loaded store, about 1
	recent  []float64
	// share is the fraction of its time that a single slot works; 1 is all of it.
	share    float64
	answers  int // answers since the last trial
	patience int // answers between trials
}

const (
	courtesyRound = 6
	// courtesyPatience is the number of answers before the first trial; after a trial that failed, twice as many as
	// before. On a store of two processors a trial lasts as long as two answers, and visitors wait half as long again
	// meanwhile. A trial must be so rare that fewer than one visitor in twenty meets it. roomPatience is the number
	// after a trial that slowed nothing.
	courtesyPatience = 64
	roomPatience     = 16
	longestTrialWait = 1024
	// noSlower is the slowdown up to which answers count as equally fast.
	noSlower = 1.2
	// longestRestFactor and longestRest bound a rest: the first as a multiple of the request's time, the second in
	// time.
	longestRestFactor = 4
	longestRest       = 10 * time.Second
)

func newCourtesy(ceiling int) *courtesy {
	return &courtesy{ceiling: ceiling, n: 1, share: 1, patience: courtesyPatience}
}

func (c *courtesy) slots() int {
	if c.trial > 0 {
		return c.trial
	}
	return c.n
}

func (c *courtesy) served(s sample) time.Duration {
	if s.started.Before(c.from) {
		return 0
	}
	c.answers++
	c.recent = append(c.recent, s.slowdown())
	switch {
	case c.trial > 0:
		c.judgeTrial(s)
		return 0
	case len(c.recent) >= courtesyRound*c.n:
		c.judgeRound(s)
	}
	return c.rest(s)
}

// judgeRound learns the usual slowdown and decides whether a trial is due.
func (c *courtesy) judgeRound(s sample) {
	m := median(c.recent)
	c.recent = c.recent[:0]
	switch {
	case c.calm == 0:
		c.calm = m
	case m < c.calm:
		c.calm += 0.3 * (m - c.calm)
	case c.n > 1 && m > noSlower*c.calm:
		// Something else, perhaps visitors, now uses what was free.
		c.become(c.n-1, s.ended)
		return
	default:
		// A store that stays slower is learned as such within hours, not minutes.
		c.calm += 0.02 * (m - c.calm)
	}
	if s.full && c.answers >= c.patience && c.n < c.ceiling && m <= noSlower*c.calm {
		c.trial = min(2*c.n+1, c.ceiling)
		c.answers = 0
		c.from = s.ended
	}
}

// judgeTrial ends a trial as soon as the outcome is clear.
func (c *courtesy) judgeTrial(s sample) {
	m := median(c.recent)
	switch {
	case len(c.recent) >= 3 && m > noSlower*c.calm:
		capacity := float64(c.trial) * c.calm / m
		c.share = max(0.5, min(1, capacity/2))
		c.patience = min(2*max(c.patience, courtesyPatience), longestTrialWait)
		c.become(min(c.n, max(1, int(capacity/2+0.25))), s.ended)
	case len(c.recent) >= 2*c.trial:
		c.share = 1
		c.patience = roomPatience
		c.become(min(c.n+1, c.ceiling), s.ended)
	}
}

func (c *courtesy) become(n int, now time.Time) {
	c.n, c.trial, c.answers, c.from = n, 0, 0, now
	c.recent = c.recent[:0]
}

// rest returns how long to leave the store alone after an answer.
func (c *courtesy) rest(s sample) time.Duration {
	if c.n > 1 || c.calm == 0 {
		return 0
	}
	factor := 1/c.share - 1
	if over := s.slowdown() / c.calm; over > noSlower {
		factor += over - 1
	}
	took := s.ended.Sub(s.started)
	return min(time.Duration(min(factor, longestRestFactor)*float64(took)), longestRest)
}

func (c *courtesy) cut(now time.Time) {
	c.patience = min(2*c.patience, longestTrialWait)
	c.become(max(1, c.slots()/2), now)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
