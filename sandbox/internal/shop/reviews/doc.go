// Package reviews is what customers say of the products of a shop, with stars.
//
// It guarantees that a product shows the rating that its approved reviews come to. It stands above orders, because a
// review shows whether its author bought the product, and because notes on orders and reviews are comments alike, of
// which nobody may post too many in a row.
//
//	for review := range s.reviews.Reviews.All() { … }
package reviews
