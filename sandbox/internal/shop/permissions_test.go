package shop

import (
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/capability"
)

func TestWhoMayDoWhatWithOrders(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	order := shop.order(`{}`)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.id())
	for _, who := range []struct {
		role                      string
		list, create, get, update int
	}{
		{"shop_manager", 200, 201, 200, 200},
		{"customer", 403, 403, 403, 403},
		{"author", 403, 403, 403, 403},
	} {
		shop.caller = shop.user(who.role, who.role)
		for _, q := range []struct {
			method, path string
			want         int
		}{
			{"GET", "/wc/v3/orders", who.list}, {"POST", "/wc/v3/orders", who.create}, {"GET", path, who.get},
			{"PUT", path, who.update},
		} {
			if a := shop.ask(q.method, q.path, "{}"); a.status != q.want {
				t.Errorf("%s: %s %s answered %d, want %d", who.role, q.method, q.path, a.status, q.want)
			}
		}
	}
	shop.caller = nil
	shop.ask("GET", path, "").refused(401, "woocommerce_rest_cannot_view")
	if allow := shop.ask("GET", "/wc/v3/orders", "").header.Get("Allow"); allow != "" {
		t.Errorf("nobody is allowed %q", allow)
	}
}

// TestTheAuthorOfARowMayMore: what a role without the rights over others' posts
// may do depends on who made the order and on where orders live
// (failure-taxonomy 1.1).
func TestTheAuthorOfARowMayMore(t *testing.T) {
	t.Parallel()
	for storage, want := range map[capability.Storage]struct{ own, others int }{
		capability.HPOS:     {200, 403},
		capability.HPOSSync: {200, 403},
		capability.Posts:    {403, 403}, // the legacy storage makes user 1 the author
	} {
		t.Run(string(storage), func(t *testing.T) {
			t.Parallel()
			shop := newTestShop(t, func(c *Config) { c.Storage = storage })
			others := shop.order(`{}`)
			shop.roles.DefineRole(capability.Role{Name: "clerk", Title: "Clerk", Caps: capability.NewSet(
				"read", "edit_posts", "edit_published_posts", "read_private_shop_orders", "publish_shop_orders",
				"edit_shop_orders", "edit_published_shop_orders")})
			shop.caller = shop.user("clerk", "clerk")
			own := shop.order(`{}`)
			if a := shop.ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", own.id()), "{}"); a.status != want.own {
				t.Errorf("updating an order of one's own: %d, want %d", a.status, want.own)
			}
			if a := shop.ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", others.id()), "{}"); a.status != want.others {
				t.Errorf("updating an order of another: %d, want %d", a.status, want.others)
			}
		})
	}
}

func TestBatchesAskForEachItem(t *testing.T) {
	t.Parallel()
	shop := newTestShop(t)
	order := shop.order(`{}`)
	a := shop.ask("POST", "/wc/v3/orders/batch", `{"create":[{"customer_note":"a"},{"customer_id":999}],
		"update":[{"id":%d,"status":"completed"},{"id":999}],"delete":[999]}`, order.id())
	a.shows("create.0.customer_note=a create.0.status=pending create.1.error.code=woocommerce_rest_invalid_customer_id" +
		" update.0.status=completed update.1.error.data.status=400 delete.0.error.data.status=404")
}
