package doctor_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// recordScenarios are faults in which every single answer looks right: lists that leave records out, records whose
// members are not what WooCommerce gives, tables that are gone, answers in an object of a plugin's own.
func recordScenarios() []scenario {
	behind := func(front func(http.Handler) http.Handler, options ...sandbox.Option) func(*testing.T) *patient {
		return func(t *testing.T) *patient { return newPatient(t, options...).behind(t, front) }
	}
	return []scenario{
		// A plugin for vendors shows an integration nothing, or not its own user.
		{id: "records-hidden", set: behind(emptied("/wc/v3/orders"))},
		{id: "records-hidden", set: behind(emptied("/wc/v3/products"))},
		{id: "records-hidden", set: behind(without("/wc/v3/customers", "id", "^10$"))},
		// The report is the only list of statuses that old stores have.
		{id: "order-status-filter", set: behind(without("/reports/orders/totals", "slug", "on-hold"),
			sandbox.WithVersion("8.4.0"))},
		{id: "pagination-header-missing", set: behind(editAnswer(
			func(r *http.Request, w *httptest.ResponseRecorder) string {
				if strings.HasSuffix(r.URL.Path, "/wc/v3/orders") && w.Code == http.StatusOK {
					totalled(w, "3")
				}
				return w.Body.String()
			}))},
		{id: "records-distorted", set: behind(changed(`"status":"(pending|processing|completed)"`,
			`"status":"wc-$1"`))},
		{id: "records-distorted", set: behind(changed(`"date_modified_gmt":"[^"]*"`,
			`"date_modified_gmt":"30.11.2026 18:55"`))},
		{id: "records-distorted", set: behind(changed(`"total":"([0-9]+)\.([0-9]+)"`, `"total":"$1,$2"`))},
		{id: "records-distorted", set: behind(changed(`"line_items":`, `"lines":`))},
		{id: "tables-missing", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, tablesLost("wp_woocommerce_order_items"))
		}},
		{id: "tables-missing", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, tablesLost("wp_wc_orders_meta"))
		}},
		{id: "allow-header-missing", note: true, set: behind(withoutAllow)},
		// A rule about the method, which what the store says of it does not show.
		{id: "perm-filter-override", set: behind(editAnswer(
			func(r *http.Request, w *httptest.ResponseRecorder) string {
				if r.Method == http.MethodPut && regexp.MustCompile(`/orders/\d+$`).MatchString(r.URL.Path) {
					w.Header().Set("Allow", "GET, DELETE")
				}
				return w.Body.String()
			}))},
		{id: "perm-filter-override", set: behind(when(func(r *http.Request) bool {
			return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/wc/v3/orders")
		}, jsonAnswer(403, `{"code":"woocommerce_rest_cannot_create","message":"x","data":{"status":403}}`)))},
		{id: "answered-in-place", set: behind(edit(func(r *http.Request, body string) string {
			if !isAPI(r) || !strings.Contains(r.URL.Path, "/wc/") {
				return body
			}
			return `{"success":true,"data":` + body + `}`
		}))},
		{id: "answered-in-place", set: behind(edit(func(r *http.Request, body string) string { // served, and nothing
			if strings.Contains(r.URL.Path, "/wc/v3/orders") && r.Method != http.MethodOptions {
				return ""
			}
			return body
		}))},
	}
}

// emptied lists nothing, as a clause that is never true does.
func emptied(path string) func(http.Handler) http.Handler {
	return editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, path) || w.Code != http.StatusOK {
			return w.Body.String()
		}
		totalled(w, "0")
		return "[]"
	})
}

// totalled says how many records a list has. Stores write the header in letters that Go does not.
func totalled(w *httptest.ResponseRecorder, n string) {
	for name := range w.Header() {
		if strings.EqualFold(name, "X-WP-Total") {
			delete(w.Header(), name)
		}
	}
	w.Header().Set("X-WP-Total", n)
}

// without leaves records out of a list whose member matches.
func without(path, member, pattern string) func(http.Handler) http.Handler {
	match := regexp.MustCompile(pattern)
	return editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
		var list []map[string]json.RawMessage
		kept := []map[string]json.RawMessage{}
		if !strings.HasSuffix(r.URL.Path, path) || json.Unmarshal(w.Body.Bytes(), &list) != nil {
			return w.Body.String()
		}
		for _, record := range list {
			if !match.Match(record[member]) {
				kept = append(kept, record)
			}
		}
		raw, err := json.Marshal(kept)
		if err != nil {
			return w.Body.String()
		}
		if len(kept) < len(list) {
			totalled(w, strconv.Itoa(len(kept))) // the list is a page and all there is
		}
		return string(raw)
	})
}

