#!/bin/sh
# Role 'Waybill integration' for orders:read, orders:write, customers:read, customers:write, webhooks.
# The smallest role for that with order tables (HPOS) without compatibility mode, WooCommerce 10.0.2.
# - edit_posts, edit_others_posts belong to the blog's posts and are needed because WooCommerce registers the
#   placeholders of its order tables with the capabilities of posts. Who does not want that switches on
#   compatibility mode (WooCommerce > Settings > Advanced > Features) and makes the role with --storage
#   hpos-sync.
# - customers:write is for single requests. customers/batch asks promote_users besides, which lets a user give
#   roles to others.
# - E-mail and password can be changed only of users of role customer or subscriber or without role.
# - manage_woocommerce is needed for webhooks and opens all settings. An integration that polls does without
#   webhooks.
# Run it in the folder of WordPress. Running it again gives the same role. On a multisite network add --url=SITE to
# each command.
set -e

# A role of this name is made anew, so that it has exactly these capabilities; its users keep it.
if wp role exists waybill_integration > /dev/null 2>&1; then
	wp role delete waybill_integration
fi
wp role create waybill_integration 'Waybill integration'

# orders:read: reading orders, notes and refunds, all of them; without it every list is refused.
# Opens besides: names, addresses and e-mail addresses of all customers who ordered.
wp cap add waybill_integration read_private_shop_orders

# orders:write: creating orders, order notes and refunds, whatever their status.
# Opens besides: a refund with api_refund sends money back through the payment gateway; a note with
# customer_note is e-mailed to the customer.
wp cap add waybill_integration publish_shop_orders

# orders:write: updating all other orders on order tables without compatibility mode, whose row has the
# capabilities of blog posts.
# Opens besides: in wp-admin the unpublished posts of all authors of the blog; in the API also receipts and
# e-mails of every order.
wp cap add waybill_integration edit_others_posts

# orders:write: updating orders of its own on order tables without compatibility mode, whose row has the
# capabilities of blog posts.
# Opens besides: lets the user into wp-admin, with drafts of his own in the blog.
wp cap add waybill_integration edit_posts

# orders:write: using orders/batch, which asks this before it looks at an item.
# Opens besides: in legacy storage and in compatibility mode also receipts and e-mails of every order; in
# wp-admin the WooCommerce menu.
wp cap add waybill_integration edit_others_shop_orders

# customers:read: reading customers.
# Opens besides: every user account can be read, administrators included: name, e-mail address, addresses.
wp cap add waybill_integration list_users

# customers:write: creating customers, since WooCommerce 9.9.
wp cap add waybill_integration create_customers

# customers:write: updating customers.
# Opens besides: name and addresses of every user, administrators included; e-mail and password of users of
# role customer or subscriber or without role; in wp-admin every account but the administrators'.
wp cap add waybill_integration edit_users

# webhooks: webhooks, settings, payment gateways, taxes, shipping, data, system status.
# Opens besides: all of them at once, for writing too: payment gateways, tax rates, every tool of system
# status, the one that resets all roles included; lets the user into wp-admin, with all settings of the shop
# and keys for other users.
wp cap add waybill_integration manage_woocommerce

# A user of this role, unless there is one; nobody learns the password that WordPress makes up. Then make a key of
# this user with permission Read/Write in WooCommerce > Settings > Advanced > REST API.
#   wp user create waybill-integration integration@shop.example --role=waybill_integration --porcelain
# To take everything away again:
#   wp user delete waybill-integration --reassign=1
#   wp role delete waybill_integration
