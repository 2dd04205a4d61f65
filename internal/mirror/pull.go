package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/woo"
)

// Pull does the next piece of work on one store: polls what is due, reads what is marked, goes on with the backfill,
// lists and sweeps, in this order, until the budget is spent or nothing is left. Everything read is kept with the place
// behind it in one transaction, so a step can die at any moment; the next one, in whatever process, goes on from there.
//
// Only one step at a time works on a store: beginning one takes the store from any other, which then fails with
// storage.ErrFenced.
//
// The error is that of the first thing that failed; the Result tells what was done nevertheless. A failure of one
// resource does not keep the others from being pulled, a failure of the whole store does.
func (m *Mirror) Pull(ctx context.Context, storeID int64, shop woo.Doer, budget Budget) (Result, error) {
	claim, err := m.repo.Claim(ctx, storeID)
	if err != nil {
		return Result{}, fmt.Errorf("mirror: claim the store: %w", err)
	}
	s := m.begin(ctx, storeID, shop, budget, claim)
	if err = s.recall(ctx); err == nil {
		err = s.work(ctx, s.chores())
	}
	if s.keepCeiling(err) || s.inquiring().statusRefused(ctx, err) {
		err = ask.ErrSpent // the next step goes on with pages the store gives and statuses it knows
	}
	if stopped := s.writer.stop(); stopped != nil {
		// What the writer met explains everything after it.
		err = stopped
	}
	s.result.Requests = s.Asker.Sent()
	s.result.Applied, s.result.Swept = s.tally.applied, s.tally.sweeps
	s.result.Losses = withheld(s.lost)
	s.result.StoreClock = s.Asker.AheadBy()
	more := errors.Is(err, ask.ErrSpent) || err == nil && !s.result.Idle
	s.result.WooCommerce, s.result.Seen = s.About.Version, s.sightings(context.WithoutCancel(ctx), more)
	if errors.Is(err, ask.ErrSpent) {
		s.result.Idle, s.result.Next = false, time.Time{}
		err = nil
	}
	return s.result, err
}

// chores are all kinds of work on a store, most urgent first. Each is done when it is due, and else costs nothing.
//
// What is followed live comes before what is read for the first time, so that a first copy of one collection does not
// keep the others from being up to date. Between them what was marked is read again: a poll and a first copy mark what
// has to be looked at, and what follows from that must not wait for a schedule. What finds silent changes comes last,
// because it finds fewest.
//
// Collections come in an order of their own (roster.Collections): refunds before orders, because whether a store lists
// refunds by themselves decides what the reading of orders notes down; once more after the first copy of orders,
// because a refund made in between shows in its order alone (round.go).
func (s *step) chores() []chore {
	return slices.Concat(
		// Members that differed on every reading and stand still now: they are compared in all that follows.
		[]chore{s.watch.LookAgain},
		// What changed: the trash, the newest dates, the totals.
		s.forEach((*following).round),
		// What follows from that.
		[]chore{s.rereading().all},
		// What is not copied yet.
		s.forEach((*following).firstCopy),
		[]chore{
			// What follows from that.
			s.rereading().all,
			// Orders that no list shows: counted against those just read.
			s.hunting().look,
			// Variations that no product names: counted against those just read.
			s.straying().look,
			// Products that went while all were read: orders name them, and are read before them.
			s.tracing().checkLines,
			// Terms whose products changed, and by the hour all lists; then the products under terms that changed.
			s.listing().readStale,
			s.listing().readDue,
			s.rereading().all,
			s.listing().reportsDue,
		},
		// Changes within the second in which their record was read.
		s.forEach(func(f *following, ctx context.Context) error { return f.polling().recheckIfDue(ctx) }),
		// Changes that moved neither date nor total.
		s.forEach(func(f *following, ctx context.Context) error { return f.sweeping().whenDue(ctx) }),
	)
}

// forEach makes a chore of each collection.
func (s *step) forEach(work func(*following, context.Context) error) []chore {
	list := make([]chore, len(roster.Collections))
	for i, c := range roster.Collections {
		list[i] = func(ctx context.Context) error { return work(s.of(c), ctx) }
	}
	return list
}
