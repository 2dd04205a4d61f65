// Package roster is what kinds of records the mirror follows and how a store lists each, as data: collections are
// listed in pages and followed record by record, families belong to a parent and are listed below it, lists are small
// and read whole.
//
// It guarantees that each way of listing a kind stands here once: where it is listed, what its lists can select by,
// which of its fields are cheap, which record of an answer is which. Refunds are listed in two ways: of all orders, as
// a collection, and below one order, as a family.
//
// It asks nobody and keeps nothing. How a kind is followed is decided above.
//
//	for _, c := range roster.Collections {
//		fmt.Println(c.Resource, c.Path())
//	}
package roster
