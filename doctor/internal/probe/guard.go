package probe

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// The doctor's requests are all of forms that were shown to change nothing
// (docs/woocommerce/authentication.md#safe-probes). This file is the last thing a request passes before it leaves;
// whatever is not listed here is refused.

// forbidden are requests that look harmless and are not: each of them changed a store when it was tried
// (docs/woocommerce/authentication.md#safe-probes).
var forbidden = []struct {
	method  string
	route   *regexp.Regexp
	because string
}{
	{http.MethodPost, regexp.MustCompile(`/orders/?$`), "an empty body creates an order"},
	{http.MethodPost, regexp.MustCompile(`/products/?$`), "an empty body creates a product"},
	{http.MethodDelete, regexp.MustCompile(`/products/attributes/\d+`),
		"force is on by default, the attribute is gone"},
	{http.MethodDelete, regexp.MustCompile(`/orders/\d+/refunds/\d+`), "force is on by default, the refund is gone"},
	{http.MethodPut, regexp.MustCompile(`/coupons/\d+`), `{"code":""} blanks the code`},
	{http.MethodPost, regexp.MustCompile(`/shipping/zones/?$`), `{"name":""} creates a zone`},
}

// guard refuses a request that might change the store: what nobody has declared, and what is not of the form of its
// kind.
func guard(p evidence.Probe, method, route, body string, args url.Values) error {
	kind := p.Kind()
	if kind == 0 {
		return fmt.Errorf("doctor: refused to send %s %s: no probe of the name %s is declared", method, route, p)
	}
	if allows(kind, method, strings.Trim(route, "/"), body, args) {
		return nil
	}
	for _, f := range forbidden {
		if f.method == method && f.route.MatchString(route) {
			return fmt.Errorf("doctor: refused to send %s %s: %s", method, route, f.because)
		}
	}
	return fmt.Errorf("doctor: refused to send %s %s: not one of the requests known to change nothing", method, route)
}

// allows tells whether a request is of the form of its kind.
func allows(kind evidence.Kind, method, route, body string, args url.Values) bool {
	switch kind {
	case evidence.Look, evidence.Keyed:
		return method == http.MethodGet || method == http.MethodHead
	case evidence.Question:
		return method == http.MethodOptions
	case evidence.Nowhere:
		return strings.HasSuffix(route, "/"+evidence.ProbeRoute) // no such route: rest_no_route
	case evidence.Namespace:
		return route == "wc/v3" && (method == http.MethodPut || method == http.MethodDelete) // rest_no_route
	case evidence.Unread:
		// WordPress refuses a body it cannot parse before any permission or code is asked (400 rest_invalid_json);
		// where the content type got lost the body is ignored and an empty batch changes nothing (200 []).
		return route == "wc/v3/orders/batch" && method == http.MethodPost && body == brokenJSON
	case evidence.Unreadable:
		return method == http.MethodPut && body == brokenJSON && isEdit(route, args)
	case evidence.Knock:
		return isDoor(method, route, body, args)
	}
	return false
}

// isEdit: the change of a record whose body is no JSON is refused unread, and where the type of the body got lost for
// the argument.
func isEdit(route string, args url.Values) bool {
	for _, e := range evidence.Edits {
		id, found := strings.CutPrefix(route, "wc/v3/"+e.Kind+"/")
		if _, err := strconv.ParseUint(id, 10, 63); found && err == nil && args.Get(e.Arg) == e.Value {
			return true
		}
	}
	return false
}

// isDoor says whether a request is one of the doors, which WooCommerce refuses. A create names an id, in the address
// and in the body. A change or deletion, or the reading of parts, is of the record nowhereID, which does not exist. A
// batch is no JSON and is refused unread. Only of the collections listed here may a create be tried: the others need
// fewer fields.
func isDoor(method, route, body string, args url.Values) bool {
	resource, found := strings.CutPrefix(route, "wc/v3/")
	nowhere := strings.HasSuffix(resource, "/"+nowhereID) || strings.Contains(resource, "/"+nowhereID+"/")
	noSetting := resource == "settings/general/waybill_doctor_probe"
	switch {
	case !found:
		return false
	case method == http.MethodPost && strings.HasSuffix(resource, "/batch"):
		return body == brokenJSON
	case method == http.MethodPost:
		return (nowhere || creatable[resource]) && body == existingID && args.Get("id") == "1"
	case method == http.MethodPut && body == "{}":
		return strings.HasSuffix(resource, "/"+nowhereID) || noSetting
	case method == http.MethodDelete && body == "":
		return strings.HasSuffix(resource, "/"+nowhereID)
	}
	return method == http.MethodGet
}

// creatable are the collections whose creates are refused for the id that they name, or for want of a required field.
var creatable = map[string]bool{"orders": true, "products": true, "customers": true, "coupons": true, "webhooks": true,
	"products/categories": true, "products/tags": true, "products/brands": true, "products/shipping_classes": true,
	"products/attributes": true}

const (
	brokenJSON = evidence.BrokenJSON
	existingID = evidence.ExistingID
	nowhereID  = evidence.NowhereID
)
