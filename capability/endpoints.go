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
	// Since is the first WooCommerce release that has the route. The zero Version means older than 8.4.
	Since Version
	// Until is the first release without the route. The zero Version means that all newer releases have it.
	Until Version
}

// Handler is one permission of a route, with the methods it serves.
type Handler struct {
	Methods []string
	Action  Action
}

// Handlers in the forms that WordPress registers as READABLE, CREATABLE, EDITABLE and DELETABLE.
func get(action Action) Handler  { return Handler{[]string{"GET"}, action} }
func post(action Action) Handler { return Handler{[]string{"POST"}, action} }
func edit(action Action) Handler { return Handler{[]string{"POST", "PUT", "PATCH"}, action} }
func del() Handler               { return remove(Delete) }

func remove(action Action) Handler { return Handler{[]string{"DELETE"}, action} }

var (
	collection = []Handler{get(List), post(Create)}
	single     = []Handler{get(Get), edit(Update), del()}
	batchOnly  = []Handler{edit(Batch)}
)

// Endpoints lists the routes of wc/v3 (WooCommerce 10.0.2 and 11.0.1) whose permissions this package knows. Missing are
// only the marketplace's own writes and the product editor's single layout template. The routes of fulfilments exist
// while their feature is switched on.
func Endpoints() []Endpoint { return slices.Clone(endpoints) }

var endpoints = join(
	standard("orders", Orders),
	[]Endpoint{
		{Path: "/wc/v3/orders/statuses", Resource: Orders, Handlers: []Handler{get(Statuses)}, Since: Version{9, 6, 0}},
		{Path: "/wc/v3/orders/{id}/notes", Resource: OrderNotes, Handlers: collection},
		{Path: "/wc/v3/orders/{id}/notes/{id}", Resource: OrderNotes, Handlers: []Handler{get(Get), del()}},
		{Path: "/wc/v3/orders/{id}/refunds", Resource: Refunds, Handlers: collection},
		{Path: "/wc/v3/orders/{id}/refunds/{id}", Resource: Refunds, Handlers: []Handler{get(Get), del()}},
		{Path: "/wc/v3/refunds", Resource: Refunds, Handlers: []Handler{get(ListAll)}, Since: Version{9, 0, 0}},
		{Path: "/wc/v3/orders/{id}/receipt", Resource: OrderReceipt, Handlers: []Handler{post(Create), get(Get)},
			Since: Version{8, 7, 0}},
		{Path: "/wc/v3/orders/{id}/actions/email_templates", Resource: OrderActions,
			Handlers: []Handler{get(EmailTemplates)}, Since: Version{9, 8, 0}},
		{Path: "/wc/v3/orders/{id}/actions/send_email", Resource: OrderActions, Handlers: []Handler{post(SendEmail)},
			Since: Version{9, 8, 0}},
		{Path: "/wc/v3/orders/{id}/actions/send_order_details", Resource: OrderActions,
			Handlers: []Handler{post(SendOrderDetails)}, Since: Version{9, 5, 0}},
		{Path: "/wc/v3/orders/{id}/fulfillments", Resource: Fulfillments, Handlers: collection,
			Since: sinceFulfillments},
		{Path: "/wc/v3/orders/{id}/fulfillments/{id}", Resource: Fulfillments, Handlers: single,
			Since: sinceFulfillments},
		{Path: "/wc/v3/orders/{id}/fulfillments/{id}/metadata", Resource: Fulfillments,
			Handlers: []Handler{get(GetMeta), edit(UpdateMeta), remove(DeleteMeta)}, Since: sinceFulfillments},
		{Path: "/wc/v3/orders/{id}/fulfillments/lookup", Resource: Fulfillments, Handlers: []Handler{get(Lookup)},
			Since: sinceFulfillments},
	},
	standard("products", Products),
	[]Endpoint{
		{Path: "/wc/v3/products/custom-fields/names", Resource: Products, Handlers: []Handler{get(CustomFieldNames)},
			Since: Version{9, 2, 0}},
		{Path: "/wc/v3/products/suggested-products", Resource: Products, Handlers: []Handler{get(Suggested)},
			Since: Version{8, 6, 0}},
		{Path: "/wc/v3/products/{id}/duplicate", Resource: Products, Handlers: []Handler{post(Duplicate)},
			Since: Version{8, 9, 0}},
	},
	[]Endpoint{
		{Path: "/wc/v3/products/{id}/related", Resource: Products, Handlers: []Handler{get(Related)},
			Since: Version{10, 5, 0}},
		{Path: "/wc/v3/variations", Resource: Variations, Handlers: []Handler{get(ListAll)}, Since: Version{10, 3, 0}},
	},
	standard("products/{id}/variations", Variations),
	[]Endpoint{{Path: "/wc/v3/products/{id}/variations/generate", Resource: Variations,
		Handlers: []Handler{post(Generate)}}},
	standard("products/categories", Categories),
	standard("products/tags", Tags),
	since(Version{9, 6, 0}, standard("products/brands", Brands)),
	standard("products/shipping_classes", ShippingClasses),
	[]Endpoint{{Path: "/wc/v3/products/shipping_classes/slug-suggestion", Resource: ShippingClasses,
		Handlers: []Handler{get(SlugSuggestion)}, Since: Version{9, 1, 0}}},
	standard("products/attributes", Attributes),
	standard("products/attributes/{id}/terms", AttributeTerms),
	standard("products/reviews", Reviews),
	standard("customers", Customers),
	[]Endpoint{{Path: "/wc/v3/customers/{id}/downloads", Resource: Customers, Handlers: []Handler{get(Downloads)}}},
	standard("coupons", Coupons),
	standard("webhooks", Webhooks),
	standard("taxes", Taxes),
	[]Endpoint{
		{Path: "/wc/v3/taxes/classes", Resource: TaxClasses, Handlers: collection},
		{Path: "/wc/v3/taxes/classes/{slug}", Resource: TaxClasses, Handlers: []Handler{get(Get), del()}},
		{Path: "/wc/v3/shipping/zones", Resource: ShippingZones, Handlers: collection},
		{Path: "/wc/v3/shipping/zones/{id}", Resource: ShippingZones, Handlers: single},
		{Path: "/wc/v3/shipping/zones/{id}/locations", Resource: ShippingZoneLocations,
			Handlers: []Handler{get(List), edit(Update)}},
		{Path: "/wc/v3/shipping/zones/{id}/methods", Resource: ShippingZoneMethods, Handlers: collection},
		{Path: "/wc/v3/shipping/zones/{id}/methods/{id}", Resource: ShippingZoneMethods, Handlers: single},
		{Path: "/wc/v3/shipping_methods", Resource: ShippingMethods, Handlers: []Handler{get(List)}},
		{Path: "/wc/v3/shipping_methods/{id}", Resource: ShippingMethods, Handlers: []Handler{get(Get)}},
		{Path: "/wc/v3/payment_gateways", Resource: PaymentGateways, Handlers: []Handler{get(List)}},
		{Path: "/wc/v3/payment_gateways/{id}", Resource: PaymentGateways, Handlers: []Handler{get(Get), edit(Update)}},
		{Path: "/wc/v3/settings", Resource: Settings, Handlers: []Handler{get(Groups)}},
		{Path: "/wc/v3/settings/batch", Resource: Settings, Handlers: batchOnly},
		{Path: "/wc/v3/settings/{group}", Resource: Settings, Handlers: []Handler{get(Group)}},
		{Path: "/wc/v3/settings/{group}/batch", Resource: Settings, Handlers: []Handler{edit(GroupBatch)}},
		{Path: "/wc/v3/settings/{group}/{id}", Resource: Settings, Handlers: []Handler{get(Get), edit(Update)}},
		{Path: "/wc/v3/system_status", Resource: SystemStatus, Handlers: []Handler{get(Get)}},
		{Path: "/wc/v3/system_status/tools", Resource: SystemStatus, Handlers: []Handler{get(ToolsList)}},
		{Path: "/wc/v3/system_status/tools/{id}", Resource: SystemStatus,
			Handlers: []Handler{get(ToolsGet), edit(ToolsRun)}},
	},
	reads(Reports, "reports", "reports/sales", "reports/top_sellers", "reports/orders/totals",
		"reports/products/totals",
		"reports/customers/totals", "reports/coupons/totals", "reports/reviews/totals"),
	reads(Data, "data", "data/continents", "data/continents/{code}", "data/countries", "data/countries/{code}",
		"data/currencies", "data/currencies/current", "data/currencies/{code}"),
	reads(Marketplace, "marketplace/featured", "marketplace/subscriptions"),
	[]Endpoint{
		{Path: "/wc/v3/layout-templates", Resource: LayoutTemplates, Handlers: []Handler{get(List)},
			Since: Version{8, 6, 0}, Until: Version{11, 0, 0}},
		{Path: "/wc/v3", Resource: Index, Handlers: []Handler{get(Read)}},
	},
)

