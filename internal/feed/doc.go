// Package feed is how others get to know what changed on stores: named consumers, which read at their own pace, and
// subscriptions, which are sent to.
//
// Consumers:
//
//   - A consumer reads from its position, and reading moves nothing: what was handed over and not acknowledged comes
//     again. So whoever dies between reading and working loses nothing.
//   - Acknowledging moves a position forward only. An acknowledgement that comes late or twice moves nothing back.
//   - A consumer of a group reads the changes of that group's stores, as they are in it now.
//   - One that was given a time for which it may be silent is forgotten after it; others stay for good.
//
// Subscriptions:
//
//   - Every change that a subscription asked for is sent until its receiver has taken it, or for days. Whoever is
//     killed at whatever moment loses none. What is repeated bears the same id.
//   - The changes of one record come in their order. One that is not taken holds those of its record, and no others.
//   - A receiver that is away is left alone, and its events wait: an outage gives nothing up ([Policy]). One that stays
//     away is paused with its reason, one that answers 410 Gone is ended.
//   - No receiver holds another one.
//
// The log itself is package records' business, who may do what is package access's. It asks no store.
//
//	made, err := consumers.Create(ctx, feed.New{Name: "erp"})
//	page, err := log.EachChange(ctx, made.Query(100), false, visit)
//	_, err = consumers.Ack(ctx, made, last)
//
//	made, secret, err := subscriptions.Create(ctx, feed.NewSubscription{Name: "erp", Reach: sink.Reach{URL: address}})
//	left, err := subscriptions.Work(ctx, store.ID, until)
package feed
