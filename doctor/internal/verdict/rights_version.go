package verdict

import (
	"net/http"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// TablesAskOrders tells whether order tables without compatibility mode ask for the capabilities of orders, as they do
// since WooCommerce 11.0; before, they ask for those of blog posts. known is false when nothing shows the version.
func (f *granted) TablesAskOrders() (yes, known bool) {
	if f.WooVersion() != "" {
		return !f.OlderThan("11.0.0"), true
	}
	if x := f.Get(evidence.Statuses); x != nil && x.Body.Code == evidence.NoRoute {
		return false, true // a list of WooCommerce 9.6
	}
	x := f.Get(evidence.VersionTemplates)
	switch {
	case x == nil || x.Body.Kind != "json":
		return false, false
	case x.Body.Code == evidence.NoRoute:
		return true, true
	}
	return false, x.Status == http.StatusOK
}

const (
	orderTablesWhy = "since WooCommerce 11.0 changing an order in WooCommerce's own tables asks for " +
		"edit_shop_orders, and for edit_others_shop_orders when somebody else made it; the capabilities of blog " +
		"posts change no order any more"
	eitherWhy = "changing orders that others made asks for edit_others_shop_orders; before WooCommerce 11.0, on " +
		"order tables without compatibility mode, for edit_others_posts"
)

// tablesCause names what changing an order in order tables asks for. Where the version does not show, what the owner
// holds may: all of what the one side asks for, and he is refused, so it is the other.
func (f *granted) tablesCause(c Confidence, shown []string) Answer {
	asOrders, known := f.TablesAskOrders()
	switch {
	case known && asOrders:
		return f.orderCause("cap-others", c, orderTablesWhy, shown, orderCaps...)
	case known, !f.Owner.Known, len(f.Owner.Missing(orderCaps...)) == 0:
		return f.orderCause("cap-hpos-placeholder", c, placeholderWhy, shown, placeholderCaps...)
	case len(f.Owner.Missing(placeholderCaps...)) == 0:
		return f.orderCause("cap-others", c, orderTablesWhy, shown, orderCaps...)
	}
	return f.orderCause("cap-others", Possible, eitherWhy, shown,
		append(append([]string{}, orderCaps...), placeholderCaps...)...)
}

// tablesDeleteCaps is what deleting an order asks for in order tables.
func (f *granted) tablesDeleteCaps() []string {
	if asOrders, _ := f.TablesAskOrders(); asOrders {
		return []string{"delete_shop_orders", "delete_others_shop_orders"}
	}
	return []string{"delete_posts", "delete_others_posts"}
}

// InTables reports that orders are in order tables without compatibility mode.
func InTables(mode capability.Storage) bool {
	return mode == capability.HPOS || mode == capability.HPOSMigrated
}
