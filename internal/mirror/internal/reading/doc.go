// Package reading takes a record apart as a store showed it: its head (storage.ReadHead), and the parts that lead to
// other records: the lines and refunds of an order, the terms of a product, what lines repeat of a product.
//
// It guarantees that the record's text stays as it was, and that one look over its outermost members is enough: it runs
// for every record of a first copy.
//
// It asks nobody and keeps nothing: it knows JSON and the words of storage.
//
//	r, err := reading.Of(storage.Orders, raw)
//	for _, product := range reading.IDsIn(r.Items, "product_id") { … }
package reading
