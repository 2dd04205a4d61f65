package doctor_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

func permissionScenarios() []scenario {
	return []scenario{
		broken("key-owner-demoted"),
		broken("cap-read-private"), broken("cap-create-missing"), broken("cap-hpos-placeholder"),
		broken("cap-others", doctor.ProductsRead, doctor.ProductsWrite),
		broken("cap-published", doctor.ProductsRead, doctor.ProductsWrite),
		{id: "cap-private", unproved: saidInLists, set: func(t *testing.T) *patient {
			p := newPatient(t)
			p.administrator(t, "POST", "/wp-json/wc/v3/products", map[string]any{"name": "Hidden", "status": "private"})
			p.breakIn(t, "cap-private").wanting(doctor.ProductsRead, doctor.ProductsWrite)
			return p.behind(t,
				allowOn("/products/", func(r map[string]any) bool { return r["status"] == "private" }, "GET", "DELETE"))
		}},
		broken("cap-variation", doctor.ProductsRead, doctor.ProductsWrite), broken("cap-terms-read", doctor.TermsRead),
		broken("cap-customers"),
		broken("cap-manage-woocommerce", doctor.OrdersRead, doctor.WebhooksScope),
		broken("cap-reports", doctor.ReportsRead), broken("cap-reviews", doctor.ReviewsRead),
		broken("cap-delete", doctor.OrdersRead, doctor.OrdersDelete), broken("coupons-disabled", doctor.CouponsRead),
		broken("shipping-disabled", doctor.ShippingRead), broken("endpoint-removed"),
		{id: "fulfillments-off", unproved: fixedHome, set: func(t *testing.T) *patient {
			return newPatient(t).wanting(doctor.OrdersRead, doctor.FulfillmentsRead)
		}},
		broken("shop-manager-limits", doctor.CustomersRead, doctor.CustomersDelete),
		broken("shop-manager-limits", doctor.CustomersRead, doctor.CustomersWrite, doctor.CustomersDelete),
		{id: "cap-terms-write", set: func(t *testing.T) *patient {
			return newPatient(t).fault(t, hiddenUsers()).wanting(doctor.TermsRead, doctor.TermsWrite).behind(t,
				allowAt("/wc/v3/products/categories", "GET"))
		}},
		{id: "cap-customers-create-version", set: func(t *testing.T) *patient {
			p := newPatient(t, sandbox.WithVersion("9.8.0"))
			administrator := p.right
			p.login(t, "sm").wanting(doctor.CustomersRead, doctor.CustomersWrite)
			p.right = administrator
			return p
		}},
		{id: "cap-hpos-mixed", unproved: saidInLists, set: func(t *testing.T) *patient { // the older half are posts
			return newPatient(t, sandbox.WithVersion("10.9.4"), sandbox.WithOrders(12)).fault(t, hiddenUsers()).behind(t,
				func(next http.Handler) http.Handler {
					return rowsOf(func(place int) bool { return place >= 6 })(
						allowOrders(func(place int) bool { return place >= 6 })(next))
				})
		}},
		{id: "order-post-row-missing", unproved: saidInLists, set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithVersion("10.9.4")).behind(t, func(next http.Handler) http.Handler {
				return rowsOf(func(int) bool { return false })(
					allowOrders(func(place int) bool { return place != 4 })(next))
			})
		}},
		// webhooks may be read and not made, though one capability stands behind both
		{id: "perm-filter-override", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, allowAt("/wc/v3/webhooks", "GET"))
		}},
		{id: "perm-filter-override", set: func(t *testing.T) *patient { // an administrator may do nothing
			return newPatient(t).fault(t, hiddenUsers(), anAdministrator()).breakIn(t, "key-owner-demoted")
		}, also: []string{"coupons-disabled"}},
		{id: "role-caps-stripped", set: func(t *testing.T) *patient {
			return newPatient(t).login(t, "sm").fault(t, hiddenUsers()).behind(t, func(next http.Handler) http.Handler {
				return allowAt("/wc/v3/orders", "GET")(allowAt("/wc/v3/orders/batch")(allowAt("/wc/v3/products")(next)))
			})
		}},
		{id: "key-owner-not-in-blog", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "key-owner-demoted").fault(t, hiddenUsers()).behind(t, when(
				func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/orders/network") },
				jsonAnswer(403, `{"code":"woocommerce_rest_cannot_view","message":"x","data":{"status":403}}`)))
		}},
		{id: "multisite-edit-users", unproved: saidInLists, set: func(t *testing.T) *patient {
			return newPatient(t).wanting(doctor.CustomersRead, doctor.CustomersWrite).behind(t,
				func(next http.Handler) http.Handler {
					network := when(
						func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/orders/network") },
						jsonAnswer(200, `[]`))
					status := statusAnswer(map[string]any{"wp_multisite": true}, nil)
					return network(
						status(allowOn("/customers/", func(map[string]any) bool { return true }, "GET")(next)))
				})
		}},
	}
}

