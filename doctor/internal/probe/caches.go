package probe

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// A cache may leave the arguments that pass it by out of the addresses it compares, answer each reader with what he got
// before, and say nothing of it in a header. While nothing changes in the shop its answers are right. What it does not
// know is that WordPress answers to more than the address: to Origin with a header that names it, and to
// X-HTTP-Method-Override with another answer (docs/woocommerce/answers.md#beside-the-address). So an address that was
// asked for a moment before is asked for once more with such a header. When the store seems not to see it, and sees it
// on an address that nobody asked for, somebody else gave the first answer.

var (
	fromAnOrigin = map[string]string{"Origin": evidence.ProbedOrigin}
	asOptions    = map[string]string{methodOverride: http.MethodOptions}
)

// keptProbes ask the address of the fresh read once more. Signed requests have an address of their own each time, which
// no cache meets twice.
func (c *collection) keptProbes() []probe {
	kept := c.get(evidence.ReadFresh)
	if c.way != evidence.WayHeader && c.way != evidence.WayQuery || c.lean() || c.someListBroke() ||
		!evidence.Proven(kept) || kept.Status != http.StatusOK {
		return nil
	}
	return []probe{c.sameAddress(evidence.CacheOrigin, fromAnOrigin)}
}

// askKept asks on where the store seemed not to see a header. A store, or something before it, that takes the answer to
// Origin away is asked with the other header.
func (c *collection) askKept(ctx context.Context) {
	if x := c.get(evidence.CacheOrigin); !evidence.Proven(x) || evidence.NamesOrigin(x) {
		return
	}
	c.askIfRoom(ctx, c.otherAddress(evidence.CacheOriginNew, fromAnOrigin))
	if evidence.NamesOrigin(c.get(evidence.CacheOriginNew)) {
		return
	}
	c.askIfRoom(ctx, c.sameAddress(evidence.CacheMethod, asOptions))
	if x := c.get(evidence.CacheMethod); evidence.Proven(x) && !evidence.DescribesRoute(x) {
		c.askIfRoom(ctx, c.otherAddress(evidence.CacheMethodNew, asOptions))
	}
}

// askIfRoom sends a probe if there is room for it.
func (c *collection) askIfRoom(ctx context.Context, pr probe) {
	c.all(ctx, c.within([]probe{pr}, 0)...)
}

func (c *collection) sameAddress(id evidence.Probe, header map[string]string) probe {
	c.mu.Lock()
	pr := c.asked[evidence.ReadFresh]
	c.mu.Unlock()
	pr.id, pr.header = id, header
	pr.purpose = "an address that was asked for before, with a header that WordPress answers to and no cache looks at"
	return pr
}

func (c *collection) otherAddress(id evidence.Probe, header map[string]string) probe {
	pr := c.freshAs(evidence.PrimaryOf(c.ev.Target), c.way)
	pr.id, pr.header, pr.purpose = id, header, "the same header on an address that nobody asked for"
	return pr
}
