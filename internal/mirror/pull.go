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
// lists and sweeps, in this order, until the budget is spent or nothing is left. Everything read is saved with the
// place behind it in one transaction. A step can therefore die at any moment, and the next step, in any process,
// continues from that place.
//
// Only one step at a time works on a store: a new step takes the store from any other one, which then fails with
// storage.ErrFenced.
//
// The error joins all failures; the Result says what was done nevertheless. A failure of one resource does not keep the
// others from being pulled. A failure of the whole store does.
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
		err = ask.ErrSpent // the next step uses the store's page size and statuses
	}
	if stopped := s.writer.stop(); stopped != nil {
		// The writer's failure explains every later one.
		err = stopped
	}
	s.result.Requests = s.Asker.Sent()
	s.result.Applied, s.result.Swept = s.tally.applied, s.tally.sweeps
	if n := s.result.Applied.Replaced; n > 0 {
		s.warn(replacedOrders(n))
	}
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

// chores lists all kinds of work on a store, the most urgent first. Each is done when it is due, and otherwise costs
// nothing.
//
// What is followed live comes before what is read for the first time, so that a first copy of one collection does not
// keep the others from being up to date. Between them marked records are read again: polls and first copies make marks,
// which must not wait for a schedule. The search for silent changes comes last, because it finds the fewest.
//
// Collections come in the order of roster.Collections. Refunds come before orders, because what the reading of orders
// notes depends on whether a store has a list of refunds. They come once more after the first copy of orders, because a
// refund made in between shows only in its order (round.go).
func (s *step) chores() []chore {
	return slices.Concat(
		// Members that differed on every reading and have stopped changing are compared in all later work.
		[]chore{s.watch.LookAgain},
		// What changed: the trash, the newest dates, the totals.
		s.forEach((*following).round),
		// Records that the changes have marked.
		[]chore{s.rereading().all},
		// Collections that are not copied yet.
		s.forEach((*following).firstCopy),
		[]chore{
			// Records that the first copies have marked.
			s.rereading().all,
			// Orders that no list shows: the store's count is compared with the orders just read.
			s.hunting().look,
			// Variations that no product names: the store's count is compared with those just read.
			s.straying().look,
			// Products that went while everything was read: orders name them, and are read before them.
			s.tracing().checkLines,
			// Lists of terms whose products changed, and every hour all lists. Then the products whose terms changed.
			s.listing().readStale,
			s.listing().readDue,
			s.rereading().all,
			s.listing().reportsDue,
		},
		// Changes within the second in which their record was read.
		s.forEach(func(f *following, ctx context.Context) error { return f.polling().recheckIfDue(ctx) }),
		// Changes that moved neither a date nor a total.
		s.forEach(func(f *following, ctx context.Context) error { return f.sweeping().whenDue(ctx) }),
	)
}

// forEach returns one chore for each collection.
func (s *step) forEach(work func(*following, context.Context) error) []chore {
	list := make([]chore, len(roster.Collections))
	for i, c := range roster.Collections {
		list[i] = func(ctx context.Context) error { return work(s.of(c), ctx) }
	}
	return list
}
