// Package storage holds the words every part of Waybill that keeps something agrees on: a connected [Store], a mirrored
// [Record], an observed [Change], a pull's [Cursor]. It is the one database seam of the house: the packages that do
// work (mirror, outbox, service) declare the small interfaces they need in terms of these types, storage/sqlite
// implements them, and storage/storagetest is the conformance suite every implementation passes.
//
// It guarantees nothing by itself and does nothing: data types, their invariants, and the errors an implementation
// returns. It must not know SQL, HTTP or any other package of ours except problem.
//
// Times in this package are instants in UTC; a zero time means "the store did not say". Identifiers of records are the
// store's own. A record's JSON is the store's text and is never rewritten.
//
//	change := storage.Change{Ref: storage.Ref{Resource: storage.Orders, ID: 46}, Kind: storage.Created}
//	fmt.Println(change.Ref) // orders/46
package storage
