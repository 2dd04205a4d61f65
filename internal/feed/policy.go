package feed

import (
	"math/rand/v2"
	"time"

	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
)

// Policy is when what failed is tried again.
type Policy struct {
	// Retries are the pauses between the attempts of one event. After the last it is given up, and the next event of
	// its record is sent.
	Retries []time.Duration
	// Broken is how many events may fail in a row, with none taken in between, until the receiver counts as broken. It
	// is then left alone for the first of Rests, tried with one event, and left alone for the next. No other event
	// counts an attempt meanwhile, so that an outage gives nothing up.
	Broken int64
	Rests  []time.Duration
}

// DefaultPolicy tries an event for nearly three days, and asks a receiver that is broken every hour in the end.
func DefaultPolicy() Policy {
	return Policy{
		Retries: []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
			time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour,
			12 * time.Hour},
		Broken: 5,
		Rests: []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
			10 * time.Minute, 20 * time.Minute, 30 * time.Minute, time.Hour},
	}
}

// jittered is a pause with some chance added, so that many who failed together do not come back together.
func jittered(pause time.Duration) time.Duration {
	return pause + time.Duration(rand.Int64N(int64(pause)/5+1))
}

// attempt is one try of an event.
type attempt struct {
	event  storage.Event
	answer sink.Answer
	took   time.Duration
	// probe says that the event was sent to find out whether a broken receiver is well again.
	probe bool
	// err is why the event was not sent at all: the database did not answer.
	err error
}

// broken says whether the receiver of a subscription counts as broken.
func (s *Subscriptions) broken(of storage.Subscription) bool {
	return of.Failures >= s.opts.Policy.Broken
}

// judge is what becomes of a subscription and an event by an attempt. It asks nobody.
func (s *Subscriptions) judge(of *storage.Subscription, a attempt, now time.Time) storage.Event {
	e := a.event
	e.Status, e.Error, e.Took = a.answer.Status, a.answer.Why, a.took
	if a.answer.Taken() {
		rest := of.RestUntil
		if *of = well(*of); !a.probe {
			of.RestUntil = rest // a longer rest may have been asked for since this event was sent
		}
		if now.Sub(of.DeliveredAt) >= seenEvery {
			of.DeliveredAt = now
		}
		e.Attempts++
		e.State, e.NextAt, e.DoneAt = storage.EventDelivered, time.Time{}, now
		return e
	}
	if a.answer.Gone {
		// The event waits for whoever resumes the subscription.
		of.State, of.Why = storage.SubscriptionEnded, "its receiver wants nothing any more: "+a.answer.Why
		return e
	}
	s.fail(of, a, now)
	if a.answer.Down && s.broken(*of) {
		e.NextAt = now // the receiver failed, not the event, which counts no attempt
		return e
	}
	e.Attempts++
	if int(e.Attempts) > len(s.opts.Policy.Retries) {
		e.State, e.NextAt, e.DoneAt = storage.EventFailed, time.Time{}, now
		return e
	}
	e.NextAt = now.Add(max(jittered(s.opts.Policy.Retries[e.Attempts-1]), a.answer.After))
	return e
}

// fail counts a failure of a subscription. An event that fails again and again counts once, so that one that its
// receiver cannot bear does not hold the others.
func (s *Subscriptions) fail(of *storage.Subscription, a attempt, now time.Time) {
	if a.answer.After > 0 {
		of.RestUntil = later(of.RestUntil, now.Add(a.answer.After))
	}
	switch {
	case a.probe:
		of.Failures++
	case a.event.Attempts == 0 && !s.broken(*of):
		of.Failures++
	default:
		return
	}
	if of.FailingSince.IsZero() {
		of.FailingSince = now
	}
	if !s.broken(*of) {
		return
	}
	of.Why = a.answer.Why
	if now.Sub(of.FailingSince) >= s.opts.PauseAfter && s.opts.PauseAfter > 0 {
		of.State = storage.SubscriptionPaused
		of.Why = "nothing was taken since " + of.FailingSince.UTC().Format(time.DateOnly) + ": " + a.answer.Why
		return
	}
	rests := s.opts.Policy.Rests
	rest := rests[min(int(of.Failures-s.opts.Policy.Broken), len(rests)-1)]
	of.RestUntil = later(now.Add(jittered(rest)), now.Add(a.answer.After))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
