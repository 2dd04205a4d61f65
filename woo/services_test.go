package woo

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// call is one method of a service and the request it must make.
type call struct {
	want string // method, path below wc/v3 with its query, and the body
	do   func(ctx context.Context, c *Client) error
	give string // the store's answer; {} when empty
}

func ignore[T any](_ T, err error) error { return err }

func TestEveryServiceAsksTheRightThing(t *testing.T) {
	t.Parallel()
	const list = `[]`
	for _, tt := range []call{
		{"GET orders/12", func(ctx context.Context, c *Client) error { return ignore(c.Orders().Get(ctx, 12)) }, ""},
		{`POST orders {"status":"pending"}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Orders().Create(ctx, Order{Status: "pending"}))
		}, ""},
		{`PUT orders/12 {"status":"completed"}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Orders().Update(ctx, 12, Order{Status: "completed"}))
		}, ""},
		{`PUT orders/12 {"status":"completed"}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Orders().Change(
				ctx, 12, &Order{ID: 12, CustomerNote: "n"}, func(o *Order) { o.Status = "completed" },
			))
		}, ""},
		{
			"DELETE orders/12?force=false",
			func(ctx context.Context, c *Client) error { return ignore(c.Orders().Trash(ctx, 12)) }, "",
		},
		{
			"DELETE orders/12?force=true",
			func(ctx context.Context, c *Client) error { return ignore(c.Orders().Delete(ctx, 12)) }, "",
		},
		{
			"GET orders/statuses",
			func(ctx context.Context, c *Client) error { return ignore(c.Orders().Statuses(ctx)) }, list,
		},
		{
			"GET orders/12/receipt",
			func(ctx context.Context, c *Client) error { return ignore(c.Orders().Receipt(ctx, 12)) }, "",
		},
		{`POST orders/12/receipt {"expiration_days":3,"force_new":true}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Orders().CreateReceipt(ctx, 12, ReceiptRequest{ExpirationDays: 3, ForceNew: true}))
		}, ""},
		{
			"GET orders/12/actions/email_templates",
			func(ctx context.Context, c *Client) error { return ignore(c.Orders().EmailTemplates(ctx, 12)) }, list,
		},
		{`POST orders/12/actions/send_email {"template_id":"customer_note"}`,
			func(ctx context.Context, c *Client) error {
				return ignore(c.Orders().SendEmail(ctx, 12, OrderEmail{TemplateID: "customer_note"}))
			}, ""},
		{`POST orders/12/actions/send_order_details {"email":"a@b.c","force_email_update":true}`,
			func(ctx context.Context, c *Client) error {
				return ignore(c.Orders().SendDetails(ctx, 12, OrderEmail{
					TemplateID: "x", Email: "a@b.c", ForceUpdate: true,
				}))
			}, ""},
		{"GET orders/12/notes?type=customer", func(ctx context.Context, c *Client) error {
			return ignore(c.OrderNotes(12).List(ctx, OrderNoteOptions{Type: "customer"}))
		}, list},
		{`POST orders/12/notes {"note":"hello","customer_note":true}`, func(ctx context.Context, c *Client) error {
			return ignore(c.OrderNotes(12).Create(ctx, OrderNote{Note: "hello", CustomerNote: true}))
		}, ""},
		{
			"DELETE orders/12/notes/3?force=true",
			func(ctx context.Context, c *Client) error { return ignore(c.OrderNotes(12).Delete(ctx, 3)) }, "",
		},
		{"GET orders/12/refunds?dp=4", func(ctx context.Context, c *Client) error {
			four := 4
			return ignore(c.OrderRefunds(12).List(ctx, RefundOptions{Decimals: &four}))
		}, list},
		{
			"GET orders/12/refunds/5",
			func(ctx context.Context, c *Client) error { return ignore(c.OrderRefunds(12).Get(ctx, 5)) }, "",
		},
		{
			"DELETE orders/12/refunds/5?force=true",
			func(ctx context.Context, c *Client) error { return ignore(c.OrderRefunds(12).Delete(ctx, 5)) }, "",
		},
		{"GET refunds?parent=12", func(ctx context.Context, c *Client) error {
			return ignore(c.Refunds().List(ctx, RefundOptions{Parent: []int64{12}}))
		}, list},
		{"GET products?sku=A-1", func(ctx context.Context, c *Client) error {
			return ignore(c.Products().List(ctx, ProductOptions{SKU: "A-1"}))
		}, list},
		{`POST products/7/duplicate {"name":"Copy"}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Products().Duplicate(ctx, 7, Product{Name: "Copy"}))
		}, ""},
		{"GET products/custom-fields/names?search=er", func(ctx context.Context, c *Client) error {
			return ignore(c.Products().CustomFieldNames(ctx, CustomFieldOptions{Search: "er"}))
		}, `["erp_id"]`},
		{"GET products/7/variations?status=publish", func(ctx context.Context, c *Client) error {
			return ignore(c.Variations(7).List(ctx, VariationOptions{Status: "publish"}))
		}, list},
		{`POST products/7/variations/generate {"delete":true,"default_values":{"regular_price":"5"}}`,
			func(ctx context.Context, c *Client) error {
				return ignore(c.Variations(7).Generate(ctx, GenerateVariations{
					Delete: true, DefaultValues: &Variation{RegularPrice: NewMoney("5")},
				}))
			}, `{"count":2}`},
		{
			"GET products/categories/3",
			func(ctx context.Context, c *Client) error { return ignore(c.Categories().Get(ctx, 3)) }, "",
		},
		{
			"DELETE products/tags/3?force=true",
			func(ctx context.Context, c *Client) error { return ignore(c.Tags().Delete(ctx, 3)) }, "",
		},
		{
			"GET products/brands",
			func(ctx context.Context, c *Client) error { return ignore(c.Brands().List(ctx, TermOptions{})) }, list,
		},
		{
			"GET products/shipping_classes/3",
			func(ctx context.Context, c *Client) error { return ignore(c.ShippingClasses().Get(ctx, 3)) }, "",
		},
		{"GET products/shipping_classes/slug-suggestion?name=Heavy+goods", func(ctx context.Context, c *Client) error {
			return ignore(c.ShippingClasses().SuggestSlug(ctx, "Heavy goods"))
		}, `"heavy-goods"`},
		{
			"GET products/attributes",
			func(ctx context.Context, c *Client) error { return ignore(c.Attributes().List(ctx)) }, list,
		},
		{
			"DELETE products/attributes/2?force=true",
			func(ctx context.Context, c *Client) error { return ignore(c.Attributes().Delete(ctx, 2)) }, "",
		},
		{
			"GET products/attributes/2/terms/4",
			func(ctx context.Context, c *Client) error { return ignore(c.AttributeTerms(2).Get(ctx, 4)) }, "",
		},
		{"GET products/reviews?status=all", func(ctx context.Context, c *Client) error {
			return ignore(c.Reviews().List(ctx, ReviewOptions{Status: "all"}))
		}, list},
		{
			"DELETE products/reviews/8?force=false",
			func(ctx context.Context, c *Client) error { return ignore(c.Reviews().Trash(ctx, 8)) }, "",
		},
		{
			"GET customers/9/downloads",
			func(ctx context.Context, c *Client) error { return ignore(c.Customers().Downloads(ctx, 9)) }, list,
		},
		{"DELETE customers/9?force=true&reassign=1", func(ctx context.Context, c *Client) error {
			return ignore(c.Customers().DeleteReassign(ctx, 9, 1))
		}, ""},
		{"GET coupons?code=ten", func(ctx context.Context, c *Client) error {
			return ignore(c.Coupons().List(ctx, CouponOptions{Code: "ten"}))
		}, list},
		{"GET taxes?class=reduced-rate", func(ctx context.Context, c *Client) error {
			return ignore(c.TaxRates().List(ctx, TaxRateOptions{Class: "reduced-rate"}))
		}, list},
		{
			"GET taxes/classes", func(ctx context.Context, c *Client) error { return ignore(c.TaxClasses().List(ctx)) },
			list,
		},
		{
			"DELETE taxes/classes/reduced-rate?force=true",
			func(ctx context.Context, c *Client) error { return ignore(c.TaxClasses().Delete(ctx, "reduced-rate")) },
			"",
		},
		{
			"GET shipping/zones",
			func(ctx context.Context, c *Client) error { return ignore(c.ShippingZones().List(ctx)) }, list,
		},
		{
			"GET shipping/zones/0/locations",
			func(ctx context.Context, c *Client) error { return ignore(c.ShippingZones().Locations(ctx, 0)) }, list,
		},
		{`PUT shipping/zones/1/locations [{"code":"DE","type":"country"}]`, func(ctx context.Context, c *Client) error {
			return ignore(c.ShippingZones().SetLocations(ctx, 1, []ShippingLocation{{Code: "DE", Type: "country"}}))
		}, list},
		{`PUT shipping/zones/1/locations []`, func(ctx context.Context, c *Client) error {
			return ignore(c.ShippingZones().SetLocations(ctx, 1, nil))
		}, list},
		{
			"GET shipping/zones/1/methods",
			func(ctx context.Context, c *Client) error { return ignore(c.ZoneMethods(1).List(ctx)) }, list,
		},
		{`PUT shipping/zones/1/methods/2 {"settings":{"cost":"5,50"}}`, func(ctx context.Context, c *Client) error {
			return ignore(c.ZoneMethods(1).UpdateSettings(ctx, 2, map[string]string{"cost": "5,50"}))
		}, ""},
		{
			"GET shipping_methods/flat_rate",
			func(ctx context.Context, c *Client) error { return ignore(c.ShippingMethods().Get(ctx, "flat_rate")) }, "",
		},
		{
			"GET shipping_methods",
			func(ctx context.Context, c *Client) error { return ignore(c.ShippingMethods().List(ctx)) }, list,
		},
		{
			"GET payment_gateways",
			func(ctx context.Context, c *Client) error { return ignore(c.PaymentGateways().List(ctx)) }, list,
		},
		{`PUT payment_gateways/bacs {"enabled":true}`, func(ctx context.Context, c *Client) error {
			return ignore(c.PaymentGateways().Update(ctx, "bacs", PaymentGateway{Enabled: true}))
		}, ""},
		{`PUT payment_gateways/bacs {"settings":{"title":"Bank"}}`, func(ctx context.Context, c *Client) error {
			return ignore(c.PaymentGateways().UpdateSettings(ctx, "bacs", map[string]string{"title": "Bank"}))
		}, ""},
		{"GET settings", func(ctx context.Context, c *Client) error { return ignore(c.Settings().Groups(ctx)) }, list},
		{
			"GET settings/general",
			func(ctx context.Context, c *Client) error { return ignore(c.Settings().Group("general").List(ctx)) }, list,
		},
		{`PUT settings/general/woocommerce_currency {"value":"EUR"}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Settings().Group("general").Update(ctx, "woocommerce_currency", Setting{
				Value: json.RawMessage(`"EUR"`),
			}))
		}, ""},
		{`POST settings/tax/batch {"update":[{"id":"a","value":"b"}]}`, func(ctx context.Context, c *Client) error {
			return ignore(c.Settings().Group("tax").Batch(ctx, Batch[Setting]{Update: []Setting{{
				ID: "a", Value: json.RawMessage(`"b"`),
			}}}))
		}, `{"update":[{"id":"a"}]}`},
		{"GET webhooks?status=disabled", func(ctx context.Context, c *Client) error {
			return ignore(c.Webhooks().List(ctx, WebhookOptions{Status: "disabled"}))
		}, list},
		{"GET system_status?_fields=environment%2Csettings", func(ctx context.Context, c *Client) error {
			return ignore(c.System().Status(ctx, "environment", "settings"))
		}, ""},
		{
			"GET system_status/tools",
			func(ctx context.Context, c *Client) error { return ignore(c.System().Tools(ctx)) }, list,
		},
		{`PUT system_status/tools/clear_transients {"confirm":true}`, func(ctx context.Context, c *Client) error {
			return ignore(c.System().RunTool(ctx, "clear_transients"))
		}, ""},
		{"GET reports/sales?period=week", func(ctx context.Context, c *Client) error {
			return ignore(c.Reports().Sales(ctx, ReportOptions{Period: "week"}))
		}, list},
		{"GET reports/top_sellers", func(ctx context.Context, c *Client) error {
			return ignore(c.Reports().TopSellers(ctx, ReportOptions{}))
		}, list},
		{
			"GET reports/orders/totals",
			func(ctx context.Context, c *Client) error { return ignore(c.Reports().OrderTotals(ctx)) }, list,
		},
		{
			"GET reports/products/totals",
			func(ctx context.Context, c *Client) error { return ignore(c.Reports().ProductTotals(ctx)) }, list,
		},
		{
			"GET reports/customers/totals",
			func(ctx context.Context, c *Client) error { return ignore(c.Reports().CustomerTotals(ctx)) }, list,
		},
		{
			"GET reports/coupons/totals",
			func(ctx context.Context, c *Client) error { return ignore(c.Reports().CouponTotals(ctx)) }, list,
		},
		{
			"GET reports/reviews/totals",
			func(ctx context.Context, c *Client) error { return ignore(c.Reports().ReviewTotals(ctx)) }, list,
		},
		{
			"GET data/continents",
			func(ctx context.Context, c *Client) error { return ignore(c.Data().Continents(ctx)) }, list,
		},
		{
			"GET data/continents/EU",
			func(ctx context.Context, c *Client) error { return ignore(c.Data().Continent(ctx, "EU")) }, "",
		},
		{
			"GET data/countries", func(ctx context.Context, c *Client) error { return ignore(c.Data().Countries(ctx)) },
			list,
		},
		{
			"GET data/countries/DE",
			func(ctx context.Context, c *Client) error { return ignore(c.Data().Country(ctx, "DE")) }, "",
		},
		{
			"GET data/currencies",
			func(ctx context.Context, c *Client) error { return ignore(c.Data().Currencies(ctx)) }, list,
		},
		{
			"GET data/currencies/current",
			func(ctx context.Context, c *Client) error { return ignore(c.Data().CurrentCurrency(ctx)) }, "",
		},
		{
			"OPTIONS orders/12?_fields=namespace",
			func(ctx context.Context, c *Client) error { return ignore(c.Allowed(ctx, "orders/12")) }, "",
		},
	} {
		t.Run(tt.want, func(t *testing.T) {
			t.Parallel()
			give := tt.give
			if give == "" {
				give = `{}`
			}
			s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, give) })
			if err := tt.do(t.Context(), s.client(t)); err != nil {
				t.Fatal(err)
			}
			got := s.requests()[0]
			shown := strings.TrimSpace(
				got.method + " " + strings.TrimPrefix(got.uri, "/wp-json/wc/v3/") + " " + sorted(t, got.body),
			)
			want := tt.want
			if method, rest, ok := strings.Cut(tt.want, " "); ok {
				if path, body, ok := strings.Cut(rest, " "); ok {
					want = method + " " + path + " " + sorted(t, body)
				}
			}
			if shown != want {
				t.Errorf("asked %s\nwant  %s", shown, want)
			}
		})
	}
}

