package probe

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// askWrites sends what stands for writes. A store that took long over the first one is asked once more, to tell a slow
// store from chance, and then no longer: each further one would take as long and say the same. After chance all of it
// is asked, or a store that was busy for a moment would pass for one that writes were proved on.
func (c *collection) askWrites(ctx context.Context) {
	probes := c.writeProbes()
	again := slices.IndexFunc(probes, func(pr probe) bool { return pr.id == evidence.BodyType })
	if tookLong(c.get(evidence.ScopeWrite)) && again >= 0 {
		probes[again].timeout = evidence.Patience
		c.one(ctx, probes[again])
		if tookLong(c.get(evidence.BodyType)) {
			return
		}
		probes = append(slices.Delete(probes, again, again+1), c.firstWriteAgain()...)
	}
	c.all(ctx, probes...)
	c.askBodies(ctx)
}

// firstWriteAgain asks the first write anew where it got no answer in time, which was chance, and puts the old one
// aside.
func (c *collection) firstWriteAgain() []probe {
	c.mu.Lock()
	defer c.mu.Unlock()
	x := evidence.Find(c.ev.Exchanges, evidence.ScopeWrite)
	if !evidence.TimedOut(x) {
		return nil
	}
	x.ID = string(evidence.Cut.Of(string(evidence.ScopeWrite)))
	return []probe{c.asked[evidence.ScopeWrite].anew()}
}

