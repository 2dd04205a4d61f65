package probe

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Orders whose status nothing registers are in no list, on order tables, and only under "any" on posts. WordPress
// counts them all the same: an order has a row in wp_posts wherever it is kept, and so has a refund. But auto-drafts
// have one, too, and no list shows those either. So the count says only whether looking is worth it, and an order that
// answers proves it.

// hiddenMost is how many ids are asked for that no list shows.
const hiddenMost = 12

// askHidden counts the orders under every status that the store names, and, where there are rows beyond those, asks
// for ids that lie between the ids of listed orders.
func (c *collection) askHidden(ctx context.Context) {
	c.askCounted(ctx)
	if c.lean() || !c.ev.Target.Wants(evidence.OrdersRead) || !c.listWorked(evidence.ListOrders) {
		return
	}
	f := evidence.ViewOf(c.ev)
	named := f.NamedStatuses()
	if len(named) == 0 || evidence.Total(c.get(evidence.ListRefunds)) < 0 ||
		f.OrderRows() <= evidence.Total(c.get(evidence.ListOrders))+evidence.Total(c.get(evidence.ListRefunds)) {
		return // unknown, or the usual list alone has them all
	}
	c.all(ctx, c.within([]probe{c.list(evidence.CountOrders,
		"how many orders there are under the statuses the store names, in the trash too", "orders", []string{"id"},
		url.Values{"per_page": {"1"}, "status": {strings.Join(append(named, "trash"), ",")}})}, 0)...)
	rows, known := f.UnlistedRows()
	if !known || rows <= 0 || len(f.Unnamed().Statuses) > 0 {
		return // none, or a list shows one already, as "any" does on posts
	}
	var probes []probe
	for _, id := range f.Gaps(hiddenMost) {
		route := fmt.Sprintf("wc/v3/orders/%d", id)
		probes = append(probes, c.keyed(probe{
			id:      evidence.Hidden.Of(fmt.Sprint(id)),
			purpose: "an id that no list of orders shows, because the store counts more orders than its lists have",
			url:     c.root.URL(route), route: route,
			args: url.Values{"_fields": {"id,status"}}, fields: []string{"id", "status"},
		}))
	}
	c.all(ctx, c.within(probes, 0)...)
}

// totalsProbe asks for what the store's report counts.
func (c *collection) totalsProbe(id evidence.Probe, kind string) probe {
	route := "wc/v3/reports/" + kind + "/totals"
	return c.keyed(probe{id: id, purpose: "how many " + kind + " the store's own report counts", url: c.root.URL(route),
		route: route, args: url.Values{"_fields": {"slug,total"}}, fields: []string{"slug", "total"}})
}

// countProbes ask the store's report of orders, which no filter of lists touches, and that of products where the list
// is shorter than what the store says it has.
func (c *collection) countProbes(t evidence.TargetFacts) []probe {
	var probes []probe
	if c.lean() {
		return nil
	}
	if t.Wants(evidence.OrdersRead) && !t.Wants(evidence.ReportsRead) && evidence.IsList(c.get(evidence.ListOrders)) {
		probes = append(probes, c.totalsProbe(evidence.TotalsOrders, "orders"))
	}
	if x := c.get(evidence.ListProducts); t.Wants(evidence.ProductsRead) && evidence.IsList(x) && x.Records() == 0 {
		probes = append(probes, c.totalsProbe(evidence.TotalsProducts, "products"))
	}
	return probes
}

// askCounted asks lists and report once more where they differ: orders come and go between two requests.
func (c *collection) askCounted(ctx context.Context) {
	f := evidence.ViewOf(c.ev)
	counted, told := f.OrdersCounted()
	listed, known := f.OrdersListed()
	if told && known && counted > listed {
		c.all(ctx, c.within([]probe{c.list(evidence.CountUsual, "how many orders of the usual statuses the lists have",
			"orders", []string{"id"}, url.Values{"per_page": {"1"}, "status": {evidence.UsualStatuses()}})}, 0)...)
		c.all(ctx, c.within([]probe{c.totalsProbe(evidence.TotalsOrdersAgain, "orders")}, 0)...)
	}
	listed, known = f.ProductsListed()
	if rows := f.Status.Posts("product"); known && rows > listed && c.get(evidence.TotalsProducts) == nil &&
		c.ev.Target.Wants(evidence.ProductsRead) && !c.lean() {
		c.all(ctx, c.within([]probe{c.totalsProbe(evidence.TotalsProducts, "products")}, 0)...)
	}
}
