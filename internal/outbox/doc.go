// Package outbox writes to a store exactly once.
//
// WooCommerce has no idempotency key, answers slowly, sometimes after the client has left, and keeps the last writer's
// values. So an intent to change a store, a [Write], is stored durably under the caller's own idempotency key before the
// caller gets an answer, and then moves through a small state machine, each step of which is one transaction:
//
//	pending ──claim──▶ sending ──answer──▶ done        the store's answer is in the mirror, in the same transaction
//	   ▲                  │  ├──refusal──▶ rejected    the store, or a check before sending, says no: the reason is kept
//	   │                  │  └──conflict─▶ parked      a person decides: retry, edit or discard
//	   │                  └──no answer───▶ unknown     time-out, reset, 5xx or crash after the request left
//	   │                                     │
//	   │                                     ├──found on the store──▶ done
//	   └──not found, and the store's own ────┘
//	      execution limit has passed           (parked when this happened too often)
//
// # Transitions
//
//	from      to         when
//	pending   sending    claimed; the claim is on the disk before anything is sent
//	sending   done       the store's answer says so and is the record that was asked for; or it was refused and is there
//	sending   rejected   the store refused it and nothing is there, or a product of a line is unknown: not in effect
//	sending   parked     a conflict, or the key may not do it, or it was refused and is in effect in part
//	sending   pending    the request certainly did not run: no connection, 429, a refusal before WordPress, a read before it
//	                     failed, a batch refused as a whole; it waits longer each time
//	sending   unknown    time-out, reset, 5xx, an answer that cannot be read or is about something else, a refusal of what could
//	                     be there; or the process ended (found by the next claim)
//	unknown   done       found on the store
//	unknown   pending    not found, and the store's own execution limit has passed
//	unknown   rejected   the record it was about is gone
//	unknown   parked     lost [Options].MaxAttempts times
//	parked    pending    retried or edited by a person
//	parked    unknown    retried, and it may be in effect: it is looked for first
//	rejected  pending    retried or edited
//	rejected  unknown    retried, a create that had left: it is looked for by its marker first
//	pending, parked, rejected   discarded   by a person
//	pending, parked             discarded   a newer stock of the same product was accepted (stock.go)
//	unknown   parked     a lost change of stock that may be in effect
//
// TestTheOutboxFollowsItsModel holds the code against these.
//
// # Guarantees
//
// An accepted write takes effect on the store exactly once, or it ends rejected or parked with a reason that a person can
// read. Nothing is sent again while an earlier request for it may still be at work:
//
//   - There is no retrying transport under a write. A request that certainly did not run goes back to pending; everything
//     else goes to unknown.
//   - No answer is believed that can come from after the effect. WooCommerce stores first and runs other people's code
//     afterwards, which can refuse, redirect, hide or replace the answer. So a refusal counts at once only where it comes
//     from a stage before the effect (woo.RefusedFirst); any other costs one look at the store, which a batch shares, and
//     counts when nothing is there. A success counts when the answer is the record that was asked for (answer.go).
//   - A create carries a marker ([MarkerKey] in meta_data; where a resource has no meta, a unique field or its content)
//     and remembers the highest id the store had before, asked of the store where the mirror does not know. Looking for it
//     means reading the ids above that one: no clock is involved, and an equal record of yesterday does not pass for it.
//   - A resend waits until the store's own execution limit has passed, measured by the store's clock (its Date header),
//     and the look-up still finds nothing: a store may be working on a request that the client gave up on.
//   - Writes of one record keep their order; a parked or unknown one holds back those behind it.
//   - What a store would pass over, strip or shift is refused by name on acceptance ([Outbox.Check]); the lines of a refund
//     are held against the order, on acceptance and again before they are sent.
//   - An absolute stock wins over sales and over older stocks that wait; a change of stock is made once (stock.go).
//   - An update sends only the fields the caller named, and only if the record is still the one the caller saw: see
//     [Policy]. What others did to the record meanwhile enters the mirror as theirs before our write covers it.
//   - Claims are fenced by the store's epoch: a worker that lost its claim cannot record an outcome, and what it sent is
//     found by its marker.
//   - A change of the mirror is marked as our own only when our writes explain all of it (origin.go), so that a two-way
//     integration neither echoes nor misses an edit of somebody else's.
//
// One limit: the store renames images that it takes by URL, so a lost update with images cannot be recognised by
// looking, and is sent again. The product ends as it should; the store's media library may hold a picture twice.
//
// It must not know who schedules it, which database keeps it, or how the mirror pulls. It sees a store through [Shop],
// and everything durable through [Repository].
//
//	box := outbox.New(repository, outbox.Options{})
//	accepted, err := box.Accept(ctx, outbox.Write{StoreID: 1, Key: "erp-4711", Action: outbox.Create,
//		Resource: storage.Orders, Body: json.RawMessage(`{"set_paid":true}`)})
//	round, err := box.Step(ctx, 1, shop) // until round.Idle
package outbox
