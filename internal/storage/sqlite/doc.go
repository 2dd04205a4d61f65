// Package sqlite keeps Waybill's data in one SQLite file. It implements the port of internal/storage, and passes the
// same suite as storage/postgres.
//
// # Several processes, one writer each
//
// Any number of processes may work on one file. Every one that writes ([Open]) shares a lock on "<path>.lock". Opening
// and closing happen one process at a time; who finds itself alone then brings the schema up to date and frees what
// killed processes held. A process of another version in the way of that is a *problem.Problem with code data_in_use.
// [OpenReader] takes no lock: commands that only look (orders list, changes, export, sql) may run at any time, also
// while a sync runs, and see the last committed state.
//
// Inside a process all writes go through one connection ([DB.Writer]), which the job engine shares: River wants a pool
// with one connection, and two writers would only wait for each other. So whoever holds a transaction may ask neither
// for another one ([DB.Within]) nor for anything of the job engine that is not given the transaction: it would wait for
// itself. Reads use a pool of their own and never wait for a writer.
//
// # What survives what
//
// The file is in WAL mode. A killed process loses nothing that was committed. After a power cut the database is whole,
// but the last transactions may be missing, except those of [DB.Within], which returns only when the disk has them. The
// mirror makes do with [DB.WithinRelaxed]: a lost page is read again, because its cursor was in the same transaction.
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
