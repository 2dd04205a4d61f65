package evidence

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// NamedStatuses are the statuses of orders that the store names.
func (f *View) NamedStatuses() []string {
	x := f.Get(Statuses)
	if x == nil || x.Status != http.StatusOK || x.Body.Count <= 0 {
		x = f.OrderReport() // before WooCommerce 9.6 the report of orders is the only list of them
	}
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
			slugs = AppendNew(slugs, slug)
		}
	}
	return slugs
}

// OrderRows is how many rows of orders and refunds wp_posts has; -1 when that is not known.
func (f *View) OrderRows() int {
	rows := 0
	for _, kind := range []string{"shop_order_placehold", "shop_order", "shop_order_refund"} {
		n := f.Status.Posts(kind)
		if n < 0 {
			return -1
		}
		rows += n
	}
	return rows
}

// UnlistedRows is how many rows there are of orders that no named status lists.
func (f *View) UnlistedRows() (rows int, known bool) {
	orders, refunds := f.Get(CountOrders), f.Get(ListRefunds)
	if orders == nil || orders.Status != http.StatusOK || Total(orders) < 0 || Total(refunds) < 0 || f.OrderRows() < 0 {
		return 0, false
	}
	return f.OrderRows() - Total(orders) - Total(refunds), true
}

// Gaps are ids between those of listed orders, one of each gap by turns and the smallest gap first: a shop numbers its
// orders, products and pages in one sequence, so a small gap between two orders is most likely an order.
func (f *View) Gaps(most int) []int64 {
	var ids, taken []int64
	newest, _ := ReadList(f.Get(ListOrders))
	for _, r := range newest {
		ids = append(ids, r.ID)
	}
	for _, name := range []Probe{ListRefunds, ListProducts, ListCoupons} {
		records, _ := ReadList(f.Get(name))
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

// Unnamed are orders that answer under their id, or stand in the list of any status, whose status the store does not
// name.
type Unnamed struct {
	Statuses []string
	First    int64    // the id of one of them
	Shown    []string // some of them, in words
	Drafts   int      // auto-drafts that were met on the way: they have a row and are no orders yet
}

// Unnamed finds orders whose status the store does not name, in lists and among the ids that were asked for.
func (f *View) Unnamed() Unnamed {
	var u Unnamed
	named := f.NamedStatuses()
	if len(named) == 0 {
		return u
	}
	own := []string{"trash", "auto-draft", "draft", "checkout-draft", "new"}
	note := func(r Record, x *Exchange) {
		if slices.Contains(named, strings.TrimPrefix(r.Status, "wc-")) {
			return // also where somebody puts its prefix before it (records-distorted)
		}
		if r.ID == 0 || r.Status == "" || slices.Contains(own, r.Status) {
			return
		}
		if u.First == 0 {
			u.First = r.ID
		}
		if len(u.Shown) < 3 {
			u.Shown = append(u.Shown, fmt.Sprintf("order %d has the status %s (%s)", r.ID, r.Status, Describe(x)))
		}
		u.Statuses = AppendNew(u.Statuses, r.Status)
	}
	for _, name := range []Probe{ListOrders, ListOldOrders} {
		records, _ := ReadList(f.Get(name))
		for _, r := range records {
			note(r, f.Get(name))
		}
	}
	for _, x := range f.With(Hidden) {
		var r Record
		if x.Status == http.StatusOK {
			ReadJSON(x, &r)
		}
		if r.Status == "auto-draft" {
			u.Drafts++
		}
		note(r, x)
	}
	return u
}

// OwnStatuses are those that WooCommerce and WordPress bring along.
var OwnStatuses = []string{"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed",
	"checkout-draft", "auto-draft", "draft", "trash", "new"}

// PluginStatuses are the order statuses of the store that neither WooCommerce nor WordPress brought along.
func PluginStatuses(ev *Evidence) []string {
	f := ViewOf(ev)
	var slugs []string
	add := func(slug string) {
		slug = strings.TrimPrefix(slug, "wc-")
		if slug != "" && !slices.Contains(OwnStatuses, slug) {
			slugs = AppendNew(slugs, slug)
		}
	}
	var registered []struct {
		Slug string `json:"slug"`
	}
	ReadJSON(f.Get(Statuses), &registered)
	for _, status := range registered {
		add(status.Slug)
	}
	for _, list := range []Probe{ListOrders, ListOldOrders} {
		orders, _ := ReadList(f.Get(list))
		for _, order := range orders {
			add(order.Status)
		}
	}
	slices.Sort(slugs)
	return slugs
}

// OrderReport is the answer of the store's report that counts orders by status. Where reports are wanted, a door asks
// for it.
func (f *View) OrderReport() *Exchange {
	if x := f.Get(TotalsOrders); x != nil {
		return x
	}
	return f.Get(Doors.Of("totals.get"))
}
