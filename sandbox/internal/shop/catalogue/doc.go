// Package catalogue is what a shop sells: products, variations, attributes, categories and other terms, images.
//
// It guarantees that what products show of each other (the prices and the stock of a variable product, the counts of a
// category) is right when the request is over. It must not know orders or reviews. The room of reviews reports ratings
// ([Clerk.Rate]) and hears when a product goes ([Store.OnRemovedProduct]).
//
//	product, ok := s.catalogue.Products.Get(id)
//	left := s.catalogue.As(actor).AdjustStock(product, -2)
package catalogue
