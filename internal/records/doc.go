// Package records reads what Waybill holds of stores: the records of their mirrors, and the log of what was observed to
// change. It is what every face reads by.
//
//   - A [Reader] never asks a store and changes nothing, so it works beside any number of processes that do.
//   - A [Log] shows changes in the order of their numbers, each once; whoever sees number n was able to see everything
//     below it.
//   - An order is found by its id and by the number that people see. Where a word could mean two orders nothing is
//     guessed: the error names both.
//
// The package knows no store on the net, no writes and no jobs.
//
//	id, err := reader.Order(ctx, store, "#1043", records.ByEither)
//	record, err := reader.Record(ctx, store, storage.Ref{Resource: storage.Orders, ID: id})
package records
