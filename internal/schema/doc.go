// Package schema knows what WooCommerce takes when a record is written: every member at every depth, what kind of value
// it wants, since which version, and which members the store shows but passes over in a write without a word.
//
// It guarantees nothing about a store's plugins: they add members of their own, which are known by the store's own word
// only. It is pure data (members.txt) and functions; it must not know writes, stores or HTTP.
//
//	orders, _ := schema.Of("orders")
//	lines := orders.Find("line_items")
//	lines.Find("price").Computed              // true: passed over
//	lines.Suggest("qty")                      // "quantity"
package schema
