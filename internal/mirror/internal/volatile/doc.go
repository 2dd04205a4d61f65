// Package volatile decides whether two readings of a record are the same, and learns which members a store shows
// differently on each reading although nothing changed.
//
// A plugin may show a member whose value is another on every reading of the same record: a signed link that expires, a
// nonce. Such a member would make every record a change in every round, and verify would never find it equal. So the
// package learns the member from its behaviour, never from its name. From then on the member neither makes a change nor
// counts as a difference, and people are told.
//
// A wrong lesson would hide the changes of a member that really changes. Hence:
//
//   - The proof is three readings in close succession, past every cache, of several records whose dates stand still.
//     Each value at the place must be another in each reading, in every record that has one.
//   - A value that differs only now and then, such as a link signed for an hour, is learned only as arguments of an
//     address that stays the same. It must first have been seen to change in every record at once on three occasions.
//   - If an address differs in its arguments alone, only the arguments are left out. Whether the member exists is
//     always compared.
//   - A member that integrations act on (status, amounts, stock, dates, ids) is never left out, however it behaves.
//   - A learned member must be proved again after a week, and is forgotten when it stops changing (still.go).
//
// The package reads samples of records, and its owner keeps what was learned. It must not know what is done with a
// record that changed.
//
//	watch := volatile.New(store, db, time.Second)
//	same := watch.Same.Content(storage.Orders, held.Raw, read.Raw)
package volatile
