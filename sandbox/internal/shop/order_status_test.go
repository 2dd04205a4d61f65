package shop

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func stocked(quantity int64) func(*Product) {
	return func(p *Product) { p.ManageStock, p.StockQuantity, p.Backorders = true, quantity, "no" }
}

func (s *testShop) stock(p *Product) int64 {
	found, _ := s.Products.Get(p.ID)
	return found.StockQuantity
}

func TestStatusDecidesAboutDatesAndStock(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	p := shop.product("10.00", stocked(10))
	order := shop.order(`{"line_items":[{"product_id":%d,"quantity":3}]}`, p.ID)
	order.shows("status=pending needs_payment=true is_editable=true date_paid=<nil>")
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	for _, step := range []struct {
		status string
		stock  int64
		shows  string
	}{
		{"on-hold", 7, "date_paid=<nil> is_editable=true"},
		{"processing", 7, "date_paid=2026-11-23T12:02:00 date_completed=<nil> needs_payment=false is_editable=false"},
		{"completed", 7, "date_paid=2026-11-23T12:02:00 date_completed=2026-11-23T12:03:00"},
		{"cancelled", 10, "date_completed=2026-11-23T12:03:00"},
		{"pending", 10, "needs_payment=true"},
		{"completed", 7, "date_paid=2026-11-23T12:02:00 date_completed=2026-11-23T12:06:00"},
		{"failed", 10, "needs_payment=true"}, // 7 before 11.0
	} {
		shop.now = shop.now.Add(time.Minute)
		shop.ask("PUT", path, `{"status":"%s"}`, step.status).shows("status=" + step.status + " " + step.shows)
		if got := shop.stock(p); got != step.stock {
			t.Errorf("after %s the stock is %d, want %d", step.status, got, step.stock)
		}
	}
	notes := shop.ask("GET", path+"/notes", "")
	for _, want := range []string{
		"Order status changed from Pending payment to On hold.",
		"Stock levels reduced: " + p.Name + " (10&rarr;7)",
		"Stock levels increased: " + p.Name + " (7&rarr;10)",
	} {
		if !strings.Contains(notes.each("note"), want) {
			t.Errorf("no note says %q: %s", want, notes.each("note"))
		}
	}
}

func TestPayingAnOrder(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	goods := shop.product("10.00")
	download := shop.product("5.00", func(p *Product) { p.Virtual, p.Downloadable = true, true })
	shop.order(`{"set_paid":true,"transaction_id":"tx","line_items":[{"product_id":%d}]}`, goods.ID).
		shows("status=processing transaction_id=tx date_paid=2026-11-23T12:00:00 needs_processing=true")
	shop.order(`{"set_paid":true,"line_items":[{"product_id":%d}]}`, download.ID).shows("status=completed needs_processing=false")

	order := shop.order(`{"line_items":[{"product_id":%d}]}`, goods.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	shop.ask("PUT", path, `{"set_paid":true}`).shows("status=processing")
	shop.ask("PUT", path, `{"set_paid":true,"status":"completed"}`).shows("status=completed")
}

func TestOrdersOfACustomStatus(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	order := shop.order(`{}`)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	shop.ask("PUT", path, `{"status":"shipped"}`).refused(400, "rest_invalid_param")
	shop.RegisterOrderStatus(OrderStatus{Slug: "wc-shipped", Name: "Shipped"})
	shop.ask("PUT", path, `{"status":"shipped"}`).shows("status=shipped")
	if got := shop.ask("GET", "/wc/v3/orders", "").each("status"); got != "shipped" {
		t.Errorf("the list shows %q", got)
	}
	shop.UnregisterOrderStatus("shipped")
	if got := shop.ask("GET", "/wc/v3/orders", "").each("status"); got != "" {
		t.Errorf("without its plugin the list shows %q", got)
	}
	shop.ask("GET", path, "").shows("status=shipped")
}

func TestTrashAndDeletion(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	p := shop.product("10.00")
	order := shop.order(`{"status":"completed","line_items":[{"product_id":%d}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	refund := shop.ask("POST", path+"/refunds", `{"amount":"1","api_refund":false}`)
	shop.ask("DELETE", path, "").shows("status=completed")
	shop.ask("GET", path, "").shows("status=trash")
	shop.ask("DELETE", path, "").refused(410, "woocommerce_rest_already_trashed")
	if !shop.UntrashOrder(order.id()) {
		t.Fatal("the order is not in the trash")
	}
	shop.ask("GET", path, "").shows("status=completed")
	shop.ask("DELETE", path+"?force=true", "").shows("status=completed")
	shop.ask("GET", path, "").refused(404, "woocommerce_rest_shop_order_invalid_id")
	shop.ask("PUT", path, "{}").refused(400, "woocommerce_rest_shop_order_invalid_id")
	if _, ok := shop.Refunds.Get(refund.id()); ok {
		t.Error("the refund outlived its order")
	}
}

func TestChangedLinesAdjustTheStock(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	p := shop.product("10.00", stocked(10))
	order := shop.order(`{"status":"processing","line_items":[{"product_id":%d,"quantity":2}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	shop.ask("PUT", path, `{"line_items":[{"id":%s,"quantity":5}]}`, order.at("line_items.0.id"))
	shop.ask("PUT", path, `{"line_items":[{"id":%s,"product_id":null}]}`, order.at("line_items.0.id"))
	if got := shop.stock(p); got != 10 {
		t.Errorf("with its line removed the stock is %d, want 10", got)
	}
	shop.ask("DELETE", path+"?force=true", "")
	if got := shop.stock(p); got != 10 {
		t.Errorf("the stock after deletion is %d, want 10", got)
	}
}
