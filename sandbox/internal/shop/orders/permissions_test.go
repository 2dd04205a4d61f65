package orders_test

import (
	"fmt"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shoptest"
)

func TestWhoMayDoWhatWithOrders(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	order := shop.Order(`{}`)
	path := fmt.Sprintf("/wc/v3/orders/%d", order.ID())
	for _, who := range []struct {
		role                      string
		list, create, get, update int
	}{
		{"shop_manager", 200, 201, 200, 200},
		{"customer", 403, 403, 403, 403},
		{"author", 403, 403, 403, 403},
	} {
		shop.Caller = shop.User(who.role, who.role)
		for _, q := range []struct {
			method, path string
			want         int
		}{
			{"GET", "/wc/v3/orders", who.list}, {"POST", "/wc/v3/orders", who.create}, {"GET", path, who.get},
			{"PUT", path, who.update},
		} {
			if a := shop.Ask(q.method, q.path, "{}"); a.Status != q.want {
				t.Errorf("%s: %s %s answered %d, want %d", who.role, q.method, q.path, a.Status, q.want)
			}
		}
	}
	shop.Caller = nil
	shop.Ask("GET", path, "").Refused(401, "woocommerce_rest_cannot_view")
	if allow := shop.Ask("GET", "/wc/v3/orders", "").Header.Get("Allow"); allow != "" {
		t.Errorf("nobody is allowed %q", allow)
	}
}

// TestTheAuthorOfARowMayMore: what a role without the rights over others' posts may do depends on who made the order
// and on where orders live (docs/woocommerce/permissions.md).
func TestTheAuthorOfARowMayMore(t *testing.T) {
	t.Parallel()
	for storage, want := range map[capability.Storage]struct{ own, others int }{
		capability.HPOS:     {200, 403},
		capability.HPOSSync: {200, 403},
		capability.Posts:    {403, 403}, // the legacy storage makes user 1 the author
	} {
		t.Run(string(storage), func(t *testing.T) {
			t.Parallel()
			shop := shoptest.New(t, func(c *shoptest.Config) { c.Storage = storage })
			others := shop.Order(`{}`)
			shop.Roles.DefineRole(capability.Role{Name: "clerk", Title: "Clerk", Caps: capability.NewSet(
				"read", "edit_posts", "edit_published_posts", "read_private_shop_orders", "publish_shop_orders",
				"edit_shop_orders", "edit_published_shop_orders")})
			shop.Caller = shop.User("clerk", "clerk")
			own := shop.Order(`{}`)
			if a := shop.Ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", own.ID()), "{}"); a.Status != want.own {
				t.Errorf("updating an order of one's own: %d, want %d", a.Status, want.own)
			}
			if a := shop.Ask("PUT", fmt.Sprintf("/wc/v3/orders/%d", others.ID()), "{}"); a.Status != want.others {
				t.Errorf("updating an order of another: %d, want %d", a.Status, want.others)
			}
		})
	}
}

func TestBatchesAskForEachItem(t *testing.T) {
	t.Parallel()
	shop := shoptest.New(t)
	order := shop.Order(`{}`)
	a := shop.Ask("POST", "/wc/v3/orders/batch", `{"create":[{"customer_note":"a"},{"customer_id":999}],
		"update":[{"id":%d,"status":"completed"},{"id":999}],"delete":[999]}`, order.ID())
	a.Shows("create.0.customer_note=a create.0.status=pending " +
		"create.1.error.code=woocommerce_rest_invalid_customer_id update.0.status=completed " +
		"update.1.error.data.status=400 delete.0.error.data.status=404")
}
