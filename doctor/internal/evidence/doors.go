package evidence

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A door is the very method and path of a request that a scope is made of, in a form that WooCommerce refuses before it
// does anything: a rule or a snippet that looks at the path and the method meets it as it meets a real one. The Allow
// header tells what the key may do, and nothing of what stands in the way.
//
//   - A create names an id, in the body and in the address: it is refused with …_exists, or before that because a
//     required field is not there. Parts of a record are created on one that does not exist.
//   - A change or a deletion is of a record that does not exist, and so is the reading of its parts.
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
	// late: it gives way where the budget does not allow everything.
	late int
}

// NowhereID is the number of no record: the largest that PHP of 32 bits knows.
const NowhereID = "2147483647"

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
	return d.Method + " /" + strings.ReplaceAll(d.Route, NowhereID, "ID")
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
		partsOf("refunds", "orders/"+NowhereID+"/refunds", OrdersRead, OrdersWrite),
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
		creates("fulfillments", "orders/"+NowhereID+"/fulfillments", "", FulfillmentsWrite),
		changes("fulfillments", "orders/"+NowhereID+"/fulfillments/"+NowhereID, FulfillmentsWrite),
	),
	late(2,
		creates("variations", "products/"+NowhereID+"/variations", "products", ProductsWrite),
		changes("variations", "products/"+NowhereID+"/variations/"+NowhereID, ProductsWrite),
		deletes("variations", "products/"+NowhereID+"/variations/"+NowhereID, ProductsDelete),
		deletes("notes", "orders/"+NowhereID+"/notes/"+NowhereID, OrdersDelete),
		deletes("refunds", "orders/"+NowhereID+"/refunds/"+NowhereID, OrdersDelete),
	),
	late(3,
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

// missing are the words for a record that is not there; customers and terms have their own. A fulfilment
// lacks a required field before that.
var missing = []string{"_invalid_id", "wc_user_invalid_id", "woocommerce_rest_term_invalid",
	"woocommerce_rest_taxonomy_invalid", "rest_missing_callback_param"}

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

func partsOf(name, route string, scopes ...Scope) Door {
	return Door{Name: name + ".get", Method: http.MethodGet, Route: route, Args: url.Values{"_fields": {"id"}},
		Scopes: scopes, codes: []string{"_invalid_id"}}
}

func terms(name, route string) []Door {
	doors := []Door{creates(name, route, "products/categories", TermsWrite),
		changes(name, route+"/"+NowhereID, TermsWrite), batch(name, route, TermsWrite)}
	if name == "brands" {
		for i := range doors {
			doors[i].codes = append(slices.Clone(doors[i].codes), NoRoute) // a route since WooCommerce 9.4
		}
	}
	return doors
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

// doorOpen: WooCommerce's own refusal came, which a request gets that reached it.
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
