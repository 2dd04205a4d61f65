package capability

import "slices"

// Pitfall is a common mistake about permissions. Each carries its proof: a store, a caller, and a use that fails with
// the capabilities Granted and succeeds once Instead are added.
type Pitfall struct {
	// ID never changes. Check is the doctor's check that shows the mistake, where there is one.
	ID, Check string
	// Believed is the mistake in one sentence, Truth what the store really asks.
	Believed, Truth string
	Source          string

	Site    Site
	Use     Use
	Granted []string
	// Instead are the capabilities to add; empty when no capability helps.
	Instead []string
	// RoleName is the name of the role that holds the granted capabilities, where the name counts.
	RoleName string
}

// Pitfalls returns all pitfalls, those about orders first. The caller may change what is returned.
func Pitfalls() []Pitfall { return slices.Clone(pitfalls) }

var (
	before11  = Site{Version: Measured}
	oneOrder  = Site{}.Order(CreatedByOther)
	ownOrder  = Site{}.Order(CreatedByCaller)
	oldOrder  = Site{Storage: HPOSMigrated}.Order(BeforeSwitch)
	createOne = Use{Op: Operation{Resource: Orders, Action: Create}}
	updateOne = Use{Op: Operation{Resource: Orders, Action: Update}, Rec: oneOrder}
	// publicOrder and privateOrder are orders of others in statuses of a plugin.
	publicOrder  = Record{Row: PlaceholderPost, Registered: PublicStatus}
	privateOrder = Record{Row: PlaceholderPost, Registered: PrivateStatus}
	anyProduct   = Record{Status: "publish"}
)

