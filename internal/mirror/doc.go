// Package mirror pulls stores: it keeps an exact copy of each store's records and notes every change it observes.
//
// # What it guarantees
//
// When a store has been quiet for one round of polls, every record the store shows is in the mirror with the same JSON
// value, and the mirror holds nothing the store does not have. Each difference was announced as a change, in the
// transaction that wrote the record. No change is lost, whatever fails: a record is either kept together with the place
// from which work continues, or it is read again.
//
// # How
//
//   - Backfill ([Mirror.Pull] on a new store): windows of creation dates, each read in the order of ids through pages
//     that overlap by one record (see internal/pages for why nothing can slip between them), several pages and two
//     windows at a time. A window is done when the different ids read are as many as the store says; else its ids are
//     compared until they add up.
//   - Polls: everything stamped since the newest stamp seen, by the store's own stamps alone (poll.go). The content
//     decides whether something changed, so reading twice costs nothing but the request.
//   - What follows from a change is marked and read again: the products, variations, coupons and customer of an order,
//     its refunds and notes (kin.go, reread.go).
//   - Trash: polled by itself, because records leave all other lists (trash.go).
//   - Census: totals on both sides; when they disagree, halving creation dates finds the deleted record in a few
//     requests (census.go).
//   - Strays: variations below products that are not variable are counted, and looked for when some are missing
//     (strays.go).
//   - Sweep: all ids with a few cheap fields, or all fields where the store hides changes, for edits that moved neither
//     date nor total (sweep.go): soon while the store is seen to change, seldom otherwise (step.go).
//   - Lists: configuration, categories, taxes, shipping: read whole, hourly; the terms of a product at once when it
//     comes, goes or moves (lists.go, stale.go).
//
// Pages are as large as the store bears: smaller after it failed on large ones (internal/pages), and never above what
// it gives (ceiling.go).
//
// # Which orders
//
// Lists of orders name every status the store knows, because "any" leaves some out on most versions
// (woo.OrderStatuses). Orders of a status that nothing registers are in no list: they are kept, read under their ids,
// and looked for when the store counts more than it shows (hidden.go). Auto-drafts are not mirrored, checkout drafts
// are unless told otherwise.
//
// # What is left out
//
// The list of brands (WooCommerce 9.6): each product names its own. Variations whose product is gone from the database:
// no list shows them (strays.go). Coupon codes stay in orders as they were written; no coupon is looked up for them.
//
// A cache that keeps whole answers, shows itself in no header, and takes no notice of any parameter cannot be told from
// the store: what it shows is what is mirrored and compared.
//
// # What is believed
//
// No reading comes from a cache that shows itself (woo.CachedBy), and a record older than the mirror's is read again
// past every cache before it is believed (kin.go). The Date of a cached answer is no clock. A store that begins to show
// its records differently is compared in every field once (newlook.go).
//
// A record is only removed when the store, asked for exactly it, says that there is none. A cache, a firewall, a
// missing permission or a broken filter can hide records from a list; none of them may delete here.
//
// # What a round costs
//
// An unchanged store costs 11 requests a round: orders and products three each (changes, trash, totals), coupons two
// (three where there are more than smallMost), refunds and customers one each, and one about the store itself
// (about.go; every ten minutes where nobody waits). Variations are counted once an hour, in two requests. Notes are
// read only where asked for ([Options.Notes]). The schedules of everything slower are in [Schedule].
//
// # Steps
//
// Work is done in steps of under a minute: Pull works until its [Budget] is spent and says when to come back. A step
// claims its store; a step that lost its claim cannot write (storage.ErrFenced). Calling Pull again after any error, in
// any process, goes on where the last transaction ended.
//
// The package knows HTTP only through woo, and neither the database nor who schedules its steps.
//
//	m := mirror.New(db, mirror.Options{})
//	for {
//		result, err := m.Pull(ctx, store.ID, client, mirror.Budget{Now: true})
//		if err != nil || result.Idle { … }
//	}
//	report, err := m.Verify(ctx, store.ID, client, mirror.VerifyOptions{})
package mirror