// changed rewrites what records of orders say, in lists and one by one.
func changed(pattern, to string) func(http.Handler) http.Handler {
	find := regexp.MustCompile(pattern)
	return edit(func(r *http.Request, body string) string {
		if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/wc/v3/orders") {
			return body
		}
		return find.ReplaceAllString(body, to)
	})
}

// tablesLost is a system status in which a table is not there: false among WooCommerce's own, left out of the others.
func tablesLost(name string) func(http.Handler) http.Handler {
	own, other := map[string]any{}, map[string]any{}
	there := map[string]any{"data": "0.02", "index": "0.02", "engine": "InnoDB"}
	for _, table := range []string{"wp_woocommerce_sessions", "wp_woocommerce_order_items"} {
		if own[table] = there; table == name {
			own[table] = false
		}
	}
	for _, table := range []string{"wp_options", "wp_wc_orders", "wp_wc_order_addresses",
		"wp_wc_order_operational_data", "wp_wc_orders_meta"} {
		if table != name {
			other[table] = there
		}
	}
	return edit(func(r *http.Request, body string) string {
		var status map[string]any
		if !strings.HasSuffix(r.URL.Path, "/system_status") || json.Unmarshal([]byte(body), &status) != nil {
			return body
		}
		status["database"] = map[string]any{"database_tables": map[string]any{"woocommerce": own, "other": other}}
		raw, err := json.Marshal(status)
		if err != nil {
			return body
		}
		return string(raw)
	})
}

// withoutAllow is a CDN that takes the header away.
func withoutAllow(next http.Handler) http.Handler {
	return editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
		w.Header().Del("Allow")
		return w.Body.String()
	})(next)
}

// TestOnlyWhatIsHinderedDoesNotWork: a fault of one kind of record leaves the others working, and a header that gets
// lost takes nothing away.
func TestOnlyWhatIsHinderedDoesNotWork(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		set          func(*testing.T) *patient
		works, fails []doctor.Scope
	}{
		"the list of orders is refused": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/wc/v3/orders")
			}, jsonAnswer(403, `{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":403}}`)))
		}, []doctor.Scope{doctor.ProductsRead, doctor.CustomersRead}, []doctor.Scope{doctor.OrdersRead}},
		"a filter of orders is dropped": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, withQuery(func(r *http.Request) bool {
				return r.URL.Query().Has("modified_after")
			}, func(string) string { return "_fields=id&per_page=1" }))
		}, []doctor.Scope{doctor.ProductsRead, doctor.CustomersRead}, []doctor.Scope{doctor.OrdersRead}},
		"the header Allow is lost": {func(t *testing.T) *patient { return newPatient(t).behind(t, withoutAllow) },
			[]doctor.Scope{doctor.OrdersRead, doctor.OrdersWrite, doctor.ProductsRead, doctor.CustomersRead}, nil},
		"orders are hidden": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, emptied("/wc/v3/orders"))
		}, []doctor.Scope{doctor.ProductsRead, doctor.CustomersRead}, []doctor.Scope{doctor.OrdersRead}},
		"PUT of orders is refused by its method": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if r.Method == http.MethodPut {
					w.Header().Del("Allow")
				}
				return w.Body.String()
			}))
		}, []doctor.Scope{doctor.OrdersRead, doctor.ProductsRead}, []doctor.Scope{doctor.OrdersWrite}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := one.set(t).examine(t)
			works := strings.Join(report.Works, "\n") + "\n"
			for _, scope := range one.works {
				if !strings.Contains(works, string(scope)+" works\n") {
					t.Errorf("%s works, and it is not said:\n%s", scope, describeReport(report))
				}
			}
			for _, scope := range one.fails {
				if strings.Contains(works, string(scope)+" works\n") {
					t.Errorf("%s is said to work:\n%s", scope, describeReport(report))
				}
			}
		})
	}
}

