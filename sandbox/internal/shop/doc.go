// Package shop is the domain of the store in memory: what WooCommerce keeps in its database and what it does when a
// record is created, changed or removed.
//
// A shop has rooms, each a package below this one that knows only those before it: core; form, taxes and customers;
// catalogue; shipping and coupons; orders; reports and settings; system. Each has a Store of its own, with its tables,
// its rules and the controllers of its routes. This package puts them together.
//
// It guarantees that a [Store] is one consistent state behind one mutex: every request sees the whole result of every
// request before it.
//
// The package and its rooms must not know HTTP transport, authentication or routing: they answer parsed requests of
// package rest. They must not read the wall clock; time comes from the store's clock.
//
//	s := shop.New(shop.Config{Home: "https://shop.example.test"})
//	s.Update(func(s *shop.Store) {
//		s.Catalogue.Products.Insert(&catalogue.Product{ID: s.NextPostID(), Name: "Album"})
//	})
package shop
