// Package volatile decides whether two readings of a record are the same, and learns which members a store shows
// differently on each reading although nothing changed.
//
// A plugin may show a member that is another on every reading of the same record: a signed link that expires, a nonce.
// Followed as it stands, it would rewrite every record in every round and never be equal. So it is learned by what is
// seen, never by its name, and from then on neither makes a change nor counts as a difference; people are told.
//
// To learn wrongly would mute a member that really changes. Hence:
//
//   - The proof is three readings in close succession, past every cache, of several records whose dates stand still.
//     Each value at the place must be another in each reading, in every record that has one.
//   - What differs but now and then, such as a link signed for an hour, is only learned as arguments of an address that
//     stays the same, and after it was seen to move in every record at once on three occasions.
//   - Of an address that differs in its arguments alone, only these are left out. That the member is there always
//     counts.
//   - What an integration acts on (status, amounts, stock, dates, ids) is never left out, however it behaves.
//   - What was learned must be proved again after a week, and is forgotten when it stands still (still.go).
//
// It reads samples of records and keeps what it learned through its owner. It must not know what is done with a record
// that changed.
//
//	watch := volatile.New(store, db, time.Second)
//	same := watch.Same.Content(storage.Orders, held.Raw, read.Raw)
package volatile
