package shop

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// The routes and parameters that not every version of WooCommerce has. New stores of the versions that core/facts.go
// names were compared. Arguments that changed, and routes outside of WooCommerce's API, are in rest/schema.

// newRoutes are patterns below the namespace, with the versions that have them. A pattern that ends with a slash stands
// for all patterns that begin with it.
var newRoutes = []struct {
	pattern string
	during  core.Fact
}{
	{`layout-templates`, core.Since(8, 6).Before(11, 0)},
	{`layout-templates/`, core.Since(8, 6).Before(11, 0)},
	{`products/suggested-products`, core.Since(8, 6)},
	{`orders/(?P<id>[\d]+)/receipt`, core.Since(8, 7)},
	{`products/(?P<id>[\d]+)/duplicate`, core.Since(8, 9)},
	{`refunds`, core.Since(9, 0)},
	{`products/shipping_classes/slug-suggestion`, core.Since(9, 1)},
	{`products/custom-fields/names`, core.Since(9, 2)},
	{`orders/(?P<id>[\d]+)/actions/send_order_details`, core.Since(9, 5)},
	{`orders/statuses`, core.Since(9, 6)},
	{`products/brands`, core.Brands},
	{`products/brands/`, core.Brands},
	{`orders/(?P<id>[\d]+)/actions/email_templates`, core.Since(9, 8)},
	{`orders/(?P<id>[\d]+)/actions/send_email`, core.Since(9, 8)},
	{`marketplace/create-order`, core.Since(9, 0)},
	{`marketplace/product-preview`, core.Since(9, 0)},
	{`marketplace/subscriptions/install-url`, core.Since(9, 0)},
	{`marketplace/subscriptions/activate-plugin`, core.Since(9, 0)},
	{`orders/(?P<order_id>[\d]+)/fulfillments`, core.Since(10, 1)},
	{`orders/(?P<order_id>[\d]+)/fulfillments/`, core.Since(10, 1)},
	{`variations`, core.Since(10, 3)},
	{`paypal-standard/`, core.Since(10, 3)},
	{`paypal-webhooks`, core.Since(10, 3)},
	{`paypal-buttons/`, core.Since(10, 3)},
	{`products/(?P<id>[\d]+)/related`, core.Since(10, 5)},
}

// newParameters are parameters that a route does not have in every version.
var newParameters = []struct {
	routes  []string // below the namespace
	reading bool     // applies to requests that read; else to those that write
	names   []string
	during  core.Fact
}{
	{[]string{"orders", `orders/(?P<id>[\d]+)`, "orders/batch"}, false, []string{"manual_update"}, core.Since(9, 0)},
	{productRoutes, false, []string{"global_unique_id"}, core.GlobalID},
	{variationRoutes, false, []string{"global_unique_id"}, core.GlobalID},
	{productRoutes, false, []string{"brands"}, core.Brands},
	{
		[]string{"products"}, true,
		[]string{"brand", "include_status", "exclude_status", "include_types", "exclude_types", "downloadable",
			"virtual"},
		core.Brands,
	},
	{variationRoutes, true, []string{"include_status", "exclude_status", "downloadable", "virtual"}, core.Since(9, 7)},
	{[]string{"orders"}, true, []string{"created_via"}, core.Since(9, 9)},
	{[]string{"orders", `orders/(?P<id>[\d]+)`, "orders/batch"}, false, []string{"created_via"}, core.Since(9, 9)},
	{[]string{`orders/(?P<order_id>[\d]+)/fulfillments/(?P<fulfillment_id>[\d]+)`}, false, []string{"customer_note"},
		core.Since(10, 8)},
	{[]string{"products"}, true, []string{"search_name_or_sku"}, core.Since(9, 9)},
	{[]string{"products"}, true, []string{"search_fields"}, core.Since(10, 1)},
	{[]string{"products", allVariations, "variations"}, true, []string{"pos_products_only"}, core.Since(10, 5)},
	{variationRoutes, false, []string{"gallery_image_ids"}, core.GalleryImages},
	{
		[]string{"products", `products/(?P<id>[\d]+)`, "products/suggested-products", allVariations, oneVariation,
			"variations"}, true,
		[]string{"image_size"}, core.ImageSize,
	},
}

const (
	allVariations = `products/(?P<product_id>[\d]+)/variations`
	oneVariation  = `products/(?P<product_id>[\d]+)/variations/(?P<id>[\d]+)`
)

var (
	productRoutes   = []string{"products", `products/(?P<id>[\d]+)`, "products/batch"}
	variationRoutes = []string{
		allVariations, oneVariation,
		`products/(?P<product_id>[\d]+)/variations/batch`, `products/(?P<product_id>[\d]+)/variations/generate`,
	}
)

// Lacks is what the store's version of WooCommerce does not have, in the form of rest.Config. It is nil when nothing is
// lacking.
func (s *Store) Lacks() func(pattern, parameter string, reading bool) bool {
	routes := map[string]bool{}
	var beginnings []string
	for _, r := range newRoutes {
		switch {
		case s.Has(r.during):
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
		if s.Has(p.during) {
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
		return routes[below] || slices.ContainsFunc(beginnings,
			func(b string) bool { return strings.HasPrefix(below, b) })
	}
}