// allowAt changes what the store says may be done with a collection.
func allowAt(path string, methods ...string) func(http.Handler) http.Handler {
	return editAnswer(func(r *http.Request, w *httptest.ResponseRecorder) string {
		if strings.HasSuffix(r.URL.Path, path) {
			w.Header().Del("Allow")
			if len(methods) > 0 {
				w.Header().Set("Allow", strings.Join(methods, ", "))
			}
		}
		return w.Body.String()
	})
}

// allowOn changes what lists say may be done with the records that match.
func allowOn(part string, match func(record map[string]any) bool, methods ...string) func(http.Handler) http.Handler {
	return edit(func(r *http.Request, body string) string {
		var list []map[string]any
		if r.Method != http.MethodGet || json.Unmarshal([]byte(body), &list) != nil {
			return body
		}
		for _, record := range list {
			if href := selfHref(record); strings.Contains(href, part) && match(record) {
				setAllow(record, methods)
			}
		}
		changed, err := json.Marshal(list)
		if err != nil {
			return body
		}
		return string(changed)
	})
}

func selfHref(record map[string]any) string {
	links, _ := record["_links"].(map[string]any)
	self, _ := links["self"].([]any)
	if len(self) == 0 {
		return ""
	}
	first, _ := self[0].(map[string]any)
	href, _ := first["href"].(string)
	return href
}

func setAllow(record map[string]any, methods []string) {
	self := record["_links"].(map[string]any)["self"].([]any)[0].(map[string]any)
	self["targetHints"] = map[string]any{"allow": methods}
}

// allowOrders lets orders be changed by their place, counted from the newest.
func allowOrders(open func(place int) bool) func(http.Handler) http.Handler {
	place := -1
	return allowOn("/wc/v3/orders/", func(map[string]any) bool {
		place++
		return !open(place % 12)
	}, "GET")
}

// rowsOf answers the question of wc/v1 whether an order is a post, by its place counted from the newest. Orders of the
// fixture have rising ids, so the place follows from the order in which they are asked for only through their number.
func rowsOf(post func(place int) bool) func(http.Handler) http.Handler {
	var numbers []string
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if rest, ok := strings.CutPrefix(r.URL.Path, "/wp-json/wc/v1/orders/"); ok {
				for place, number := range numbers {
					if number == rest && post(place) {
						jsonAnswer(200, `{"id":`+number+`}`).ServeHTTP(w, r)
						return
					}
				}
				jsonAnswer(404,
					`{"code":"woocommerce_rest_invalid_shop_order_id","message":"x","data":{"status":404}}`).ServeHTTP(
					w, r)
				return
			}
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			if strings.HasSuffix(r.URL.Path, "/wc/v3/orders") && r.URL.Query().Get("orderby") == "id" {
				var list []struct {
					ID int64 `json:"id"`
				}
				if json.Unmarshal(rec.Body.Bytes(), &list) == nil && len(list) == 12 {
					numbers = nil
					for _, o := range list {
						numbers = append(numbers, fmt.Sprint(o.ID))
					}
				}
			}
			for name, values := range rec.Header() {
				w.Header()[name] = values
			}
			w.Header().Del("Content-Length")
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		})
	}
}

