package doctor

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// ownStatuses are those that WooCommerce and WordPress bring along.
var ownStatuses = []string{"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft", "auto-draft", "draft", "trash", "new"}

// pluginStatuses are the order statuses of the store that neither WooCommerce nor WordPress brought along.
func pluginStatuses(ev *Evidence) []string {
	f := viewOf(ev)
	var slugs []string
	add := func(slug string) {
		slug = strings.TrimPrefix(slug, "wc-")
		if slug != "" && !slices.Contains(ownStatuses, slug) {
			slugs = appendNew(slugs, slug)
		}
	}
	var registered []struct {
		Slug string `json:"slug"`
	}
	readJSON(f.x("statuses"), &registered)
	for _, status := range registered {
		add(status.Slug)
	}
	for _, list := range []string{"list.orders", "list.orders.old"} {
		orders, _ := readList(f.x(list))
		for _, order := range orders {
			add(order.Status)
		}
	}
	slices.Sort(slugs)
	return slugs
}

// maxStatuses bounds how many statuses of plugins are asked about.
const maxStatuses = 30

// statusesProbe asks WordPress, as a stranger, for the statuses of plugins: it names those that are registered as public to
// everybody, and no others. It is asked only where a plugin has statuses.
func (c *collection) statusesProbe() []probe {
	slugs := pluginStatuses(c.ev)
	if len(slugs) == 0 || !c.ev.Target.wants(OrdersRead, OrdersWrite, OrdersDelete) {
		return nil
	}
	names, fields := []string{}, []string{}
	for _, slug := range slugs[:min(len(slugs), maxStatuses)] {
		names = append(names, "wc-"+slug)
		fields = append(fields, "wc-"+slug+".public")
	}
	// The names choose among the statuses, and among the members of each as well.
	names = append(names, "public")
	return []probe{{
		id: "statuses.public", purpose: "which statuses of plugins WordPress shows to everybody, because they are registered as public", url: c.root.url("wp/v2/statuses"),
		args: url.Values{"_fields": {strings.Join(names, ",")}}, fields: fields,
	}}
}

// publicStatuses are the statuses of plugins that are registered as public; known is false when the store did not say.
func (f *granted) publicStatuses() (slugs []string, known bool) {
	x := f.x("statuses.public")
	if x == nil || x.Status != http.StatusOK || x.Body.Kind != "json" {
		return nil, false
	}
	var shown map[string]json.RawMessage
	readJSON(x, &shown)
	for name := range shown {
		if slug, ok := strings.CutPrefix(name, "wc-"); ok {
			slugs = append(slugs, slug)
		}
	}
	slices.Sort(slugs)
	return slugs, true
}

// statusCause: the orders that cannot be changed all have a status of a plugin, and others can be changed, or the owner
// holds what they ask for. On order tables since 11.0 such a status asks for a capability of its own.
func (f *granted) statusCause(open, shut []listed, shown []string) answer {
	return f.statusCauseFor("edit", open, shut, shown)
}

// statusDeleteCause is the same for deleting.
func (f *granted) statusDeleteCause(open, shut []listed, shown string) answer {
	return f.statusCauseFor("delete", open, shut, []string{shown})
}

func (f *granted) statusCauseFor(verb string, open, shut []listed, shown []string) answer {
	asOrders, _ := f.tablesAskOrders()
	mode, modeKnown := f.storage()
	if !asOrders || modeKnown && !inTables(mode) || len(shut) == 0 || slices.ContainsFunc(shut, func(r listed) bool { return slices.Contains(ownStatuses, r.Status) }) {
		return answer{}
	}
	plain := []string{verb + "_shop_orders", verb + "_others_shop_orders"}
	ordinary := slices.ContainsFunc(open, func(r listed) bool { return slices.Contains(ownStatuses, r.Status) })
	if !ordinary && !(f.owner.known && len(f.owner.missing(plain...)) == 0) {
		return answer{} // nothing shows that it is the status, and not who made the order
	}
	caps, statuses := f.statusCaps(verb, shut)
	if f.owner.known && len(f.owner.missing(caps...)) == 0 {
		return f.someRefused("orders", shown, caps)
	}
	return f.orderCause("cap-order-status", Sure,
		fmt.Sprintf("orders in the status %s, which a plugin registered, ask on order tables of WooCommerce 11.0 for %s besides", strings.Join(statuses, " and "), strings.Join(caps, " and ")),
		append(shown, fmt.Sprintf("order %d (%s): Allow %s", shut[0].ID, shut[0].Status, strings.Join(f.recordMethods("orders", shut[0]), ", "))), caps...)
}

