// Package sqlite keeps Waybill's data in one SQLite file. It implements the small interfaces that mirror, outbox and
// service declare, in terms of the types of package storage.
//
// # One writer, many readers
//
// [Open] takes an exclusive lock on "<path>.lock" for as long as the database is open, so that only one process pulls,
// pushes and runs jobs on it; a second one gets a *problem.Problem with code data_in_use that names the holder.
// [OpenReader] takes no lock: commands that only look (orders list, changes, export, sql) may run at any time, also
// while a sync runs, and see the last committed state.
//
// Inside the process all writes go through one connection ([DB.Writer]), which the job engine shares: River wants a
// pool with one connection, and two writers would only wait for each other. Therefore nobody may call [DB.Write], or
// anything of the job engine that is not given the transaction, while holding a transaction: it would wait for itself.
// Reads use their own pool and never wait for a writer.
//
// # What survives what
//
// The file is in WAL mode. A killed process loses nothing that was committed. After a power cut the database is whole,
// but the last transactions may be missing, except those made by [DB.WriteDurable], which returns only when the disk
// has them. The mirror does not need that: a lost page is read again, because its cursor was in the same transaction.
// So that a number of the change log is never given twice, opening a database that was not closed leaves a gap in the
// numbers.
//
// The schema is a public interface, documented in docs/schema.md.
//
//	db, err := sqlite.Open(ctx, filepath.Join(dir, "waybill.db"), sqlite.Options{})
//	if err != nil { … }
//	defer db.Close()
//	store, err := db.StoreByName(ctx, "shop")
package sqlite
