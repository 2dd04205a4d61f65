// Package intake turns what people have in files into writes: a JSON object, a JSON array, JSON lines by the thousand,
// or CSV with a mapping of its columns.
//
// It guarantees that nothing is accepted by halves (the first row that cannot be read ends the reading with its place),
// that values are passed on as they are written (a price stays the text it is), and that the same file read twice gives
// the same idempotency keys for what it creates, so that repeating an import does not repeat the orders.
//
// It must not know stores or the state of writes: it reads, package outbox decides.
//
//	writes, err := intake.Read(file, intake.Options{Action: outbox.Create, Resource: storage.Orders})
package intake
