package shop_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// TestFactsByVersion asks stores of two versions around each change.
func TestFactsByVersion(t *testing.T) {
	t.Parallel()
	created := func(method, path, body, member string) func(*shoptest.Shop) string {
		return func(s *shoptest.Shop) string {
			a := s.Ask(method, path, body)
			return fmt.Sprint(a.Status) + " " + a.At(member)
		}
	}
	for name, c := range map[string]struct {
		before, after string // versions
		was, is       string
		ask           func(*shoptest.Shop) string
	}{
		"a percentage above 100": {"10.1.2", "10.2.2", "201 0.00", "400 (absent)",
			created("POST", "/wc/v3/coupons", `{"code":"c","discount_type":"percent","amount":"101"}`, "amount")},
		"an amount as number": {"10.1.2", "10.2.2", "400 (absent)", "201 5.00",
			created("POST", "/wc/v3/coupons", `{"code":"c","amount":5}`, "amount")},
		"a coupon's status": {"10.3.6", "10.4.3", "201 publish", "201 draft",
			created("POST", "/wc/v3/coupons", `{"code":"c","status":"draft"}`, "status")},
		"a slug of 29 letters": {"10.9.4", "11.0.1", "400 (absent)", "201 Long",
			created("POST", "/wc/v3/products/attributes", `{"name":"Long","slug":"`+strings.Repeat("a", 29)+`"}`,
				"name")},
		"a button's text": {"11.0.0", "11.0.1", "201 Buy <b>now</b>", "201 Buy now",
			created("POST", "/wc/v3/products", `{"type":"external","button_text":"Buy <b>now</b>"}`, "button_text")},
		"a fee without total": {"10.3.6", "10.4.3", "201 0.00", "201 ", created("POST", "/wc/v3/orders",
			`{"fee_lines":[{"name":"f"}]}`, "fee_lines.0.total")},
		"the symbol of a price": {"10.6.2", "10.9.4", "false", "true", func(s *shoptest.Shop) string {
			return fmt.Sprint(strings.Contains(s.Ask("GET", "/wc/v3/products/"+core.Itoa(s.Product("1").ID),
				"").At("price_html"), `translate="no"`))
		}},
		"the bank transfer's page": {"10.0.2", "10.1.2", "false", "true", func(s *shoptest.Shop) string {
			return fmt.Sprint(strings.HasSuffix(s.Ask("GET", "/wc/v3/payment_gateways/bacs", "").At("settings_url"),
				"path=/offline/bacs"))
		}},
		"a country that is new": {"10.2.2", "10.3.6", "404 (absent)", "200 Kosovo",
			created("GET", "/wc/v3/data/countries/xk", "", "name")},
		"a country in its continent": {"10.2.2", "10.3.6", "52 elements", "53 elements", func(s *shoptest.Shop) string {
			return s.Ask("GET", "/wc/v3/data/continents/eu", "").At("countries")
		}},
		"the money of a country": {"10.3.6", "10.4.3", "BG BGN", "BG EUR", func(s *shoptest.Shop) string {
			europe := s.Ask("GET", "/wc/v3/data/continents/eu", "")
			return europe.At("countries.6.code") + " " + europe.At("countries.6.currency_code")
		}},
		"the states of a country": {"10.9.4", "11.0.1", "48 elements", "58 elements",
			func(s *shoptest.Shop) string { return s.Ask("GET", "/wc/v3/data/countries/dz", "").At("states") }},
		"a tool that is new": {"10.0.2", "10.1.2", "404 (absent)", "200 true",
			created("PUT", "/wc/v3/system_status/tools/repair_coupons_lookup_table", "{}", "success")},
		"a tool that asks for a token": {"10.9.4", "11.0.1", "200 false", "200 true",
			created("PUT", "/wc/v3/system_status/tools/regenerate_product_attributes_lookup_table", "{}", "success")},
		"a setting that is gone": {"10.6.2", "10.9.4", "200 no", "404 (absent)",
			created("GET", "/wc/v3/settings/advanced/woocommerce_api_enabled", "", "value")},
		"a setting that is new": {"10.4.3", "10.5.3", "404 (absent)", "200 no",
			created("GET", "/wc/v3/settings/advanced/woocommerce_feature_rest_api_caching_enabled", "", "value")},
		"a setting that moved": {"10.9.4", "11.0.1", "woocommerce_cart_page_id",
			"woocommerce_feature_point_of_sale_enabled",
			func(s *shoptest.Shop) string {
				return s.Ask("GET", "/wc/v3/settings/advanced", "").At("0.id")
			}},
		"a feature that is new": {"10.4.3", "10.5.3", "false", "true", func(s *shoptest.Shop) string {
			s.Ask("PUT", "/wc/v3/settings/advanced/woocommerce_feature_rest_api_caching_enabled", `{"value":"yes"}`)
			return fmt.Sprint(s.FeatureIsOn("rest_api_caching"))
		}},
		"an e-mail that is new": {"10.9.4", "11.0.1", "404 (absent)", "200 html",
			created("GET", "/wc/v3/settings/email_customer_verify_email/email_type", "", "default")},
		"the synchronisation": {"10.0.2", "10.1.2", "200 ", "200 no", created("GET",
			"/wc/v3/settings/advanced/woocommerce_custom_orders_table_data_sync_enabled", "", "value")},
		"the kind of place": {"10.4.3", "10.5.3", "200 (absent)", "200 production",
			created("GET", "/wc/v3/system_status", "", "environment.wp_environment_type")},
		"a table that is new": {"10.9.4", "11.0.1", "200 (absent)", "200 InnoDB",
			created("GET", "/wc/v3/system_status", "",
				"database.database_tables.other.wp_wc_email_unsubscribes.engine")},
		"backslashes of a customer": {"10.9.4", "11.0.1", "ab cd", `a\b c\d`, func(s *shoptest.Shop) string {
			a := s.Ask("POST", "/wc/v3/customers",
				`{"email":"a@b.example","first_name":"a\\b","billing":{"company":"c\\d"}}`)
			return a.At("first_name") + " " + a.At("billing.company")
		}},
		"meta data without a key": {"10.6.2", "10.9.4", "2 elements", "1 elements", func(s *shoptest.Shop) string {
			return s.Order(`{"meta_data":[{"value":"x"},{"key":"k","value":"v"}]}`).At("meta_data")
		}},
		"refunds of a day": {"10.9.4", "11.0.1", "(absent)", "0.00", func(s *shoptest.Shop) string {
			return s.Ask("GET", "/wc/v3/reports/sales?date_min=2026-11-23&date_max=2026-11-23",
				"").At("0.totals.2026-11-23.refunds")
		}},
		"a note with a script": {"10.5.3", "10.6.2", "<script>x</script>a & b", "xa &amp; b",
			func(s *shoptest.Shop) string {
				return s.Ask("POST", "/wc/v3/orders/"+core.Itoa(s.Order(`{}`).ID())+"/notes",
					`{"note":"<script>x</script>a & b"}`).At("note")
			}},
		"a note that is a number": {"10.5.3", "10.6.2", "400 (absent)", "201 12", func(s *shoptest.Shop) string {
			a := s.Ask("POST", "/wc/v3/orders/"+core.Itoa(s.Order(`{}`).ID())+"/notes", `{"note":12}`)
			return fmt.Sprint(a.Status) + " " + a.At("note")
		}},
		"the type of a refund": {"10.1.2", "10.2.2", "(absent)", "partial", func(s *shoptest.Shop) string {
			order := s.Order(`{"status":"completed","fee_lines":[{"name":"f","total":"5"}]}`)
			return s.Ask("POST", "/wc/v3/orders/"+core.Itoa(order.ID())+"/refunds",
				`{"amount":"1","api_refund":false}`).At("meta_data.0.value")
		}},
		"the tax of a refund": {"10.6.2", "10.9.4", "(absent)", "0.00", func(s *shoptest.Shop) string {
			order := s.Order(`{"status":"completed","fee_lines":[{"name":"f","total":"5"}]}`)
			s.Ask("POST", "/wc/v3/orders/"+core.Itoa(order.ID())+"/refunds", `{"amount":"1","api_refund":false}`)
			return s.Ask("GET", "/wc/v3/orders/"+core.Itoa(order.ID()), "").At("refunds.0.total_tax")
		}},
		"the global id of a line": {"10.0.2", "10.1.2", "(absent)", "", func(s *shoptest.Shop) string {
			return s.Order(`{"line_items":[{"product_id":%d}]}`, s.Product("1").ID).At("line_items.0.global_unique_id")
		}},
		"stock of a failed order": {"10.9.4", "11.0.1", "8", "10", func(s *shoptest.Shop) string {
			p := s.Product("1", shoptest.Stocked(10))
			order := s.Order(`{"status":"on-hold","line_items":[{"product_id":%d,"quantity":2}]}`, p.ID)
			s.Ask("PUT", "/wc/v3/orders/"+core.Itoa(order.ID()), `{"status":"failed"}`)
			return core.Itoa(s.Stock(p))
		}},
		"orders by title": {"10.6.2", "10.9.4", "completed cancelled", "cancelled completed",
			func(s *shoptest.Shop) string {
				s.Order(`{"status":"completed"}`)
				s.Order(`{"status":"cancelled"}`)
				return s.Ask("GET", "/wc/v3/orders?orderby=title", "").Each("status")
			}},
		"an order that is none": {"10.6.2", "10.9.4", "Invalid ID.", "ID is invalid.",
			func(s *shoptest.Shop) string { return s.Ask("PUT", "/wc/v3/orders/99999", `{}`).At("message") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for version, want := range map[string]string{c.before: c.was, c.after: c.is} {
				shop := shoptest.New(t, func(
					config *shoptest.Config) {
					config.Version = version
					config.Storage = capability.HPOS
				})
				if got := c.ask(shop); got != want {
					t.Errorf("%s: %q, want %q", version, got, want)
				}
			}
		})
	}
}
