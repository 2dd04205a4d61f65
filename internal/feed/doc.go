// Package feed is how others read what changed on stores at their own pace: named consumers, whose position is kept
// here.
//
//   - A consumer reads from its position, and reading moves nothing: what was handed over and not acknowledged comes
//     again. So whoever dies between reading and working loses nothing.
//   - Acknowledging moves a position forward only. An acknowledgement that comes late or twice moves nothing back.
//   - A consumer of a group reads the changes of that group's stores, as they are in it now.
//   - One that was given a time for which it may be silent is forgotten after it; others stay for good.
//
// The log itself is package records' business, who may do what is package access's. It asks no store.
//
//	made, err := consumers.Create(ctx, feed.New{Name: "erp"})
//	page, err := log.EachChange(ctx, made.Query(100), false, visit)
//	_, err = consumers.Ack(ctx, made, last)
package feed
