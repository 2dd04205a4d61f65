package probe

import (
	"context"
	"maps"
	"slices"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Before a difference between two single answers decides anything, the one that no healthy store gives is asked for
// again. One of several servers that fails, or that loses the key, is found this way, and nothing else is built on
// what it answered.

const (
	// mostAgain is how many answers of one kind are asked for again to see whether all of them come the same.
	mostAgain = 3
	// keptBack is left of the budget for what comes after.
	keptBack = 6
)

// reconsider asks again for doubtful answers. Of each kind some are tried; when one of them turns out otherwise, all
// of its kind are, and those that turn out otherwise stay in the evidence under the name "flaky.…" beside the new
// answer.
func (c *collection) reconsider(ctx context.Context) {
	if c.steady == nil {
		c.steady = map[string]int{}
	}
	kinds := c.doubtful()
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		ids := kinds[kind]
		if looked, found := c.steady[kind]; found && len(ids) < looked+mostAgain || c.left() <= keptBack {
			continue // hardly any came that were not looked at before
		}
		turned := c.askAgain(ctx, spreadProbes(ids, mostAgain))
		for asked := len(ids); turned == 0 && asked < mostAgain; asked += len(ids) {
			turned = c.askAgain(ctx, ids) // the same chance may strike twice
			if c.way == evidence.WayNone {
				break // where the key gets lost is asked next, in many ways
			}
		}
		if turned == 0 {
			c.steady[kind] = len(ids)
			continue
		}
		for range 2 {
			c.askAgain(ctx, c.doubtful()[kind])
		}
	}
}

// doubtful are the probes whose answers are in doubt, by the kind of their answers.
func (c *collection) doubtful() map[string][]evidence.Probe {
	c.mu.Lock()
	defer c.mu.Unlock()
	kinds := map[string][]evidence.Probe{}
	for i := range c.ev.Exchanges {
		x := &c.ev.Exchanges[i]
		if _, asked := c.asked[evidence.Probe(x.ID)]; asked && evidence.Doubtful(x) {
			kind := evidence.DoubtKind(x)
			kinds[kind] = append(kinds[kind], evidence.Probe(x.ID))
		}
	}
	return kinds
}

// askAgain makes requests once more and says how many were answered otherwise: as a healthy store may answer.
func (c *collection) askAgain(ctx context.Context, ids []evidence.Probe) (turned int) {
	ids = ids[:min(len(ids), max(0, c.left()-keptBack))]
	answers := make(chan bool, len(ids))
	for _, id := range ids {
		go func() { answers <- c.turns(ctx, id) }()
	}
	for range ids {
		turned += evidence.BoolToInt(<-answers)
	}
	return turned
}

func (c *collection) turns(ctx context.Context, id evidence.Probe) bool {
	c.mu.Lock()
	pr := c.asked[id]
	c.mu.Unlock()
	x := c.send(ctx, pr.anew())
	if x.Status == 0 || x.Fault != nil || evidence.Doubtful(x) || x.Status == 429 {
		return false
	}
	c.mu.Lock()
	if old := evidence.Find(c.ev.Exchanges, id); old != nil {
		name := evidence.Flaky.Of(string(id))
		if limited := evidence.Limited.Of(string(id)); evidence.Find(c.ev.Exchanges, limited) != nil {
			name = limited // it was asked to slow down twice
		}
		old.ID = string(name)
	}
	c.mu.Unlock()
	c.keepExchange(x)
	return true
}

// spreadProbes picks up to n: the first, the last, and some between.
func spreadProbes(ids []evidence.Probe, n int) []evidence.Probe {
	if len(ids) <= n {
		return ids
	}
	var picked []evidence.Probe
	for i := range n {
		picked = append(picked, ids[i*(len(ids)-1)/(n-1)])
	}
	return picked
}
