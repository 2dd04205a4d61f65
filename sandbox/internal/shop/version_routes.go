package shop

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// What of the API came with which version of WooCommerce, of what is not as
// old as the oldest version the sandbox plays (8.4). The routes and parameters
// of new stores of 8.4.0, 9.9.0 and 10.0.2 were compared; the releases between
// them come from WooCommerce's own history.

// newRoutes are patterns below the namespace, or beginnings of such that end
// with a slash, by the first version that has them.
var newRoutes = []struct {
	pattern string
	since   capability.Version
}{
	{`layout-templates`, capability.Version{Major: 8, Minor: 6}},
	{`layout-templates/`, capability.Version{Major: 8, Minor: 6}},
	{`products/suggested-products`, capability.Version{Major: 8, Minor: 6}},
	{`orders/(?P<id>[\d]+)/receipt`, capability.Version{Major: 8, Minor: 7}},
	{`products/(?P<id>[\d]+)/duplicate`, capability.Version{Major: 8, Minor: 9}},
	{`refunds`, capability.Version{Major: 9}},
	{`products/shipping_classes/slug-suggestion`, capability.Version{Major: 9, Minor: 1}},
	{`products/custom-fields/names`, capability.Version{Major: 9, Minor: 2}},
	{`orders/(?P<id>[\d]+)/actions/send_order_details`, capability.Version{Major: 9, Minor: 5}},
	{`orders/statuses`, sinceBrands},
	{`products/brands`, sinceBrands},
	{`products/brands/`, sinceBrands},
	{`orders/(?P<id>[\d]+)/actions/email_templates`, capability.Version{Major: 9, Minor: 8}},
	{`orders/(?P<id>[\d]+)/actions/send_email`, capability.Version{Major: 9, Minor: 8}},
	{`marketplace/create-order`, capability.Version{Major: 9}},
	{`marketplace/product-preview`, capability.Version{Major: 9}},
	{`marketplace/subscriptions/install-url`, capability.Version{Major: 9}},
	{`marketplace/subscriptions/activate-plugin`, capability.Version{Major: 9}},
}

// Versions that changed records.
var (
	sinceCouponFacts    = capability.Version{Major: 8, Minor: 7} // coupon lines name type, amount and free shipping
	sincePasswordNag    = capability.Version{Major: 8, Minor: 5} // customers with a generated password are reminded of it
	sinceVariationType  = capability.Version{Major: 9}
	sinceEmailTemplates = capability.Version{Major: 9, Minor: 7} // orders link to the e-mails that can be sent
	sinceGlobalID       = capability.Version{Major: 9, Minor: 2} // global_unique_id
	sinceBrands         = capability.Version{Major: 9, Minor: 6}
)

// newParameters are parameters of routes that are older than they are.
var newParameters = []struct {
	routes  []string // below the namespace
	reading bool     // of requests that read; else of those that write
	names   []string
	since   capability.Version
}{
	{[]string{"orders", `orders/(?P<id>[\d]+)`, "orders/batch"}, false, []string{"manual_update"}, capability.Version{Major: 9}},
	{productRoutes, false, []string{"global_unique_id"}, sinceGlobalID},
	{variationRoutes, false, []string{"global_unique_id"}, sinceGlobalID},
	{productRoutes, false, []string{"brands"}, sinceBrands},
	{
		[]string{"products"}, true,
		[]string{"brand", "include_status", "exclude_status", "include_types", "exclude_types", "downloadable", "virtual"}, sinceBrands,
	},
	{variationRoutes, true, []string{"include_status", "exclude_status", "downloadable", "virtual"}, capability.Version{Major: 9, Minor: 7}},
	{[]string{"orders"}, true, []string{"created_via"}, capability.Version{Major: 9, Minor: 9}},
	{[]string{"orders", `orders/(?P<id>[\d]+)`, "orders/batch"}, false, []string{"created_via"}, capability.Version{Major: 9, Minor: 9}},
	{[]string{"products"}, true, []string{"search_name_or_sku"}, capability.Version{Major: 9, Minor: 9}},
}

var (
	productRoutes   = []string{"products", `products/(?P<id>[\d]+)`, "products/batch"}
	variationRoutes = []string{
		`products/(?P<product_id>[\d]+)/variations`, `products/(?P<product_id>[\d]+)/variations/(?P<id>[\d]+)`,
		`products/(?P<product_id>[\d]+)/variations/batch`, `products/(?P<product_id>[\d]+)/variations/generate`,
	}
)

// Lacks is what the store's version of WooCommerce does not have yet, as
// rest.Config asks for it; nil when it has everything.
func (s *Store) Lacks() func(pattern, parameter string, reading bool) bool {
	routes := map[string]bool{}
	var beginnings []string
	for _, r := range newRoutes {
		switch {
		case s.version.AtLeast(r.since):
		case strings.HasSuffix(r.pattern, "/"):
			beginnings = append(beginnings, r.pattern)
		default:
			routes[r.pattern] = true
		}
	}
	type parameterOf struct {
		route, name string
		reading     bool
	}
	parameters := map[parameterOf]bool{}
	names := map[string]bool{}
	for _, p := range newParameters {
		if s.version.AtLeast(p.since) {
			continue
		}
		for _, name := range p.names {
			names[name] = true
			for _, route := range p.routes {
				parameters[parameterOf{route, name, p.reading}] = true
			}
		}
	}
	if len(routes)+len(beginnings)+len(parameters) == 0 {
		return nil
	}
	return func(pattern, parameter string, reading bool) bool {
		if parameter != "" && !names[parameter] {
			return false
		}
		_, below, _ := strings.Cut(strings.TrimPrefix(pattern, "/wc/"), "/")
		if parameter != "" {
			return parameters[parameterOf{below, parameter, reading}]
		}
		return routes[below] || slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(below, b) })
	}
}
