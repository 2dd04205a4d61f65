// Package follow says what has to be read again because a record changed: the products, variations, coupons and
// customer of an order, the orders that repeat a product, the terms that count it.
//
// It guarantees to name too much rather than too little: a mark costs a request, a missing one a difference.
//
// It decides from two readings of a record and asks nobody.
//
//	marks := follow.TermsTouched(before, after)
package follow
