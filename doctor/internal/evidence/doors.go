package evidence

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Door is the very method and path of a request that a scope is made of, in a form that WooCommerce refuses before it
// does anything: a rule or a snippet that looks at the path and the method meets it as it meets a real one. The Allow
// header tells what the key may do, and nothing of what stands in the way.
//
//   - A create names an id, in the body and in the address: it is refused with …_exists, or before that because a
//     required field is not there. Parts of a record are created on one that does not exist.
//   - A change or a deletion is of a record that does not exist, and so is the reading of one and of its parts.
//   - A list is read as an integration reads it, one id of it.
//   - A batch has a body that is no JSON, which WordPress refuses unread.
//
// They were shown to change nothing (docs/woocommerce/authentication.md#safe-doors).
type Door struct {
	Name   string // "customers.post": what it is about, and the method
	Method string
	Route  string // below wc/v3
	Args   url.Values
	Body   string
	Scopes []Scope // that are made of such requests
	// Above is the collection whose Allow header says whether the key may create there; "" for other requests.
	Above string
	// codes are what WooCommerce refuses it with; an ending of one where it begins with an underscore.
	codes []string
	// late is above 0 where the door gives way when the budget does not allow everything.
	late int
}

// NowhereID is the number of no record: the largest that PHP of 32 bits knows.
const NowhereID = "2147483647"

// nowhereSetting is the id of no setting.
const nowhereSetting = "waybill_doctor_probe"

const (
	// ExistingID makes a create be refused.
	ExistingID = `{"id":1}`
	// BrokenJSON is refused before anything reads it.
	BrokenJSON = "{"
	noChange   = "{}"
)

// Probe is the name under which the door is tried.
func (d Door) Probe() Probe { return Doors.Of(d.Name) }

// Words name the request as documentation does.
func (d Door) Words() string {
	return d.Method + " /" + strings.NewReplacer(NowhereID, "ID", nowhereSetting, "ID").Replace(d.Route)
}

// AllDoors are the doors there are, the most important first.
var AllDoors = slices.Concat(
	[]Door{
		creates("orders", "orders", "orders", OrdersWrite), changes("orders", "orders/"+NowhereID, OrdersWrite),
		creates("notes", "orders/"+NowhereID+"/notes", "orders", OrdersWrite),
		creates("refunds", "orders/"+NowhereID+"/refunds", "orders", OrdersWrite),
		deletes("orders", "orders/"+NowhereID, OrdersDelete),
		creates("products", "products", "products", ProductsWrite),
		changes("products", "products/"+NowhereID, ProductsWrite),
	},
	late(1,
		parts("refunds", "orders/"+NowhereID+"/refunds", OrdersRead, OrdersWrite),
		deletes("products", "products/"+NowhereID, ProductsDelete),
		creates("customers", "customers", "customers", CustomersWrite),
		changes("customers", "customers/"+NowhereID, CustomersWrite),
		deletes("customers", "customers/"+NowhereID, CustomersDelete),
		batch("products", "products", ProductsWrite),
		creates("coupons", "coupons", "coupons", CouponsWrite),
		changes("coupons", "coupons/"+NowhereID, CouponsWrite),
		creates("categories", "products/categories", "products/categories", TermsWrite),
		changes("categories", "products/categories/"+NowhereID, TermsWrite),
		creates("webhooks", "webhooks", "webhooks", WebhooksScope),
		changes("webhooks", "webhooks/"+NowhereID, WebhooksScope),
		deletes("webhooks", "webhooks/"+NowhereID, WebhooksScope),
		changes("settings", "settings/general/"+nowhereSetting, SettingsScope),
		lists("settings", "settings/general", SettingsScope),
		creates("fulfillments", "orders/"+NowhereID+"/fulfillments", "", FulfillmentsWrite),
		changes("fulfillments", "orders/"+NowhereID+"/fulfillments/"+NowhereID, FulfillmentsWrite),
	),
	late(2,
		parts("customers", "customers/"+NowhereID, CustomersRead),
		parts("coupons", "coupons/"+NowhereID, CouponsRead),
		parts("reviews", "products/reviews/"+NowhereID, ReviewsRead),
		parts("zones", "shipping/zones/"+NowhereID+"/methods", ShippingRead),
		parts("locations", "shipping/zones/"+NowhereID+"/locations", ShippingRead),
		lists("methods", "shipping_methods", ShippingRead), lists("totals", "reports/orders/totals", ReportsRead),
		lists("attributes", "products/attributes", TermsRead), lists("tags", "products/tags", TermsRead),
		creates("variations", "products/"+NowhereID+"/variations", "products", ProductsWrite),
		changes("variations", "products/"+NowhereID+"/variations/"+NowhereID, ProductsWrite),
		deletes("variations", "products/"+NowhereID+"/variations/"+NowhereID, ProductsDelete),
		deletes("notes", "orders/"+NowhereID+"/notes/"+NowhereID, OrdersDelete),
		deletes("refunds", "orders/"+NowhereID+"/refunds/"+NowhereID, OrdersDelete),
	),
	late(3,
		parts("terms", "products/attributes/"+NowhereID+"/terms", TermsRead),
		lists("brands", "products/brands", TermsRead), lists("shipping_classes", "products/shipping_classes", TermsRead),
		batch("variations", "products/"+NowhereID+"/variations", ProductsWrite),
		batch("coupons", "coupons", CouponsWrite), batch("webhooks", "webhooks", WebhooksScope),
		batch("categories", "products/categories", TermsWrite),
	),
	late(3, terms("tags", "products/tags")...),
	late(3, terms("attributes", "products/attributes")...),
	late(3, terms("terms", "products/attributes/"+NowhereID+"/terms")...),
	late(3, terms("brands", "products/brands")...),
	late(3, terms("shipping_classes", "products/shipping_classes")...),
)

