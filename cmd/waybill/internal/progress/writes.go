package progress

import (
	"fmt"
	"time"

	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/outbox"
)

// Writes says what a command waits for: state, reason and next try, each time one of them changes, and now and then
// that it still does.
type Writes struct {
	on    Display
	store string
	said  string
	at    time.Time
}

// stillEvery is how often an unchanged wait is said again.
const stillEvery = 30 * time.Second

// Writes begins to say what writes of a store wait for.
func (d Display) Writes(store string) *Writes { return &Writes{on: d, store: store} }

// Tell says what the writes that are not settled wait for.
func (p *Writes) Tell(writes []outbox.Write) {
	if p.on.Silent || len(writes) == 0 {
		return
	}
	first := writes[0]
	for _, w := range writes {
		// What waits behind another has no time of its own.
		if held, was := w.Behind != nil, first.Behind != nil; !held && was || held == was &&
			w.NextAt.Before(first.NextAt) {
			first = w
		}
	}
	said := fmt.Sprintf("%s of %s: %s", first.State, first.ID, writeview.Why(first, p.store))
	if said == p.said && time.Since(p.at) < stillEvery {
		return
	}
	p.said, p.at = said, time.Now()
	what := fmt.Sprintf("Waiting for the write %s (%s)", first.ID, writeview.Describe(first))
	if len(writes) > 1 {
		what = fmt.Sprintf("Waiting for %d writes, next %s (%s)", len(writes), first.ID, writeview.Describe(first))
	}
	if first.Behind != nil {
		p.on.note("%s: %s, %s", what, first.State, writeview.Why(first, p.store))
		return
	}
	p.on.note("%s: %s, %s; next try %s", what, first.State, writeview.Why(first, p.store), writeview.NextTry(first))
}
