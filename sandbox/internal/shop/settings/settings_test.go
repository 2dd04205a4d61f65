package settings_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestASettingIsReadCheckedAndSaved(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	path := "/wc/v3/settings/general/woocommerce_currency"
	shop.Ask("GET", path, "").Shows("value=USD default=USD type=select")
	shop.Ask("PUT", path, `{"value":"EUR"}`).Shows("value=EUR")
	if got := shop.Option("woocommerce_currency"); got != "EUR" {
		t.Errorf("the option is %q", got)
	}
	shop.Ask("PUT", path, `{"value":"XXX"}`).Refused(400, "rest_setting_value_invalid")
	shop.Ask("GET", "/wc/v3/settings/general/unknown", "").Refused(404, "rest_setting_setting_invalid")
	shop.Ask("GET", "/wc/v3/settings/unknown", "").Refused(404, "rest_setting_setting_group_invalid")
	shop.Ask("POST", "/wc/v3/settings/general/batch",
		`{"update":[{"id":"woocommerce_currency","value":"GBP"},{"id":"unknown","value":"x"}]}`).
		Shows("update.0.value=GBP update.1.error.code=rest_setting_setting_invalid")
}

func TestDefaultsAreThoseOfTheVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"10.0.2": "", "11.0.1": "no"} {
		shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = version })
		if got := shop.Option("woocommerce_custom_orders_table_data_sync_enabled"); got != want {
			t.Errorf("%s is installed with %q, want %q", version, got, want)
		}
	}
}

func TestAGatewayIsSwitchedAndNamed(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	path := "/wc/v3/payment_gateways/bacs"
	shop.Ask("GET", path, "").Shows("id=bacs enabled=false title=Direct+bank+transfer")
	shop.Ask("PUT", path, `{"enabled":true,"settings":{"title":"Wire"}}`).Shows("enabled=true settings.title.value=Wire")
	shop.Ask("PUT", path, `{"settings":{"unknown":"x"}}`).Shows("settings.title.value=Wire settings.unknown=(absent)")
	shop.Ask("GET", "/wc/v3/payment_gateways/pigeon", "").Refused(404, "woocommerce_rest_payment_gateway_invalid")
}

func TestPagesThatAnOptionLostAreFoundAgain(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.SetOption("woocommerce_cart_page_id", "")
	shop.Ask("PUT", "/wc/v3/system_status/tools/install_pages", "{}").Shows("success=true")
	if got := shop.Option("woocommerce_cart_page_id"); got != "6" {
		t.Errorf("the page of the cart is %q", got)
	}
}
