package webhook

import (
	"context"
	"slices"
	"time"
)

// action is a delivery that waits: a row of Action Scheduler's queue.
type action struct {
	id        int64
	webhookID int64
	arg       int64
	due       time.Time
	passed    bool // a fault has moved it behind the next one
	delayed   bool // a fault has made it late
}

// subject is what a delivery is about: a webhook and a record.
type subject struct{ webhookID, arg int64 }

// Done is an action that was taken from the queue.
type Done struct {
	WebhookID int64
	// Arg is the id of the record.
	Arg int64
	// Failed is set when the action died before anything was sent.
	Failed bool
}

// enqueue adds a delivery unless one of the same record to the same webhook waits already
// (docs/checks/webhook-deduped.md). So two changes before the queue runs make one delivery, with the record as it is
// when it is sent. WooCommerce compares with actions due within ten minutes; its own deliveries always are.
func (s *State) enqueue(webhookID, arg int64, now time.Time) bool {
	key := subject{webhookID, arg}
	if s.waiting[key] {
		return false
	}
	if s.waiting == nil {
		s.waiting = map[subject]bool{}
	}
	s.waiting[key] = true
	s.nextAction++
	s.queue = append(s.queue, &action{id: s.nextAction, webhookID: webhookID, arg: arg, due: now})
	return true
}

// Run performs the actions that waited when it began and are due, in the order they were queued, and returns them.
// Events that deliveries cause wait for the next run. When the context ends, the rest stays in the queue. The store
// must not be locked.
func (h *Hooks) Run(ctx context.Context) []Done {
	h.running.Lock()
	defer h.running.Unlock()
	var last int64
	h.locked(func() { last = h.state.nextAction })
	var done []Done
	for ctx.Err() == nil {
		a := h.claim(last)
		if a == nil {
			break
		}
		done = append(done, Done{a.webhookID, a.arg, !h.perform(ctx, a)})
	}
	return done
}

func (h *Hooks) locked(f func()) {
	h.config.Shop.Lock()
	defer h.config.Shop.Unlock()
	f()
}

// claim takes the next due action out of the queue; nil when none is left. From then on the same event is queued again.
func (h *Hooks) claim(last int64) (claimed *action) {
	h.locked(func() {
		now := h.config.Shop.Now()
		for {
			at := slices.IndexFunc(h.state.queue, func(a *action) bool { return a.id <= last && !a.due.After(now) })
			if at < 0 {
				return
			}
			a := h.state.queue[at]
			w, ok := h.state.find(a.webhookID)
			if ok && !a.delayed {
				if f, ok := h.faults.take(Late, w.Topic); ok {
					a.delayed, a.due = true, now.Add(f.Delay)
					delete(h.state.waiting, subject{a.webhookID, a.arg})
					continue
				}
			}
			if ok && !a.passed && at+1 < len(h.state.queue) && !h.state.queue[at+1].passed {
				if _, ok := h.faults.take(Reordered, w.Topic); ok {
					a.passed = true
					h.state.queue[at], h.state.queue[at+1] = h.state.queue[at+1], a
					continue
				}
			}
			h.state.queue = slices.Delete(h.state.queue, at, at+1)
			if !a.delayed {
				delete(h.state.waiting, subject{a.webhookID, a.arg})
			}
			claimed = a
			return
		}
	})
	return claimed
}

// untilDue is how long it takes until a waiting action is due. ok is false when none waits.
func (h *Hooks) untilDue() (wait time.Duration, ok bool) {
	h.locked(func() {
		now := h.config.Shop.Now()
		for _, a := range h.state.queue {
			if w := max(a.due.Sub(now), 0); !ok || w < wait {
				wait, ok = w, true
			}
		}
	})
	return wait, ok
}