// sorted writes JSON with its keys in order, so that bodies can be compared.
func sorted(t *testing.T, body string) string {
	if body == "" {
		return ""
	}
	out, err := json.Marshal(jsonValue(t, []byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAChangeThatChangesNothingSendsNothing(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{}`) })
	o := &Order{ID: 12, Status: "pending"}
	if got, err := s.client(t).Orders().Change(t.Context(), 12, o, func(*Order) {}); err != nil || got != o ||
		len(s.requests()) != 0 {
		t.Errorf("got %+v, %v after %d requests", got, err, len(s.requests()))
	}
}

func TestAChangeInsideAListIsSeenAndTheOriginalStaysAsItWas(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{}`) })
	var o Order
	if err := json.Unmarshal([]byte(`{"id":12,"meta_data":[{"id":1,"key":"a","value":"old"}]}`), &o); err != nil {
		t.Fatal(err)
	}
	_, err := s.client(t).Orders().Change(
		t.Context(), 12, &o, func(o *Order) { o.MetaData[0].Value = json.RawMessage(`"new"`) },
	)
	if err != nil || string(o.MetaData[0].Value) != `"old"` {
		t.Errorf("original %s, %v", o.MetaData[0].Value, err)
	}
	if got := s.requests()[0].body; !sameJSON([]byte(got), []byte(`{"meta_data":[{"id":1,"key":"a","value":"new"}]}`)) {
		t.Errorf("sent %s", got)
	}
}