// TestNothingIsSaidThatWasNotSeen: refusals with status 200 give no record away, and a page in a firewall's name has a
// fix.
func TestNothingIsSaidThatWasNotSeen(t *testing.T) {
	t.Parallel()
	for name, one := range map[string]struct {
		set   func(*testing.T) *patient
		first string
		never []string
		says  []string
		omits string
	}{
		"errors come with status 200": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
				if !isAPI(r) || w.Code < 400 {
					return w.Body.String()
				}
				w.Code = http.StatusOK
				if r.URL.Query().Get("_fields") == "id,status" {
					return "[]" // of what is left when other members are taken away
				}
				return `{"code":"ok","message":"x"}`
			}))
		}, "answered-in-place", []string{"anonymous-read", "content-type-missing"}, nil, ""},
		"a snippet in a firewall's name": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return r.URL.Query().Has("modified_after")
			},
				page(406, "Not Acceptable!", "This error was generated by Mod_Security.")))
		}, "waf-modsecurity", nil, []string{"argument modified_after", "switch security plugins off"}, ""},
		"the whole of orders is taken away": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return strings.Contains(r.URL.Path, "/wc/v3/orders")
			}, jsonAnswer(404, `{"code":"rest_no_route","message":"x","data":{"status":404}}`)))
		}, "endpoint-removed", nil, []string{"/wc/v3/orders in the API"}, ""},
		"a new store drops a filter": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, withQuery(func(r *http.Request) bool {
				return r.URL.Query().Has("modified_after")
			}, func(string) string { return "_fields=id&per_page=1" }))
		}, "modified-after-ignored", nil, []string{"woocommerce_rest_orders_prepare_object_query"}, ""},
		"a challenge that sets a cookie": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return !strings.Contains(r.URL.Path, "/wp-content/") && !strings.Contains(r.URL.Path, "/wp-includes/")
			}, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=UTF-8")
				_, _ = w.Write([]byte(`<script>document.cookie="hc=1";location.reload();</script>`))
			})))
		}, "js-cookie-challenge", []string{"not-wordpress"}, nil, ""},
		"Just a moment, without Cloudflare": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, func(http.Handler) http.Handler {
				return withHeader("Retry-After", "5", page(503, "Just a moment...",
					`<script>document.cookie="hc=1";location.reload();</script>`))
			})
		}, "js-cookie-challenge", []string{"cf-challenge"}, nil, ""},
		"the header is lost and the address refused": {func(t *testing.T) *patient {
			return newPatient(t).behind(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if strings.Contains(r.URL.RawQuery, "consumer_key") {
						serverPage(403).ServeHTTP(w, r)
						return
					}
					r.Header.Del("Authorization")
					next.ServeHTTP(w, r)
				})
			})
		}, "auth-header-stripped", []string{"not-seen-to-work"}, []string{"refused with status 403"}, "--adopt"},
		"a key that may do nothing": {func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "key-write-only").behind(t, when(func(r *http.Request) bool {
				_, secret, _ := r.BasicAuth()
				return r.Method != http.MethodGet && secret != ""
			}, jsonAnswer(401, `{"code":"woocommerce_rest_authentication_error","message":"No permission `+
				`to write.","data":{"status":401}}`)))
		}, "key-write-only", []string{"key-read-only"}, []string{"neither read nor write"}, ""},
		"somebody else's webhook": {func(t *testing.T) *patient {
			p := newPatient(t)
			p.hook(t)
			p.target.DeliveryURL = ""
			return p.breakIn(t, "webhook-disabled").wanting(doctor.OrdersRead)
		}, "webhook-disabled", nil, []string{"works"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := one.set(t).examine(t)
			if root := report.Root(); root == nil || root.ID != one.first {
				t.Fatalf("want %s, got\n%s", one.first, describeReport(report))
			}
			for _, id := range one.never {
				if report.Has(id) {
					t.Errorf("it says %s:\n%s", id, describeReport(report))
				}
			}
			text := printedReport(t, report)
			for _, words := range one.says {
				if !strings.Contains(text, words) {
					t.Errorf("it does not say %q:\n%s", words, text)
				}
			}
			if one.omits != "" && strings.Contains(text, one.omits) {
				t.Errorf("it says %q:\n%s", one.omits, text)
			}
			if one.first == "webhook-disabled" && report.ExitCode() != 11 {
				t.Errorf("nothing that was asked for is hindered, and it exits with %d", report.ExitCode())
			}
		})
	}
}
