// Package mirror pulls stores: it keeps an exact copy of each store's records and notes every change it observes.
//
// # Guarantees
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
//   - Polls: everything with a modification date since the newest one seen, by the store's own dates alone (poll.go).
//     The content decides whether something changed, so reading twice costs only the request.
//   - What follows from a change is marked and read again: the products, variations, coupons and customer of an order,
//     its refunds and notes (kin.go, reread.go).
//   - Trash: polled by itself, because records leave all other lists (trash.go).
//   - Census: totals on both sides; when they disagree, halving creation dates finds the deleted record in a few
//     requests (census.go).
//   - Strays: variations below products that are not variable are counted, and looked for when some are missing
//     (strays.go).
//   - Sweep: all ids with a few cheap fields, or with all fields where the store hides changes. It finds edits that
//     moved neither date nor total (sweep.go). Sweeps come often while the store is seen to change, and seldom
//     otherwise (step.go).
//   - Lists: configuration, categories, taxes, shipping: read whole, hourly; the terms of a product at once when it
//     comes, goes or moves (lists.go, stale.go).
//
// Pages are as large as the store can serve: smaller after the store failed on large pages (internal/pages), and never
// above the size that it allows (ceiling.go).
//
// # Which orders
//
// Lists of orders name every status the store knows, because "any" leaves some out on most versions
// (woo.OrderStatuses). Orders of a status that nothing registers are in no list. Such orders are kept, read under their
// ids, and looked for when the store counts more orders than it shows (hidden.go). Auto-drafts are not mirrored;
// checkout drafts are, unless [Options.LeaveCheckoutDrafts] is set.
//
// # What is left out
//
// The list of brands (WooCommerce 9.6) is not mirrored, because each product names its brands. Variations whose product
// is gone from the database are not mirrored, because no list shows them (strays.go). Coupon codes stay in orders as
// they were written.
//
// A cache that keeps whole answers, shows itself in no header and ignores all parameters looks like the store: its
// answers are mirrored and compared.
//
// # What is believed
//
// Answers of a cache that shows itself (woo.CachedBy) are not used. A record that is older than the mirror's is read
// again past every cache before it is believed (kin.go). The Date of a cached answer is not used as the store's clock.
// A store that begins to show its records differently is compared in every field once (newlook.go).
//
// A record is only removed when the store, asked for exactly it, says that there is none. A cache, a firewall, a
// missing permission or a broken filter can hide records from a list; none of them may delete here.
//
// # What a round costs
//
// An unchanged store costs 11 requests a round: orders and products three each (changes, trash, totals), coupons two
// (three for more than smallMost coupons), refunds and customers one each, and one about the store itself (about.go;
// every ten minutes when no caller waits). Variations are counted once an hour, in two requests. Notes are read only
// where asked for ([Options.Notes]). The schedules of everything slower are in [Schedule].
//
// # Steps
//
// Work is done in steps of under a minute: Pull works until its [Budget] is spent and returns when the next step is
// due. A step claims its store; a step that lost its claim cannot write (storage.ErrFenced). Calling Pull again after
// any error, in any process, goes on where the last transaction ended.
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
