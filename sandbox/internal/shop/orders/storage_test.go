package orders_test

import (
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

// TestOrdersInPostsFollowTheRulesOfPosts has what was measured on WooCommerce 10.0.2 with orders in posts, beside the
// answers of its order tables.
func TestOrdersInPostsFollowTheRulesOfPosts(t *testing.T) {
	t.Parallel()
	for storage, want := range map[capability.Storage]struct{ manager, administrator, any, draft, none, beyond string }{
		capability.Posts: {`ab x <b>c</b> \d`, `ab <script>x</script> <b>c</b> \d`, "4", "6", "0", "0"},
		capability.HPOS: {`a\b <script>x</script> <b>c</b> \\d`, `a\b <script>x</script> <b>c</b> \\d`, "3", "0", "3",
			"0"},
	} {
		t.Run(string(storage), func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t, func(c *shoptest.Config) { c.Storage = storage })
			const note = `{"customer_note":"a\\b <script>x</script> <b>c</b> \\\\d"}`
			noteOf := func() string {
				return shop.Ask("POST", "/wc/v3/orders", note).At("customer_note")
			}
			if got := noteOf(); got != want.administrator {
				t.Errorf("an administrator's note is %s, want %s", got, want.administrator)
			}
			administrator := shop.Caller
			shop.Caller = shop.User("manager", "shop_manager")
			if got := noteOf(); got != want.manager {
				t.Errorf("a manager's note is %s, want %s", got, want.manager)
			}
			shop.Caller = administrator
			shop.Orders.RegisterOrderStatus(orders.OrderStatus{Slug: "shipped", Name: "Shipped"})
			for _, status := range []string{"shipped", "auto-draft", "pending"} {
				shop.Order(`{"status":%q}`, status)
			}
			trashed := shop.Order(`{}`)
			shop.Ask("DELETE", "/wc/v3/orders/"+core.Itoa(trashed.ID()), "")
			shop.Orders.UnregisterOrderStatus("shipped")
			for query, total := range map[string]string{
				"": want.any, "?status=auto-draft": want.draft, "?status=": want.none, "?offset=99": want.beyond,
				"?status=auto-draft,pending": "3",
			} {
				if got := shop.Ask("GET", "/wc/v3/orders"+query, "").Header.Get("X-WP-Total"); got != total {
					t.Errorf("the list %s has %s orders, want %s", query, got, total)
				}
			}
			refunded := shop.Order(`{"status":"completed","fee_lines":[{"name":"F","total":"5"}]}`)
			shop.Ask("POST", "/wc/v3/orders/"+core.Itoa(refunded.ID())+"/refunds", `{"amount":"1","api_refund":false}`)
			for query, total := range map[string]string{"": "1", "?offset=99": "0"} {
				if got := shop.Ask("GET", "/wc/v3/refunds"+query, "").Header.Get("X-WP-Total"); got != total {
					t.Errorf("the list of refunds%s has %s, want %s", query, got, total)
				}
			}
		})
	}
}
