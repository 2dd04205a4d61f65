// Package storage is the one database seam of the house: the words every part of Waybill that keeps something agrees on
// (a connected [Store], a mirrored [Record], an observed [Change], a [Write], a [Turn] of the calendar), and the port
// that a database offers for them, by noun: [Reader] looks, [Database] also changes, in transactions ([Tx]) that span
// the nouns. storage/sqlite and storage/postgres implement the port, storage/storagetest is the suite that each of them
// passes, and ledger decides what enters it.
//
// It does nothing by itself: data, their invariants, the errors an implementation returns, and what an implementation
// promises. It must not know SQL, HTTP or any other package of ours except problem.
//
// Times in this package are instants in UTC; a zero time means "the store did not say". Identifiers of records are the
// store's own. A record's JSON is the store's text and is never rewritten.
//
//	change := storage.Change{Ref: storage.Ref{Resource: storage.Orders, ID: 46}, Kind: storage.Created}
//	fmt.Println(change.Ref) // orders/46
package storage
