// Package relocation moves an installation from one database to another: stores with their sealed keys, mirrors, the
// log of changes with its numbers, cursors, and writes that wait.
//
// # No write is sent twice
//
// At no moment are both databases open for work. The new database is first marked as being filled, and cannot be opened
// until the end of the move. Then the old database is closed, and stays closed: no process can claim a write there any
// more, not even a process that has the database open. A write that a process was sending at that moment is moved in
// the state Sending. The new database's first claim finds such a write and looks for it on the store, as after a kill.
//
// # A move may be killed at any moment
//
// Rows and the place behind them are saved in one transaction of the new database. The old database does not change any
// more, so that a second run continues where the first ended. At the end every row of every table is compared, by hash,
// in both databases. The new database is opened only when all rows are equal.
//
// The package knows no particular database, nor what the rows mean.
//
//	report, err := relocation.Run(ctx, from, to, relocation.Options{From: "shop.db", To: "postgres://db/waybill"})
package relocation
