package woo

import (
	"net/url"
	"strconv"
	"strings"
)

// MaxPerPage is the most records the store gives at once (docs/woocommerce/lists.md#per-page-over-100).
const MaxPerPage = 100

// MaxBatch is the most objects one batch may hold, creates, updates and deletes together (recording batch-101).
const MaxBatch = 100

// The statuses that lists treat apart.
const (
	StatusAny           = "any"
	StatusTrash         = "trash"
	StatusAutoDraft     = "auto-draft"     // an order page of the administration that was opened and not saved
	StatusCheckoutDraft = "checkout-draft" // a checkout that a visitor began and did not finish
)

// Route is where the records of one kind live in the API, below wc/v3. "{parent}" stands for the id of the record that
// they belong to: the notes of order 12 are at "orders/12/notes".
type Route string

// The routes of the records that WooCommerce numbers or names.
const (
	RouteOrders       Route = "orders"
	RouteOrderNotes   Route = "orders/{parent}/notes"
	RouteOrderRefunds Route = "orders/{parent}/refunds"
	RouteFulfillments Route = "orders/{parent}/fulfillments" // since 10.1, while the feature is switched on
	// RouteRefunds lists the refunds of all orders, since WooCommerce 9.0. One refund is below RouteOrderRefunds.
	RouteRefunds       Route = "refunds"
	RouteOrderStatuses Route = "orders/statuses"
	RouteProducts      Route = "products"
	RouteVariations    Route = "products/{parent}/variations"
	// RouteAllVariations lists the variations of all products, since WooCommerce 10.3. One variation is below
	// RouteVariations.
	RouteAllVariations   Route = "variations"
	RouteReviews         Route = "products/reviews"
	RouteCategories      Route = "products/categories"
	RouteTags            Route = "products/tags"
	RouteBrands          Route = "products/brands"
	RouteShippingClasses Route = "products/shipping_classes"
	RouteAttributes      Route = "products/attributes"
	RouteAttributeTerms  Route = "products/attributes/{parent}/terms"
	RouteCustomers       Route = "customers"
	RouteCoupons         Route = "coupons"
	RouteTaxRates        Route = "taxes"
	RouteTaxClasses      Route = "taxes/classes"
	RouteShippingZones   Route = "shipping/zones"
	RouteZoneLocations   Route = "shipping/zones/{parent}/locations"
	RouteZoneMethods     Route = "shipping/zones/{parent}/methods"
	RouteShippingMethods Route = "shipping_methods"
	RoutePaymentGateways Route = "payment_gateways"
	RouteSettings        Route = "settings"
	RouteReports         Route = "reports"
	RouteSystemStatus    Route = "system_status"
	RouteSystemTools     Route = "system_status/tools"
	RouteWebhooks        Route = "webhooks"
)

const parentInRoute = "{parent}"

// Nested tells whether each record belongs to a record of another kind.
func (r Route) Nested() bool { return strings.Contains(string(r), parentInRoute) }

// List is the path of the list, for Request.Path. A route that is not nested ignores parent.
func (r Route) List(parent int64) string {
	return strings.Replace(string(r), parentInRoute, strconv.FormatInt(parent, 10), 1)
}

// Record is the path of one record, for Request.Path. A route that is not nested ignores parent.
func (r Route) Record(parent, id int64) string {
	return r.List(parent) + "/" + strconv.FormatInt(id, 10)
}

// HasTrash tells whether a deletion without force moves a record to the trash, and the list shows the trash under
// StatusTrash. Elsewhere only a deletion with force is accepted.
func (r Route) HasTrash() bool { return r == RouteOrders || r == RouteProducts || r == RouteCoupons }

// Everything is the query with which a list leaves out least. By itself the list of customers shows the role "customer"
// alone (docs/woocommerce/lists.md#customers-role-filter), and the list of coupons shows published and private ones
// (docs/woocommerce/lists.md#coupons-status-filter). For orders "any" is not enough: see OrderStatuses.
func (r Route) Everything() url.Values {
	switch r {
	case RouteOrders, RouteProducts, RouteVariations, RouteAllVariations, RouteCoupons:
		return url.Values{"status": {StatusAny}}
	case RouteCustomers:
		return url.Values{"role": {"all"}}
	}
	return url.Values{}
}
