package shop

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

func TestRefundsGiveBackMoneyAndGoods(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	p := shop.product("10.00", stocked(10))
	order := shop.order(`{"status":"completed","line_items":[{"product_id":%d,"quantity":4}],"shipping_lines":[{"method_id":"flat_rate","total":"5"}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d/refunds", order.id())
	line := order.at("line_items.0.id")

	shop.ask("POST", path, `{"amount":"3.00","reason":"Scratched","api_refund":false}`).
		shows("amount=3.00 reason=Scratched refunded_payment=false line_items=0+elements")
	shop.ask("POST", path, `{"line_items":[{"id":%s,"quantity":1,"refund_total":10}],"api_refund":false}`, line).
		shows("amount=10.00 line_items.0.quantity=-1 line_items.0.total=-10.00 line_items.0.meta_data.0.value=" + line)
	if got := shop.stock(p); got != 7 {
		t.Errorf("after returning one of four the stock is %d, want 7", got)
	}
	shop.ask("POST", path, `{"line_items":[{"id":%s,"quantity":1,"refund_total":10}],"api_refund":false,"api_restock":false}`, line)
	if got := shop.stock(p); got != 7 {
		t.Errorf("without restocking the stock is %d, want 7", got)
	}
	shop.ask("GET", fmt.Sprintf("/wc/v3/orders/%d", order.id()), "").
		shows("status=completed total=45.00 refunds=3+elements refunds.0.total=-10.00 refunds.2.reason=Scratched")
	shop.ask("POST", path, `{"amount":"22.00","api_refund":false}`)
	shop.ask("GET", fmt.Sprintf("/wc/v3/orders/%d", order.id()), "").shows("status=refunded total=45.00")
}

// TestRefusedRefunds: WooCommerce passes a bare number where WordPress expects
// data with a status, so refusals come as 500 (failure-taxonomy
// refund-500-is-4xx).
func TestRefusedRefunds(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	p := shop.product("10.00")
	order := shop.order(`{"status":"completed","line_items":[{"product_id":%d}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d/refunds", order.id())
	for body, code := range map[string]string{
		`{"amount":"11","api_refund":false}`:  "woocommerce_rest_cannot_create_order_refund",
		`{"amount":"abc","api_refund":false}`: "woocommerce_rest_cannot_create_order_refund",
		`{"amount":"-1","api_refund":false}`:  "woocommerce_rest_invalid_order_refund",
		`{"amount":"1"}`:                      "woocommerce_rest_cannot_create_order_refund", // no gateway pays back
	} {
		shop.ask("POST", path, "%s", body).refused(500, code)
	}
	shop.ask("POST", "/wc/v3/orders/999/refunds", `{"amount":"1"}`).refused(500, "woocommerce_rest_invalid_order_id")
	if got := shop.ask("GET", path, "").each("id"); got != "" {
		t.Errorf("refused refunds left %s", got)
	}
	shop.ask("PUT", path+"/1", "{}").refused(404, "rest_no_route")
}

func TestNotesOfOneSecondComeInTheOrderTheyWereWritten(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	order := shop.order(`{}`)
	path := fmt.Sprintf("/wc/v3/orders/%d/notes", order.id())
	shop.AddOrderNotes(order.id(), []string{"one", "two"}, shop.now.Add(-3600e9))
	for _, body := range []string{`{"note":"<b>three</b>"}`, `{"note":"four","customer_note":true,"added_by_user":true}`} {
		if a := shop.ask("POST", path, "%s", body); a.status != 201 {
			t.Fatal(a.body)
		}
	}
	all := shop.ask("GET", path, "")
	if got := all.each("note"); got != "<b>three</b> four one two" {
		t.Errorf("the notes are %s", got)
	}
	all.shows("0.author=WooCommerce 1.author=admin 1.customer_note=true")
	if got := shop.ask("GET", path+"?type=customer", "").each("note"); got != "four" {
		t.Errorf("notes to the customer: %s", got)
	}
	shop.ask("DELETE", path+"/"+all.at("0.id"), "").refused(501, "woocommerce_rest_trash_not_supported")
	shop.ask("DELETE", path+"/"+all.at("0.id")+"?force=true", "").shows("note=<b>three</b>")
	if got := shop.ask("GET", path, "").each("id"); strings.Contains(got, all.at("0.id")) {
		t.Errorf("the deleted note is still there: %s", got)
	}
}

// Measured: the search of refunds is that of orders, by number and by the names
// of lines; a refund of an amount alone has none.
func TestRefundsAreFoundByTheNamesOfTheirLines(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	album := shop.product("10", func(p *Product) { p.Name = "Woo Album" })
	order := shop.order(`{"line_items":[{"product_id":%d,"quantity":2}]}`, album.ID)
	refunds := fmt.Sprintf("/wc/v3/orders/%d/refunds", order.id())
	ofAmount := shop.ask("POST", refunds, `{"amount":"1.00","reason":"Album","api_refund":false}`)
	ofLine := shop.ask("POST", refunds, `{"line_items":[{"id":%s,"quantity":1,"refund_total":10}],"api_refund":false}`, order.at("line_items.0.id"))
	for query, want := range map[string]string{
		"album":                        fmt.Sprint(ofLine.id()),
		"hoodie":                       "",
		fmt.Sprint(ofAmount.id()):      fmt.Sprint(ofAmount.id()),
		"0":                            fmt.Sprint(ofLine.id(), ofAmount.id()),
		fmt.Sprint(order.id(), "nope"): "",
	} {
		for _, list := range []string{refunds, "/wc/v3/refunds"} {
			if got := shop.ask("GET", list+"?orderby=id&search="+url.QueryEscape(query), "").each("id"); got != want {
				t.Errorf("%s finds %q for %q, want %q", list, got, query, want)
			}
		}
	}
}
