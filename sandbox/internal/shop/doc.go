// Package shop is the domain of the store in memory: what WooCommerce keeps
// in its database and what it does when a record is created, changed or
// removed.
//
// It guarantees that a [Store] is one consistent state behind one mutex:
// every request sees the result of the requests before it, whole. Identifiers
// are handed out as WordPress does (posts of all kinds share one counter,
// order items, their meta, comments, users and terms each have their own), so
// that a scenario played twice gives the same numbers.
//
// Money is computed as WooCommerce computes it: in binary floating point,
// rounded half up at the places WooCommerce rounds, and shown as decimal
// strings. See money.go for the rules.
//
// The package must not know HTTP transport, authentication or routing: it
// answers parsed requests of package rest. It must not read the wall clock;
// time comes from the store's clock.
//
//	s := shop.New(shop.Config{Home: "https://shop.example.test"})
//	s.Update(func(s *shop.Store) { s.Products.Insert(&shop.Product{ID: s.NextPostID(), Name: "Album"}) })
package shop
