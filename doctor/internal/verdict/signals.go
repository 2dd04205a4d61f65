package verdict

import (
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Proves says which capability stands behind a method of a collection (docs/woocommerce/permissions.md#minimal-sets).
var Proves = []struct {
	Route, Method, capability string
}{
	{"orders", "GET", "read_private_shop_orders"},
	{"orders", "POST", "publish_shop_orders"},
	{"orders/batch", "POST", "edit_others_shop_orders"},
	{"products", "GET", "read_private_products"},
	{"products", "POST", "publish_products"},
	{"products/batch", "POST", "edit_others_products"},
	{"products/categories", "GET", "manage_product_terms"},
	{"products/categories", "POST", "edit_product_terms"},
	{"products/reviews", "GET", "moderate_comments"},
	{"products/reviews", "POST", "edit_products"},
	{"customers", "GET", "list_users"},
	{"customers", "POST", "create_customers"},
	{"customers/batch", "POST", "promote_users"},
	{"coupons", "GET", "read_private_shop_coupons"},
	{"coupons", "POST", "publish_shop_coupons"},
	{"coupons/batch", "POST", "edit_others_shop_coupons"},
	{"webhooks", "GET", "manage_woocommerce"},
	{"reports/sales", "GET", "view_woocommerce_reports"},
}

// allSignalsRefused says whether no collection of the shop is open to the key, by no method.
func (f *granted) allSignalsRefused() bool {
	known, granted := 0, 0
	for _, route := range evidence.Signals {
		if route == "products/reviews" {
			continue // moderate_comments is a capability of the blog, an editor has it
		}
		if list, ok := f.Methods(route); ok {
			known++
			granted += len(list)
		}
	}
	return known >= 4 && granted == 0
}

// refusedSignals names the collections that are closed to the key.
func (f *granted) refusedSignals() string {
	var closed []string
	for _, route := range evidence.Signals {
		if list, ok := f.Methods(route); ok && len(list) == 0 {
			closed = append(closed, route)
		}
	}
	return "Allow is empty on " + strings.Join(closed, ", ")
}

// oneCapabilityBothWays finds two doors that ask for one capability, and one of them is shut.
func (f *granted) oneCapabilityBothWays() string {
	if f.Rights.managesKnown && f.Rights.manages && f.Refuses("webhooks", "GET") {
		return "a route that asks for manage_woocommerce itself lets the key in, webhooks, which ask for the same " +
			"through the REST permissions, do not"
	}
	for _, route := range []string{"webhooks", "products/attributes", "shipping/zones"} {
		if f.Permits(route, "GET") != f.Permits(route, "POST") &&
			(f.Refuses(route, "GET") || f.Refuses(route, "POST")) {
			return f.AllowLine(route) + ", although one capability stands behind both methods"
		}
	}
	return ""
}
