package orders_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestRefundsGiveBackMoneyAndGoods(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00", shoptest.Stocked(10))
	order := shop.Order(`{"status":"completed","line_items":[{"product_id":%d,"quantity":4}],"shipping_lines":[{"method_id":"flat_rate","total":"5"}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d/refunds", order.ID())
	line := order.At("line_items.0.id")

	shop.Ask("POST", path, `{"amount":"3.00","reason":"Scratched","api_refund":false}`).
		Shows("amount=3.00 reason=Scratched refunded_payment=false line_items=0+elements")
	shop.Ask("POST", path, `{"line_items":[{"id":%s,"quantity":1,"refund_total":10}],"api_refund":false}`, line).
		Shows("amount=10.00 line_items.0.quantity=-1 line_items.0.total=-10.00 line_items.0.meta_data.0.value=" + line)
	if got := shop.Stock(p); got != 7 {
		t.Errorf("after returning one of four the stock is %d, want 7", got)
	}
	shop.Ask("POST", path, `{"line_items":[{"id":%s,"quantity":1,"refund_total":10}],"api_refund":false,"api_restock":false}`, line)
	if got := shop.Stock(p); got != 7 {
		t.Errorf("without restocking the stock is %d, want 7", got)
	}
	shop.Ask("GET", fmt.Sprintf("/wc/v3/orders/%d", order.ID()), "").
		Shows("status=completed total=45.00 refunds=3+elements refunds.0.total=-10.00 refunds.2.reason=Scratched")
	shop.Ask("POST", path, `{"amount":"22.00","api_refund":false}`)
	shop.Ask("GET", fmt.Sprintf("/wc/v3/orders/%d", order.ID()), "").Shows("status=refunded total=45.00")
}

// TestRefusedRefunds: WooCommerce passes a bare number where WordPress expects data with a status, so refusals come as
// 500 (docs/woocommerce/answers.md#refund-500-is-4xx).
func TestRefusedRefunds(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00")
	order := shop.Order(`{"status":"completed","line_items":[{"product_id":%d}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d/refunds", order.ID())
	for body, code := range map[string]string{
		`{"amount":"11","api_refund":false}`:  "woocommerce_rest_cannot_create_order_refund",
		`{"amount":"abc","api_refund":false}`: "woocommerce_rest_cannot_create_order_refund",
		`{"amount":"-1","api_refund":false}`:  "woocommerce_rest_invalid_order_refund",
		`{"amount":"1"}`:                      "woocommerce_rest_cannot_create_order_refund", // no gateway pays back
	} {
		shop.Ask("POST", path, "%s", body).Refused(500, code)
	}
	shop.Ask("POST", "/wc/v3/orders/999/refunds", `{"amount":"1"}`).Refused(500, "woocommerce_rest_invalid_order_id")
	if got := shop.Ask("GET", path, "").Each("id"); got != "" {
		t.Errorf("refused refunds left %s", got)
	}
	shop.Ask("PUT", path+"/1", "{}").Refused(404, "rest_no_route")
}

func TestNotesOfOneSecondComeInTheOrderTheyWereWritten(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	order := shop.Order(`{}`)
	path := fmt.Sprintf("/wc/v3/orders/%d/notes", order.ID())
	shop.Orders.AddOrderNotes(order.ID(), []string{"one", "two"}, shop.Time.Add(-3600e9))
	for _, body := range []string{`{"note":"<b>three</b>"}`,
		`{"note":"four","customer_note":true,"added_by_user":true}`} {
		if a := shop.Ask("POST", path, "%s", body); a.Status != 201 {
			t.Fatal(a.Body)
		}
	}
	all := shop.Ask("GET", path, "")
	if got := all.Each("note"); got != "<b>three</b> four one two" {
		t.Errorf("the notes are %s", got)
	}
	all.Shows("0.author=WooCommerce 1.author=admin 1.customer_note=true")
	if got := shop.Ask("GET", path+"?type=customer", "").Each("note"); got != "four" {
		t.Errorf("notes to the customer: %s", got)
	}
	shop.Ask("DELETE", path+"/"+all.At("0.id"), "").Refused(501, "woocommerce_rest_trash_not_supported")
	shop.Ask("DELETE", path+"/"+all.At("0.id")+"?force=true", "").Shows("note=<b>three</b>")
	if got := shop.Ask("GET", path, "").Each("id"); strings.Contains(got, all.At("0.id")) {
		t.Errorf("the deleted note is still there: %s", got)
	}
}

// Measured: the search of refunds is that of orders, by number and by the names of lines; a refund of an amount alone
// has none.
func TestRefundsAreFoundByTheNamesOfTheirLines(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	album := shop.Product("10", func(p *catalogue.Product) { p.Name = "Woo Album" })
	order := shop.Order(`{"line_items":[{"product_id":%d,"quantity":2}]}`, album.ID)
	refunds := fmt.Sprintf("/wc/v3/orders/%d/refunds", order.ID())
	ofAmount := shop.Ask("POST", refunds, `{"amount":"1.00","reason":"Album","api_refund":false}`)
	ofLine := shop.Ask("POST", refunds, `{"line_items":[{"id":%s,"quantity":1,"refund_total":10}],"api_refund":false}`,
		order.At("line_items.0.id"))
	for query, want := range map[string]string{
		"album":                        fmt.Sprint(ofLine.ID()),
		"hoodie":                       "",
		fmt.Sprint(ofAmount.ID()):      fmt.Sprint(ofAmount.ID()),
		"0":                            fmt.Sprint(ofLine.ID(), ofAmount.ID()),
		fmt.Sprint(order.ID(), "nope"): "",
	} {
		for _, list := range []string{refunds, "/wc/v3/refunds"} {
			if got := shop.Ask("GET", list+"?orderby=id&search="+url.QueryEscape(query), "").Each("id"); got != want {
				t.Errorf("%s finds %q for %q, want %q", list, got, query, want)
			}
		}
	}
}
