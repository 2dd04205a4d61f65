package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// A list that has records is asked for its second page too, whether it has one or not: a cache that leaves the page out
// of addresses, or a plugin that pages by its own, gives the first page again. Nothing else tells.

// later is the question for a list once more, for a further page or a place further down. Everything else in the
// question stays: a cache that leaves the page out of addresses knows this one.
func (c *collection) later(id evidence.Probe, purpose, name string, args url.Values) probe {
	c.mu.Lock()
	pr := c.asked[evidence.Lists.Of(name)].plain()
	c.mu.Unlock()
	pr.id, pr.purpose, pr.args = id, purpose, mergeArgs(pr.args, args)
	return c.keyed(pr)
}

// secondPages ask for what follows the first page of each list that is to be read, as far as it has records. The first
// of them is asked for by its position too, which some clients send in place of a page, where there is room.
func (c *collection) secondPages(t evidence.TargetFacts) []probe {
	var probes []probe
	for _, list := range evidence.Paged {
		if !t.Wants(list.Scope) || !c.listWorked(evidence.Lists.Of(list.Name)) {
			continue
		}
		probes = append(probes, c.later(evidence.DeepPage(list.Name, 2),
			"the second page of a list: it is another than the first, or empty", list.Name, url.Values{"page": {"2"}}))
		if list.Route == evidence.PrimaryOf(t).Name() && !c.crowded(t) {
			probes = append(probes, c.later(evidence.DeepOffset(list.Name), "the same by its position", list.Name,
				url.Values{"offset": {fmt.Sprint(evidence.PageSize)}}))
		}
	}
	return probes
}

// deepProbes ask for further pages of orders, from the third to another, at most the fifth, as far as requests are
// left.
func (c *collection) deepProbes(t evidence.TargetFacts, to int) []probe {
	list := c.get(evidence.ListOrders)
	if !t.Wants(evidence.OrdersRead) || c.lean() || !c.listWorked(evidence.ListOrders) {
		return nil
	}
	var probes []probe
	for page := 3; page <= min(to, 5) && evidence.Total(list) > (page-1)*evidence.PageSize; page++ {
		args := pageArgs("orders", evidence.PageSize)
		args.Set("page", fmt.Sprint(page))
		args.Set("_fields", "id")
		probes = append(probes, c.keyed(probe{id: evidence.DeepPage("orders", page),
			purpose: "a further page of orders, ids only: a record that breaks pages breaks this one too",
			url:     c.root.URL("wc/v3/orders"), route: "wc/v3/orders", args: args, fields: []string{"id"}}))
	}
	return probes
}

// askUnheeded asks for a second page that was the first once more, in a way that no cache keeps: what comes then is the
// store's own answer.
func (c *collection) askUnheeded(ctx context.Context) {
	for _, list := range evidence.Paged {
		if !evidence.Unheeded(c.get(evidence.Lists.Of(list.Name)), c.get(evidence.DeepPage(list.Name, 2))) {
			continue
		}
		pr := c.later(evidence.Position.Of(list.Name), "the second page in a way that no cache keeps", list.Name,
			url.Values{"page": {"2"}, "_method": {http.MethodGet}, "_": {nonce()}})
		pr.method = http.MethodOptions
		c.all(ctx, c.within([]probe{pr}, 0)...)
		return // one tells who is deaf
	}
}
