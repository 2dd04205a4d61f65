package taxes_test

import (
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestARateIsWrittenAsWooCommerceWritesIt(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	rate := shop.Ask("POST", "/wc/v3/taxes",
		`{"country":"us","state":"ca","rate":"8.25","name":"State","postcodes":["90210","94*"],"cities":["Los Angeles"]}`)
	rate.Shows("country=US state=CA rate=8.2500 priority=1 compound=false shipping=true class=standard " +
		"cities.0=LOS+ANGELES postcodes=2+elements")
	path := "/wc/v3/taxes/" + rate.At("id")
	shop.Ask("PUT", path, `{"rate":"9","class":"zero-rate"}`).Shows("rate=9.0000 class=zero-rate state=CA")
	if got := shop.Ask("GET", "/wc/v3/taxes?class=zero-rate", "").Each("name"); got != "State" {
		t.Errorf("the rates of the class are %q", got)
	}
	shop.Ask("DELETE", path, "").Refused(501, "woocommerce_rest_trash_not_supported")
	shop.Ask("DELETE", path+"?force=true", "").Shows("rate=9.0000")
	shop.Ask("GET", path, "").Refused(404, "woocommerce_rest_invalid_id")
}

func TestClassesAreFoundByTheirSlug(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.Ask("POST", "/wc/v3/taxes/classes", `{"name":"Books & more"}`).Shows("slug=books-more name=Books+&+more")
	shop.Ask("POST", "/wc/v3/taxes/classes", `{"name":"Books & more"}`).
		Refused(400, "woocommerce_rest_tax_class_exists")
	if got := shop.Ask("GET", "/wc/v3/taxes/classes", "").
		Each("slug"); got != "standard books-more reduced-rate zero-rate" {
		t.Errorf("the classes are %q", got)
	}
}
