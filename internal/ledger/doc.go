// Package ledger enters three things into a database: what was read of a store, what a store answered to a write, and
// what people and programs want written. Each is one transaction under the store's lock.
//
// It implements what mirror and outbox declare, on any [storage.Database]: the database fetches and keeps,
// internal/origin decides whose doing a change is and which reading is too early, and package ledger puts the steps in
// order.
//
// The package guarantees:
//
//   - A record, the change that announces it, its count and the place behind it in the store are kept together or not
//     at all. A record whose content is what the mirror holds leaves no trace.
//   - A claim that was superseded by a newer one writes nothing: the error is [storage.ErrFenced].
//   - An accepted write, the store that is woken for it, and the writes that it makes pointless are one transaction; so
//     are the outcome of a write and its effect on the mirror.
//
// The package must not know HTTP, the job engine, or a database's dialect.
//
//	l := ledger.New(db)
//	m := mirror.New(l, mirror.Options{})
//	box := outbox.New(l, outbox.Options{})
package ledger
