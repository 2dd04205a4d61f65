package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// Orders whose status nothing registers are in no list, on order tables, and only under "any" on posts. WordPress counts
// them all the same: an order has a row in wp_posts wherever it is kept, and so has a refund. But auto-drafts have one, too,
// and no list shows those either. So the count says only whether looking is worth it, and an order that answers proves it.

// hiddenMost is how many ids are asked for that no list shows.
const hiddenMost = 12

// askHidden counts the orders under every status that the store names, and, where there are rows beyond those, asks for ids
// that lie between the ids of listed orders.
func (c *collection) askHidden(ctx context.Context) {
	if c.lean() || !c.ev.Target.wants(OrdersRead) || !c.listWorked("list.orders") {
		return
	}
	f := viewOf(c.ev)
	named := f.namedStatuses()
	if len(named) == 0 || total(c.get("list.refunds")) < 0 || f.orderRows() <= total(c.get("list.orders"))+total(c.get("list.refunds")) {
		return // unknown, or the usual list alone has them all
	}
	c.all(ctx, c.within([]probe{c.list("count.orders", "how many orders there are under the statuses the store names, in the trash too", "orders", []string{"id"},
		url.Values{"per_page": {"1"}, "status": {strings.Join(append(named, "trash"), ",")}})}, 0)...)
	rows, known := f.unlistedRows()
	if !known || rows <= 0 || len(f.unnamed().statuses) > 0 {
		return // none, or a list shows one already, as "any" does on posts
	}
	var probes []probe
	for _, id := range f.gaps(hiddenMost) {
		route := fmt.Sprintf("wc/v3/orders/%d", id)
		probes = append(probes, c.keyed(probe{
			id: fmt.Sprintf("hidden.%d", id), purpose: "an id that no list of orders shows, because the store counts more orders than its lists have", url: c.root.url(route), route: route,
			args: url.Values{"_fields": {"id,status"}}, fields: []string{"id", "status"},
		}))
	}
	c.all(ctx, c.within(probes, 0)...)
}

// namedStatuses are the statuses of orders that the store names.
func (f *View) namedStatuses() []string {
	x := f.x("statuses")
	if x == nil || x.Status != http.StatusOK || x.Body.Count <= 0 {
		return nil
	}
	var list []struct {
		Slug string `json:"slug"`
	}
	if json.Unmarshal(x.Body.JSON, &list) != nil {
		return nil
	}
	var slugs []string
	for _, status := range list {
		if slug := strings.TrimPrefix(status.Slug, "wc-"); slug != "" && slug != "auto-draft" && slug != "trash" {
			slugs = appendNew(slugs, slug)
		}
	}
	return slugs
}

// orderRows is how many rows of orders and refunds wp_posts has; -1 when that is not known.
func (f *View) orderRows() int {
	rows := 0
	for _, kind := range []string{"shop_order_placehold", "shop_order", "shop_order_refund"} {
		n := f.status.posts(kind)
		if n < 0 {
			return -1
		}
		rows += n
	}
	return rows
}

// unlistedRows is how many rows there are of orders that no named status lists.
func (f *View) unlistedRows() (rows int, known bool) {
	orders, refunds := f.x("count.orders"), f.x("list.refunds")
	if orders == nil || orders.Status != http.StatusOK || total(orders) < 0 || total(refunds) < 0 || f.orderRows() < 0 {
		return 0, false
	}
	return f.orderRows() - total(orders) - total(refunds), true
}

