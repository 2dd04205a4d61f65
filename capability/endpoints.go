package capability

import (
	"slices"
	"strings"
)

// Endpoint is one route of the REST API with what each of its methods does.
type Endpoint struct {
	// Path is the route below /wp-json, with names in braces where an id stands: /wc/v3/orders/{id}/notes/{id}.
	Path     string
	Resource Resource
	// Handlers are in the order in which the store registered them, which is the order of the Allow header.
	Handlers []Handler
	// Since is the first WooCommerce release that has the route; the zero Version: older than 8.4.
	Since Version
}

// Handler is one permission of a route, with the methods it serves.
type Handler struct {
	Methods []string
	Action  Action
}

// Handlers as WordPress registers them: READABLE, CREATABLE, EDITABLE, DELETABLE.
func get(action Action) Handler  { return Handler{[]string{"GET"}, action} }
func post(action Action) Handler { return Handler{[]string{"POST"}, action} }
func edit(action Action) Handler { return Handler{[]string{"POST", "PUT", "PATCH"}, action} }
func del() Handler               { return Handler{[]string{"DELETE"}, Delete} }

var (
	collection = []Handler{get(List), post(Create)}
	single     = []Handler{get(Get), edit(Update), del()}
	batchOnly  = []Handler{edit(Batch)}
)

// Endpoints lists the routes of wc/v3 (WooCommerce 10.0.2) that this package knows the permissions of: all of them but
// the marketplace's own writes and the product editor's single layout template.
func Endpoints() []Endpoint { return slices.Clone(endpoints) }

var endpoints = join(
	standard("orders", Orders),
	[]Endpoint{
		{"/wc/v3/orders/statuses", Orders, []Handler{get(Statuses)}, Version{9, 6, 0}},
		{"/wc/v3/orders/{id}/notes", OrderNotes, collection, Version{}},
		{"/wc/v3/orders/{id}/notes/{id}", OrderNotes, []Handler{get(Get), del()}, Version{}},
		{"/wc/v3/orders/{id}/refunds", Refunds, collection, Version{}},
		{"/wc/v3/orders/{id}/refunds/{id}", Refunds, []Handler{get(Get), del()}, Version{}},
		{"/wc/v3/refunds", Refunds, []Handler{get(ListAll)}, Version{9, 0, 0}},
		{"/wc/v3/orders/{id}/receipt", OrderReceipt, []Handler{post(Create), get(Get)}, Version{8, 7, 0}},
		{"/wc/v3/orders/{id}/actions/email_templates", OrderActions, []Handler{get(EmailTemplates)}, Version{9, 8, 0}},
		{"/wc/v3/orders/{id}/actions/send_email", OrderActions, []Handler{post(SendEmail)}, Version{9, 8, 0}},
		{"/wc/v3/orders/{id}/actions/send_order_details", OrderActions, []Handler{post(SendOrderDetails)}, Version{9, 5, 0}},
	},
	standard("products", Products),
	[]Endpoint{
		{"/wc/v3/products/custom-fields/names", Products, []Handler{get(CustomFieldNames)}, Version{9, 2, 0}},
		{"/wc/v3/products/suggested-products", Products, []Handler{get(Suggested)}, Version{8, 6, 0}},
		{"/wc/v3/products/{id}/duplicate", Products, []Handler{post(Duplicate)}, Version{8, 9, 0}},
	},
	standard("products/{id}/variations", Variations),
	[]Endpoint{{"/wc/v3/products/{id}/variations/generate", Variations, []Handler{post(Generate)}, Version{}}},
	standard("products/categories", Categories),
	standard("products/tags", Tags),
	since(Version{9, 6, 0}, standard("products/brands", Brands)),
	standard("products/shipping_classes", ShippingClasses),
	[]Endpoint{{"/wc/v3/products/shipping_classes/slug-suggestion", ShippingClasses, []Handler{get(SlugSuggestion)}, Version{9, 1, 0}}},
	standard("products/attributes", Attributes),
	standard("products/attributes/{id}/terms", AttributeTerms),
	standard("products/reviews", Reviews),
	standard("customers", Customers),
	[]Endpoint{{"/wc/v3/customers/{id}/downloads", Customers, []Handler{get(Downloads)}, Version{}}},
	standard("coupons", Coupons),
	standard("webhooks", Webhooks),
	standard("taxes", Taxes),
	[]Endpoint{
		{"/wc/v3/taxes/classes", TaxClasses, collection, Version{}},
		{"/wc/v3/taxes/classes/{slug}", TaxClasses, []Handler{get(Get), del()}, Version{}},
		{"/wc/v3/shipping/zones", ShippingZones, collection, Version{}},
		{"/wc/v3/shipping/zones/{id}", ShippingZones, single, Version{}},
		{"/wc/v3/shipping/zones/{id}/locations", ShippingZoneLocations, []Handler{get(List), edit(Update)}, Version{}},
		{"/wc/v3/shipping/zones/{id}/methods", ShippingZoneMethods, collection, Version{}},
		{"/wc/v3/shipping/zones/{id}/methods/{id}", ShippingZoneMethods, single, Version{}},
		{"/wc/v3/shipping_methods", ShippingMethods, []Handler{get(List)}, Version{}},
		{"/wc/v3/shipping_methods/{id}", ShippingMethods, []Handler{get(Get)}, Version{}},
		{"/wc/v3/payment_gateways", PaymentGateways, []Handler{get(List)}, Version{}},
		{"/wc/v3/payment_gateways/{id}", PaymentGateways, []Handler{get(Get), edit(Update)}, Version{}},
		{"/wc/v3/settings", Settings, []Handler{get(Groups)}, Version{}},
		{"/wc/v3/settings/batch", Settings, batchOnly, Version{}},
		{"/wc/v3/settings/{group}", Settings, []Handler{get(Group)}, Version{}},
		{"/wc/v3/settings/{group}/batch", Settings, []Handler{edit(GroupBatch)}, Version{}},
		{"/wc/v3/settings/{group}/{id}", Settings, []Handler{get(Get), edit(Update)}, Version{}},
		{"/wc/v3/system_status", SystemStatus, []Handler{get(Get)}, Version{}},
		{"/wc/v3/system_status/tools", SystemStatus, []Handler{get(ToolsList)}, Version{}},
		{"/wc/v3/system_status/tools/{id}", SystemStatus, []Handler{get(ToolsGet), edit(ToolsRun)}, Version{}},
	},
	reads(Reports, "reports", "reports/sales", "reports/top_sellers", "reports/orders/totals", "reports/products/totals",
		"reports/customers/totals", "reports/coupons/totals", "reports/reviews/totals"),
	reads(Data, "data", "data/continents", "data/continents/{code}", "data/countries", "data/countries/{code}",
		"data/currencies", "data/currencies/current", "data/currencies/{code}"),
	reads(Marketplace, "marketplace/featured", "marketplace/subscriptions"),
	[]Endpoint{
		{"/wc/v3/layout-templates", LayoutTemplates, []Handler{get(List)}, Version{8, 6, 0}},
		{"/wc/v3", Index, []Handler{get(Read)}, Version{}},
	},
)

