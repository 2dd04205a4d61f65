// Package schema knows what WooCommerce takes when a record is written: every member at every depth, the kind of its
// value, and the version that introduced the member. It also knows the members that the store shows but ignores in a
// write without an error.
//
// The package knows nothing of the members that a store's plugins add. It consists of data (members.txt) and functions,
// and must not know writes, stores or HTTP.
//
//	orders, _ := schema.Of("orders")
//	lines := orders.Find("line_items")
//	lines.Find("price").Computed              // true: passed over
//	lines.Suggest("qty")                      // "quantity"
package schema
