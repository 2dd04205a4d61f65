// Package listening is the two commands that somebody keeps open who writes a receiver of events: waybill listen hands
// what happens on a shop to a program, signed as subscriptions sign, and waybill trigger makes it happen.
//
//   - Listening leaves nothing behind: no position, no subscription, and for a sandbox no data either.
//   - An event is sent once and what came of it is shown. Nothing waits for a receiver that does not answer: whoever
//     mends it triggers the next event.
//   - Triggering changes a shop. It refuses a shop that is no sandbox unless it is told that this is meant, and never
//     chooses a record there by itself.
//
// They turn flags into calls of service; what they need of the program is [program.App].
package listening
