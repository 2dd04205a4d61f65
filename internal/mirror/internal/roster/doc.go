// Package roster says as data which kinds of records the mirror follows, and how a store lists each kind. Collections
// are listed in pages and followed record by record. Families belong to a parent and are listed below it. Lists are
// small and read whole.
//
// Each way of listing a kind is described once: where it is listed, the parameters by which its lists can select, and
// which of its fields are cheap. Refunds are listed in two ways: for all orders, as a collection, and below one order,
// as a family.
//
// The package sends no requests and keeps nothing. Package mirror decides how a kind is followed.
//
//	for _, c := range roster.Collections {
//		fmt.Println(c.Resource, c.Path())
//	}
package roster