var pitfalls = []Pitfall{
	{
		ID: "order-capabilities-do-not-edit-orders", Check: "cap-hpos-placeholder",
		Believed: "The order capabilities are enough to update orders.",
		Truth: "Before WooCommerce 11.0, on order tables without compatibility mode, the default of new stores, " +
			"an order's row is a placeholder with the capabilities of blog posts: edit_posts for its own orders and " +
			"edit_others_posts for all others, and no order capability at all.",
		Source: "docs/woocommerce/permissions.md#fact-1, #minimal-sets; woocommerce issue 63206",
		Site:   before11, Use: updateOne, Granted: expand("shop_order"), Instead: []string{"edit_others_posts"},
	},
	{
		ID: "others-do-not-include-own", Check: "cap-hpos-placeholder",
		Believed: "edit_others_posts covers the orders that the integration made itself.",
		Truth: "Own orders ask edit_posts: who creates orders and updates them needs both. Since WooCommerce 11.0 " +
			"the same holds of edit_shop_orders and edit_others_shop_orders.",
		Source: minimalSets,
		Site:   before11, Use: Use{Op: Operation{Resource: Orders, Action: Update}, Rec: ownOrder},
		Granted: []string{"edit_others_posts", "publish_shop_orders"}, Instead: []string{"edit_posts"},
	},
	{
		ID: "old-orders-work-new-ones-do-not", Check: "cap-hpos-mixed",
		Believed: "An order could be updated, so the role is right.",
		Truth: "Before WooCommerce 11.0 a store that moved to order tables has both kinds: orders from before the " +
			"switch ask edit_others_shop_orders, later ones edit_others_posts.",
		Source:  "docs/woocommerce/permissions.md#fact-2; docs/checks/cap-hpos-mixed.md",
		Site:    Site{Storage: HPOSMigrated, Version: Measured},
		Use:     Use{Op: Operation{Resource: Orders, Action: Update}, Rec: oldOrder},
		Granted: []string{"edit_posts", "edit_others_posts"}, Instead: []string{"edit_others_shop_orders"},
	},
	{
		ID: "create-asks-publish", Check: "cap-create-missing",
		Believed: "Who may edit orders may create them.",
		Truth: "Creating asks publish_shop_orders (publish_products, publish_shop_coupons), whatever the status; " +
			"order notes and refunds too.",
		Source: "docs/checks/cap-create-missing.md",
		Use:    createOne, Granted: []string{"edit_shop_orders", "edit_others_shop_orders", "edit_posts",
			"edit_others_posts"}, Instead: []string{"publish_shop_orders"},
	},
	{
		ID: "lists-ask-read-private", Check: "cap-read-private",
		Believed: "read_shop_orders, read_product or the edit capabilities let one read.",
		Truth: "Every read asks read_private_shop_orders, read_private_products or read_private_shop_coupons, of " +
			"published records too.",
		Source: "docs/checks/cap-read-private.md; woocommerce issue 17983",
		Use:    Use{Op: Operation{Resource: Orders, Action: List}}, Granted: []string{"read_shop_orders",
			"read_shop_order", "edit_shop_orders", "edit_others_shop_orders"},
		Instead: []string{"read_private_shop_orders"},
	},
	{
		ID: "batch-asks-edit-others", Check: "batch-partial",
		Believed: "Who may update every single order may send them as a batch.",
		Truth: "orders/batch asks edit_others_shop_orders first, on every storage, and then for each item what " +
			"that item alone would ask. Item refusals come inside HTTP 200.",
		Source: minimalSets,
		Site:   before11, Use: Use{Op: Operation{Resource: Orders, Action: Update, InBatch: true}, Rec: oneOrder},
		Granted: []string{"edit_posts", "edit_others_posts"}, Instead: []string{"edit_others_shop_orders"},
	},
	{
		ID: "refunds-are-deleted-by-the-singular", Check: "cap-delete",
		Believed: "delete_shop_orders and delete_others_shop_orders delete refunds.",
		Truth: "In legacy storage and in compatibility mode a refund asks delete_shop_order, literally; on order " +
			"tables delete_posts or delete_others_posts, on WooCommerce 11.0 too.",
		Source: "docs/woocommerce/permissions.md#minimal-sets, docs/checks/cap-delete.md",
		Site:   Site{Storage: Posts}, Use: Use{Op: Operation{Resource: Refunds, Action: Delete}},
		Granted: []string{"delete_shop_orders", "delete_others_shop_orders"},
		Instead: []string{"delete_shop_order"},
	},
	{
		ID: "cleaned-posts-lock-orders", Check: "order-post-row-missing",
		Believed: "An administrator's key may do everything.",
		Truth: "Before WooCommerce 11.0 an order whose row in wp_posts was removed by a cleaner can be read and " +
			"not changed, by nobody.",
		Source: "docs/checks/order-post-row-missing.md",
		Site:   before11, Use: Use{Op: Operation{Resource: Orders, Action: Update}, Rec: Site{}.Order(RowMissing)},
		Granted: administratorCaps, RoleName: "administrator",
	},
	{
		ID:       "editors-write-orders",
		Believed: "An Editor of the blog cannot touch orders.",
		Truth: "Before WooCommerce 11.0, on order tables without compatibility mode, a key of an Editor updates " +
			"and deletes every order, though reading one asks read_private_shop_orders, which he lacks: the answer " +
			"to an empty PUT is the whole order.",
		Source: "docs/woocommerce/permissions.md#fact-1",
		Site:   before11, Use: Use{Op: Operation{Resource: Orders, Action: Get}, Rec: oneOrder}, Granted: editorCaps,
		Instead: []string{"read_private_shop_orders"}, RoleName: "editor",
	},
	{
		ID: "editors-lost-orders", Check: "cap-others",
		Believed: "It worked with the capabilities of posts, so it will after the update.",
		Truth: "Since WooCommerce 11.0 order tables ask for the order capabilities: edit_others_posts changes no " +
			"order any more, edit_others_shop_orders does.",
		Source: "docs/woocommerce/permissions.md#fact-1",
		Use:    updateOne, Granted: editorCaps, Instead: []string{"edit_others_shop_orders"}, RoleName: "editor",
	},
	{
		ID: "public-statuses-ask-more", Check: "cap-order-status",
		Believed: "Who may update orders may update all of them.",
		Truth: "Since WooCommerce 11.0, on order tables, an order in a status that a plugin registered as public " +
			"asks edit_published_shop_orders besides.",
		Source:  "docs/woocommerce/permissions.md#public-status",
		Use:     Use{Op: Operation{Resource: Orders, Action: Update}, Rec: publicOrder},
		Granted: []string{"edit_shop_orders", "edit_others_shop_orders"},
		Instead: []string{"edit_published_shop_orders"},
	},
	{
		ID: "private-statuses-ask-more", Check: "cap-order-status",
		Believed: "A private status is a matter of the list.",
		Truth: "Since WooCommerce 11.0, on order tables, an order of others in a status that a plugin registered " +
			"as private asks edit_private_shop_orders besides.",
		Source:  "docs/woocommerce/permissions.md#public-status",
		Use:     Use{Op: Operation{Resource: Orders, Action: Update}, Rec: privateOrder},
		Granted: []string{"edit_shop_orders", "edit_others_shop_orders"},
		Instead: []string{"edit_private_shop_orders"},
	},
	{
		ID: "guests-orders-are-user-ones", Check: "",
		Believed: "edit_others_shop_orders changes every order that is not one's own.",
		Truth: "Since WooCommerce 11.0, on order tables, an order without author (a guest's, or one whose row in " +
			"wp_posts is gone) is user 1's own: he needs edit_shop_orders for it.",
		Source:  "docs/woocommerce/permissions.md#order-without-author",
		Use:     Use{Op: Operation{Resource: Orders, Action: Update}, Rec: ownOrder},
		Granted: []string{"edit_others_shop_orders"}, Instead: []string{"edit_shop_orders"},
	},

	{
		ID: "variations-ask-the-singular", Check: "cap-variation",
		Believed: "Who may update products may update their variations.",
		Truth:    "A variation asks edit_product literally (delete_product to delete it), and nothing else.",
		Source:   "docs/checks/cap-variation.md",
		Use:      Use{Op: Operation{Resource: Variations, Action: Update}}, Granted: []string{"edit_products",
			"edit_others_products", "edit_published_products", "edit_private_products"},
		Instead: []string{"edit_product"},
	},
	{
		ID: "published-products-ask-more", Check: "cap-published",
		Believed: "edit_products and edit_others_products update products.",
		Truth: "A published product asks edit_published_products besides, a private one of others " +
			"edit_private_products.",
		Source:  "docs/checks/cap-published.md",
		Use:     Use{Op: Operation{Resource: Products, Action: Update}, Rec: anyProduct},
		Granted: []string{"edit_products", "edit_others_products"}, Instead: []string{"edit_published_products"},
	},
	{
		ID: "reading-terms-asks-managing", Check: "cap-terms-read",
		Believed: "Categories and attributes can be read with the capabilities of products.",
		Truth:    "Reading categories, tags, brands, shipping classes and attributes asks manage_product_terms.",
		Source:   "docs/checks/cap-terms-read.md",
		Use:      Use{Op: Operation{Resource: Categories, Action: List}}, Granted: []string{"read_private_products",
			"edit_products", "edit_product_terms", "assign_product_terms"}, Instead: []string{"manage_product_terms"},
	},

	{
		ID: "creating-customers-before-9.9", Check: "cap-customers-create-version",
		Believed: "create_customers lets one create customers.",
		Truth: "Since WooCommerce 9.9; before, creating a customer asked promote_users, which the Shop Manager " +
			"has not.",
		Source: "docs/checks/cap-customers-create-version.md; woocommerce PR 56816",
		Site:   Site{Version: Version{9, 8, 5}}, Use: Use{Op: Operation{Resource: Customers, Action: Create}},
		Granted: []string{"create_customers", "edit_users", "list_users"}, Instead: []string{"promote_users"},
	},
	{
		ID: "customer-batches-ask-promote-users", Check: "cap-customers",
		Believed: "Who may create and update customers may do so in batches.",
		Truth:    "customers/batch asks promote_users on every version; the Shop Manager is refused.",
		Source:   "docs/woocommerce/permissions.md#fact-4",
		Use: Use{Op: Operation{Resource: Customers, Action: Update, InBatch: true},
			Rec: Record{TargetRoles: []string{"customer"}}}, Granted: []string{"create_customers", "edit_users",
			"list_users"}, Instead: []string{"promote_users"},
	},
	{
		ID: "customer-capabilities-are-made-up", Check: "cap-customers",
		Believed: "read_customer and edit_customer open customers.",
		Truth:    "No such capability exists: reading asks list_users and updating edit_users.",
		Source:   decideNothing,
		Use:      Use{Op: Operation{Resource: Customers, Action: List}}, Granted: []string{"read_customer",
			"edit_customer"}, Instead: []string{"list_users"},
	},
	{
		ID: "a-copy-of-shop-manager-is-less", Check: "cap-customers",
		Believed: "A custom role with all capabilities of the Shop Manager is the same.",
		Truth: "WooCommerce grants edit_users to the role named shop_manager at run time; a copy of another name " +
			"cannot update customers.",
		Source: "docs/woocommerce/permissions.md#fact-4",
		Use: Use{Op: Operation{Resource: Customers, Action: Update},
			Rec: Record{TargetRoles: []string{"customer"}}}, Granted: shopManagerCaps, Instead: []string{"edit_users"},
		RoleName: "shop_manager_copy",
	},
	{
		ID: "shop-managers-touch-customers-only", Check: "shop-manager-limits",
		Believed: "A Shop Manager may update every customer.",
		Truth: "Only users of role customer and himself; a subscriber, or a user without role, is refused " +
			"whatever he holds.",
		Source: "docs/woocommerce/permissions.md#fact-4",
		Use: Use{Op: Operation{Resource: Customers, Action: Update},
			Rec: Record{TargetRoles: []string{"subscriber"}}},
		Granted: append([]string{"edit_users"}, shopManagerCaps...), RoleName: "shop_manager",
	},
	{
		ID: "protected-roles", Check: "customer-protected-role",
		Believed: "edit_users changes e-mail and password of every user.",
		Truth: "Only of users whose role is customer or subscriber, and of those without role; others are refused " +
			"to everyone, administrators included.",
		Source: "docs/checks/customer-protected-role.md",
		Use: Use{Op: Operation{Resource: Customers, Action: Update}, Rec: Record{TargetRoles: []string{"editor"},
			ChangesLogin: true}}, Granted: administratorCaps, RoleName: "administrator",
	},
	{
		ID: "multisite-edits-no-users", Check: "multisite-edit-users",
		Believed: "A site's administrator may update customers.",
		Truth:    "On a multisite network only super admins may update and delete users.",
		Source:   "docs/checks/multisite-edit-users.md",
		Site:     Site{Multisite: true}, Use: Use{Op: Operation{Resource: Customers, Action: Update},
			Rec: Record{TargetRoles: []string{"customer"}}}, Granted: administratorCaps, RoleName: "administrator",
	},

	{
		ID: "reviews-are-comments", Check: "cap-reviews",
		Believed: "Who may read products may read their reviews.",
		Truth:    "Reading reviews asks moderate_comments; writing them asks edit_products.",
		Source:   "docs/checks/cap-reviews.md",
		Use:      Use{Op: Operation{Resource: Reviews, Action: List}}, Granted: []string{"read_private_products",
			"edit_products"}, Instead: []string{"moderate_comments"},
	},
	{
		ID: "reports-are-apart", Check: "cap-reports",
		Believed: "manage_woocommerce includes reports.",
		Truth:    "Reports ask view_woocommerce_reports.",
		Source:   "docs/checks/cap-reports.md",
		Use:      Use{Op: Operation{Resource: Reports, Action: Read}}, Granted: []string{"manage_woocommerce"},
		Instead: []string{"view_woocommerce_reports"},
	},
	{
		ID: "webhooks-ask-everything", Check: "cap-manage-woocommerce",
		Believed: "Webhooks belong to what they report.",
		Truth: "Webhooks ask manage_woocommerce, which opens all settings; and their payload is built as their " +
			"user, so without the capability to read the record it is an error body.",
		Source: "docs/woocommerce/permissions.md#fact-9, #minimal-sets",
		Use:    Use{Op: Operation{Resource: Webhooks, Action: Create}}, Granted: []string{"read_private_shop_orders",
			"edit_shop_orders"}, Instead: []string{"manage_woocommerce"},
	},
	{
		ID: "coupons-switched-off", Check: "",
		Believed: "An administrator's key reads coupons.",
		Truth:    "While coupons are switched off in the settings, coupon routes refuse everybody with 403.",
		Source:   "docs/checks/coupons-disabled.md",
		Site:     Site{CouponsDisabled: true}, Use: Use{Op: Operation{Resource: Coupons, Action: List}},
		Granted: expand("shop_coupon"), RoleName: "administrator",
	},
	{
		ID: "uploading-files-is-not-for-keys", Check: "",
		Believed: "Product images need upload_files.",
		Truth: "Creating a product asks publish_products; images by URL ask nothing more, and wp/v2/media does " +
			"not take WooCommerce keys at all.",
		Source: "docs/woocommerce/permissions.md#fact-3, #fact-8, #minimal-sets",
		Use:    Use{Op: Operation{Resource: Products, Action: Create}}, Granted: []string{"upload_files"},
		Instead: []string{"publish_products"},
	},
}