func late(n int, doors ...Door) []Door {
	for i := range doors {
		doors[i].late = n
	}
	return doors
}

func creates(name, route, above string, scope Scope) Door {
	return Door{Name: name + ".post", Method: http.MethodPost, Route: route, Args: url.Values{"id": {"1"}},
		Body: ExistingID, Scopes: []Scope{scope}, Above: above,
		codes: []string{"_exists", "_invalid_id", "rest_missing_callback_param"}}
}

// missing are the words for a record that is not there; customers, terms, shipping zones and settings have their own. A
// fulfilment lacks a required field before that.
var missing = []string{"_invalid_id", "wc_user_invalid_id", "woocommerce_rest_term_invalid",
	"woocommerce_rest_taxonomy_invalid", "woocommerce_rest_shipping_zone_invalid", "rest_setting_setting_invalid",
	"rest_missing_callback_param"}

func changes(name, route string, scope Scope) Door {
	return Door{Name: name + ".put", Method: http.MethodPut, Route: route, Body: noChange, Scopes: []Scope{scope},
		codes: missing}
}

// deletes asks for good: some records have no trash, and without that word the store refuses before it looks.
func deletes(name, route string, scope Scope) Door {
	return Door{Name: name + ".delete", Method: http.MethodDelete, Route: route, Args: url.Values{"force": {"true"}},
		Scopes: []Scope{scope}, codes: missing}
}

func batch(name, route string, scope Scope) Door {
	return Door{Name: name + ".batch", Method: http.MethodPost, Route: route + "/batch", Body: BrokenJSON,
		Scopes: []Scope{scope}, codes: []string{"rest_invalid_json"}}
}

// parts are read of a record that does not exist, or the record itself.
func parts(name, route string, scopes ...Scope) Door {
	return Door{Name: name + ".get", Method: http.MethodGet, Route: route, Args: url.Values{"_fields": {"id"}},
		Scopes: scopes, codes: missing}
}

// lists are read as they are, one id of those that have pages. A route of a later version may not be there.
func lists(name, route string, scopes ...Scope) Door {
	return orNoRoute(Door{Name: name + ".get", Method: http.MethodGet, Route: route,
		Args: url.Values{"_fields": {"id,slug,total"}, "per_page": {"1"}}, Scopes: scopes})
}

func terms(name, route string) []Door {
	doors := []Door{creates(name, route, "products/categories", TermsWrite),
		changes(name, route+"/"+NowhereID, TermsWrite), batch(name, route, TermsWrite)}
	for i := range doors {
		doors[i] = orNoRoute(doors[i])
	}
	return doors
}

// orNoRoute lets a route be absent: brands are a route since WooCommerce 9.4.
func orNoRoute(d Door) Door {
	if strings.HasPrefix(d.Name, "brands.") {
		d.codes = append(slices.Clone(d.codes), NoRoute)
	}
	return d
}

// DoorOf is the door that a probe tries; false for one that tries none.
func DoorOf(id Probe) (Door, bool) {
	i := slices.IndexFunc(AllDoors, func(d Door) bool { return d.Probe() == id })
	if i < 0 {
		return Door{}, false
	}
	return AllDoors[i], true
}

// DoorsOf are the doors of a scope.
func DoorsOf(scope Scope) []Door {
	return slices.DeleteFunc(slices.Clone(AllDoors), func(d Door) bool { return !slices.Contains(d.Scopes, scope) })
}

// Optional doors are left out where the budget does not allow everything, and what they stand for is not said to work.
func (d Door) Optional() bool { return d.late > 0 }

// doorOpen says whether WooCommerce's own refusal came, which only a request gets that reached it.
func doorOpen(x *Exchange) bool {
	d, found := DoorOf(Probe(x.ID))
	if !found {
		return false
	}
	if x.Status == http.StatusOK {
		return d.Method == http.MethodGet && isData(x)
	}
	return (x.Status == http.StatusBadRequest || x.Status == http.StatusNotFound) &&
		slices.ContainsFunc(d.codes, func(code string) bool {
			if ending, own := strings.CutPrefix(code, "_"); own {
				return strings.HasPrefix(x.Body.Code, "woocommerce_rest_") && strings.HasSuffix(x.Body.Code, "_"+ending)
			}
			return x.Body.Code == code
		})
}