// statusCaps names what the statuses of some orders ask for: published for those registered as public, private for others
// that ask for anything.
func (f *granted) statusCaps(verb string, orders []listed) (caps, statuses []string) {
	public, known := f.publicStatuses()
	for _, order := range orders {
		statuses = appendNew(statuses, order.Status)
		if !known || slices.Contains(public, order.Status) {
			caps = appendNew(caps, verb+"_published_shop_orders")
		}
		if !known || !slices.Contains(public, order.Status) {
			caps = appendNew(caps, verb+"_private_shop_orders")
		}
	}
	return caps, statuses
}

// statusesToCome: a status is registered as public, no order of it was refused, and the owner lacks what the next one asks.
func (f *granted) statusesToCome() answer {
	public, _ := f.publicStatuses()
	asOrders, _ := f.tablesAskOrders()
	mode, modeKnown := f.storage()
	if len(public) == 0 || !asOrders || !modeKnown || !inTables(mode) || !f.owner.known || f.superAdmin() {
		return answer{}
	}
	caps := []string{"edit_published_shop_orders"}
	if f.t.wants(OrdersDelete) {
		caps = append(caps, "delete_published_shop_orders")
	}
	if len(f.owner.missing(caps...)) == 0 {
		return answer{}
	}
	a := f.orderCause("cap-order-status", Sure,
		fmt.Sprintf("a plugin registered the status %s as public: on order tables of WooCommerce 11.0 an order in it asks for %s besides, and the key locks itself out of an order that it moves there", strings.Join(public, " and "), strings.Join(caps, " and ")),
		[]string{describe(f.x("statuses.public")), "order storage: " + mode.Title()}, caps...)
	a.warning = true
	return a
}

// someRefused: the owner holds everything that is asked for, some records are refused to him and others are not. That proves
// no plugin, and no capability mends it.
func (f *granted) someRefused(what string, shown, held []string) answer {
	return answer{
		id: "perm-filter-override", confidence: Possible, warning: true, shown: append(slices.Clone(shown), f.ownerShown(held, nil)),
		why: fmt.Sprintf("some %s are refused and others are not, although the key's owner holds the capabilities for all of them: a plugin may keep these for other people", what),
	}
}

// findPublicStatus: a status that is registered as public lets every user's key have the details and receipt of an order in
// it sent to any address (HposOrderCapabilityHelper.php; WordPress' own read_post everywhere else).
func findPublicStatus(f *Case) *hit {
	public, known := f.publicStatuses()
	if !known || len(public) == 0 || f.olderThan("9.5.0") {
		return nil
	}
	mode, modeKnown := f.storage()
	asOrders, versionKnown := f.tablesAskOrders()
	names, quoted := make([]string, len(public)), make([]string, len(public))
	for i, slug := range public {
		names[i], quoted[i] = "wc-"+slug, "'wc-"+slug+"'"
	}
	h := &hit{
		confidence: Sure, shown: []string{describe(f.x("statuses.public")) + " names " + strings.Join(names, ", ")},
		vars: map[string]string{"quoted": strings.Join(quoted, ", "), "names": strings.Join(names, ",")},
		why:  fmt.Sprintf("orders in the status %s: who has a key of any user of the shop, a customer's too, can have their details and receipts sent to an address of his choice", strings.Join(public, " and ")),
	}
	switch {
	case modeKnown && (mode == capability.HPOSSync || mode == capability.Posts):
	case versionKnown && !asOrders && modeKnown:
		h.severity = Note
		h.why = fmt.Sprintf("the status %s is registered as public. From WooCommerce 11.0 on who has a key of any user of the shop, a customer's too, can have the details of orders in it sent to an address of his choice", strings.Join(public, " and "))
	case !versionKnown || !modeKnown && !asOrders:
		h.confidence = Possible
	}
	if modeKnown {
		h.shown = append(h.shown, "order storage: "+mode.Title())
	}
	if f.wooVersion() != "" {
		h.shown = append(h.shown, "WooCommerce "+f.wooVersion())
	}
	return h
}
