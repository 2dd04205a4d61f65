# <?php // For functions.php: paste below its last line. (There this line is a comment; it stays as it is.)

/*
 * Role "Waybill integration" for orders:read, orders:write, customers:read, customers:write, webhooks.
 * The smallest role for that with order tables (HPOS) without compatibility mode, WooCommerce 9.9 or newer
 * (measured up to 11.0.1).
 *
 * - Made to serve every version since WooCommerce 9.9, also after a change. It can do without
 *   edit_others_posts, edit_posts from WooCommerce 11.0 on (--wc 11.0.1).
 * - edit_posts, edit_others_posts belong to the blog's posts and are needed because WooCommerce registers the
 *   placeholders of its order tables with the capabilities of posts, and before 11.0 changing an order asks
 *   for them. Who does not want that switches on compatibility mode (WooCommerce > Settings > Advanced >
 *   Features) and makes the role with --storage hpos-sync.
 * - If a plugin registers order statuses as public or private, orders in them ask for more on WooCommerce
 *   11.0 (--plugin-statuses).
 * - customers:write is for single requests. customers/batch asks promote_users besides, which lets a user
 *   give roles to others.
 * - E-mail and password can be changed only of users of role customer or subscriber or without role.
 * - manage_woocommerce is needed for webhooks and opens all settings. An integration that polls does without
 *   webhooks.
 *
 * Afterwards make a user of this role, and a key of that user with permission Read/Write in WooCommerce >
 * Settings > Advanced > REST API.
 * To take the role away again: delete this snippet, then run remove_role( 'waybill_integration' ) once.
 */
if ( ! function_exists( 'waybill_integration_role' ) ) {

	/**
	 * Creates the role, and corrects it when its capabilities differ from this list. Writes to the database only then.
	 */
	function waybill_integration_role() {
		$capabilities = array(
			// orders:read: reading orders, notes and refunds, all of them; without it every list is refused.
			// Opens besides: names, addresses and e-mail addresses of all customers who ordered.
			'read_private_shop_orders' => true,
			// orders:write: creating orders, order notes and refunds, whatever their status.
			// Opens besides: a refund with api_refund sends money back through the payment gateway; a note with
			// customer_note is e-mailed to the customer.
			'publish_shop_orders' => true,
			// orders:write: before WooCommerce 11.0 updating all other orders on order tables without compatibility
			// mode, whose row has the capabilities of blog posts.
			// Opens besides: in wp-admin the unpublished posts of all authors of the blog; in the API before 11.0 also
			// receipts and e-mails of every order.
			'edit_others_posts' => true,
			// orders:write: before WooCommerce 11.0 updating orders of its own on order tables without compatibility
			// mode, whose row has the capabilities of blog posts.
			// Opens besides: lets the user into wp-admin, with drafts of his own in the blog.
			'edit_posts' => true,
			// orders:write: updating orders of others, before WooCommerce 11.0 not on order tables without
			// compatibility mode; on every store the permission to use orders/batch at all.
			// Opens besides: receipts and e-mails of every order, before WooCommerce 11.0 not on order tables without
			// compatibility mode; in wp-admin the WooCommerce menu.
			'edit_others_shop_orders' => true,
			// orders:write: updating orders of its own; before WooCommerce 11.0 not on order tables without
			// compatibility mode.
			// Opens besides: order notes with added_by_user show the user's name; in wp-admin the order screens'
			// actions.
			'edit_shop_orders' => true,
			// customers:read: reading customers.
			// Opens besides: every user account can be read, administrators included: name, e-mail address, addresses.
			'list_users' => true,
			// customers:write: creating customers, since WooCommerce 9.9.
			'create_customers' => true,
			// customers:write: updating customers.
			// Opens besides: name and addresses of every user, administrators included; e-mail and password of users
			// of role customer or subscriber or without role; in wp-admin every account but the administrators'.
			'edit_users' => true,
			// webhooks: webhooks, settings, payment gateways, taxes, shipping, data, system status, fulfilments of
			// orders.
			// Opens besides: all of them at once, for writing too: payment gateways, tax rates, every tool of system
			// status, the one that resets all roles included; lets the user into wp-admin, with all settings of the
			// shop and keys for other users.
			'manage_woocommerce' => true,
		);

		$role = get_role( 'waybill_integration' );
		if ( null === $role ) {
			add_role( 'waybill_integration', 'Waybill integration', $capabilities );
			return;
		}
		foreach ( array_diff_key( $role->capabilities, $capabilities ) as $capability => $granted ) {
			$role->remove_cap( $capability );
		}
		foreach ( $capabilities as $capability => $granted ) {
			if ( empty( $role->capabilities[ $capability ] ) ) {
				$role->add_cap( $capability );
			}
		}
	}

	// A tool that runs snippets late, or by hand, comes after init.
	if ( did_action( 'init' ) ) {
		waybill_integration_role();
	} else {
		add_action( 'init', 'waybill_integration_role' );
	}
}
