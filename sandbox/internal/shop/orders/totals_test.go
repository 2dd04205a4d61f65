package orders_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

func TestTotalsAreThoseOfWooCommerce(t *testing.T) {
	t.Parallel()
	type settings map[string]string
	taxed := settings{"woocommerce_calc_taxes": "yes"}
	for name, c := range map[string]struct {
		settings settings
		body     string // {ten}, {odd} and {book} cost 10.00, 3.33 and 9.99 at the reduced rate
		want     string
	}{
		"goods, shipping and a fee": {
			nil, `{"line_items":[{"product_id":{ten},"quantity":2}],"shipping_lines":[{"method_id":"flat_rate","total":"4.995"}],"fee_lines":[{"name":"F","total":"1.004"}]}`,
			"line_items.0.subtotal=20.00 shipping_total=5.00 fee_lines.0.total=1.00 total=26.00 total_tax=0.00",
		},
		"a total below the subtotal is a discount": {
			nil, `{"line_items":[{"product_id":{ten},"quantity":2,"total":"15.50"}]}`,
			"line_items.0.subtotal=20.00 line_items.0.total=15.50 line_items.0.price=7.75 discount_total=4.50 " +
				"total=15.50",
		},
		"a total above the subtotal raises it": {
			nil, `{"line_items":[{"product_id":{ten},"quantity":1,"total":"12.00"}]}`,
			"line_items.0.subtotal=12.00 discount_total=0.00 total=12.00",
		},
		"a rebate cannot make an order negative": {
			nil, `{"line_items":[{"product_id":{ten}}],"fee_lines":[{"name":"Rebate","total":"-50"}]}`,
			"fee_lines.0.total=-10.00 total=0.00",
		},
		"taxes on top, per line": {
			taxed, `{"billing":{"country":"DE"},"line_items":[{"product_id":{odd},"quantity":3},{"product_id":{book}}],"shipping_lines":[{"method_id":"flat_rate","total":"5"}]}`,
			"line_items.0.total=9.99 line_items.0.total_tax=1.90 line_items.1.total_tax=0.70 shipping_tax=0.95 " +
				"cart_tax=2.60 total_tax=3.55 total=28.53 tax_lines=2+elements",
		},
		"compound taxes are taken of the other taxes, too": {
			taxed, `{"shipping":{"country":"US","state":"CA","city":"San Francisco"},"line_items":[{"product_id":{ten}}]}`,
			"line_items.0.taxes.0.total=0.83 line_items.0.taxes.1.total=0.16 total=10.99 tax_lines.1.compound=true",
		},
		"prices that include tax are taxed where the customer is": {
			settings{"woocommerce_calc_taxes": "yes", "woocommerce_prices_include_tax": "yes",
				"woocommerce_default_country": "DE"},
			`{"billing":{"country":"DE"},"line_items":[{"product_id":{ten}}]}`,
			"prices_include_tax=true line_items.0.total=8.40 line_items.0.total_tax=1.60 total=10.00",
		},
		"rounding at the subtotal keeps fractions of lines": {
			settings{"woocommerce_calc_taxes": "yes", "woocommerce_tax_round_at_subtotal": "yes"},
			`{"billing":{"country":"DE"},"line_items":[{"product_id":{odd}},{"product_id":{odd}},{"product_id":{odd}}]}`,
			"cart_tax=1.90 total=11.89",
		},
		"rounding per line adds up to another tax": {
			taxed, `{"billing":{"country":"DE"},"line_items":[{"product_id":{odd}},{"product_id":{odd}},{"product_id":{odd}}]}`,
			"cart_tax=1.89 total=11.88",
		},
		"who is exempt pays none": {
			taxed, `{"billing":{"country":"DE"},"meta_data":[{"key":"is_vat_exempt","value":"yes"}],"line_items":[{"product_id":{ten}}]}`,
			"total_tax=0.00 total=10.00 tax_lines=0+elements",
		},
		"local pickup is taxed at the shop": {
			taxed, `{"billing":{"country":"DE"},"line_items":[{"product_id":{ten}}],"shipping_lines":[{"method_id":"local_pickup","total":"0"}]}`,
			"total_tax=0.83 total=10.83",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t)
			for option, value := range c.settings {
				shop.SetOption(option, value)
			}
			shop.Taxes.TaxRates.Insert(&taxes.TaxRate{ID: 1, Country: "US", State: "CA", Rate: "8.25", Name: "CA Tax",
				Priority: 1, Shipping: true})
			shop.Taxes.TaxRates.Insert(&taxes.TaxRate{ID: 2, Country: "US", State: "CA",
				Cities: []string{"SAN FRANCISCO"},
				Rate:   "1.5", Name: "City", Priority: 2, Compound: true})
			shop.Taxes.TaxRates.Insert(&taxes.TaxRate{ID: 3, Country: "DE", Rate: "19", Name: "MwSt", Priority: 1,
				Shipping: true})
			shop.Taxes.TaxRates.Insert(&taxes.TaxRate{ID: 4, Country: "DE", Rate: "7", Name: "MwSt red.", Priority: 1,
				Shipping: true, Class: "reduced-rate"})
			ten, odd := shop.Product("10.00"), shop.Product("3.33")
			book := shop.Product("9.99", func(p *catalogue.Product) { p.TaxClass = "reduced-rate" })
			body := strings.NewReplacer("{ten}", core.Itoa(ten.ID), "{odd}", core.Itoa(odd.ID), "{book}",
				core.Itoa(book.ID)).Replace(c.body)
			shop.Order("%s", body).Shows(c.want)
		})
	}
}

func TestDecimalsOfTheStoreAndOfTheRequest(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.SetOption("woocommerce_price_num_decimals", "0")
	p := shop.Product("3.33")
	order := shop.Order(`{"line_items":[{"product_id":%d,"quantity":2}]}`, p.ID)
	order.Shows("line_items.0.total=7 total=7")
	shop.Ask("GET", fmt.Sprintf("/wc/v3/orders/%d?dp=4", order.ID()), "").
		Shows("line_items.0.total=6.6600 total=7.0000")
}

func TestUpdatesKeepWhatTheyDoNotName(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00")
	order := shop.Order(`{"billing":{"first_name":"Ann","city":"Köln"},"line_items":[{"product_id":%[1]d},{"product_id":%[1]d,"quantity":2}],
		"fee_lines":[{"name":"F","total":"1"}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	line, second := order.At("line_items.0.id"), order.At("line_items.1.id")

	shop.Ask("PUT", path, `{"billing":{"city":"Bonn"}}`).
		Shows("billing.first_name=Ann billing.city=Bonn line_items=2+elements total=31.00")
	shop.Ask("PUT", path, `{"line_items":[{"id":%s,"quantity":5}]}`, line).
		// the total of a line does not follow its quantity
		Shows("line_items.0.quantity=5 line_items.0.total=10.00 total=31.00")
	shop.Ask("PUT", path, `{"line_items":[{"id":%s,"quantity":0}]}`, second).Shows("line_items=1+elements total=11.00")
	shop.Ask("PUT", path, `{"fee_lines":[{"id":%s,"name":null}]}`,
		order.At("fee_lines.0.id")).Shows("fee_lines=0+elements total=10.00")
	shop.Ask("PUT", path, `{"line_items":[{"id":%s}]}`, second).Refused(400, "woocommerce_rest_invalid_item_id")
	shop.Ask("PUT", path, `{"line_items":[{"quantity":0}]}`).Refused(500, "internal_server_error")
	shop.Ask("GET", path, "").Shows("line_items.0.id=" + line + " total=10.00")
}
