// Package verify compares a whole store with its mirror, record by record, and changes neither.
//
// It calls only those records equal that it has compared. The report names, with a reason, what the key may not read,
// what the store only counts, and what cannot be compared. A record that differs is asked for once more, so that a
// change made meanwhile is no difference.
//
// The package knows how a store is read (shown) and which readings are the same (volatile). It does not know how the
// mirror is filled.
//
//	report, err := verify.Run(ctx, verify.Sides{Store: store, Mirror: db, Watch: watch, …}, verify.Options{})
package verify
