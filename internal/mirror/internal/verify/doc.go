// Package verify holds a whole store against its mirror, record by record, and changes neither.
//
// It guarantees that "equals" is said of what was compared and of nothing else: what the key may not read, what the
// store only counts, and what cannot be compared is in the report with its reason. A record that differs is asked for
// once more, so that a change made meanwhile is no difference.
//
// It knows how a store is read (shown) and which readings are the same (volatile), and nothing of how the mirror is
// filled.
//
//	report, err := verify.Run(ctx, verify.Sides{Store: store, Mirror: db, Watch: watch, …}, verify.Options{})
package verify