// gaps are ids between those of listed orders, one of each gap by turns and the smallest gap first: a shop numbers its
// orders, products and pages in one sequence, so a small gap between two orders is most likely an order.
func (f *View) gaps(most int) []int64 {
	var ids, taken []int64
	newest, _ := readList(f.x("list.orders"))
	for _, r := range newest {
		ids = append(ids, r.ID)
	}
	for _, name := range []string{"list.refunds", "list.products", "list.coupons"} {
		records, _ := readList(f.x(name))
		for _, r := range records {
			taken = append(taken, r.ID)
		}
	}
	slices.Sort(ids)
	if len(ids) == 0 {
		return nil
	}
	type gap struct{ from, to int64 }
	var gaps []gap
	for i := 1; i < len(ids); i++ {
		if ids[i] > ids[i-1]+1 {
			gaps = append(gaps, gap{ids[i-1] + 1, ids[i] - 1})
		}
	}
	top := ids[len(ids)-1]
	gaps = append(gaps, gap{top + 1, top + int64(most)})
	slices.SortStableFunc(gaps, func(a, b gap) int { return int((a.to - a.from) - (b.to - b.from)) })
	var found []int64
	for turn, more := int64(0), true; more && len(found) < most; turn++ {
		more = false
		for _, g := range gaps {
			id := g.from + turn
			if id > g.to {
				continue
			}
			more = true
			if !slices.Contains(taken, id) && len(found) < most {
				found = append(found, id)
			}
		}
	}
	return found
}

// unnamed are orders that answer under their id, or stand in the list of any status, whose status the store does not name.
type unnamed struct {
	statuses []string
	first    int64    // the id of one of them
	shown    []string // some of them, in words
	drafts   int      // auto-drafts that were met on the way: they have a row and are no orders yet
}

func (f *View) unnamed() unnamed {
	var u unnamed
	named := f.namedStatuses()
	if len(named) == 0 {
		return u
	}
	own := []string{"trash", "auto-draft", "draft", "checkout-draft", "new"}
	note := func(r listed, x *Exchange) {
		if r.ID == 0 || r.Status == "" || slices.Contains(named, r.Status) || slices.Contains(own, r.Status) {
			return
		}
		if u.first == 0 {
			u.first = r.ID
		}
		if len(u.shown) < 3 {
			u.shown = append(u.shown, fmt.Sprintf("order %d has the status %s (%s)", r.ID, r.Status, describe(x)))
		}
		u.statuses = appendNew(u.statuses, r.Status)
	}
	for _, name := range []string{"list.orders", "list.orders.old"} {
		records, _ := readList(f.x(name))
		for _, r := range records {
			note(r, f.x(name))
		}
	}
	for _, x := range f.with("hidden.") {
		var r listed
		if x.Status == http.StatusOK {
			readJSON(x, &r)
		}
		if r.Status == "auto-draft" {
			u.drafts++
		}
		note(r, x)
	}
	return u
}

// findHiddenOrders: the store counts more orders than it lists by name.
func findHiddenOrders(f *Case) *hit {
	u := f.unnamed()
	if len(u.statuses) == 0 {
		return nil
	}
	shown := u.shown
	number := "orders"
	if rows, known := f.unlistedRows(); known && rows > u.drafts {
		number = fmt.Sprintf("%d orders", rows-u.drafts)
		if rows-u.drafts == 1 {
			number = "1 order"
		}
		shown = append(shown, fmt.Sprintf("%d rows of orders and refunds in wp_posts; the lists have %d orders and %d refunds",
			f.orderRows(), total(f.x("count.orders")), total(f.x("list.refunds"))))
	}
	proof := Fix{}
	if mode, ok := f.storage(); ok && mode == capability.Posts {
		// There "any" shows these orders, so that only the name of the status tells.
		proof = prove("{keyed} '{home}/wp-json/wc/v3/orders/statuses?_fields=slug' | grep -o '\"{missing}\"'", "nothing",
			"“{missing}”; nothing as well when the orders were moved")
	}
	return &hit{
		confidence: Sure, shown: shown, vars: map[string]string{"missing": u.statuses[0], "id": fmt.Sprint(u.first)}, proof: proof,
		why: fmt.Sprintf("%s cannot be listed by status: the store does not know the status %s", number, strings.Join(u.statuses, " and ")),
	}
}
