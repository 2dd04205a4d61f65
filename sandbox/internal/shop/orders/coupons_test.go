package orders_test

import (
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestCouponsTakeOffWhatWooCommerceTakesOff(t *testing.T) {
	t.Parallel()
	// 3 × 10.00 and 7.35
	const order = `{"line_items":[{"product_id":%[1]d,"quantity":3},{"product_id":%[2]d}],"coupon_lines":[%[3]s]}`
	for name, c := range map[string]struct{ coupons, codes, want string }{
		"percent, rounded down per line, missing cents from the dearest": {
			`{"code":"p","discount_type":"percent","amount":"33.33"}`, `{"code":"P"}`,
			"line_items.0.total=19.99 line_items.1.total=4.91 discount_total=12.45 total=24.90 coupon_lines.0.code=p",
		},
		"fixed amount for the whole order, the same for each piece": {
			`{"code":"c","discount_type":"fixed_cart","amount":"5"}`, `{"code":"c"}`,
			"line_items.0.total=26.25 line_items.1.total=6.10 discount_total=5.00 total=32.35",
		},
		"fixed amount per piece": {
			`{"code":"f","discount_type":"fixed_product","amount":"2"}`, `{"code":"f"}`,
			"line_items.0.total=24.00 line_items.1.total=5.35 discount_total=8.00",
		},
		"at most so many pieces, the dearest first": {
			`{"code":"l","discount_type":"percent","amount":"50","limit_usage_to_x_items":2}`, `{"code":"l"}`,
			"discount_total=10.00 line_items.1.total=7.35",
		},
		"never more than the goods cost": {
			`{"code":"big","discount_type":"fixed_cart","amount":"100"}`, `{"code":"big"}`,
			"discount_total=37.35 total=0.00",
		},
		"two, one after the other in the order they count": {
			`{"code":"p","discount_type":"percent","amount":"10"},{"code":"c","amount":"5"}`,
			`{"code":"p"},{"code":"c"}`,
			"coupon_lines=2+elements discount_total=8.73",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t)
			ten, other := shop.Product("10.00"), shop.Product("7.35")
			shop.Ask("POST", "/wc/v3/coupons/batch", `{"create":[%s]}`, c.coupons)
			shop.Order(order, ten.ID, other.ID, c.codes).Shows(c.want)
		})
	}
}

func TestCouponsAreRefusedAndLeaveADraft(t *testing.T) {
	t.Parallel()
	for name, coupon := range map[string]string{
		"unknown":           `{"code":"other"}`,
		"minimum":           `{"code":"x","minimum_amount":"100"}`,
		"maximum":           `{"code":"x","maximum_amount":"5"}`,
		"expired":           `{"code":"x","date_expires":"2020-01-01"}`,
		"used up":           `{"code":"x","usage_limit":1,"meta_data":[{"key":"usage_count","value":1}]}`,
		"for other e-mails": `{"code":"x","email_restrictions":["*@example.org"]}`,
		"for other goods":   `{"code":"x","discount_type":"fixed_product","product_ids":[9999]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t)
			if a := shop.Ask("POST", "/wc/v3/coupons", "%s", coupon); a.Status != 201 {
				t.Fatal(a.Body)
			}
			p := shop.Product("10.00")
			refusal := shop.Ask("POST", "/wc/v3/orders",
				`{"billing":{"email":"ann@example.com"},"line_items":[{"product_id":%d}],"coupon_lines":[{"code":"x"}]}`, p.ID)
			if refusal.Status != 400 {
				t.Fatalf("answered %d %v", refusal.Status, refusal.Body)
			}
			shop.Ask("GET", "/wc/v3/orders/"+refusal.At("data.new_draft_order_id"), "").
				Shows("status=checkout-draft total=10.00 coupon_lines=0+elements")
		})
	}
}

func TestCouponUsesAreCountedAndTakenBack(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00")
	coupon := shop.Ask("POST", "/wc/v3/coupons", `{"code":"once","amount":"1","usage_limit_per_user":1}`)
	path := fmt.Sprintf("/wc/v3/coupons/%d", coupon.ID())
	const body = `{"status":"processing","billing":{"email":"Ann@Example.com"},"line_items":[{"product_id":%d}],"coupon_lines":[{"code":"once"}]}`
	order := shop.Order(body, p.ID)
	shop.Ask("GET", path, "").Shows("usage_count=1 used_by.0=ann@example.com")
	if a := shop.Ask("POST", "/wc/v3/orders", body, p.ID); a.Status != 400 {
		t.Errorf("a second use by one person answered %d", a.Status)
	}
	shop.Ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", order.ID()), `{"status":"cancelled"}`)
	shop.Ask("GET", path, "").Shows("usage_count=0 used_by=0+elements")
}

func TestCouponsOfTheResource(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = "10.0.2" })
	shop.Ask("POST", "/wc/v3/coupons",
		`{"code":" <b>Gruß</b> ","amount":"3.336","email_restrictions":["nope","A@Example.com"],"product_categories":[0,15]}`).
		Shows("code=gruß amount=3.34 usage_limit=<nil> email_restrictions.1=a@example.com product_categories.1=15")
	shop.Ask("POST", "/wc/v3/coupons", `{"code":"GRUß"}`).Refused(400, "woocommerce_rest_coupon_code_already_exists")
	percent := shop.Ask("POST", "/wc/v3/coupons", `{"code":"p","discount_type":"percent","amount":"101"}`)
	percent.Shows("amount=0.00")
	path := fmt.Sprintf("/wc/v3/coupons/%d", percent.ID())
	shop.Ask("PUT", path, `{"amount":"101"}`).Refused(400, "coupon_invalid_amount")
	shop.Ask("PUT", path, `{"discount_type":"fixed_cart"}`).Shows("amount=101.00")
	shop.Ask("PUT", path, `{"minimum_amount":"50","maximum_amount":"10"}`).Refused(400, "coupon_invalid_maximum_amount")
	shop.Ask("DELETE", path, "").Shows("status=publish")
	shop.Ask("DELETE", path, "").Refused(410, "woocommerce_rest_already_trashed")
	shop.Ask("POST", "/wc/v3/coupons", `{"code":"p"}`).Shows("code=p")
	if got := shop.Ask("GET", "/wc/v3/coupons?orderby=id&order=asc", "").Each("code"); got != "gruß p" {
		t.Errorf("the list shows %s", got)
	}
	shop.SetOption("woocommerce_enable_coupons", "no")
	shop.Ask("GET", "/wc/v3/coupons", "").Refused(403, "woocommerce_rest_cannot_view")
}
