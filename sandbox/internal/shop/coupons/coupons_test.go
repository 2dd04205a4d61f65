package coupons_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestACouponIsKnownByItsCodeInSmallLetters(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	summer := shop.Ask("POST", "/wc/v3/coupons",
		`{"code":"SUMMER","discount_type":"percent","amount":"10","usage_limit":2,"email_restrictions":["a@shop.example"]}`)
	summer.Shows("code=summer amount=10.00 discount_type=percent usage_count=0 usage_limit=2 " +
		"email_restrictions.0=a@shop.example")
	shop.Ask("POST", "/wc/v3/coupons", `{"code":"Summer","amount":"1"}`).
		Refused(400, "woocommerce_rest_coupon_code_already_exists")
	if got := shop.Ask("GET", "/wc/v3/coupons?code=SUMMER", "").Each("id"); got != summer.At("id") {
		t.Errorf("the code finds %q", got)
	}
	shop.Ask("POST", "/wc/v3/coupons", `{"code":"much","discount_type":"percent","amount":"101"}`).
		Refused(400, "coupon_invalid_amount")
}

func TestUsesAreCountedByWhoUsed(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.Ask("POST", "/wc/v3/coupons", `{"code":"c","amount":"1"}`)
	coupon, ok := shop.Coupons.CouponByCode("C")
	if !ok {
		t.Fatal("the coupon is not found by its code")
	}
	clerk := shop.Coupons.As(shop.Actor(nil))
	clerk.CountUse(coupon, "7")
	clerk.CountUse(coupon, "7")
	clerk.UncountUse(coupon, "7")
	path := "/wc/v3/coupons/" + shop.Ask("GET", "/wc/v3/coupons", "").At("0.id")
	shop.Ask("GET", path, "").Shows("usage_count=1 used_by=1+elements used_by.0=7")
}

func TestACouponGoesToTheTrashAndThenForGood(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	path := "/wc/v3/coupons/" + shop.Ask("POST", "/wc/v3/coupons", `{"code":"c","amount":"1"}`).At("id")
	shop.Ask("DELETE", path, "").Shows("status=publish") // as it was before
	shop.Ask("GET", path, "").Shows("status=trash")
	shop.Ask("DELETE", path, "").Refused(410, "woocommerce_rest_already_trashed")
	if _, ok := shop.Coupons.CouponByCode("c"); ok {
		t.Error("a coupon in the trash is found by its code")
	}
	shop.Ask("DELETE", path+"?force=true", "").Shows("code=c")
	shop.Ask("GET", path, "").Refused(404, "woocommerce_rest_shop_coupon_invalid_id")
}
