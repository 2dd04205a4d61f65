package main

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/outbox"
)

// waiting says what a command waits for: state, reason and next try, each time one of them changes, and now and then
// that it still does.
type waiting struct {
	app  *app
	said string
	at   time.Time
}

// stillEvery is how often an unchanged wait is said again.
const stillEvery = 30 * time.Second

func (p *waiting) tell(writes []outbox.Write) {
	if p.app.global.json || len(writes) == 0 {
		return
	}
	first := writes[0]
	for _, w := range writes {
		// What waits behind another has no time of its own.
		if held, was := w.Behind != nil, first.Behind != nil; !held && was || held == was && w.NextAt.Before(first.NextAt) {
			first = w
		}
	}
	said := fmt.Sprintf("%s of %s: %s", first.State, first.ID, whyWaiting(first))
	if said == p.said && time.Since(p.at) < stillEvery {
		return
	}
	p.said, p.at = said, time.Now()
	what := fmt.Sprintf("Waiting for the write %s (%s)", first.ID, describeWrite(first))
	if len(writes) > 1 {
		what = fmt.Sprintf("Waiting for %d writes, next %s (%s)", len(writes), first.ID, describeWrite(first))
	}
	if first.Behind != nil {
		p.app.note("%s: %s, %s", what, first.State, whyWaiting(first))
		return
	}
	p.app.note("%s: %s, %s; next try %s", what, first.State, whyWaiting(first), nextTry(first))
}

// whyWaiting is the reason of a write that is not settled, or what its state means.
func whyWaiting(w outbox.Write) string {
	switch {
	case w.Behind != nil:
		return w.Behind.String()
	case w.Reason != nil && w.Reason.Message != "":
		return w.Reason.Message
	case w.State == outbox.Unknown:
		return "its answer was lost, so it is looked for before anything is sent again"
	}
	return "it waits for its turn"
}

// nextTry is when a write is looked at again, in the time of whoever reads it.
func nextTry(w outbox.Write) string {
	if left := time.Until(w.NextAt); left > time.Second {
		return fmt.Sprintf("in %s, at %s", left.Round(time.Second), w.NextAt.Local().Format("15:04:05"))
	}
	return "now"
}
