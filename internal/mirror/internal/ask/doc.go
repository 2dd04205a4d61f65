// Package ask sends a step's questions to a store: it counts them, stops when the step's budget is spent, repeats what
// failed in passing, goes around caches that answer in the store's place, and keeps the store's clock.
//
// It guarantees that what it hands out is an answer of the store to what was asked: of the right shape, no cache's
// copy, and no page shorter than the store cut it without a word ([CeilingError]). failure.go says what a failure means
// for the mirror: that a record is gone is believed of WooCommerce's own answer alone.
//
// It must not know what the mirror does with answers, nor the database.
//
//	asker := ask.New(client, ask.Options{Retries: 3, Pause: time.Second, Now: time.Now, Log: log})
//	got, err := asker.List(ctx, "orders", ask.Query(nil, "per_page", "100"))
package ask
