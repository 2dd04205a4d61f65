package capability

// guard is one of WooCommerce's check functions: what it asks for, by context. A need that starts with "meta:" is asked
// for one record and goes through [metaCaps]; all others are primitive capabilities.
type guard struct {
	Needs map[context]string
	// Or are capabilities of which each is enough by itself, without Needs.
	Or     []string
	Source string
}

const (
	metaEdit   = "meta:edit"
	metaDelete = "meta:delete"
	metaRead   = "meta:read"
)

type guardName string

const (
	byOrder     guardName = "shop_order"
	byOrderRead guardName = "read_shop_order"
	byProduct   guardName = "product"
	byVariation guardName = "product_variation"
	byCoupon    guardName = "shop_coupon"
	byUser      guardName = "user"
	byTerm      guardName = "product term"
	byAttribute guardName = "attributes"
	byReview    guardName = "product_review"
	byManager   guardName = "manager"
	byReports   guardName = "reports"
	byOptions   guardName = "options"
	byBoards    guardName = "leaderboards"
	byCatalog   guardName = "catalog of the point of sale"
	// byFulfillment lets managers pass, and lets the customer of an order read.
	byFulfillment guardName = "fulfillments"
	// bySigner guards requests that PayPal signs, or that carry the order's own token. A key never passes this guard.
	bySigner guardName = "signer"
	byNobody guardName = "nobody"
	byAnyone guardName = "anyone"
)

var guards = map[guardName]guard{
	byOrder: {
		Needs: map[context]string{
			toRead: "read_private_shop_orders", toCreate: "publish_shop_orders",
			toEdit: metaEdit, toDelete: metaDelete, toBatch: "edit_others_shop_orders",
		},
		Source: "wc-rest-functions.php:229-247",
	},
	// Receipts and order e-mails ask about the one order and not about the list. The author of the order needs only
	// "read".
	byOrderRead: {
		Needs:  map[context]string{toRead: metaRead, toCreate: metaRead},
		Source: "docs/woocommerce/permissions.md#minimal-sets (read_shop_order)",
	},
	byProduct: {
		Needs: map[context]string{
			toRead: "read_private_products", toCreate: "publish_products",
			toEdit: metaEdit, toDelete: metaDelete, toBatch: "edit_others_products",
		},
		Source: "wc-rest-functions.php:229-247",
	},
	byVariation: {
		Needs: map[context]string{
			toRead: "read_private_products", toCreate: "publish_products",
			toEdit: metaEdit, toDelete: metaDelete, toBatch: "edit_others_products",
		},
		Source: "wc-rest-functions.php:229-247; class-wc-post-types.php:443-456",
	},
	byCoupon: {
		Needs: map[context]string{
			toRead: "read_private_shop_coupons", toCreate: "publish_shop_coupons",
			toEdit: metaEdit, toDelete: metaDelete, toBatch: "edit_others_shop_coupons",
		},
		Source: "wc-rest-functions.php:229-247",
	},
	byUser: {
		Needs: map[context]string{
			toRead: "list_users", toCreate: "create_customers", toEdit: "edit_users",
			toDelete: "delete_users", toBatch: "promote_users",
		},
		Source: "wc-rest-functions.php:259-303",
	},
	// Reading a category asks for the right to manage categories.
	byTerm: {
		Needs: map[context]string{
			toRead: "manage_product_terms", toCreate: "edit_product_terms", toEdit: "edit_product_terms",
			toDelete: "delete_product_terms", toBatch: "edit_product_terms",
		},
		Source: "wc-rest-functions.php:314-328",
	},
	byAttribute: {Needs: always("manage_product_terms"), Source: "wc-rest-functions.php:338-352"},
	byReview: {
		Needs: map[context]string{
			toRead: "moderate_comments", toCreate: "edit_products", toEdit: "edit_products",
			toDelete: "edit_products", toBatch: "edit_products",
		},
		Source: "wc-rest-functions.php:362-385",
	},
	byManager: {Needs: always("manage_woocommerce"), Source: "wc-rest-functions.php:338-352"},
	byReports: {Needs: always("view_woocommerce_reports"), Source: "wc-rest-functions.php:338-352"},
	byOptions: {Needs: always("manage_options"), Source: "oracle admin.options"},
	byBoards: {Needs: always("view_woocommerce_reports"), Or: []string{"manage_woocommerce"},
		Source: "Admin/API/Leaderboards.php"},
	byCatalog: {Needs: always("manage_woocommerce"), Or: []string{"manage_options"},
		Source: "oracle pos_catalog.create"},
	byFulfillment: {Needs: always("manage_woocommerce"), Source: "OrderFulfillmentsRestController.php"},
	bySigner:      {Source: "oracle paypal_webhooks.receive"},
	byNobody:      {Source: "docs/woocommerce/permissions.md#fact-8"},
	byAnyone:      {Source: "oracle"},
}

func always(name string) map[context]string {
	return map[context]string{toRead: name, toCreate: name, toEdit: name, toDelete: name, toBatch: name}
}
