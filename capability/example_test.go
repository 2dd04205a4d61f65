package capability_test

import (
	"fmt"
	"os"

	"github.com/waybillhq/waybill/capability"
)

// Before WooCommerce 11.0 a role with all order capabilities cannot update one order of a store with order tables.
func ExampleSite_Decide() {
	site := capability.Site{Storage: capability.HPOS, Version: capability.Measured}
	caller := capability.Caller{Caps: capability.NewSet("read_private_shop_orders", "edit_shop_orders",
		"edit_others_shop_orders")}
	update := capability.Operation{Resource: capability.Orders, Action: capability.Update}

	answer := site.Decide(caller, update, site.Order(capability.CreatedByOther))
	fmt.Println(answer.Allowed, answer.Status, answer.Code, answer.Missing)

	site.Storage = capability.HPOSSync
	answer = site.Decide(caller, update, site.Order(capability.CreatedByOther))
	fmt.Println(answer.Allowed)

	site = capability.Site{Storage: capability.HPOS, Version: capability.Newest}
	answer = site.Decide(caller, update, site.Order(capability.CreatedByOther))
	fmt.Println(answer.Allowed)
	// Output:
	// false 403 woocommerce_rest_cannot_edit [edit_others_posts]
	// true
	// true
}

// The smallest role for reading and writing orders: on a store whose version and order storage are known, and on all.
func ExampleSite_Minimal() {
	for _, site := range []capability.Site{
		{Storage: capability.HPOS, Version: capability.Version{Major: 11}},
		{Storage: capability.AnyStorage, Version: capability.AnyVersion},
	} {
		fmt.Println(site.Minimal([]capability.Scope{capability.OrdersRead, capability.OrdersWrite}).Caps())
	}
	// Output:
	// edit_others_shop_orders, edit_shop_orders, publish_shop_orders, read_private_shop_orders
	// edit_others_posts, edit_others_shop_orders, edit_posts, edit_shop_orders, publish_shop_orders, read_private_shop_orders
}

// What a published list is good for.
func ExampleSite_Explain() {
	list, _ := capability.PublishedList("L5")
	e := capability.Site{Version: capability.Measured}.Explain(list, []capability.Scope{capability.OrdersRead,
		capability.OrdersWrite})
	for _, opening := range e.Opens {
		if opening.Wanted {
			fmt.Println(opening.Scope, opening.Extent)
		}
	}
	for _, idle := range e.Idle {
		fmt.Println("for nothing:", idle.Capability)
	}
	// Output:
	// orders:read all
	// orders:write nothing
	// for nothing: delete_shop_orders
	// for nothing: edit_others_shop_orders
	// for nothing: edit_shop_orders
	// for nothing: read_shop_orders
}

func ExampleRecipe_Write() {
	minimum := capability.Site{Storage: capability.HPOS}.Minimal([]capability.Scope{capability.OrdersRead})
	recipe, err := capability.NewRecipe(minimum, "erp_sync", "ERP synchronisation")
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := recipe.Write(os.Stdout, capability.FormatList); err != nil {
		fmt.Println(err)
	}
	// Output: read_private_shop_orders
}

// The Allow header of a record tells what its user may do, without doing it.
func ExampleSite_Allow() {
	editor, _ := capability.StockRole("editor", capability.Measured)
	caller := capability.Caller{Caps: editor.Caps, Roles: []string{editor.Name}}
	site := capability.Site{Storage: capability.HPOS, Version: capability.Measured}
	for _, endpoint := range capability.Endpoints() {
		if endpoint.Path == "/wc/v3/orders/{id}" {
			fmt.Println(site.Allow(caller, endpoint, site.Order(capability.CreatedByOther)))
		}
	}
	// Output: [POST PUT PATCH DELETE]
}
