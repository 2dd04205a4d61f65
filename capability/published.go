package capability

import "strings"

// PublishedLists are three lists of "needed capabilities" that help pages hand out. They were measured on real stores
// like the stock roles. [Site.Explain] says what each list lacks and what it carries for nothing. The caller may change
// what is returned.
func PublishedLists() []Role {
	five := NewSet(fiveOrderCaps...)
	return []Role{
		{Name: "L5", Title: "the five order capabilities", Caps: five},
		{Name: "L10", Title: "the ten capabilities (nine, and the read that every role has)",
			Caps: five.Union(NewSet(tenExtraCaps...))},
		{Name: "LROLE", Title: "the dedicated role, an add_role snippet of 27 capabilities",
			Caps: NewSet(dedicatedRoleCaps...)},
	}
}

// PublishedList returns one of [PublishedLists] by its name: L5, L10, LROLE.
func PublishedList(name string) (Role, bool) {
	for _, list := range PublishedLists() {
		if strings.EqualFold(list.Name, name) {
			return list, true
		}
	}
	return Role{}, false
}

var (
	fiveOrderCaps = strings.Fields(`edit_shop_orders read_shop_orders delete_shop_orders edit_others_shop_orders
		read_private_shop_orders`)

	tenExtraCaps = strings.Fields("manage_woocommerce view_woocommerce_reports edit_product read_product")

	dedicatedRoleCaps = strings.Fields(`read
		edit_shop_orders read_shop_orders edit_others_shop_orders read_private_shop_orders delete_shop_orders publish_shop_orders
		read_product read_private_products edit_product edit_products edit_others_products edit_private_products edit_published_products
		manage_product_terms edit_product_terms delete_product_terms assign_product_terms
		edit_users list_users read_customer edit_customer
		edit_shop_coupons read_shop_coupons edit_others_shop_coupons
		manage_woocommerce upload_files`)
)
