package doctor

import (
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/capability"
)

// tablesAskOrders tells whether order tables without compatibility mode ask for the capabilities of orders, as they do
// since WooCommerce 11.0; before, they ask for those of blog posts. known is false when nothing shows the version.
func (f *granted) tablesAskOrders() (yes, known bool) {
	if f.wooVersion() != "" {
		return !f.olderThan("11.0.0"), true
	}
	if x := f.x("statuses"); x != nil && x.Body.Code == noRoute {
		return false, true // a list of WooCommerce 9.6
	}
	x := f.x("version.templates")
	switch {
	case x == nil || x.Body.Kind != "json":
		return false, false
	case x.Body.Code == noRoute:
		return true, true
	}
	return false, x.Status == http.StatusOK
}

// versionProbe shows on which side of 11.0 a store is that hides its version: 11.0 took this route away.
func (c *collection) versionProbe() []probe {
	f := viewOf(c.ev)
	if f.wooVersion() != "" || !c.ev.Target.wants(OrdersWrite, OrdersDelete) {
		return nil
	}
	const route = "wc/v3/layout-templates"
	return []probe{c.keyed(probe{
		id: "version.templates", purpose: "a route that WooCommerce had up to 10.9, open to everybody", url: c.root.url(route), route: route,
		args: url.Values{"_fields": {"id"}}, fields: []string{"id"},
	})}
}

const (
	orderTablesWhy = "since WooCommerce 11.0 changing an order in WooCommerce's own tables asks for edit_shop_orders, and for edit_others_shop_orders when somebody else made it; the capabilities of blog posts change no order any more"
	eitherWhy      = "changing orders that others made asks for edit_others_shop_orders; before WooCommerce 11.0, on order tables without compatibility mode, for edit_others_posts"
)

// tablesCause names what changing an order in order tables asks for. Where the version does not show, what the owner holds
// may: all of what the one side asks for, and he is refused, so it is the other.
func (f *granted) tablesCause(c Confidence, shown []string) answer {
	asOrders, known := f.tablesAskOrders()
	switch {
	case known && asOrders:
		return f.orderCause("cap-others", c, orderTablesWhy, shown, orderCaps...)
	case known, !f.owner.known, len(f.owner.missing(orderCaps...)) == 0:
		return f.orderCause("cap-hpos-placeholder", c, placeholderWhy, shown, placeholderCaps...)
	case len(f.owner.missing(placeholderCaps...)) == 0:
		return f.orderCause("cap-others", c, orderTablesWhy, shown, orderCaps...)
	}
	return f.orderCause("cap-others", Possible, eitherWhy, shown, append(append([]string{}, orderCaps...), placeholderCaps...)...)
}

// tablesDeleteCaps is what deleting an order asks for in order tables.
func (f *granted) tablesDeleteCaps() []string {
	if asOrders, _ := f.tablesAskOrders(); asOrders {
		return []string{"delete_shop_orders", "delete_others_shop_orders"}
	}
	return []string{"delete_posts", "delete_others_posts"}
}

// inTables: orders are in order tables without compatibility mode.
func inTables(mode capability.Storage) bool {
	return mode == capability.HPOS || mode == capability.HPOSMigrated
}
