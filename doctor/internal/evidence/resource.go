package evidence

import (
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// Resource is something the integration reads, used to try the key on.
type Resource struct {
	scope  Scope
	Route  string
	Single bool // an object or a list without paging
}

// primaries are tried in this order: the first one that is wanted is what the key is tested on.
var primaries = []Resource{
	{OrdersRead, "wc/v3/orders", false}, {OrdersWrite, "wc/v3/orders", false}, {OrdersDelete, "wc/v3/orders", false},
	{ProductsRead, "wc/v3/products", false}, {ProductsWrite, "wc/v3/products", false},
	{ProductsDelete, "wc/v3/products", false},
	{CustomersRead, "wc/v3/customers", false}, {CustomersWrite, "wc/v3/customers", false},
	{CustomersDelete, "wc/v3/customers", false},
	{CouponsRead, "wc/v3/coupons", false}, {CouponsWrite, "wc/v3/coupons", false},
	{TermsRead, "wc/v3/products/categories", false}, {TermsWrite, "wc/v3/products/categories", false},
	{WebhooksScope, "wc/v3/webhooks", false}, {ReviewsRead, "wc/v3/products/reviews", false},
	{ReportsRead, "wc/v3/reports", true}, {ShippingRead, "wc/v3/shipping_methods", true},
	{SettingsScope, "wc/v3/settings", true},
}

// PrimaryOf is what the key is tried on.
func PrimaryOf(t TargetFacts) Resource {
	for _, r := range primaries {
		if t.Wants(r.scope) {
			return r
		}
	}
	return primaries[0]
}

// Name is the route of the resource below wc/v3.
func (r Resource) Name() string { return strings.TrimPrefix(r.Route, "wc/v3/") }

// FirstRead is what a key for these scopes is tried on: the scope that reads it, and its route below wc/v3.
func FirstRead(scopes []Scope) (scope Scope, route string) {
	if len(scopes) == 0 {
		scopes = DefaultScopes()
	}
	r := PrimaryOf(TargetFacts{Scopes: scopes})
	resource, _, _ := strings.Cut(string(r.scope), ":")
	for _, reads := range capability.Scopes {
		if strings.HasPrefix(string(reads), resource) {
			return reads, r.Name() // the reading scope of a resource comes first
		}
	}
	return r.scope, r.Name()
}

// Args ask for one record and its id.
func (r Resource) Args() url.Values {
	// The names of an error are asked for as well: WordPress takes every other field away, also from errors that a
	// plugin answers with HTTP 200.
	args := url.Values{"_fields": {"id,code,message,data,statusCode,success,error,error_description,status"}}
	if !r.Single {
		args.Set("per_page", "1")
	}
	return args
}

// Signals are the collections whose Allow header is always asked for: together they tell an owner without any rights
// from one who lacks a single right, and give the map of --permissions.
var Signals = []string{
	"orders", "products", "customers", "coupons", "webhooks", "reports/sales", "products/reviews",
	"products/categories",
}
