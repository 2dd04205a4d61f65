// Package reading parses a record as a store showed it: its head (storage.ReadHead), and the parts that lead to other
// records. Those are the lines and refunds of an order, the terms of a product, and what order lines repeat of a
// product.
//
// The record's text stays as it was. One pass over its outermost members is enough, because the package runs for every
// record of a first copy.
//
// The package sends no requests and keeps nothing. It knows JSON and the types of package storage.
//
//	r, err := reading.Of(storage.Orders, raw)
//	for _, product := range reading.IDsIn(r.Items, "product_id") { … }
package reading