// askBodies looks closer at a large body with HTML in it that was not let through: with one of the two alone the cause
// shows, and the whole is put aside.
func (c *collection) askBodies(ctx context.Context) {
	if x := c.get(evidence.BodyWhole); x == nil || evidence.Unsent(x) || evidence.Proven(x) {
		return
	}
	c.all(ctx, c.bodyProbes()...)
	if evidence.Proven(c.get(evidence.BodyLarge)) && evidence.Proven(c.get(evidence.BodyMarkup)) {
		return // only both together are objected to, or it was chance
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	evidence.Find(c.ev.Exchanges, evidence.BodyWhole).ID = string(evidence.Parted.Of(string(evidence.BodyWhole)))
}

// trafficProbes see what the road to the store does to requests: verbs, long addresses, bodies, names of clients,
// caches.
func (c *collection) trafficProbes(t evidence.TargetFacts) []probe {
	r := evidence.PrimaryOf(t)
	probes := []probe{c.readProbe(evidence.ReadAgain, "the first read once more, to see whether a cache answers", r,
		c.way)}
	if !c.lean() {
		probes = append(probes,
			c.keyed(probe{id: evidence.LongURI, purpose: "a long address, as a list of record numbers makes it",
				url: c.root.URL(r.Route), route: r.Route,
				args: mergeArgs(filtersOf(r),
					url.Values{"include": {longInclude}, "per_page": {"1"}, "_fields": {"id"}}), fields: []string{"id"},
				bodyIs: "4,000 characters of record numbers"}),
			c.crossProbe(r))
	}
	if !c.lean() && !c.crowded(t) && c.way == evidence.WayHeader { // else something was found that comes before it
		probes = append(probes,
			probe{id: evidence.IndexBare, purpose: "the REST index without a client's name and without Accept",
				url: c.root.URL(""), args: url.Values{"_fields": {"name"}},
				header: map[string]string{"User-Agent": "", "Accept": ""}, fields: []string{"name"}},
			probe{id: evidence.IndexLibrary, purpose: "the REST index under the names of common libraries",
				url: c.root.URL(""), args: url.Values{"_fields": {"name"}},
				header: map[string]string{"User-Agent": evidence.LibraryUA}, fields: []string{"name"}},
		)
	}
	if c.get(evidence.ReadFresh) == nil {
		probes = append(probes, c.fresh(r))
	}
	if t.Wants(evidence.OrdersRead, evidence.OrdersWrite) {
		probes = append(probes,
			c.keyed(probe{id: evidence.FilterModified,
				purpose: "orders changed after the year 2100: a store that knows the filter has none",
				url:     c.root.URL("wc/v3/orders"), route: "wc/v3/orders",
				args: url.Values{"per_page": {"1"}, "_fields": {"id"}, "modified_after": {"2100-01-01T00:00:00"},
					"dates_are_gmt": {"true"}}, fields: []string{"id"}}),
			c.keyed(probe{id: evidence.Statuses, purpose: "the order statuses of the store",
				url: c.root.URL("wc/v3/orders/statuses"), route: "wc/v3/orders/statuses", fields: []string{"slug"}}),
		)
	}
	return probes
}

// filtersOf are filters of orders that broke on early order tables; nothing is found by them.
func filtersOf(r evidence.Resource) url.Values {
	if r.Route != "wc/v3/orders" {
		return nil
	}
	return url.Values{"customer": {nowhereID}}
}

// crossProbe brings the key to an address that was asked for without one before: a cache that keeps refusals and does
// not look at the key answers with the refusal.
func (c *collection) crossProbe(r evidence.Resource) probe {
	pr := c.readProbe(evidence.CacheCross,
		"the key on an address that was asked for without a key before, to see whether a cache keeps refusals", r,
		evidence.WayNone)
	pr.args = crossArgs(r)
	return c.authorise(pr, c.way)
}

func (c *collection) post(id evidence.Probe, purpose, route, body, is string) probe {
	return c.keyed(probe{id: id, purpose: purpose, method: http.MethodPost, url: c.root.URL(route), route: route,
		body: body, bodyIs: is})
}

// writeProbes go to routes that exist nowhere, so that a body can be sent without anything reading it.
func (c *collection) writeProbes() []probe {
	return []probe{
		c.scopeProbe(evidence.VerbPut, "PUT to the namespace, which has no such method", http.MethodPut, "wc/v3"),
		c.scopeProbe(evidence.VerbDelete, "DELETE to the namespace, which has no such method", http.MethodDelete,
			"wc/v3"),
		c.post(evidence.BodyWhole,
			"a body of 256 kB with a product description in it, to a route that exists nowhere",
			"wc/v3/"+evidence.ProbeRoute, wholeBody, "256 kB of JSON with HTML in it"),
		c.post(evidence.BodyType,
			"a body that is no JSON to the batch route: refused unread (400) as long as its content type arrives",
			"wc/v3/"+ordersBatch, brokenJSON, ""),
	}
}

// bodyProbes tell whether it is the size of a body that is objected to, or what is in it.
func (c *collection) bodyProbes() []probe {
	nowhere := "wc/v3/" + evidence.ProbeRoute
	return []probe{
		c.post(evidence.BodyLarge, "a body of 256 kB to a route that exists nowhere", nowhere, largeBody,
			"256 kB of JSON"),
		c.post(evidence.BodyMarkup, "a product description with HTML to a route that exists nowhere", nowhere,
			markupBody, ""),
	}
}

var (
	longInclude = strings.TrimSuffix(strings.Repeat("9000000001,", 364), ",")
	padding     = `"padding":"` + strings.Repeat("waybill ", 32<<10) + `"}`
	largeBody   = "{" + padding
	wholeBody   = strings.TrimSuffix(markupBody, "}") + "," + padding
)

// markupBody holds what real product descriptions and order notes hold and what careless filters object to.
const markupBody = `{"description":"<p style=\"margin:0\">It's 50% off &amp; ` +
	`<a href=\"https://example.com/?a=1&b=2\">more</a>.</p>` +
	`<table><tr><td>Select a size from the list below; union of two parts -- order now</td></tr></table>` +
	`<iframe src=\"https://www.youtube.com/embed/x\"></iframe><script type=\"application/ld+json\">{}</script>` +
	`<img src=\"https://example.com/a.png\" alt=\"or 1=1\">","note":"SELECT * FROM the menu; UNION SELECT Merlot 2019"}`
