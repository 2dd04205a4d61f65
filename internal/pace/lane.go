package pace

import (
	"container/list"
	"time"
)

// lane holds the slots of one kind of request and the requests that wait for a slot.
type lane struct {
	steer    steer
	costs    costs
	inFlight int
	waiting  list.List // of *waiter
	// restsUntil is when the lane continues after a rest for the visitors' sake.
	restsUntil time.Time
	// cutAt is when slots were last taken away for trouble. Requests sent before cutAt tell of the same trouble and do
	// not count again.
	cutAt time.Time
}

// steer finds the number of slots of a lane.
type steer interface {
	slots() int
	// served learns from a good answer and returns how long the lane should rest before the next request.
	served(sample) time.Duration
	// cut takes slots away because the store is in trouble.
	cut(now time.Time)
}

// sample is what one good answer teaches.
type sample struct {
	started, ended time.Time
	// work is what the answer cost the store, in seconds of an idle store.
	work float64
	// full is true when all slots were in use. Only then does the pace show what the store can do.
	full bool
}

// slowdown returns how many times longer the answer took than it would on an idle store.
func (s sample) slowdown() float64 { return s.ended.Sub(s.started).Seconds() / s.work }

type waiter struct {
	ready   chan struct{}
	arrived time.Time
	place   *list.Element
}

func newLane(s steer) *lane { return &lane{steer: s} }

// enqueue puts a waiter behind all waiters that arrived before.
func (l *lane) enqueue(arrived time.Time) *waiter {
	w := &waiter{ready: make(chan struct{}), arrived: arrived}
	before := l.waiting.Back()
	for before != nil && before.Value.(*waiter).arrived.After(arrived) {
		before = before.Prev()
	}
	if before == nil {
		w.place = l.waiting.PushFront(w)
	} else {
		w.place = l.waiting.InsertAfter(w, before)
	}
	return w
}

// forget removes a waiter and says whether it was still waiting.
func (l *lane) forget(w *waiter) bool {
	if w.place == nil {
		return false
	}
	l.waiting.Remove(w.place)
	w.place = nil
	return true
}

// wantsSlot says whether a request waits and a slot is free.
func (l *lane) wantsSlot() bool { return l.waiting.Len() > 0 && l.inFlight < l.steer.slots() }

// grant lets the first waiter go. The lane must have one.
func (l *lane) grant() {
	first := l.waiting.Front()
	w := l.waiting.Remove(first).(*waiter)
	w.place = nil
	l.inFlight++
	close(w.ready)
}

// release takes a slot back and learns from how the request ended.
func (l *lane) release(now, started time.Time, o Outcome, g *gate) {
	full := l.waiting.Len() > 0 || l.inFlight >= l.steer.slots()
	l.inFlight--
	switch o.Verdict {
	case Abandoned:
		// A cancelled request took as long as our own limit let it, so it is neither good nor bad.
	case Served:
		g.served(now)
		work := l.costs.work(o, now.Sub(started))
		rest := l.steer.served(sample{started: started, ended: now, work: work, full: full})
		if rest > 0 {
			l.restsUntil = later(l.restsUntil, now.Add(rest))
		}
	case Overloaded, Failed:
		// One disturbance is one trouble: answers to requests sent before the last cut say nothing new, except how long
		// to wait.
		fresh := !started.Before(l.cutAt)
		g.trouble(now, o, fresh)
		if fresh {
			l.cutAt = now
			l.steer.cut(now)
		}
	}
}
