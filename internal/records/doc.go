// Package records reads what Waybill holds of stores: the records of their mirrors, and the log of observed changes.
// The command line, the API and the dashboard read through it.
//
//   - A [Reader] never asks a store and changes nothing, so it works beside any number of processes that do.
//   - A [Log] shows changes in the order of their numbers, each once; a reader that sees number n was able to see every
//     lower number.
//   - An order is found by its id and by the number that people see. When a word could mean two orders, the error names
//     both.
//
// The package must not know the network, writes or jobs.
//
//	id, err := reader.Order(ctx, store, "#1043", records.ByEither)
//	record, err := reader.Record(ctx, store, storage.Ref{Resource: storage.Orders, ID: id})
package records
