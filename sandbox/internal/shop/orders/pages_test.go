package orders_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// manyOrders fills a store with orders whose dates and statuses repeat.
func manyOrders(t *testing.T, n int) *shoptest.Shop {
	shop := shoptest.New(t)
	random := rand.New(rand.NewPCG(7, 7))
	names := []string{"pending", "processing", "completed", "on-hold", "trash", "shipped"}
	for range n {
		id := shop.Orders.SaveOrder(names[random.IntN(len(names))], random.Int64N(4))
		created := shop.Time.Add(-time.Duration(random.IntN(60)) * time.Minute)
		shop.Orders.SetOrderDates(id, created, created.Add(time.Duration(random.IntN(5))*time.Minute))
	}
	return shop
}

// TestPagesCutOutOfAnIndexAreThoseFoundByLooking compares the fast way to a page with the slow one, for all kinds of
// filters.
func TestPagesCutOutOfAnIndexAreThoseFoundByLooking(t *testing.T) {
	t.Parallel()
	shop := manyOrders(t, 300)
	random := rand.New(rand.NewPCG(8, 8))
	moment := func() *time.Time {
		if random.IntN(2) == 0 {
			return nil
		}
		at := shop.Time.Add(-time.Duration(random.IntN(70)) * time.Minute)
		return &at
	}
	fast := 0
	for range 500 {
		f := orders.OrderFilter{ListFilter: core.ListFilter{
			OrderBy:   []string{"date", "modified", "id"}[random.IntN(3)],
			Ascending: random.IntN(2) == 0, Page: random.Int64N(8) + 1, PerPage: random.Int64N(60) + 1,
			After: moment(), Before: moment(), ModAfter: moment(), ModBefore: moment(),
		}}
		shop.Orders.FilterByStatus(&f, shop.Caller, "any")
		if random.IntN(4) == 0 {
			offset := random.Int64N(320)
			f.Offset = &offset
		}
		page, looked, total, matching, cut := shop.Orders.BothPages(f)
		if cut {
			fast++
		}
		if total != matching || !slices.Equal(page, looked) {
			t.Fatalf("%+v: the index gives %d of %d orders, looking %d of %d", f, len(page), total, len(looked),
				matching)
		}
	}
	if fast < 20 {
		t.Errorf("only %d filters were answered by an index", fast)
	}
}

func TestKeptListsFollowChanges(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	first := shop.Order(`{"status":"processing"}`)
	count := func() string { return shop.Ask("GET", "/wc/v3/orders?status=processing", "").Header.Get("X-WP-Total") }
	if got := count(); got != "1" {
		t.Fatalf("%s orders are processing", got)
	}
	shop.Order(`{"status":"processing"}`)
	if got := count(); got != "2" {
		t.Errorf("after a creation %s orders are processing", got)
	}
	shop.Ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", first.ID()), `{"status":"completed"}`)
	if got := count(); got != "1" {
		t.Errorf("after an update %s orders are processing", got)
	}
}

func TestListsAreFilteredAndCounted(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t, func(c *shoptest.Config) { c.Version = "10.0.2" }) // whose lists show drafts
	customer := shop.User("ann", "customer")
	p := shop.Product("10.00")
	for _, body := range []string{
		`{"billing":{"first_name":"Ann","email":"ann@example.com"},"line_items":[{"product_id":{p}}]}`,
		`{"status":"processing","customer_id":{c},"created_via":"erp"}`,
		`{"status":"completed","shipping":{"city":"Lyon"},"transaction_id":"TX-77"}`,
		`{"status":"auto-draft"}`,
		`{"status":"checkout-draft"}`,
	} {
		shop.Time = shop.Time.Add(time.Minute)
		shop.Order("%s", strings.NewReplacer("{p}", core.Itoa(p.ID), "{c}", core.Itoa(customer.ID)).Replace(body))
	}
	// The orders have the ids after the product's.
	id := func(n int64) string { return core.Itoa(p.ID + n) }
	for query, want := range map[string]string{
		"":                                    id(5) + " " + id(3) + " " + id(2) + " " + id(1),
		"?status=completed,processing":        id(3) + " " + id(2),
		"?status=trash":                       "",
		"?status=auto-draft":                  "",
		"?customer=" + core.Itoa(customer.ID): id(2),
		"?customer=0":                         id(5) + " " + id(3) + " " + id(1),
		"?product=" + core.Itoa(p.ID):         id(1),
		"?created_via=erp":                    id(2),
		"?search=ann@example":                 id(1),
		"?search=lyon":                        id(3),
		"?search=tx-77":                       id(3),
		"?search=" + id(2):                    id(2),
		"?include=" + id(3) + "," + id(1) + "&orderby=include": id(3) + " " + id(1),
		"?exclude=" + id(3) + "&order=asc":                     id(1) + " " + id(2) + " " + id(5),
		"?after=2026-11-23T12:02:00":                           id(5) + " " + id(3),
		"?before=2026-11-23T12:02:00":                          id(1),
		"?after=2026-11-23T13:02:00%2B01:00":                   id(5) + " " + id(3),
		"?offset=1&per_page=2":                                 id(3) + " " + id(2),
	} {
		if got := shop.Ask("GET", "/wc/v3/orders"+query, "").Each("id"); got != want {
			t.Errorf("%s lists %q, want %q", query, got, want)
		}
	}
	beyond := shop.Ask("GET", "/wc/v3/orders?page=9", "")
	if got := beyond.Header.Get("X-WP-Total"); got != "0" {
		t.Errorf("beyond the last page there are %s orders, want 0", got)
	}
	shop.Ask("GET", "/wc/v3/orders?status=shipped", "").Refused(400, "rest_invalid_param")
	shop.SetOption("timezone_string", "America/New_York")
	if got := shop.Ask("GET", "/wc/v3/orders?after=2026-11-23T07:02:00", "").Each("id"); got != id(5)+" "+id(3) {
		t.Errorf("dates without a zone are the store's: got %q", got)
	}
	if got := shop.Ask("GET", "/wc/v3/orders?after=2026-11-23T12:02:00&dates_are_gmt=true",
		"").Each("id"); got != id(5)+" "+id(3) {
		t.Errorf("with dates_are_gmt they are UTC: got %q", got)
	}
}
