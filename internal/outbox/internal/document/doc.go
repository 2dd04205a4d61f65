// Package document takes the JSON text of a record apart without changing a digit of it: into members, into leaves by
// path ("billing.first_name", "line_items[17].quantity"), and says whether two values are the same or one covers the
// other. It knows how WooCommerce merges lists and writes numbers, and nothing of writes.
package document
