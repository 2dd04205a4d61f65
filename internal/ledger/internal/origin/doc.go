// Package origin decides whose doing a change of a store's record is, and which reading of a record is too early to be
// believed. Pull and push meet here: a pull comes across our own writes, and a write's answer comes across other
// people's edits.
//
// The decisions are pure functions of [Facts], which the caller fetches before, in one transaction under the lock of
// the store. Nothing is remembered between decisions, so that any number of processes decide alike.
//
// A two-way integration can rely on this:
//
//   - The integration's own write is announced as its own, whichever comes first, the answer or a pull that reads the
//     record.
//   - Somebody else's edit is announced as foreign, also when it came together with a write of ours. In doubt a change
//     is foreign: the integration looks at the record and finds nothing to do.
//   - What a settled write put into the mirror is not taken back by a reading that was made before it.
//
// The package knows the outbox's writes and rules, and neither a database nor a store.
package origin
