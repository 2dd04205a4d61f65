// Package intake turns files of people into writes: a JSON object, a JSON array, JSON lines by the thousand, or CSV
// with a mapping of its columns.
//
// Either all rows are taken or none: the errors name the rows that cannot be read. Values are passed on as they are
// written (a price stays the same text). The same file read twice gives the same idempotency keys for what it creates,
// so that repeating an import does not repeat the orders.
//
// The package must not know stores or the state of writes, which package outbox decides about.
//
//	writes, err := intake.Read(file, intake.Options{Action: outbox.Create, Resource: storage.Orders})
package intake
