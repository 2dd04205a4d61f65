package doctor

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// The doctor's requests are all of forms that were shown to change nothing (knowledge/failure-taxonomy.md 0.3). This file
// is the last thing a request passes before it leaves; whatever is not listed here is refused.

// probeRoute is the route that exists nowhere. WooCommerce checks a key's permission to write before it looks for the
// route, so a POST to it proves the permission and reaches no code that could change anything.
const probeRoute = "waybill-doctor-probe"

// forbidden are requests that look harmless and are not: each of them changed a store when it was tried
// (failure-taxonomy 0.3, "never probe with").
var forbidden = []struct {
	method  string
	route   *regexp.Regexp
	because string
}{
	{http.MethodPost, regexp.MustCompile(`/orders/?$`), "an empty body creates an order"},
	{http.MethodPost, regexp.MustCompile(`/products/?$`), "an empty body creates a product"},
	{http.MethodDelete, regexp.MustCompile(`/products/attributes/\d+`), "force is on by default, the attribute is gone"},
	{http.MethodDelete, regexp.MustCompile(`/orders/\d+/refunds/\d+`), "force is on by default, the refund is gone"},
	{http.MethodPut, regexp.MustCompile(`/coupons/\d+`), `{"code":""} blanks the code`},
	{http.MethodPost, regexp.MustCompile(`/shipping/zones/?$`), `{"name":""} creates a zone`},
}

// guard refuses a request that might change the store.
func guard(method, route, body string) error {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	for _, f := range forbidden {
		if f.method == method && f.route.MatchString(route) {
			return fmt.Errorf("doctor: refused to send %s %s: %s", method, route, f.because)
		}
	}
	route = strings.Trim(route, "/")
	switch {
	case strings.HasSuffix(route, "/"+probeRoute):
		return nil // no such route: rest_no_route
	case route == "wc/v3" && method != http.MethodPost:
		return nil // the namespace index answers GET only: rest_no_route
	case route == "wc/v3/orders/batch" && method == http.MethodPost && body == brokenJSON:
		// WordPress refuses a body it cannot parse before any permission or code is asked (400 rest_invalid_json); where
		// the content type got lost the body is ignored and an empty batch changes nothing (200 []).
		return nil
	}
	return fmt.Errorf("doctor: refused to send %s %s: not one of the requests known to change nothing", method, route)
}

const brokenJSON = "{"
