// Package reviews is what customers say of the products of a shop, with stars.
//
// It guarantees that a product shows the average rating of its approved reviews. It stands above orders for two
// reasons. A review shows whether its author bought the product. And notes on orders are comments like reviews:
// WordPress limits how fast a person may post either.
//
//	for review := range s.reviews.Reviews.All() { … }
package reviews
