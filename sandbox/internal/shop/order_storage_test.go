package shop

import (
	"testing"

	"github.com/waybillhq/waybill/capability"
)

// TestOrdersInPostsFollowTheRulesOfPosts has what was measured on WooCommerce
// 10.0.2 with orders in posts, beside the answers of its order tables.
func TestOrdersInPostsFollowTheRulesOfPosts(t *testing.T) {
	t.Parallel()
	for storage, want := range map[capability.Storage]struct{ manager, administrator, any, draft, none, beyond string }{
		capability.Posts: {`ab x <b>c</b> \d`, `ab <script>x</script> <b>c</b> \d`, "4", "6", "0", "0"},
		capability.HPOS:  {`a\b <script>x</script> <b>c</b> \\d`, `a\b <script>x</script> <b>c</b> \\d`, "3", "0", "3", "0"},
	} {
		t.Run(string(storage), func(t *testing.T) {
			t.Parallel()
			shop := newTestShop(t, func(c *Config) { c.Storage = storage })
			const note = `{"customer_note":"a\\b <script>x</script> <b>c</b> \\\\d"}`
			noteOf := func() string {
				return shop.ask("POST", "/wc/v3/orders", note).at("customer_note")
			}
			if got := noteOf(); got != want.administrator {
				t.Errorf("an administrator's note is %s, want %s", got, want.administrator)
			}
			administrator := shop.caller
			shop.caller = shop.user("manager", "shop_manager")
			if got := noteOf(); got != want.manager {
				t.Errorf("a manager's note is %s, want %s", got, want.manager)
			}
			shop.caller = administrator
			shop.RegisterOrderStatus(OrderStatus{Slug: "shipped", Name: "Shipped"})
			for _, status := range []string{"shipped", "auto-draft", "pending"} {
				shop.order(`{"status":%q}`, status)
			}
			trashed := shop.order(`{}`)
			shop.ask("DELETE", "/wc/v3/orders/"+itoa(trashed.id()), "")
			shop.UnregisterOrderStatus("shipped")
			for query, total := range map[string]string{
				"": want.any, "?status=auto-draft": want.draft, "?status=": want.none, "?offset=99": want.beyond, "?status=auto-draft,pending": "3",
			} {
				if got := shop.ask("GET", "/wc/v3/orders"+query, "").header.Get("X-WP-Total"); got != total {
					t.Errorf("the list %s has %s orders, want %s", query, got, total)
				}
			}
			refunded := shop.order(`{"status":"completed","fee_lines":[{"name":"F","total":"5"}]}`)
			shop.ask("POST", "/wc/v3/orders/"+itoa(refunded.id())+"/refunds", `{"amount":"1","api_refund":false}`)
			for query, total := range map[string]string{"": "1", "?offset=99": "0"} {
				if got := shop.ask("GET", "/wc/v3/refunds"+query, "").header.Get("X-WP-Total"); got != total {
					t.Errorf("the list of refunds%s has %s, want %s", query, got, total)
				}
			}
		})
	}
}
