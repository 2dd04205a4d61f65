// Package seed fills a store with records as shops have them, and keeps it living: names in many scripts, orders in all
// states, refunds, coupons, fees, taxes, odd meta data, edits, trash, forced deletes, bulk edits within one second.
//
// It works through the store's own API, as a shop's traffic does, so every record is one that the store itself
// computed. All choices follow from one seed: equal seeds and equal clocks give equal stores.
//
// It must not know how the store is built; it sees a [Shop].
//
//	err := seed.New(shop, 1).Fill(ctx, 2000, now)
package seed
