// Package inbox is the way in for webhooks of stores: it keeps the webhooks on each store in order, takes what they
// send, and has the record read that they name.
//
//   - Each store has an address of its own that cannot be guessed, and a secret. What is sent there counts when the
//     signature over its raw bytes is right, by the secret in use or by the one before it, which stays good for a day.
//   - A payload is never taken for the state of a record: it only names what is to be read. So a delivery that is
//     forged, late, out of order or old can cost a request and do no more.
//   - A delivery is acknowledged when the disk has it, and not before. Many that come together share one transaction.
//     One that comes again is known by what it says of itself and by its content: stores give two deliveries of one
//     second the same id (docs/woocommerce/webhooks.md#webhook-same-id).
//   - Webhooks get lost, and a store switches them off without a word. They make a mirror quick; that it is whole rests
//     on polling, with or without them.
//
// [Receiver] is what stores call, [Keeper] keeps the webhooks on the store as they should be, [Take] turns what has
// come into records to be read. The package knows no mirror and no engine.
package inbox
