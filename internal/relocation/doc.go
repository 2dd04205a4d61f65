// Package relocation moves an installation from one database to another: stores with their sealed keys, mirrors, the
// log of changes with its numbers, cursors, and writes that wait.
//
// # No write is sent twice
//
// At no moment are both databases open for work. The other database is marked as being filled before anything else, and
// cannot be opened until the end; then the first one is closed by its own means, and stays closed: no process can claim
// a write there any more, not even one that has it open. A write that a process was sending at that moment goes over as
// being sent: the other database's first claim finds it so, and looks for it on the store as after a kill.
//
// # It may die anywhere
//
// Rows and the place behind them are kept in one transaction of the other database, and the first one does not change
// any more, so that a second run goes on where the first ended. At the end every row of every table is compared, by
// hash, in both databases; only when they are equal the other one is opened.
//
// It knows no database and not what the rows mean.
//
//	report, err := relocation.Run(ctx, from, to, relocation.Options{From: "shop.db", To: "postgres://db/waybill"})
package relocation
