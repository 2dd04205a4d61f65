package doctor_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

var oneOrder = regexp.MustCompile(`/wc/v3/orders/\d+$`)

// chanceScenarios are stores that fail now and then, or for some requests only, so that a single answer misleads.
func chanceScenarios() []scenario {
	// broken fails the first n requests that match.
	broken := func(n int32, match func(*http.Request) bool, then http.Handler) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			var seen atomic.Int32
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return match(r) && seen.Add(1) <= n }, then))
		}
	}
	keyedRead := func(r *http.Request) bool {
		_, _, keyed := r.BasicAuth()
		return keyed && r.URL.Query().Get("per_page") == "1" && strings.HasSuffix(r.URL.Path, "/orders")
	}
	fullPage := func(r *http.Request) bool {
		return r.URL.Query().Get("per_page") == "100" && strings.HasSuffix(r.URL.Path, "/orders") &&
			!r.URL.Query().Has("_fields")
	}
	empty200 := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })
	belowNamespace := func(method string, answer http.Handler) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return strings.Contains(r.URL.Path, "/wc/v3/") && (method == "" || r.Method == method)
			}, answer))
		}
	}
	// someOrders answers requests for orders of one method, and with one argument, in place of the store.
	someOrders := func(method, argument string, answer http.Handler) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return r.Method == method && strings.HasPrefix(r.URL.Path, "/wp-json/wc/v3/orders") &&
					(argument == "" || r.URL.Query().Has(argument))
			}, answer))
		}
	}
	empty500 := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	return []scenario{
		{id: "answers-vary", unproved: usedUp, set: broken(1, keyedRead, empty500)}, // not a header that gets lost
		{id: "answers-vary", unproved: usedUp, set: broken(1, fullPage, empty500)},  // neither memory nor a record
		{id: "answers-vary", unproved: usedUp, set: broken(1, fullPage, serverPage(502))},
		{id: "method-blocked", set: func(t *testing.T) *patient { // dropped without a word, OPTIONS as well
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPost
			}, hangUp()))
		}},
		// Answers with status 200 that are none. A store that lets nobody in must not pass for healthy.
		{id: "php-fatal", set: belowNamespace("", empty200)},
		{id: "php-fatal", set: belowNamespace(http.MethodPost, empty200)},
		{id: "php-fatal", set: belowNamespace(http.MethodPut, empty200)}, // no method that is refused
		// strangers may read single orders, and no lists of them
		{id: "anonymous-read", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return r.Method == http.MethodGet && r.Header.Get("Authorization") == "" && oneOrder.MatchString(r.URL.Path)
			}, jsonAnswer(200, `{"id":1}`)))
		}},
		// a route that a snippet has taken away (rest_endpoints), beside the list that is there
		{id: "endpoint-removed", set: func(t *testing.T) *patient {
			return newPatient(t).wanting(doctor.CouponsRead, doctor.CouponsWrite).behind(t,
				when(func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/wp-json/wc/v3/coupons/2") },
					jsonAnswer(404, `{"code":"rest_no_route","message":"x","data":{"status":404}}`)))
		}},
		{id: "rest-disabled", set: belowNamespace("", jsonAnswer(200, `{"error":"access denied"}`))},
		// A snippet or a rule that looks at path, method or arguments, whatever it answers: what was asked for does
		// not work.
		{id: "path-refused", set: someOrders(http.MethodPost, "", serverPage(403))},
		{id: "path-refused", set: someOrders(http.MethodPost, "", serverPage(418))},
		{id: "path-refused", set: someOrders(http.MethodPut, "", serverPage(401))},
		{id: "path-refused", set: someOrders(http.MethodPost, "",
			redirectTo(302, func(*http.Request) string { return "/" }))},
		{id: "php-fatal", set: someOrders(http.MethodPost, "", empty500)},
		{id: "php-fatal", set: someOrders(http.MethodPut, "", empty500)},
		{id: "php-fatal", set: belowNamespace(http.MethodPost, empty500)},
		{id: "path-refused", set: someOrders(http.MethodPost, "",
			jsonAnswer(403, `{"code":"no_creates","message":"x","data":{"status":403}}`))},
		{id: "path-refused", set: someOrders(http.MethodPost, "",
			jsonAnswer(500, `{"code":"no_creates","message":"x","data":null}`))},
		{id: "path-refused", set: someOrders(http.MethodGet, "orderby",
			jsonAnswer(401, `{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":401}}`))},
		{id: "path-refused", set: someOrders(http.MethodGet, "modified_after", serverPage(401))},
		{id: "path-refused", set: someOrders(http.MethodGet, "orderby",
			redirectTo(302, func(*http.Request) string { return "/my-account/" }))},
		{id: "unexplained-answer",
			set: someOrders(http.MethodGet, "orderby",
				http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }))},
		{id: "answered-in-place",
			set: someOrders(http.MethodGet, "modified_after", jsonAnswer(200, `{"success":true}`))},
		{id: "answered-in-place", set: func(t *testing.T) *patient { // nothing says that PHP stopped
			return newPatient(t, sandbox.WithOrders(110)).fault(t, sandbox.Fault{
				Match:  sandbox.Match{Path: `/wc/v3/orders$`, Query: `(?:^|&)per_page=100`},
				Answer: &sandbox.Answer{Status: 200, Body: "null"}})
		}},
		// A list that is none, whatever the other lists have.
		inPlaceOf(`/wc/v3/products$`, "GET", "application/json", `{"error":"licence expired"}`),
		inPlaceOf(`/wc/v3/products$`, "GET", "application/json", `[]`), // what WordPress leaves of it
		inPlaceOf(`/wc/v3/products$`, "GET", "application/json", `{"error":"licence expired"}`, doctor.ProductsRead),
		inPlaceOf(`/wc/v3/orders$`, "GET", "application/json", `{"error":"licence expired"}`, doctor.OrdersRead),
		inPlaceOf(`/wc/v3/products$`, "GET", "application/json", `"no"`),
		inPlaceOf(`/wc/v3/products$`, "GET", "application/json", `null`),
		inPlaceOf(`/wc/v3/products$`, "GET", "text/html", `<html><body>Hello</body></html>`),
		inPlaceOf(`/wc/v3/products$`, "GET", "text/html", `<html><body>Hello</body></html>`, doctor.ProductsRead),
		inPlaceOf(`/wc/v3/orders$`, "POST", "text/html", `<html><body>Hello</body></html>`),
		inPlaceOf(`/wc/v3/orders$`, "POST", "application/json", `{"error":"licence expired"}`),
		{id: "cache-401", set: someOrders(http.MethodGet, "orderby",
			withHeader("Age", "30",
				jsonAnswer(401, `{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":401}}`)))},
		// deletions alone, as a snippet on rest_pre_dispatch refuses them
		{id: "path-refused", set: func(t *testing.T) *patient {
			return someOrders(http.MethodDelete, "",
				jsonAnswer(403, `{"code":"no","message":"x","data":{"status":403}}`))(t).wanting(doctor.OrdersRead,
				doctor.OrdersWrite, doctor.OrdersDelete)
		}},
		// a snippet sets the status after the headers
		{id: "jwt-200-error", also: []string{"auth-hook-conflict"}, set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
				if strings.Contains(w.Body.String(), `"data":{"status":4`) {
					w.Code = 200
				}
				return w.Body.String()
			}))
		}},
		{id: "path-refused", set: func(t *testing.T) *patient { // one route for writes
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/batch") }, serverPage(403)))
		}},
		// a rule for writes of one part of the API, where its reads pass
		partRefused("notes", doctor.OrdersWrite), partRefused("refunds", doctor.OrdersWrite),
		partRefused("notes"), partRefused("refunds"), // of what is usually wanted
		partRefused("customers", doctor.CustomersWrite), partRefused("customers", doctor.CustomersDelete),
		partRefused("coupons", doctor.CouponsWrite), partRefused("terms", doctor.TermsWrite),
		partRefused("webhooks", doctor.WebhooksScope), partRefused("variations", doctor.ProductsWrite),
		partRefused("variations", doctor.ProductsDelete), partRefused("products-batch", doctor.ProductsWrite),
		partRefused("deletions", doctor.OrdersDelete), partRefused("deletions", doctor.ProductsDelete),
		partRefused("deletions", doctor.CustomersDelete),
		{id: "path-refused", set: refusing(`/orders/\d+/refunds$`, "GET", doctor.OrdersRead)},
		{id: "path-refused", set: refusing(`/(notes|refunds)/\d+$`, "DELETE", doctor.OrdersDelete)},
		{id: "path-refused", set: refusing(`/products/attributes/\d+/terms`, "POST", doctor.TermsWrite)},
		{id: "waf-other", set: atAPI(page(403, "Bot Verification",
			`<form action="/.lsrecap/recaptcha" method="POST">Verifying</form>`, "Server", "LiteSpeed"))},
	}
}

