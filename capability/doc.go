// Package capability is the permission model of the WooCommerce REST API as data: which primitive WordPress
// capabilities an operation asks for, what a list of capabilities opens and lacks, and which role is the smallest that
// serves a set of scopes.
//
// WordPress asks in two steps. A controller calls a guard ("may this user edit a shop_order?"), and the guard turns the
// question into primitive capabilities, for a single record by looking at the row of wp_posts with its id
// (map_meta_cap). The package holds both steps as small tables (guards.go, posttypes.go, rules.go) with their sources.
// So what an order asks for follows from its row in wp_posts. Under order tables without sync that row is a
// placeholder, and a placeholder asks for the capabilities of blog posts. That is why a user with all capabilities of
// orders cannot edit one order on a default store before WooCommerce 11.0. Since 11.0 WooCommerce answers for such
// orders in WordPress' place (ordercaps.go).
//
// # Guarantees
//
//   - For all operations of the measured oracle (WordPress 6.8.2 with WooCommerce 10.0.2, WordPress 7.1 with
//     WooCommerce 11.0.1) the model gives the measured capabilities, statuses and codes, in every measured order
//     storage state and for every measured role. testdata holds the measurements, oracle_test.go the comparison.
//   - Pure: no input or output, no clock, no global state that changes. All functions may be called concurrently.
//
// # What it must not know
//
// HTTP, a store's data, and the other packages of Waybill. It imports none of them.
//
// # Example
//
//	site := capability.Site{Storage: capability.HPOS, Version: capability.Measured}
//	caller := capability.Caller{Caps: capability.NewSet("edit_shop_orders", "edit_others_shop_orders")}
//	answer := site.Decide(caller, capability.Operation{Resource: capability.Orders, Action: capability.Update},
//		site.Order(capability.CreatedByOther))
//	// answer.Allowed == false, answer.Missing == [edit_others_posts], answer.Code == woocommerce_rest_cannot_edit
package capability
