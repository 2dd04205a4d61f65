package capability

// Fact is what is known about one capability beyond the rules of operations.
type Fact struct {
	Capability string
	// Opens is what the capability decides in the REST API.
	Opens string
	// Besides is what else the capability allows and the person who grants it should know; "" when nothing. A
	// WooCommerce key opens only the wc namespaces, so what is said about wp-admin is true for a person who can log in
	// as that user.
	Besides string
	// Source names where the fact was measured or can be read.
	Source string
}

// FactOf returns what is known about a capability; ok is false when nothing is known about it.
func FactOf(name string) (fact Fact, ok bool) {
	for _, fact := range facts {
		if fact.Capability == name {
			return fact, true
		}
	}
	return Fact{}, false
}

// oracle is the measurement of real stores in testdata.
const oracle = "oracle"

// Pages that sources name.
const (
	permissions   = "docs/woocommerce/permissions.md"
	minimalSets   = permissions + "#minimal-sets"
	decideNothing = permissions + "#fact-3"
)

var facts = []Fact{
	{"read_private_shop_orders", "reading orders, notes and refunds, all of them; without it every list is refused",
		"names, addresses and e-mail addresses of all customers who ordered", minimalSets},
	{"publish_shop_orders", "creating orders, order notes and refunds, whatever their status",
		"a refund with api_refund sends money back through the payment gateway; a note with customer_note is " +
			"e-mailed to the customer", minimalSets},
	{"edit_shop_orders", "updating orders of its own; before WooCommerce 11.0 not on order tables without " +
		"compatibility mode",
		"order notes with added_by_user show the user's name; in wp-admin the order screens' actions", permissions +
			"#fact-1, #fact-2, #fact-11"},
	{"edit_others_shop_orders",
		"updating orders of others, before WooCommerce 11.0 not on order tables without compatibility mode; on every " +
			"store the permission to use orders/batch at all",
		"receipts and e-mails of every order, before WooCommerce 11.0 not on order tables without compatibility " +
			"mode; in wp-admin the WooCommerce menu", permissions +
			"#minimal-sets; class-wc-admin-menus.php:97"},
	{"edit_posts", "before WooCommerce 11.0 updating orders of its own on order tables without compatibility mode, " +
		"whose row has the capabilities of blog posts",
		"lets the user into wp-admin, with drafts of his own in the blog", permissions +
			"#fact-1; class-wc-admin.php:175-200"},
	{"edit_others_posts", "before WooCommerce 11.0 updating all other orders on order tables without compatibility " +
		"mode, whose row has the capabilities of blog posts",
		"in wp-admin the unpublished posts of all authors of the blog; in the API before 11.0 also receipts and " +
			"e-mails of every order", permissions + "#fact-1"},
	{"delete_posts", "deleting refunds of its own on order tables without compatibility mode, before WooCommerce " +
		"11.0 its orders too",
		"in wp-admin deleting his own drafts in the blog", permissions + "#fact-1"},
	{"delete_others_posts", "deleting all other refunds on order tables without compatibility mode, before " +
		"WooCommerce 11.0 all other orders too",
		"in wp-admin deleting the unpublished posts of all authors of the blog", permissions + "#fact-1"},
	{"delete_shop_orders", "deleting orders of its own; before WooCommerce 11.0 not on order tables without " +
		"compatibility mode", "", minimalSets + "; " + oracle},
	{"delete_others_shop_orders",
		"deleting orders of others, and their notes; before WooCommerce 11.0 not on order tables without " +
			"compatibility mode", "", minimalSets + "; " + oracle},
	{"edit_published_shop_orders",
		"since WooCommerce 11.0, on order tables without compatibility mode, updating orders in a status that a " +
			"plugin registered as public", "", oracle + " *.public_status"},
	{"edit_private_shop_orders",
		"since WooCommerce 11.0, on order tables without compatibility mode, updating orders of others in a status " +
			"that a plugin registered as private", "", oracle + " *.private_status"},
	{"delete_published_shop_orders",
		"since WooCommerce 11.0, on order tables without compatibility mode, deleting orders in a status that a " +
			"plugin registered as public", "", oracle + " *.public_status"},
	{"delete_private_shop_orders",
		"since WooCommerce 11.0, on order tables without compatibility mode, deleting orders of others in a status " +
			"that a plugin registered as private", "", oracle + " *.private_status"},
	{"delete_shop_order", "deleting refunds in legacy storage and in compatibility mode: asked literally, in the " +
		"singular", "", "docs/woocommerce/permissions.md#minimal-sets, docs/checks/cap-delete.md"},

	{"read_private_products", "reading products and variations, published ones too; without it every list is refused",
		"drafts and private products are listed with the rest", minimalSets},
	{"publish_products", "creating products and variations, duplicating and generating them, whatever their status",
		"images are fetched by URL into the media library; upload_files is not asked", permissions +
			"#minimal-sets"},
	{"edit_products", "updating unpublished products of its own",
		"creating, changing and deleting product reviews; in wp-admin the product screens", permissions +
			"#minimal-sets"},
	{"edit_others_products", "updating products of others, and the permission to use products/batch at all", "",
		minimalSets},
	{"edit_published_products", "updating published and scheduled products", "", minimalSets},
	{"edit_private_products", "updating private products of others", "", minimalSets},
	{"edit_product", "updating variations: asked literally, in the singular, whoever made them", "",
		"docs/checks/cap-variation.md"},
	{"delete_products", "deleting unpublished products of its own", "", minimalSets},
	{"delete_others_products", "deleting products of others", "", minimalSets},
	{"delete_published_products", "deleting published and scheduled products", "", minimalSets},
	{"delete_private_products", "deleting private products of others", "", minimalSets},
	{"delete_product", "deleting variations: asked literally, in the singular", "", "docs/checks/cap-variation.md"},

	{"manage_product_terms",
		"reading categories, tags, brands, shipping classes and attributes: reading asks for managing",
		"creating, changing and deleting product attributes", "docs/checks/cap-terms-read.md"},
	{"edit_product_terms", "creating and updating categories, tags, brands, shipping classes and attribute terms", "",
		minimalSets},
	{"delete_product_terms", "deleting categories, tags, brands, shipping classes and attribute terms", "",
		minimalSets},
	{"moderate_comments", "reading product reviews",
		"in wp-admin, with edit_posts, approving and deleting comments of the blog", "docs/checks/cap-reviews.md"},

	{"list_users", "reading customers",
		"every user account can be read, administrators included: name, e-mail address, addresses", permissions +
			"#fact-4"},
	{"create_customers", "creating customers, since WooCommerce 9.9", "", minimalSets},
	{"edit_users", "updating customers",
		"name and addresses of every user, administrators included; e-mail and password of users of role customer or " +
			"subscriber or without role; in wp-admin every account but the administrators'", permissions +
			"#fact-5; wc-user-functions.php wc_modify_map_meta_cap"},
	{"delete_users", "deleting users of role customer or subscriber or without role",
		"in wp-admin deleting every account but the administrators'", minimalSets},
	{"promote_users", "customers/batch; before WooCommerce 9.9 also creating customers",
		"in wp-admin, with list_users, giving others a role, up to Shop manager",
		"docs/woocommerce/permissions.md#minimal-sets; wc-user-functions.php wc_modify_editable_roles"},

	{"read_private_shop_coupons", "reading coupons, published ones too", "", minimalSets},
	{"publish_shop_coupons", "creating coupons", "a coupon is money: a code of 100 % can be made", minimalSets},
	{"edit_shop_coupons", "updating unpublished coupons of its own", "in wp-admin the coupon screens",
		oracle + " coupons.update.own.draft"},
	{"edit_others_shop_coupons", "updating coupons of others, and the permission to use coupons/batch at all", "",
		minimalSets},
	{"edit_published_shop_coupons", "updating published coupons", "", minimalSets},
	{"edit_private_shop_coupons", "updating private coupons of others", "", oracle + " coupons.update.others.private"},
	{"delete_shop_coupons", "deleting unpublished coupons of its own", "", oracle + " coupons.trash.own.draft"},
	{"delete_others_shop_coupons", "deleting coupons of others", "", minimalSets},
	{"delete_published_shop_coupons", "deleting published coupons", "", minimalSets},
	{"delete_private_shop_coupons", "deleting private coupons of others", "", oracle + " coupons.trash.others.private"},

	{"manage_woocommerce", "webhooks, settings, payment gateways, taxes, shipping, data, system status, fulfilments " +
		"of orders",
		"all of them at once, for writing too: payment gateways, tax rates, every tool of system status, the one " +
			"that resets all roles included; lets the user into wp-admin, with all settings of the shop and keys for " +
			"other users", permissions + "#fact-4, #minimal-sets"},
	{"view_woocommerce_reports", "reports and analytics", "turnover and best customers of the shop", minimalSets},
	{"manage_options", "wc-admin/options; a product file from outside the approved download directories",
		"in wp-admin the settings of the whole site: with it a user can make himself administrator", oracle +
			" products.create.downloadable"},
	{"read", "receipts and e-mails of orders of its own, and of every order in a status that a plugin registered as " +
		"public (before WooCommerce 11.0 not on order tables without compatibility mode)",
		"in wp-admin the user's own profile", permissions + "#fact-3"},

	{"read_shop_orders", "nothing: no such capability exists in WooCommerce", "", decideNothing},
	{"read_shop_coupons", "nothing: no such capability exists in WooCommerce", "", decideNothing},
	{"read_customer", "nothing: no such capability exists in WooCommerce", "", decideNothing},
	{"edit_customer", "nothing: no such capability exists in WooCommerce", "", decideNothing},
	{"read_product", "nothing: lists and single products ask read_private_products", "", permissions + "#fact-3"},
	{"read_shop_order", "nothing: lists and single orders ask read_private_shop_orders", "", permissions + "#fact-3"},
	{"edit_shop_order", "nothing: WordPress translates it, for each order, into other capabilities", "",
		permissions + "#fact-3"},
	{"assign_product_terms", "nothing: products are put into categories with the capability to update products", "",
		permissions + "#fact-3"},
	{"upload_files", "nothing: images by URL ask no capability, and wp/v2/media does not take WooCommerce keys",
		"in wp-admin uploading files to the media library", permissions + "#fact-3, #fact-8"},
}