// inPlaceOf is a store in which something answers some requests with status 200 in place of WooCommerce.
func inPlaceOf(path, method, kind, body string, scopes ...doctor.Scope) scenario {
	return scenario{id: "answered-in-place", set: func(t *testing.T) *patient {
		p := newPatient(t).fault(t, sandbox.Fault{Match: sandbox.Match{Path: path, Methods: []string{method}},
			Answer: &sandbox.Answer{Status: 200, Header: map[string]string{"Content-Type": kind}, Body: body}})
		if len(scopes) > 0 {
			p.wanting(scopes...)
		}
		return p
	}}
}

// TestOneBrokenListLeavesTheOthersWorking: what answers in place of one list, or prints before it, takes no other scope
// from what works.
func TestOneBrokenListLeavesTheOthersWorking(t *testing.T) {
	t.Parallel()
	page := sandbox.Answer{Status: 200, Header: map[string]string{"Content-Type": "text/html"},
		Body: "<html><body>Hello</body></html>"}
	for name, one := range map[string]struct {
		fault sandbox.Fault
		lost  doctor.Scope
	}{
		"a notice before one list": {lost: doctor.CustomersRead, fault: sandbox.Fault{
			Match:  sandbox.Match{Path: `/wc/v3/customers`},
			Before: "<br /><b>Notice</b>: Undefined variable"}},
		"a page in place of one list": {lost: doctor.CustomersRead, fault: sandbox.Fault{
			Match: sandbox.Match{Path: `/wc/v3/customers$`}, Answer: &page}},
		"every create is forbidden": {lost: doctor.OrdersWrite, fault: sandbox.Fault{
			Match:  sandbox.Match{Path: `/wc/v3/orders$`, Methods: []string{"POST"}},
			Answer: &sandbox.Answer{Status: 403, Header: page.Header, Body: page.Body}}},
		"whatever is sent fails": {lost: doctor.OrdersWrite, fault: sandbox.Fault{
			Match: sandbox.Match{Methods: []string{"POST"}}, Answer: &sandbox.Answer{Status: 500}}},
		"a page in place of creates": {lost: doctor.OrdersWrite, fault: sandbox.Fault{
			Match: sandbox.Match{Path: `/wc/v3/orders$`, Methods: []string{"POST"}}, Answer: &page}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wanted := []doctor.Scope{doctor.OrdersRead, doctor.ProductsRead, doctor.CustomersRead, doctor.OrdersWrite}
			report := newPatient(t).wanting(wanted...).fault(t, one.fault).examine(t)
			for _, scope := range wanted {
				if works := slices.Contains(report.Works, string(scope)+" works"); works == (scope == one.lost) {
					t.Errorf("%s works: %v\n%s", scope, works, describeReport(report))
				}
			}
		})
	}
}

