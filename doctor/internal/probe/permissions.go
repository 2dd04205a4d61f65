package probe

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// askPermissions asks what the key may do, and sends the probes that do not depend on any answer.
func (c *collection) askPermissions(ctx context.Context) {
	t := c.ev.Target
	if r := evidence.PrimaryOf(t); c.tookLongToRead() && c.get(evidence.ReadFresh) == nil {
		c.one(ctx, c.fresh(r)) // tells a slow store from a busy moment before more is asked of it
	}
	var probes []probe
	if !c.hasRead() {
		probes = append(probes,
			c.scopeProbe(evidence.ScopeRead,
				"a read of a route that exists nowhere: refused only when the key may not read", http.MethodGet,
				"wc/v3/"+evidence.ProbeRoute))
	}
	probes = append(probes,
		c.scopeProbe(evidence.ScopeWrite,
			"a write to a route that exists nowhere: refused only when the key may not write; nothing is executed",
			http.MethodPost, "wc/v3/"+evidence.ProbeRoute),
		c.ownerProbe())
	var routes []string
	if t.Wants(evidence.CustomersDelete) {
		routes = append(routes, "customers/batch")
	}
	if t.Wants(evidence.ShippingRead) {
		routes = append(routes, "shipping/zones")
	}
	if t.Wants(evidence.SettingsScope) {
		routes = append(routes, "settings")
	}
	lists := c.listProbes(t)
	listed := func(route string) bool {
		return slices.ContainsFunc(lists, func(pr probe) bool { return pr.id == evidence.ListsOf[route] })
	}
	for _, route := range routes {
		if !listed(route) {
			probes = append(probes, c.askAllowed(route))
		}
	}
	probes = append(probes, lists...)
	probes = append(probes, c.trafficProbes(t)...)
	c.spread(len(probes) + usualRest)
	c.all(ctx, probes...)
	routes = append(routes, evidence.Signals...)
	c.all(ctx, c.notSaid(routes, func(route string) bool {
		return listed(route) || slices.Contains(evidence.Signals, route) && !c.ownerKnown()
	})...)
	if t.Writes() {
		c.askWrites(ctx)
	}
	if t.Wants(evidence.OrdersWrite) {
		c.all(ctx, c.notSaid([]string{ordersBatch}, func(string) bool { return true })...)
	}
}

// signalProbes ask for the signals that nothing has said yet, which then only complete the picture. A list that breaks
// needs the room: the record is looked for that breaks it.
func (c *collection) signalProbes() []probe {
	if c.someListBroke() {
		return nil
	}
	var probes []probe
	for _, route := range evidence.Signals {
		if c.allowOf(route) == nil && !c.lean() {
			probes = append(probes, c.askAllowed(route))
		}
	}
	return probes
}

// usualRest is how many requests follow as a rule.
const usualRest = 18

// hasRead says whether a read with the key got its data. Then the key may read.
func (c *collection) hasRead() bool {
	x := evidence.ViewOf(c.ev).Read()
	return evidence.LetIn(x) && x.Status == http.StatusOK
}

// askRecords sends what depends on the first answers: the oldest orders, single records where the list did not say what
// is allowed, whole pages as a sync reads them, facts of the site.
func (c *collection) askRecords(ctx context.Context) {
	t := c.ev.Target
	probes := slices.Concat(c.doorProbes(t, false), c.editProbes(t), c.siteProbes(t), c.secondPages(t))
	probes = append(probes, c.countProbes(t)...)
	probes = append(probes, c.orderProbes(t)...)
	probes = append(probes, c.followUps()...)
	probes = append(probes, c.productProbes(t)...)
	probes = append(probes, c.customerProbes(t)...)
	probes = append(probes, c.pageProbes(t)...)
	probes = c.withOptionalDoors(t, probes)
	// Not last: connections that end because of the method would look like a ban.
	probes = append(c.within(c.signalProbes(), len(probes)+c.usualRows(t)), probes...)
	probes = c.within(probes, c.usualRows(t))
	probes = append(probes, c.deepProbes(t, 2+c.left()-len(probes)-c.usualRows(t))...)
	c.spread(len(probes))
	c.all(ctx, probes...)
	c.askUnheeded(ctx)
	c.askKept(ctx)
	c.all(ctx, c.notSaidByDoors(t)...)
	c.askRows(ctx)
	c.askHidden(ctx)
}

// ownerFields are what is asked about the key's owner: who he is by number and what he may do. His name and address are
// nobody's business here.
var ownerFields = []string{"id", "roles", "capabilities", "extra_capabilities"}

// ownerProbe asks WordPress for the roles and the stored capabilities of the user the key acts as. WordPress shows
// them to the user himself. WooCommerce looks at keys only when the address contains its own path as text
// (docs/woocommerce/authentication.md#decision-order, step 1), so that text is added as an argument of no meaning. A
// store that hides its users answers something else, and then what the owner may do is concluded from Allow headers
// alone.
func (c *collection) ownerProbe() probe {
	return c.keyed(probe{
		id: evidence.OwnerSelf, purpose: "the roles and capabilities of the key's own user",
		url: c.root.KeyedURL("wp/v2/users/me"), route: "wp/v2/users/me",
		args: url.Values{"context": {"edit"}, "_fields": {strings.Join(ownerFields, ",")}}, fields: ownerFields,
	})
}
