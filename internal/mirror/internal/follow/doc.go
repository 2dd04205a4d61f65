// Package follow says what has to be read again because a record changed: the products, variations, coupons and
// customer of an order, the orders that repeat a product, the terms that count it.
//
// In doubt it names too much: a needless mark costs a request, and a missing mark leaves a difference.
//
// The package decides from two readings of a record and sends no requests.
//
//	marks := follow.TermsTouched(before, after)
package follow
