// Package document parses the JSON text of a record without changing a digit of it: into members, and into leaves by
// path ("billing.first_name", "line_items[17].quantity"). It also says whether two values are the same, or one covers
// the other. The package knows how WooCommerce merges lists and writes numbers. It knows nothing of writes.
package document
