package reports_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestSalesAreThoseOfThePeriod(t *testing.T) {
	t.Parallel()
	// The reports of the API look at posts.
	shop := shoptest.New(t, func(c *shoptest.Config) { c.Storage = capability.Posts })
	p := shop.Product("10.00")
	for _, status := range []string{"completed", "processing", "cancelled", "pending"} {
		shop.Order(`{"status":%q,"line_items":[{"product_id":%d,"quantity":2}]}`, status, p.ID)
	}
	shop.Time = shop.Time.Add(48 * time.Hour)
	shop.Order(`{"status":"completed","line_items":[{"product_id":%d}]}`, p.ID)
	shop.Ask("GET", "/wc/v3/reports/sales?date_min=2026-11-23&date_max=2026-11-23", "").
		Shows("0.total_sales=40.00 0.total_orders=2 0.total_items=4 0.totals.2026-11-23.orders=2")
	shop.Ask("GET", "/wc/v3/reports/sales?date_min=2026-11-23&date_max=2026-11-25", "").
		Shows("0.total_sales=50.00 0.average_sales=16.67 0.totals.2026-11-24.orders=0")
	shop.Ask("GET", "/wc/v3/reports/top_sellers?date_min=2026-11-23&date_max=2026-11-25", "").Shows("0.quantity=5")
}

func TestTotalsCountWhatThereIs(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	shop.Order(`{"status":"on-hold"}`)
	shop.Order(`{"status":"on-hold"}`)
	shop.Ask("POST", "/wc/v3/coupons", `{"code":"c","discount_type":"percent","amount":"5"}`)
	shop.User("ann", "customer")
	for path, want := range map[string]string{
		"orders":    "0.slug=pending 0.total=0 2.slug=on-hold 2.total=2",
		"coupons":   "0.slug=percent 0.total=1 1.total=0",
		"customers": "0.slug=paying 0.total=0 1.slug=non_paying 1.total=1",
	} {
		shop.Ask("GET", "/wc/v3/reports/"+path+"/totals", "").Shows(want)
	}
}
