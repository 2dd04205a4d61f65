<?php
/**
 * Plugin Name: Waybill integration role
 * Description: The role "Waybill integration" with the capabilities an integration needs for orders:read, orders:write, customers:read, customers:write, webhooks, and no others. Makes a user of it on request (Users > Waybill integration). Deactivation removes the role.
 * Version: 1.0.0
 * Requires at least: 5.6
 * Requires PHP: 7.4
 *
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
 * To install: save it as waybill-integration-role.php, put it into wp-content/plugins/ and activate it under
 * Plugins. As an archive (--format plugin-zip) WordPress takes it under Plugins > Add New > Upload Plugin.
 * Then make the user under Users > Waybill integration, and a key of that user with permission Read/Write in
 * WooCommerce > Settings > Advanced > REST API.
 */

if ( ! defined( 'ABSPATH' ) ) {
	exit;
}

// A second copy of this file must not declare the class again.
if ( ! class_exists( 'Waybill_Integration_Role', false ) ) {

	final class Waybill_Integration_Role {

		const ROLE  = 'waybill_integration';
		const TITLE = 'Waybill integration';

		/** Option that remembers what this plugin made: the role, users that had it, the user made on request. */
		const MADE = 'waybill_integration_role_made';

		/** Name of the page under Users, and of the action of its form. */
		const PAGE = 'waybill-integration-role';

		/**
		 * The role, and nothing but these.
		 *
		 * @return array<string, bool>
		 */
		public static function capabilities() {
			return array(
				// orders:read: reading orders, notes and refunds, all of them; without it every list is refused.
				// Opens besides: names, addresses and e-mail addresses of all customers who ordered.
				'read_private_shop_orders' => true,
				// orders:write: creating orders, order notes and refunds, whatever their status.
				// Opens besides: a refund with api_refund sends money back through the payment gateway; a note with
				// customer_note is e-mailed to the customer.
				'publish_shop_orders' => true,
				// orders:write: before WooCommerce 11.0 updating all other orders on order tables without compatibility
				// mode, whose row has the capabilities of blog posts.
				// Opens besides: in wp-admin the unpublished posts of all authors of the blog; in the API before 11.0
				// also receipts and e-mails of every order.
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
				// Opens besides: every user account can be read, administrators included: name, e-mail address,
				// addresses.
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
		}

		public static function start() {
			register_activation_hook( __FILE__, array( __CLASS__, 'activate' ) );
			register_deactivation_hook( __FILE__, array( __CLASS__, 'deactivate' ) );
			add_action( 'init', array( __CLASS__, 'keep' ) );
			add_action( 'admin_menu', array( __CLASS__, 'add_page' ) );
			add_action( 'admin_post_' . self::PAGE, array( __CLASS__, 'make_user' ) );
		}

		/**
		 * Creates the role. Stops the activation when another role has its name: that one is not ours to change.
		 */
		public static function activate() {
			$role = get_role( self::ROLE );
			$made = self::made();
			if ( null !== $role && ! $made['role'] && ! self::is_exact( $role ) ) {
				wp_die(
					esc_html( sprintf( 'There is another role named "%s" already. Delete or rename it, or make this plugin with another name.', self::ROLE ) ),
					'',
					array(
						'response'  => 409,
						'back_link' => true,
					)
				);
			}
			// Here and not at each start: deleting the plugin loads this file once more, and would note the hook anew.
			register_uninstall_hook( __FILE__, array( __CLASS__, 'uninstall' ) );
			$made['role'] = true;
			self::remember( $made );
			self::keep();

			// After a deactivation: those who had the role get it back.
			foreach ( $made['users'] as $id ) {
				$user = get_user_by( 'id', $id );
				if ( $user ) {
					$user->add_role( self::ROLE );
				}
			}
			$made['users'] = array();
			self::remember( $made );
		}

		/**
		 * Creates the role, or corrects it when its capabilities differ, as after an update of this file or on a further
		 * site of a network. Writes to the database only then.
		 */
		public static function keep() {
			$role = get_role( self::ROLE );
			if ( null === $role ) {
				add_role( self::ROLE, self::TITLE, self::capabilities() );
				return;
			}
			if ( self::is_exact( $role ) ) {
				return;
			}
			foreach ( array_diff_key( $role->capabilities, self::capabilities() ) as $capability => $granted ) {
				$role->remove_cap( $capability );
			}
			foreach ( self::capabilities() as $capability => $granted ) {
				$role->add_cap( $capability );
			}
		}

		/**
		 * Takes the role away from its users, whose keys then open nothing, and removes it.
		 *
		 * @param bool $network_wide Whether it is deactivated for a whole network.
		 */
		public static function deactivate( $network_wide = false ) {
			// On this request init has run; nothing may bring the role back.
			remove_action( 'init', array( __CLASS__, 'keep' ) );
			self::on_sites( $network_wide, array( __CLASS__, 'remove_role' ) );
		}

		public static function remove_role() {
			$made          = self::made();
			$made['users'] = array_map( 'intval', get_users( array( 'role' => self::ROLE, 'fields' => 'ID' ) ) );
			$made['role']  = false;
			foreach ( $made['users'] as $id ) {
				get_user_by( 'id', $id )->remove_role( self::ROLE );
			}
			remove_role( self::ROLE );
			self::remember( $made );
		}

		/**
		 * Leaves nothing behind. The user made on request goes too, with his keys, unless he was given another role; on a
		 * network accounts belong to all sites and stay.
		 */
		public static function uninstall() {
			self::on_sites( is_multisite(), array( __CLASS__, 'remove_traces' ) );
		}

		public static function remove_traces() {
			if ( null !== get_role( self::ROLE ) && self::made()['role'] ) {
				self::remove_role();
			}
			$made = self::made();
			$user = $made['user'] ? get_user_by( 'id', $made['user'] ) : false;
			if ( $user && ! $user->roles && ! is_multisite() ) {
				require_once ABSPATH . 'wp-admin/includes/user.php';
				$heirs = get_users( array( 'role' => 'administrator', 'number' => 1, 'orderby' => 'ID', 'fields' => 'ID' ) );
				// What he made, orders among it, goes to an administrator.
				wp_delete_user( $user->ID, $heirs ? (int) $heirs[0] : null );
			}
			delete_option( self::MADE );
		}

		public static function add_page() {
			add_users_page( self::TITLE, self::TITLE, 'create_users', self::PAGE, array( __CLASS__, 'show_page' ) );
		}

		public static function show_page() {
			$users = get_users( array( 'role' => self::ROLE, 'number' => 20 ) );
			echo '<div class="wrap"><h1>' . esc_html( self::TITLE ) . '</h1>';
			self::show_result();
			if ( $users ) {
				echo '<p>' . esc_html( 'Users of this role:' ) . '</p><ul class="ul-disc">';
				foreach ( $users as $user ) {
					echo '<li>' . esc_html( $user->user_login ) . '</li>';
				}
				echo '</ul><p><a class="button" href="' . esc_url( admin_url( 'admin.php?page=wc-settings&tab=advanced&section=keys&create-key=1' ) ) . '">'
					. esc_html( 'Make a key for one of them' ) . '</a> ' . esc_html( 'Choose that user and the permission Read/Write.' ) . '</p>';
			}
			echo '<h2>' . esc_html( 'Make a user of this role' ) . '</h2>';
			echo '<p>' . esc_html( 'The user gets a password that nobody knows: he can act through his key only.' ) . '</p>';
			echo '<form method="post" action="' . esc_url( admin_url( 'admin-post.php' ) ) . '">';
			echo '<input type="hidden" name="action" value="' . esc_attr( self::PAGE ) . '">';
			wp_nonce_field( self::PAGE );
			echo '<p><label>' . esc_html( 'Login' ) . ' <input name="login" required maxlength="60" value="' . esc_attr( 'waybill-integration' ) . '"></label></p>';
			echo '<p><label>' . esc_html( 'E-mail address (may stay empty)' ) . ' <input name="email" type="email"></label></p>';
			submit_button( 'Make the user' );
			echo '</form></div>';
		}

		private static function show_result() {
			// Only shows one of the fixed sentences below; nothing is done.
			$result = isset( $_GET['result'] ) ? sanitize_key( wp_unslash( $_GET['result'] ) ) : ''; // phpcs:ignore WordPress.Security.NonceVerification.Recommended
			$says   = array(
				'made'    => 'The user was made.',
				'exists'  => 'There is a user of this login or e-mail address already. Give him the role under Users instead.',
				'invalid' => 'This login or e-mail address cannot be used.',
				'failed'  => 'The user could not be made.',
			);
			if ( isset( $says[ $result ] ) ) {
				$class = 'made' === $result ? 'notice-success' : 'notice-error';
				echo '<div class="notice ' . esc_attr( $class ) . '"><p>' . esc_html( $says[ $result ] ) . '</p></div>';
			}
		}

		/**
		 * Answers the form.
		 */
		public static function make_user() {
			if ( ! current_user_can( 'create_users' ) ) {
				wp_die( esc_html( 'You are not allowed to make users.' ), '', array( 'response' => 403 ) );
			}
			check_admin_referer( self::PAGE );
			$login  = isset( $_POST['login'] ) ? sanitize_user( wp_unslash( $_POST['login'] ), true ) : '';
			$email  = isset( $_POST['email'] ) ? sanitize_email( wp_unslash( $_POST['email'] ) ) : '';
			$result = self::create_user( $login, $email );
			wp_safe_redirect( add_query_arg( array( 'page' => self::PAGE, 'result' => $result ), admin_url( 'users.php' ) ) );
			exit;
		}

		/**
		 * Makes a user of the role.
		 *
		 * @param string $login Login name.
		 * @param string $email E-mail address, or an empty string.
		 * @return string made, exists, invalid or failed.
		 */
		public static function create_user( $login, $email ) {
			if ( '' === $login || ! validate_username( $login ) ) {
				return 'invalid';
			}
			if ( username_exists( $login ) || ( '' !== $email && email_exists( $email ) ) ) {
				return 'exists';
			}
			self::keep();
			$id = wp_insert_user(
				array(
					'user_login'   => $login,
					'user_email'   => $email,
					'user_pass'    => wp_generate_password( 48, true, true ),
					'display_name' => self::TITLE,
					'role'         => self::ROLE,
				)
			);
			if ( is_wp_error( $id ) ) {
				return 'failed';
			}
			$made         = self::made();
			$made['user'] = $made['user'] ? $made['user'] : (int) $id;
			self::remember( $made );
			return 'made';
		}

		private static function is_exact( WP_Role $role ) {
			$has   = array_keys( array_filter( $role->capabilities ) );
			$wants = array_keys( self::capabilities() );
			sort( $has );
			sort( $wants );
			return $has === $wants && count( $role->capabilities ) === count( $has );
		}

		/**
		 * Calls a function on this site, or on each site of the network.
		 *
		 * @param bool     $all      Whether on each site.
		 * @param callable $callback The function.
		 */
		private static function on_sites( $all, $callback ) {
			if ( ! $all || ! is_multisite() ) {
				call_user_func( $callback );
				return;
			}
			foreach ( get_sites( array( 'fields' => 'ids', 'number' => 0 ) ) as $id ) {
				switch_to_blog( (int) $id );
				call_user_func( $callback );
				restore_current_blog();
			}
		}

		private static function made() {
			$made = get_option( self::MADE, array() );
			return array_merge(
				array(
					'role'  => false,
					'users' => array(),
					'user'  => 0,
				),
				is_array( $made ) ? $made : array()
			);
		}

		private static function remember( array $made ) {
			update_option( self::MADE, $made, false );
		}
	}

	Waybill_Integration_Role::start();
}
