// Package receipts keeps what receivers say they have: "I have this record, as my number".
//
//   - A receipt is of one record and one receiver, a subscription or a consumer. One is enough for a record, however
//     often it changes; given again with another reference, the new one counts.
//   - A subscription may demand receipts within a time. What it was sent and has given none for by then is overdue,
//     until a receipt comes. A receipt that never came is found although the receiver answered 200.
//   - A receipt of a record that the receiver was never sent is kept and marked; one of a record that no mirror has
//     ever held is refused.
//   - What a list of the receiver lacked is noted beside, for whoever follows the record.
//
// That a record was sent is entered by package feed, in the transaction that notes the receiver's answer. This package
// asks no shop and no receiver, and knows neither commands nor HTTP.
//
//	came, err := keeper.Give(ctx, receipts.Subscription(sub), given)
//	late, err := keeper.Overdue(ctx, 0)
package receipts
