package shipping_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestAZoneHasPlacesAndMethods(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	zone := shop.Ask("POST", "/wc/v3/shipping/zones", `{"name":"Alps"}`)
	zone.Shows("name=Alps order=0")
	path := "/wc/v3/shipping/zones/" + zone.At("id")
	places := shop.Ask("PUT", path+"/locations", `[{"code":"CH"},{"code":"AT:7","type":"state"}]`)
	if got := places.Each("type"); got != "country state" {
		t.Errorf("the places are of the kinds %q", got)
	}
	method := shop.Ask("POST", path+"/methods", `{"method_id":"flat_rate","settings":{"cost":"5","title":"Van"}}`)
	method.Shows("method_id=flat_rate enabled=true settings.cost.value=5 settings.tax_status.value=taxable")
	one := path + "/methods/" + method.At("id")
	shop.Ask("PUT", one, `{"enabled":false,"settings":{"tax_status":"none"}}`).Shows("enabled=false title=Van settings.cost.value=5")
	if status, ok := shop.Shipping.ZoneMethodTaxStatus(method.At("id")); !ok || status != "none" {
		t.Errorf("the tax status of the method is %q", status)
	}
	shop.Ask("PUT", one, `{"settings":{"tax_status":"some"}}`).Refused(400, "rest_setting_value_invalid")
	shop.Ask("POST", path+"/methods", `{"method_id":"pigeon"}`).Refused(500, "woocommerce_rest_shipping_zone_not_created")
	shop.Ask("DELETE", path+"?force=true", "").Shows("name=Alps")
	shop.Ask("GET", one, "").Refused(404, "woocommerce_rest_shipping_zone_invalid")
}

func TestTheRestOfTheWorldStays(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.Ask("GET", "/wc/v3/shipping/zones/0", "").Shows("id=0")
	shop.Ask("PUT", "/wc/v3/shipping/zones/0", `{"name":"x"}`).Refused(403, "woocommerce_rest_shipping_zone_invalid_zone")
	shop.Ask("DELETE", "/wc/v3/shipping/zones/0?force=true", "")
	shop.Ask("GET", "/wc/v3/shipping/zones/0", "").Shows("id=0")
}
