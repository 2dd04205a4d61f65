package orders_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestStatusDecidesAboutDatesAndStock(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00", shoptest.Stocked(10))
	order := shop.Order(`{"line_items":[{"product_id":%d,"quantity":3}]}`, p.ID)
	order.Shows("status=pending needs_payment=true is_editable=true date_paid=<nil>")
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
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
		shop.Time = shop.Time.Add(time.Minute)
		shop.Ask("PUT", path, `{"status":"%s"}`, step.status).Shows("status=" + step.status + " " + step.shows)
		if got := shop.Stock(p); got != step.stock {
			t.Errorf("after %s the stock is %d, want %d", step.status, got, step.stock)
		}
	}
	notes := shop.Ask("GET", path+"/notes", "")
	for _, want := range []string{
		"Order status changed from Pending payment to On hold.",
		"Stock levels reduced: " + p.Name + " (10&rarr;7)",
		"Stock levels increased: " + p.Name + " (7&rarr;10)",
	} {
		if !strings.Contains(notes.Each("note"), want) {
			t.Errorf("no note says %q: %s", want, notes.Each("note"))
		}
	}
}

func TestPayingAnOrder(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	goods := shop.Product("10.00")
	download := shop.Product("5.00", func(p *catalogue.Product) { p.Virtual, p.Downloadable = true, true })
	shop.Order(`{"set_paid":true,"transaction_id":"tx","line_items":[{"product_id":%d}]}`, goods.ID).
		Shows("status=processing transaction_id=tx date_paid=2026-11-23T12:00:00 needs_processing=true")
	shop.Order(`{"set_paid":true,"line_items":[{"product_id":%d}]}`,
		download.ID).Shows("status=completed needs_processing=false")

	order := shop.Order(`{"line_items":[{"product_id":%d}]}`, goods.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	shop.Ask("PUT", path, `{"set_paid":true}`).Shows("status=processing")
	shop.Ask("PUT", path, `{"set_paid":true,"status":"completed"}`).Shows("status=completed")
}

func TestOrdersOfACustomStatus(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	order := shop.Order(`{}`)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	shop.Ask("PUT", path, `{"status":"shipped"}`).Refused(400, "rest_invalid_param")
	shop.Orders.RegisterOrderStatus(orders.OrderStatus{Slug: "wc-shipped", Name: "Shipped"})
	shop.Ask("PUT", path, `{"status":"shipped"}`).Shows("status=shipped")
	if got := shop.Ask("GET", "/wc/v3/orders", "").Each("status"); got != "shipped" {
		t.Errorf("the list shows %q", got)
	}
	shop.Orders.UnregisterOrderStatus("shipped")
	if got := shop.Ask("GET", "/wc/v3/orders", "").Each("status"); got != "" {
		t.Errorf("without its plugin the list shows %q", got)
	}
	shop.Ask("GET", path, "").Shows("status=shipped")
}

func TestTrashAndDeletion(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00")
	order := shop.Order(`{"status":"completed","line_items":[{"product_id":%d}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	refund := shop.Ask("POST", path+"/refunds", `{"amount":"1","api_refund":false}`)
	shop.Ask("DELETE", path, "").Shows("status=completed")
	shop.Ask("GET", path, "").Shows("status=trash")
	shop.Ask("DELETE", path, "").Refused(410, "woocommerce_rest_already_trashed")
	if !shop.Orders.UntrashOrder(order.ID()) {
		t.Fatal("the order is not in the trash")
	}
	shop.Ask("GET", path, "").Shows("status=completed")
	shop.Ask("DELETE", path+"?force=true", "").Shows("status=completed")
	shop.Ask("GET", path, "").Refused(404, "woocommerce_rest_shop_order_invalid_id")
	shop.Ask("PUT", path, "{}").Refused(400, "woocommerce_rest_shop_order_invalid_id")
	if _, ok := shop.Orders.Refunds.Get(refund.ID()); ok {
		t.Error("the refund outlived its order")
	}
}

func TestChangedLinesAdjustTheStock(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	p := shop.Product("10.00", shoptest.Stocked(10))
	order := shop.Order(`{"status":"processing","line_items":[{"product_id":%d,"quantity":2}]}`, p.ID)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	shop.Ask("PUT", path, `{"line_items":[{"id":%s,"quantity":5}]}`, order.At("line_items.0.id"))
	shop.Ask("PUT", path, `{"line_items":[{"id":%s,"product_id":null}]}`, order.At("line_items.0.id"))
	if got := shop.Stock(p); got != 10 {
		t.Errorf("with its line removed the stock is %d, want 10", got)
	}
	shop.Ask("DELETE", path+"?force=true", "")
	if got := shop.Stock(p); got != 10 {
		t.Errorf("the stock after deletion is %d, want 10", got)
	}
}