// statusAnswer is a system status with some values of its own.
func statusAnswer(environment, settings map[string]any) func(http.Handler) http.Handler {
	env := map[string]any{"version": "10.0.2", "wp_version": "6.8.2", "wp_memory_limit": 256 << 20, "wp_cron": true,
		"wp_multisite": false, "language": "en_US"}
	for name, value := range environment {
		env[name] = value
	}
	set := map[string]any{"HPOS_enabled": true, "HPOS_sync_enabled": false}
	for name, value := range settings {
		set[name] = value
	}
	plugins := []any{}
	if list, ok := settings["plugins"]; ok {
		plugins = list.([]any)
		delete(set, "plugins")
	}
	return when(func(r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, "/system_status") && r.Method == http.MethodGet
	},
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			env := maps.Clone(env)
			if r.URL.Query().Get("_fields") != "environment" { // measured: the store tries the outside only then
				delete(env, "remote_post_successful")
				delete(env, "remote_post_response")
			}
			raw, _ := json.Marshal(map[string]any{"environment": env, "settings": set,
				"security": map[string]any{"secure_connection": true,
					"hide_errors": environment["wp_debug_mode"] == nil}, "active_plugins": plugins})
			w.Header().Set("Allow", "GET")
			jsonAnswer(200, string(raw)).ServeHTTP(w, r)
		}))
}

// twentyAPage gives at most twenty records of a list.
func twentyAPage(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query := r.URL.Query()
		if size, err := strconv.Atoi(query.Get("per_page")); err == nil && size > 20 && r.Method != http.MethodPost {
			query.Set("per_page", "20")
			r = rewritten(r, r.URL.Path, query.Encode())
		}
		next.ServeHTTP(w, r)
	})
}

