// Package writes is what people and programs do with the outbox: look at writes, make them of what a row names, submit
// them, and decide about those that wait for a person. How a write is carried out is in package outbox.
//
//   - Once [Submitter.Submit] has returned without an error, the writes are on disk, their store is due, and each takes
//     effect exactly once or ends with a reason. Either all are accepted or none.
//   - What a row names by SKU, by e-mail address or by an order's number is one record, or the error names all that it
//     could be.
//   - [Outcome] is the error for a caller that waited for a write, the same on the command line and in the API.
//
// Types say what one may do: a [Viewer] looks at writes, a [Drafter] also asks stores, only a [Submitter] changes
// anything. The package sends nothing and knows no jobs: the ledger wakes the stores.
package writes
