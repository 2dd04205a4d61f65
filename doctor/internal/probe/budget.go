package probe

import (
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// lean says whether the store takes so long that the questions about its usual road would only make the wait longer. It
// must have taken long twice: a shop that was busy for a moment is asked everything.
func (c *collection) lean() bool {
	return c.tookLongToRead() && tookLong(c.get(evidence.ReadFresh))
}

func (c *collection) tookLongToRead() bool {
	return tookLong(c.get(evidence.ReadFirst)) || tookLong(c.get(evidence.ReadOAuth))
}

func tookLong(x *evidence.Exchange) bool {
	return x != nil && !evidence.Unsent(x) && (x.Elapsed >= tooSlow || evidence.TimedOut(x))
}

// tooSlow is how long a small answer takes in a store that is asked no more than is needed to say so.
const tooSlow = 5 * time.Second

// within leaves out what the budget no longer allows: always the last, so that two runs ask the same.
func (c *collection) within(probes []probe, reserve int) []probe {
	return probes[:min(len(probes), max(0, c.left()-reserve))]
}

// left is how many requests may still be sent.
func (c *collection) left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.budget.Requests - c.ev.Spent
}
