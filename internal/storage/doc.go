// Package storage is the only way to the database. It defines the words that all rooms share for what is kept (a
// connected [Store], a mirrored [Record], an observed [Change], a [Write], a [Turn] of the calendar). It also defines
// the port that a database offers for them, by noun: [Reader] reads, [Database] also changes, in transactions ([Tx])
// over all nouns. storage/sqlite and storage/postgres implement the port, storage/storagetest is the suite that each of
// them passes, and ledger decides what enters it.
//
// It holds no logic of a database: only data, their invariants, the errors that an implementation returns, and what an
// implementation promises. It must not know SQL, HTTP or any other package of ours except problem.
//
// Times in this package are instants in UTC; a zero time means "the store did not say". Identifiers of records are the
// store's own. A record's JSON is the store's text and is never rewritten.
//
//	change := storage.Change{Ref: storage.Ref{Resource: storage.Orders, ID: 46}, Kind: storage.Created}
//	fmt.Println(change.Ref) // orders/46
package storage
