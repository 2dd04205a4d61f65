package mirror

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Mirror keeps mirrors of stores in a repository.
type Mirror struct {
	repo Repository
	opts Options
}

// New makes a Mirror.
func New(repo Repository, opts Options) *Mirror {
	return &Mirror{repo: repo, opts: opts.withDefaults()}
}

// Budget bounds one step.
type Budget struct {
	// For is how long new requests are sent; 40 s when 0. A step ends when those already sent are answered.
	For time.Duration
	// Requests is how many are sent at most; 0 means no limit.
	Requests int64
	// Now polls everything that can be polled, due or not: a webhook says that something changed.
	Now bool
	// Since polls what has not been polled since this moment. Somebody who waits for an up-to-date mirror gives the
	// moment he began to wait to every step, until one is idle: then everything was asked after it.
	Since time.Time
	// Settle also compares record by record and reads lists where the store was seen to change lately (unrest.go), if
	// that was not done since Since: somebody who waits expects what shows in no date, too.
	Compare bool
	// Sweep compares every field of every record and reads all lists, due or not. With Since only what was not compared
	// since.
	Sweep bool
}

// Result is what a step did and when the next one is worth while.
type Result struct {
	// Idle says that nothing is left to do now: the mirror equals the store as far as polls, totals and what was read
	// can tell.
	Idle bool
	// Next is when something is due again; the zero time means now.
	Next time.Time
	// Requests were sent, and this was written.
	Requests int64
	Applied  storage.Applied
	// Swept is what was compared record by record, whatever its date.
	Swept Swept
	// Warnings are for people: what the mirror goes without, and why.
	Warnings []string
	// StoreClock is how far the store's clock is ahead of ours, as far as its answers told.
	StoreClock time.Duration
	// WooCommerce is the store's version, empty where it is not known.
	WooCommerce string
	// Seen is what people should know of the store's records.
	Seen storage.Sightings
}

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
	err = s.run(ctx)
	if s.keepCeiling(err) || s.inquiring().statusRefused(ctx, err) {
		err = ask.ErrSpent // the next step goes on with pages the store gives and statuses it knows
	}
	if stopped := s.writer.stop(); stopped != nil {
		// What the writer met explains everything after it.
		err = stopped
	}
	s.result.Requests = s.asker.Sent()
	s.result.Applied, s.result.Swept = s.tally.applied, s.tally.sweeps
	s.result.StoreClock = s.asker.AheadBy()
	s.result.WooCommerce, s.result.Seen = s.about.Version, s.sightings()
	if errors.Is(err, ask.ErrSpent) {
		s.result.Idle, s.result.Next = false, time.Time{}
		err = nil
	}
	return s.result, err
}

func (m *Mirror) begin(ctx context.Context, storeID int64, shop woo.Doer, budget Budget, claim storage.Claim) *step {
	s := m.newStep(storeID, shop)
	s.budget = budget
	s.asker.Bound(m.opts.Now().Add(cmp.Or(budget.For, 40*time.Second)), budget.Requests)
	s.writer = startWriter(ctx, m.repo, claim, s.tally.committed)
	return s
}

// newStep is a step that can ask the store and counts what it asks; it has no claim and no writer yet.
func (m *Mirror) newStep(storeID int64, shop woo.Doer) *step {
	s := &step{mirror: m, opts: m.opts, storeID: storeID, sizes: map[storage.Resource]*pagesize.Size{}}
	s.asker = ask.New(shop, m.opts.asking())
	s.tally = tally{
		observe:  m.opts.Observe,
		requests: s.asker.Sent,
		now:      m.opts.Now,
		progress: Progress{StoreID: storeID},
	}
	s.asker.Trouble = s.tally.trouble
	return s
}
