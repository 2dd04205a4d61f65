// Package postgres keeps Waybill's data in a PostgreSQL database, for more than one process: any number of them may
// read, pull and send at the same time. It implements the port of internal/storage, as storage/sqlite does
// for one file, and passes the same suite.
//
// # One transaction a store
//
// Every transaction that writes something of a store first locks the store's row, so that pages, outcomes and accepted
// writes of one store never come between each other, in whichever processes they are made. Stores do not wait for each
// other, but for one thing:
//
// # Numbers of changes
//
// Whoever sees change n must have been able to see every change below n. PostgreSQL's sequences do not give that: a
// transaction that took 7 may commit after one that took 8. So numbers are taken under a lock that all writers of the
// database share (the row of change_lock), as the last thing before the commit, and the lock falls with it.
//
// # JSON keeps its text
//
// records.raw has the type json, which keeps the text it is given; jsonb would reorder members, drop repeated ones and
// change numbers. Its functions refuse a whole document for one \u0000 or half a surrogate pair, and no type but bytea
// takes bytes that are not UTF-8. Such a record is kept exactly in records.exact, and readable in raw, so that no
// record of a shop breaks a question about the others.
//
// # What survives what
//
// Every commit waits for the disk. A killed process loses nothing that was committed, nor does the server of the
// database. Connections that break are made again; what was under way fails with an error that [Passes] knows.
//
// No transaction is held while a store is asked: the interfaces give transactions to functions of this house only, and
// PostgreSQL ends one that idles (idle_in_transaction_session_timeout).
//
// The schema is a public interface, documented in docs/schema.md.
//
//	db, err := postgres.Open(ctx, "postgres://waybill@db.example/waybill", postgres.Options{})
//	if err != nil { … }
//	defer db.Close()
//	store, err := db.StoreByName(ctx, "shop")
package postgres