// sinceFulfillments is the first version with fulfilments: 10.1.2 has them, 10.0.2 does not.
var sinceFulfillments = Version{10, 1, 0}

func standard(path string, resource Resource) []Endpoint {
	path = "/wc/v3/" + path
	return []Endpoint{
		{Path: path, Resource: resource, Handlers: collection},
		{Path: path + "/{id}", Resource: resource, Handlers: single},
		{Path: path + "/batch", Resource: resource, Handlers: batchOnly},
	}
}

func reads(resource Resource, paths ...string) []Endpoint {
	var all []Endpoint
	for _, path := range paths {
		all = append(all, Endpoint{Path: "/wc/v3/" + path, Resource: resource, Handlers: []Handler{get(Read)}})
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
// store's order. Empty means that the store sends no such header. The key's own permission plays no part: every key may
// send OPTIONS, and the header shows what the user may do (docs/woocommerce/permissions.md#allow-header).
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

// permitted says whether the operation passes the permission, even if the action itself fails afterwards.
func (d Decision) permitted() bool {
	return d.Allowed || d.Item || d.Check.After
}

// looksUpFirst says whether a resource's controller looks the record up inside its permission check. A missing record
// is then a refusal with 404, and the Allow header does not list the method. Other controllers answer 404 later.
func looksUpFirst(resource Resource) bool {
	switch resource {
	case Customers, OrderActions, Variations, Categories, Tags, Brands, ShippingClasses, AttributeTerms, Attributes,
		Reviews:
		return true
	default:
		return false
	}
}
