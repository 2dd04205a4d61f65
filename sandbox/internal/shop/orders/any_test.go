package orders_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// TestAnyStatusByVersion has what was measured on stores of 10.0.2, 10.3.6 and 11.0.1: one order of each status, newest
// first.
func TestAnyStatusByVersion(t *testing.T) {
	t.Parallel()
	const all = "gone trash auto-draft unposted private bare public hidden checkout-draft pending"
	on := func(version string, storage capability.Storage) func(*shoptest.Config) {
		return func(c *shoptest.Config) { c.Version, c.Storage = version, storage }
	}
	for name, c := range map[string]struct {
		configure  func(*shoptest.Config)
		any, empty string
		unposted   string
	}{
		"10.0.2 tables": {on("10.0.2", capability.HPOS), "private bare public hidden checkout-draft pending", "", ""},
		"10.3.6 tables": {on("10.3.6", capability.HPOS), all, "", ""},
		"10.4.3 tables": {on("10.4.3", capability.HPOS), "private bare public hidden checkout-draft pending", "", ""},
		"11.0.1 tables": {on("11.0.1", capability.HPOS), "private public pending", "", ""},
		"10.0.2 posts": {on("10.0.2", capability.Posts), "gone unposted private public checkout-draft pending",
			"private public", all},
		"11.0.1 posts": {on("11.0.1", capability.Posts), "gone unposted private public pending", "private public", all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t, c.configure)
			for _, status := range []orders.OrderStatus{
				{Slug: "hidden", ExcludeFromSearch: true},
				{Slug: "public", Public: true},
				{Slug: "bare", ExcludeFromSearch: true},
				{Slug: "private", Private: true},
				{Slug: "unposted", NameOnly: true},
				{Slug: "gone"},
			} {
				shop.Orders.RegisterOrderStatus(status)
			}
			for _, status := range []string{"pending", "checkout-draft", "hidden", "public", "bare", "private",
				"unposted",
				"auto-draft"} {
				shop.Order(`{"status":%q}`, status)
			}
			shop.Ask("DELETE", "/wc/v3/orders/"+core.Itoa(shop.Order(`{}`).ID()), "")
			shop.Order(`{"status":"gone"}`)
			shop.Orders.UnregisterOrderStatus("gone")
			if c.empty == "" {
				c.empty = c.any
			}
			for query, want := range map[string]string{
				"": c.any, "?status=any": c.any, "?status=any,trash": c.any, "?status=": c.empty,
				"?orderby=modified": c.any,
				"?status=trash":     "trash", "?status=hidden": "hidden", "?status=unposted": c.unposted,
				"?status=auto-draft": c.unposted,
			} {
				if got := shop.Ask("GET", "/wc/v3/orders"+query, "").Each("status"); sorted(got) != sorted(want) ||
					query == "" &&
						got != want {
					t.Errorf("the list %s has %q, want %q", query, got, want)
				}
			}
		})
	}
}

func sorted(words string) string {
	list := strings.Fields(words)
	slices.Sort(list)
	return strings.Join(list, " ")
}
