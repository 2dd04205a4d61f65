// Package ask sends a step's questions to a store: it counts them, stops when the step's budget is spent, repeats what
// failed in passing, goes around caches that answer in the store's place, and keeps the store's clock.
//
// Every answer that it returns is the store's answer to the question: it has the right shape, is no copy of a cache,
// and is no page that the store cut without an error ([CeilingError]). failure.go says what a failure means for the
// mirror: only WooCommerce's own answer proves that a record is gone.
//
// The package must not know what the mirror does with answers, nor the database.
//
//	asker := ask.New(client, ask.Options{Retries: 3, Pause: time.Second, Now: time.Now, Log: log})
//	got, err := asker.List(ctx, "orders", ask.Query(nil, "per_page", "100"))
package ask
