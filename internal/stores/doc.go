// Package stores connects stores, and changes or ends the connection: connect, rekey, move, adopt what the doctor found
// to work, pause, resume, remove.
//
//   - A store that did not answer with the key is not saved: every connected store has worked once.
//   - The calendar changes in the same transaction: connecting enrols a store, resuming wakes it, and removing takes it
//     out.
//   - A key goes to the address that a person gave. It goes to another address only after that has proved to be the
//     same shop.
//
// Types say what one may do: a [Finder] looks stores up, an [Examiner] asks them, only a [Connector] changes anything.
// The package knows no records, no mirror and no writes.
package stores
