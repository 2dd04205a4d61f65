// Package outbox writes to a store exactly once.
//
// WooCommerce has no idempotency key, answers slowly, sometimes after the client has left, and keeps the last writer's
// values. So an intent to change a store, a [Write], is stored durably under the caller's idempotency key before the
// caller gets an answer. The write then moves through a small state machine. Each step is one transaction:
//
//	pending ──claim──▶ sending ──answer──▶ done        the store's answer is in the mirror, in the same transaction
//	   ▲                  │  ├──refusal──▶ rejected    the store, or a check before sending, says no: the reason is kept
//	   │                  │  └──conflict─▶ parked      a person decides: retry, edit, adopt or discard
//	   │                  └──no answer───▶ unknown     time-out, reset, 5xx or crash after the request left
//	   │                                     │
//	   │                                     ├──found on the store, and whole──▶ done
//	   │                                     ├──found half-made──▶ completed: done, or parked
//	   └──nothing there that could be it, ───┤
//	      and the store's own execution      └──something there that could be it──▶ parked
//	      limit has passed                      (parked too when this happened too often)
//
// # Transitions
//
//	from      to         when
//	pending   sending    claimed; the claim is on the disk before anything is sent
//	sending   done       the store's answer says so and is the record that was asked for; or it was refused and is there
//	sending   rejected   the store refused it and nothing is there; or it took it and changed nothing of what it names; or there
//	                     is no such record: not in effect
//	sending   parked     a conflict, or the key may not do it, or it was refused and is in effect in part
//	sending   pending    the request certainly did not run: no connection, a read before it failed, a batch that the store
//	                     refused as a whole; or it was turned away and a look saw nothing (429, a page of a change that
//	                     adds nothing up); it waits longer each time
//	sending   unknown    time-out, reset, 5xx, an answer that cannot be read or is about something else, a refusal of what could
//	                     be there; or the process ended (found by the next claim)
//	unknown   done       found on the store, whole or made whole
//	unknown   pending    nothing there could be it, and the store can no longer be working on it
//	unknown   rejected   the record it was about is gone
//	unknown   parked     a record could be it and does not prove it; or it is half-made and cannot be completed safely; or the
//	                     store called it done and has nothing of it; or it was lost [Options].MaxAttempts times
//	sending   unknown    also when its mark was met before it was first sent
//	sending   unknown    also when the store called it done, and a read a moment later does not show it
//	sending   pending    also when the process ended before the floor of a create was known: its request has not left
//	parked    pending    retried or edited by a person
//	parked    unknown    retried, and it may be in effect: it is looked for first
//	done      parked     a second record with its mark was met
//	rejected  parked     a record with its mark was met
//	parked    done       adopted: a person says which record it has made; or the mirror met the record of a create that
//	                     was not to be seen, or could not be proved
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
// An accepted write takes effect on the store exactly once, or it ends rejected or parked with a reason that a person
// can read.
//
// The principle: nothing is sent again while a record above the floor could be ours and has no other explanation. A
// marker proves that a record is ours. A missing marker proves nothing, because WooCommerce stores first and then runs
// the code of plugins.
//
//   - No transport below the outbox repeats a write. A request that certainly did not run goes back to pending;
//     everything else goes to unknown.
//   - An answer that may have been made after the effect is not believed. WooCommerce stores first and then runs the
//     code of plugins, which can refuse, redirect, hide or replace the answer. So a refusal counts at once only if it
//     comes from a stage before the effect (woo.RefusedFirst). Any other refusal costs one look at the store, which a
//     batch shares, and counts when no record is found. A success counts when the answer is the record that was asked
//     for (answer.go). Neither our marker nor an id is enough, and after an id that is known as another record's the
//     store is looked at.
//   - A write that a store called done is not sent again, whatever is found of it: a plugin that deletes a record at
//     once would do so again. Such a write is parked after the first time. A record in the trash is reported as such.
//   - A create carries a marker ([MarkerKey] in meta_data; where a resource has no meta, a unique field or its content)
//     and remembers its floor, the highest id that the store had before. Looking for its record means reading the ids
//     above the floor, in every status by name and in the trash. No clock is involved, and an equal older record does
//     not pass for it. A floor above every id of the store (the newest record was deleted for good, or the store was
//     restored from a backup) is not used: the newest records are looked through for the marker.
//   - A record has another explanation in four cases: it carries another write's marker; another write of ours is known
//     to have made it, and it can still be the same record (a store restored from a backup uses ids again); it came
//     another way (an order's created_via, the author of a refund or a note); or a field that tells records apart
//     (internal/compare/standing.go) certainly differs from what was sent, because neither text holds the other once
//     punctuation, case and tags are gone. Texts that plugins replace as a whole prove nothing: the words of a note,
//     and the address and the customer's note of an order that holds our lines. The name that makes a customer, a term
//     or a webhook unique proves nothing by itself either (internal/compare/unmarked.go). Every other record could be
//     ours.
//   - A record that should carry a marker and has none is taken for ours only with certainty. It must be the only
//     record that is equal in all fields that were named, one of its values must be one that hardly two records share,
//     and the store must be known to take markers away. A refund is never taken for ours without its marker. Otherwise
//     the write is parked and the records are named.
//   - A record that is found is compared with what was asked for (internal/compare/shortfall.go). An order that the
//     store left half-made is completed by an update if it was not edited and each of its lists is whole or missing.
//     Otherwise the write is parked with what is missing. Records of every other kind are never completed: a half-made
//     product, customer or refund is parked. Half a record is never called created.
//   - An order that no list shows is found under its id (unlisted.go). A person decides about an order that a plugin
//     may have merged into an older one of the same customer (merged.go).
//   - The store is asked, when a write is sent, which product has a SKU now, whatever the mirror knows.
//   - A resend waits until the store can no longer be working on the first request (waiting.go), measured by the
//     store's clock (its Date header), and the look-up still finds nothing. An answer that shows that PHP has ended
//     needs no wait. A request that met silence may wait at the store for a lock, which no setting counts: its
//     connection is kept for minutes, the wait is long, and it is sent twice at most.
//   - Two records with the mark of one write are always reported: the write is parked when the second one is met
//     (doubles.go).
//   - A look may show the store as it was a while ago. An absence counts when it lasts, and not while a list lacks what
//     the store has answered (stale.go). What the store has shown once is asked for some minutes before it is called
//     gone, and is never sent again.
//   - "Created" is said together with the names of all values that the record does not show, including meta data at
//     every depth (internal/compare/passed_over.go).
//   - The record of a write is recognised by more than its id: a record that is certainly another one than the caller
//     saw is not changed, and no note or refund is made for such an order (before.go).
//   - A create that another process may have sent (from a copy of the data, or from an earlier state) is looked for by
//     its mark before it is first sent (floor.go).
//   - Writes of one record keep their order; a parked or unknown write holds back the later ones. The notes of an order
//     keep their order among themselves and hold nothing else back.
//   - A value that a store would ignore, strip or shift is refused by name on acceptance ([Outbox.Check]). The lines of
//     a refund are compared with the order, on acceptance and again before they are sent.
//   - An entry of meta data whose key stands twice on a record is changed only by its id (prepare.go).
//   - An absolute stock wins over sales and over older stocks that wait; a change of stock is made once (stock.go).
//   - An update whose answer was lost is sent again only while each value that it names is what it was before or what
//     was asked for (before.go). A status whose step is in the order's notes is done (steps.go).
//   - An update sends only the fields the caller named, and only if the record is still the one the caller saw: see
//     [Policy]. Foreign changes to the record enter the mirror as foreign before our write covers them. An update that
//     died half-way is sent again without the new lines that are on the order already (internal/compare/newlines.go).
//   - Claims are fenced by the store's epoch: a worker that lost its claim cannot record an outcome, and what it sent
//     is found by its marker.
//   - A change of the mirror is marked as our own only when our writes explain all of it (internal/compare/origin.go),
//     so that a two-way integration neither echoes nor misses a foreign edit.
//   - What can be done about a write stands in its reason as data ([Remedy]), which each interface words in its own
//     way.
//   - What is learned of a store (markers it takes away, batches it refuses, pages it cannot bear) is kept ([Lessons]).
//
// # What an answer proves
//
// Only two things prove that a write was not executed: its head never left, or WooCommerce itself refused it in JSON
// from a stage before the effect. Everything else is looked for (docs/woocommerce/answers.md#page-after-the-work).
//
//	what came                              proves            why, and what follows
//	no name, no connection, no TLS         not executed      no head left; after a head has left none of them is believed
//	stream refused, GOAWAY, reset, cut     nothing           proxies say so of answers too; looked for, waits for the limit
//	silence, 408, 504, 524                 nothing           the store may wait for a lock; waits longest, sent twice at most
//	JSON refusal from before the effect    not executed      woo.RefusedFirst; of a create that is no record's own, a plugin
//	                                                         may hand another request's refusal on: one look
//	any other JSON refusal, 4xx, 501       nothing           comes after the effect as well: one look, then it counts
//	JSON 5xx                               nothing           looked for; PHP has ended, so the wait is short
//	page 3xx, 4xx (login, challenge, 403,  nothing           firewalls read answers, balancers ask two servers: one look, and
//	404, 405, 411, 413-417, 426, 431)                        a second one before anything that adds up is sent again
//	429, with or without JSON              nothing           one look, then again after Retry-After
//	page 503 of maintenance or Wordfence,  nothing           one look, then as after a lost answer; Retry-After is kept; it
//	CDN 521, 523, 525, 526, 530                              may last for hours, so it is not counted as a loss
//	other page 5xx (500, 501, 502, 503)    nothing           looked for until the limit, counted as a loss
//	2xx that is not the record             nothing           looked for; never sent again where it says created
//	2xx that is the record                 executed          see answer.go
//
// # What is stored before what
//
// WooCommerce 11.0.1, by its controllers and data stores; those of 10.0.2 were held against it in places only. PHP may
// die at each comma; what follows is then missing. "hooks" is the code of plugins.
//
//	resource          stored, in this order                                              so a dead PHP may leave
//	order, tables     row in wp_posts, hooks, rows of the order, meta data and marker,   marked, pending, 0.00, without lines,
//	                  hooks (new_order), lines one by one, totals, coupons, status,      without total, without status or payment
//	                  hooks (stock, e-mails), payment
//	order, posts      post with note and status, hooks, fields, marker, then the same    besides: a bare order without the marker
//	order, changed    each existing line, hooks, totals, new lines and fields, status    new prices of lines under the old total;
//	                                                                                     lines without the status
//	refund            refund (amount, reason, author), payment by the gateway, stock,    a whole refund without the marker; one of
//	                  hooks, e-mails, order's status, hooks, marker at the very end      which nobody knows whether it was paid back
//	product           post, hooks, fields, terms, marker, hooks                          unmarked: a name without price; marked: whole
//	variation         post, hooks, fields, terms, marker, hooks, title, prices and       the same; marked: whole, below a
//	                  stock status of its product                                        product that cannot be bought
//	coupon            post with code, hooks, fields, marker, hooks                       unmarked: a code worth nothing; marked: whole
//	customer          user with address and name, hooks, names and addresses, hooks      a user without names and addresses
//	note              comment, mark of a customer's note, hooks, e-mail                  a customer's note that is private
//	category, tag     term, description and parent, hooks, display and image             a term without display or image
//	webhook           one row, hooks, ping                                               a whole webhook
//
// A refused order (an unknown coupon) is left as a checkout-draft, which the refusal names; it is removed.
//
// # Limits
//
// The store renames images that it takes by URL. A lost update with images is known as taken by the attachments: new
// ones, in their places, with the names of the files that were sent (internal/compare/pictures.go). It is sent again
// while the record has its earlier pictures, and the store's media library may then hold a picture twice. Otherwise it
// is parked. A create may leave a picture twice as well, because pictures are fetched before the record is stored. What
// a dead PHP left undone outside of the record (stock, e-mails) shows in no answer: a write that is found after a
// failure of the store says so (afterwards.go), and a status whose step has no note (steps.go). A create whose answer
// was lost and whose record was deleted for good before anybody saw it leaves no trace, and is made again; so is one
// that was merged into an older order of another customer (merged.go), and a customer whose e-mail address, user name
// and names a plugin has all put others in place of. An order that is answered with success and trashed or changed at
// the end of the same request is called created: the next pull brings what became of it. Carts of a plugin's own kinds
// of products (bundles, composites, subscriptions) are written as any other lines: what the plugin makes of them is
// named from the answer, and nothing of it is looked up on acceptance.
//
// The package must not know what schedules it, which database keeps it, or how the mirror pulls. It uses a store
// through [woo.Doer], and everything durable through [Repository].
//
//	box := outbox.New(repository, outbox.Options{})
//	accepted, err := box.Accept(ctx, outbox.Write{StoreID: 1, Key: "erp-4711", Action: outbox.Create,
//		Resource: storage.Orders, Body: json.RawMessage(`{"set_paid":true}`)})
//	round, err := box.Step(ctx, 1, shop) // until round.Idle
package outbox
