// Package freshness says how fresh a mirror is, measured against what was expected: the pause between two looks that
// the calendar means to keep. One that is read every five seconds is late after a minute, one that is read every five
// minutes is not.
//
//   - A mirror is on time, late (over twice the usual pause), down (late for long, or for a reason that trying again
//     does not mend), or it waits for you. [Judge] decides that from what is kept; it asks nobody.
//   - What it was is kept as a history of times, one row for each change, for stores and for their resources. Times
//     through which nobody looked are known as such: nothing is made up for them.
//   - A [Strip] divides the time until now into intervals of one length and says the worst of each.
//
// Who looks, and when, is package problems' affair. This package knows neither commands nor HTTP.
//
//	reading := freshness.Judge(store, standing, now)
//	strip, err := freshness.NewReader(db, time.Now).Strip(ctx, freshness.Asked{StoreID: store.ID})
package freshness