func TestAnUpdateThatCarriesAnotherIDIsRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{}`) })
	c := s.client(t)
	// The store would change order 33 (recording http-put-body-id).
	_, err := c.Orders().Update(t.Context(), 12, Order{ID: 33, Status: "completed"})
	wantError(t, err, KindUsage)
	_, err = c.Orders().UpdateRaw(t.Context(), 12, json.RawMessage(`{"id":"33"}`))
	wantError(t, err, KindUsage)
	if len(s.requests()) != 0 {
		t.Error("it was sent")
	}
	for _, body := range []string{`{"id":12}`, `{"id":"12"}`, `{}`} {
		if _, err := c.Orders().UpdateRaw(t.Context(), 12, json.RawMessage(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
	_, err = c.TaxClasses().Delete(t.Context(), "a/../b")
	wantError(t, err, KindUsage)
}

func TestBlockedMethodsCanTravelAsPOST(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{}`) })
	c := s.client(t, WithMethodOverride())
	_, _ = c.Orders().Update(t.Context(), 12, Order{Status: "completed"})
	_, _ = c.Orders().Trash(t.Context(), 12)
	_, _ = c.Orders().Get(t.Context(), 12)
	_, _ = c.Orders().Create(t.Context(), Order{})
	want := []string{
		"POST /orders/12?_method=PUT", "POST /orders/12?_method=DELETE&force=false", "GET /orders/12", "POST /orders",
	}
	for i, r := range s.requests() {
		if got := r.method + " " + strings.TrimPrefix(r.uri, "/wp-json/wc/v3"); got != want[i] {
			t.Errorf("sent %s, want %s", got, want[i])
		}
	}
}

func TestAllowedGivesWhatTheKeyMayDo(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/wp-json/wc/v3/orders" {
			w.Header().Set("Allow", "GET, POST")
		}
		answerJSON(w, 200, `{}`)
	})
	methods, err := s.client(t).Allowed(t.Context(), "orders")
	if err != nil || strings.Join(methods, " ") != "GET POST" {
		t.Errorf("allowed = %v, %v", methods, err)
	}
	if methods, err = s.client(t).Allowed(t.Context(), "coupons"); err != nil || len(methods) != 0 {
		t.Errorf("allowed = %v, %v", methods, err)
	}
}

func TestQueryOfTheCallerIsNotChanged(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `[]`) })
	c, err := New(s.URL, testCred, s.trust(), WithRoot("/?rest_route=/"), WithMethodOverride(), WithAuth(AuthQuery))
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"a": {"1"}}
	if _, err := c.Do(t.Context(), Request{Method: http.MethodPut, Path: "orders/1", Query: query}); err != nil ||
		len(query) != 1 {
		t.Errorf("query = %v, %v", query, err)
	}
}
