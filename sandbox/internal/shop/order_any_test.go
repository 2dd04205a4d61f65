package shop

import (
	"slices"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/capability"
)

// TestAnyStatusByVersion has what was measured on stores of 10.0.2, 10.3.6 and
// 11.0.1: one order of each status, newest first.
func TestAnyStatusByVersion(t *testing.T) {
	t.Parallel()
	const all = "gone trash auto-draft unposted private bare public hidden checkout-draft pending"
	on := func(version string, storage capability.Storage) func(*Config) {
		return func(c *Config) { c.Version, c.Storage = version, storage }
	}
	for name, c := range map[string]struct {
		configure  func(*Config)
		any, empty string
		unposted   string
	}{
		"10.0.2 tables": {on("10.0.2", capability.HPOS), "private bare public hidden checkout-draft pending", "", ""},
		"10.3.6 tables": {on("10.3.6", capability.HPOS), all, "", ""},
		"10.4.3 tables": {on("10.4.3", capability.HPOS), "private bare public hidden checkout-draft pending", "", ""},
		"11.0.1 tables": {on("11.0.1", capability.HPOS), "private public pending", "", ""},
		"10.0.2 posts":  {on("10.0.2", capability.Posts), "gone unposted private public checkout-draft pending", "private public", all},
		"11.0.1 posts":  {on("11.0.1", capability.Posts), "gone unposted private public pending", "private public", all},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := newTestShop(t, c.configure)
			for _, status := range []OrderStatus{
				{Slug: "hidden", ExcludeFromSearch: true},
				{Slug: "public", Public: true},
				{Slug: "bare", ExcludeFromSearch: true},
				{Slug: "private", Private: true},
				{Slug: "unposted", NameOnly: true},
				{Slug: "gone"},
			} {
				shop.RegisterOrderStatus(status)
			}
			for _, status := range []string{"pending", "checkout-draft", "hidden", "public", "bare", "private", "unposted", "auto-draft"} {
				shop.order(`{"status":%q}`, status)
			}
			shop.ask("DELETE", "/wc/v3/orders/"+itoa(shop.order(`{}`).id()), "")
			shop.order(`{"status":"gone"}`)
			shop.UnregisterOrderStatus("gone")
			if c.empty == "" {
				c.empty = c.any
			}
			for query, want := range map[string]string{
				"": c.any, "?status=any": c.any, "?status=any,trash": c.any, "?status=": c.empty, "?orderby=modified": c.any,
				"?status=trash": "trash", "?status=hidden": "hidden", "?status=unposted": c.unposted, "?status=auto-draft": c.unposted,
			} {
				if got := shop.ask("GET", "/wc/v3/orders"+query, "").each("status"); sorted(got) != sorted(want) || query == "" && got != want {
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
