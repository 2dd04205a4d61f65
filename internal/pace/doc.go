// Package pace decides how many requests one store gets at a time, and how fast. All requests of one process to one
// store pass one [Pacer].
//
// The package guarantees:
//
//   - Never more requests in flight, and never more a second, than the configured ceiling. Reads and writes have slots
//     of their own, so that a long backfill does not hold up an order that is written back.
//   - A store that says "slow down" is obeyed: 429 and Retry-After stop all requests to it until the time named, and a
//     rate that was too high is not tried again soon. Errors and time-outs halve the number of slots; a store that only
//     fails gets one request at a time, further and further apart.
//   - Waiting is first come, first served, and ends when the context does.
//
// Two modes find the number of slots by themselves:
//
//   - [Polite] goes by latency: it adds a slot only while answers get no slower, gives slots back when they do, and
//     rests between requests. The rests grow when the store is slow for reasons of its own. Shoppers must not feel a
//     backfill.
//   - [Full] goes by throughput: it compares the work done per second with a slot more and a slot less and stays where
//     most gets done.
//
// Requests differ in cost, so both modes measure in work, not in requests: see costs.go. The package must not know
// HTTP, stores' addresses or storage; it reads the clock through package time only, so that tests run it under
// testing/synctest.
//
//	permit, err := pacer.Acquire(ctx, pace.Read)
//	if err != nil {
//		return err
//	}
//	res, err := send()
//	permit.Done(pace.Outcome{Class: "orders", Bytes: len(res.Body)})
package pace