func standard(path string, resource Resource) []Endpoint {
	path = "/wc/v3/" + path
	return []Endpoint{
		{path, resource, collection, Version{}},
		{path + "/{id}", resource, single, Version{}},
		{path + "/batch", resource, batchOnly, Version{}},
	}
}

func reads(resource Resource, paths ...string) []Endpoint {
	var all []Endpoint
	for _, path := range paths {
		all = append(all, Endpoint{"/wc/v3/" + path, resource, []Handler{get(Read)}, Version{}})
	}
	return all
}

func since(version Version, list []Endpoint) []Endpoint {
	for i := range list {
		list[i].Since = version
	}
	return list
}

func join(lists ...[]Endpoint) []Endpoint { return slices.Concat(lists...) }

// Operation returns what a method does on the endpoint; ok is false when the route does not have the method.
// HEAD counts as GET.
func (e Endpoint) Operation(method string) (op Operation, ok bool) {
	method = strings.ToUpper(method)
	if method == "HEAD" {
		method = "GET"
	}
	for _, handler := range e.Handlers {
		if slices.Contains(handler.Methods, method) {
			return Operation{Resource: e.Resource, Action: handler.Action}, true
		}
	}
	return Operation{}, false
}

// Allow predicts the Allow header of an answer on the endpoint: the methods whose permission the caller passes, in the
// store's order. Empty means that the store sends no such header. The key's own permission plays no part: OPTIONS is
// answered to any key, and the header shows what the user may do (taxonomy P-ALLOW).
func (s Site) Allow(caller Caller, e Endpoint, rec Record) []string {
	caller.Key = ReadWrite
	var methods []string
	for _, handler := range e.Handlers {
		row := ruleFor(e.Resource, handler.Action)
		if rec.Missing && looksUpFirst(e.Resource) && row != nil && addressesOne(handler.Action, row.Guard) {
			continue
		}
		if !s.Decide(caller, Operation{Resource: e.Resource, Action: handler.Action}, rec).permitted() {
			continue
		}
		for _, method := range handler.Methods {
			if !slices.Contains(methods, method) {
				methods = append(methods, method)
			}
		}
	}
	return methods
}

// permitted: the permission callback lets it through, even if the action itself fails afterwards.
func (d Decision) permitted() bool {
	return d.Allowed || d.Item || d.Check.After
}

// looksUpFirst names the controllers that look the record up inside their permission check: there a missing record is
// a refusal with 404, and the Allow header does not list the method. The others answer 404 later.
func looksUpFirst(resource Resource) bool {
	switch resource {
	case Customers, OrderActions, Variations, Categories, Tags, Brands, ShippingClasses, AttributeTerms, Attributes, Reviews:
		return true
	default:
		return false
	}
}
