// Package trace answers where an order is: it follows one from the shop to everybody who is told of it, names the
// first link that is broken or still waits, and says why and who must act.
//
//   - It looks at what is kept: the mirror, the log of changes, consumers, subscriptions and writes. A shop is asked
//     only when it is the one that is looked at and its mirror does not hold the order, with one request by way of
//     [Shop].
//   - It changes nothing, and it holds nothing of an order but what the answer needs: no address, no name.
//   - Each link says what was seen and when. What nobody noted is not guessed: its time is absent.
//   - An answer has a chain for each order that the question may mean. "Not in this shop" is an answer, not an error.
//
// Package follow says how shops stand, package feed what subscriptions get. This package knows neither commands nor
// HTTP.
//
//	answer, err := tracer.Find(ctx, trace.Question{Word: "4711", Stores: stores})
//	for _, chain := range answer.Chains {
//		fmt.Println(chain.Verdict.Says)
//	}
package trace