// partRefused is a sandbox in front of which a rule refuses the writes of one part of the API.
func partRefused(part string, scopes ...doctor.Scope) scenario {
	one := broken("path-refused:"+part, scopes...)
	one.id = "path-refused"
	return one
}

// refusing is a store in front of which a rule answers some methods of some paths with a page.
func refusing(path, methods string, wanted doctor.Scope) func(*testing.T) *patient {
	paths := regexp.MustCompile(path)
	return func(t *testing.T) *patient {
		return newPatient(t).wanting(wanted).behind(t, when(func(r *http.Request) bool {
			return strings.Contains(methods, r.Method) && paths.MatchString(r.URL.Path)
		}, serverPage(403)))
	}
}

// TestAnIndexWithoutTimeIsNotHidden: a limit on connections at once refuses what is asked side by side, the index
// among it.
func TestAnIndexWithoutTimeIsNotHidden(t *testing.T) {
	t.Parallel()
	report := newPatient(t).behind(t,
		when(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/wp-json/") },
			serverPage(503))).examine(t)
	for _, f := range report.Findings {
		if f.ID == "rest-hidden" || f.ID == "not-wordpress" {
			t.Errorf("a server without time is taken for %s\n%s", f.ID, describeReport(report))
		}
	}
}

// TestSlowPagesAreTold: single records come quickly, and a page takes so long that a full one comes near to what
// clients wait. Once may be chance.
func TestSlowPagesAreTold(t *testing.T) {
	t.Parallel()
	found := func(list, page time.Duration) bool {
		evidence := newPatient(t).collect(t)
		for i := range evidence.Exchanges {
			switch x := &evidence.Exchanges[i]; x.ID {
			case "list.orders":
				x.Elapsed = list
			case "page.orders":
				x.Elapsed = page
			}
		}
		return slices.ContainsFunc(doctor.Diagnose(evidence).Findings,
			func(f doctor.Finding) bool { return f.ID == "client-timeout" && f.Severity == doctor.Warning })
	}
	if !found(12*time.Second, 14*time.Second) {
		t.Error("pages of twelve seconds and more are not told")
	}
	if found(2*time.Second, 14*time.Second) {
		t.Error("a single slow page is taken for a slow store")
	}
}