func dataScenarios() []scenario {
	return []scenario{
		broken("modified-after-ignored"), broken("pagination-header-missing"),
		{id: "date-filter-local-time", note: true,
			set: func(t *testing.T) *patient { return newPatient(t).breakIn(t, "date-filter-local-time") }},
		{id: "per-page-over-100", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
				return size > 50
			}, jsonAnswer(400,
				`{"code":"rest_invalid_param","message":"x","data":{"status":400,"params":{"per_page":"per_page must be between 1 (inclusive) and 50 (inclusive)"}}}`)))
		}},
		{id: "per-page-over-100", set: func(t *testing.T) *patient { // a snippet that does not say what it objects to
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				size, _ := strconv.Atoi(r.URL.Query().Get("per_page"))
				return size > 50
			}, jsonAnswer(400, `{"code":"rest_invalid_param","message":"x","data":{"status":400}}`)))
		}},
		// a snippet that gives twenty records a page, whatever is asked for
		{id: "per-page-over-100", set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithOrders(30)).behind(t, twentyAPage)
		}},
		{id: "pages-unheeded", breakage: "pages-unheeded", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "pages-unheeded")
		}, also: []string{"cache-rest"}},
		{id: "pages-unheeded", breakage: "pages-unheeded:plugin", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "pages-unheeded:plugin")
		}},
		{id: "pages-unheeded", set: func(t *testing.T) *patient { // more than a page of orders, and coupons alone
			return newPatient(t, sandbox.WithOrders(130)).fault(t, sandbox.Fault{
				Match: sandbox.Match{Path: `/wc/v3/orders$`}, StripArgs: []string{"page"}})
		}},
		{id: "pages-unheeded", set: func(t *testing.T) *patient { // the place is heeded, the page is too, not so the offset
			return newPatient(t).fault(t, sandbox.Fault{
				Match: sandbox.Match{Path: `/wc/v3/orders$`}, StripArgs: []string{"offset"}})
		}},
		{id: "pages-unheeded", set: func(t *testing.T) *patient { // twenty a page, always the first
			return newPatient(t, sandbox.WithOrders(30)).fault(t, sandbox.Fault{
				Match: sandbox.Match{Path: `/wc/v3/orders$`}, StripArgs: []string{"page", "offset"}}).
				behind(t, twentyAPage)
		}, also: []string{"per-page-over-100"}},
		{id: "hpos-query-500", set: func(t *testing.T) *patient {
			return newPatient(t).fault(t,
				sandbox.Fault{Match: sandbox.Match{Query: `modified_after`}, Answer: &sandbox.Answer{Status: 500}})
		}},
		{id: "order-status-filter", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if strings.HasSuffix(r.URL.Path, "/orders/statuses") {
					return `[{"slug":"pending","name":"x"},{"slug":"completed","name":"x"}]`
				}
				return body
			}))
		}},
		{id: "orders-in-no-list", set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithOrders(12)).breakIn(t, "status-unregistered")
		}},
		{id: "customers-role-filter", note: true, set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, edit(func(r *http.Request, body string) string {
				if strings.HasSuffix(r.URL.Path, "/wc/v3/customers") {
					return strings.ReplaceAll(body, `"role":"customer"`, `"role":"wholesale_customer"`)
				}
				return body
			}))
		}},
		{id: "multilang-duplicates", note: true, set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				statusAnswer(nil,
					map[string]any{"plugins": []any{map[string]any{"plugin": "polylang/polylang.php",
						"name": "Polylang", "version": "3"}}}))
		}},
	}
}

const (
	receiverHost = "receiver.example.test"
	receiver     = "https://" + receiverHost + "/hook"
)

func webhookScenarios() []scenario {
	// with is a store whose webhooks are these.
	with := func(delivery string, hooks ...map[string]any) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t).wanting(doctor.OrdersRead, doctor.WebhooksScope)
			p.target.DeliveryURL = delivery
			raw, err := json.Marshal(hooks)
			if err != nil {
				t.Fatal(err)
			}
			if hooks == nil {
				raw = []byte("[]")
			}
			return p.behind(t, func(next http.Handler) http.Handler {
				list := when(func(r *http.Request) bool {
					return strings.HasSuffix(r.URL.Path, "/wc/v3/webhooks") && r.Method == http.MethodGet
				}, withHeader("X-WP-Total", fmt.Sprint(len(hooks)), jsonAnswer(200, string(raw))))
				return list(queueAnswer(false)(next))
			})
		}
	}
	hook := func(address, status, topic string) map[string]any {
		return map[string]any{"id": 7, "name": "ERP", "status": status, "topic": topic, "delivery_url": address,
			"date_created_gmt": "2026-01-01T00:00:00"}
	}
	return []scenario{
		{id: "webhook-disabled", unproved: listOnly, set: with(receiver, hook(receiver, "disabled", "order.updated"))},
		// whose it is was not said
		{id: "webhook-disabled", unproved: listOnly, set: with("", hook(receiver, "disabled", "order.updated"))},
		// nobody asked for webhooks, and the store has one
		{id: "webhook-disabled", unproved: listOnly, set: func(t *testing.T) *patient {
			return with("", hook(receiver, "active", "order.created"),
				hook(receiver, "disabled", "order.updated"))(t).wanting(doctor.DefaultScopes()...)
		}},
		// paused by somebody, and none is wanted
		{id: "webhook-disabled", note: true, unproved: listOnly, set: func(t *testing.T) *patient {
			return with("", hook(receiver, "paused", "order.updated"),
				hook(receiver, "active", "order.created"))(t).wanting(doctor.DefaultScopes()...)
		}},
		{id: "webhook-missing", unproved: listOnly, set: with(receiver)},
		{id: "webhook-missing", unproved: listOnly,
			set: with(receiver, hook("https://other.example.test/hook", "active", "order.updated"))},
		// told of anything but orders
		{id: "webhook-missing", unproved: listOnly, set: with(receiver, hook(receiver, "active", "product.updated"))},
		{id: "webhook-unsafe-url", unproved: listOnly,
			set: with("http://192.168.1.5:8899/hook", hook("http://192.168.1.5:8899/hook", "active", "order.updated"))},
		{id: "webhook-draft-created", note: true, unproved: listOnly,
			set: with(receiver, hook(receiver, "active", "order.created"))},
		{id: "webhook-redirect-swallowed", unproved: listOnly, set: func(t *testing.T) *patient {
			moved := serveHTTP(t,
				redirectTo(301, func(*http.Request) string { return "https://new.example.test/hook" })) + "/hook"
			return with(moved, hook(moved, "active", "order.updated"))(t)
		}, also: []string{"webhook-unsafe-url"}},
		{id: "webhook-queue-stuck", unproved: listOnly, set: func(t *testing.T) *patient {
			p := with(receiver, hook(receiver, "active", "order.updated"))(t)
			p.behind(t, func(next http.Handler) http.Handler {
				list := when(func(r *http.Request) bool {
					return strings.HasSuffix(r.URL.Path, "/wc/v3/webhooks") && r.Method == http.MethodGet
				}, jsonAnswer(200,
					`[{"id":7,"name":"ERP","status":"active","topic":"order.updated","delivery_url":"`+receiver+`"}]`))
				return list(queueAnswer(true)(statusAnswer(map[string]any{"wp_cron": false}, nil)(next)))
			})
			p.options = append(p.options,
				doctor.WithClock(func() time.Time { return time.Now().Add(time.Minute * 40) }))
			return p
		}, also: []string{"clock-skew"}},
		{id: "webhook-egress-blocked", set: func(t *testing.T) *patient {
			p := with(receiver, hook(receiver, "active", "order.updated"))(t)
			return p.behind(t, func(next http.Handler) http.Handler {
				list := when(func(r *http.Request) bool {
					return strings.HasSuffix(r.URL.Path, "/wc/v3/webhooks") && r.Method == http.MethodGet
				}, jsonAnswer(200,
					`[{"id":7,"name":"ERP","status":"active","topic":"order.updated","delivery_url":"`+receiver+`"}]`))
				return list(queueAnswer(false)(
					statusAnswer(map[string]any{"remote_post_successful": false,
						"remote_post_response": "cURL error 28: Connection timed out"}, nil)(next)))
			})
		}},
		{id: "webhook-egress-blocked", set: func(t *testing.T) *patient { // webhooks are wanted, and there is none yet
			p := with("")(t)
			return p.behind(t, func(next http.Handler) http.Handler {
				return queueAnswer(false)(statusAnswer(map[string]any{"remote_post_successful": false}, nil)(next))
			})
		}},
	}
}

// queueAnswer is what the store says about its background jobs.
func queueAnswer(waiting bool) func(http.Handler) http.Handler {
	return when(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/reports/import/status") },
		jsonAnswer(200, fmt.Sprintf(`{"is_importing":%v}`, waiting)))
}

func siteScenarios() []scenario {
	return []scenario{
		{id: "memory-low", note: true, set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, statusAnswer(map[string]any{"wp_memory_limit": 40 << 20}, nil))
		}},
		{id: "errors-shown", note: true, set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, statusAnswer(map[string]any{"wp_debug_mode": true}, nil))
		}},
		{id: "key-staging-clone", unproved: fixedHome, note: true, set: func(t *testing.T) *patient {
			return newPatient(t, sandbox.WithHome("https://live.example.test"))
		}},
	}
}
