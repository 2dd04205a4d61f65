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
	// For is how long new requests are sent; 40 s when 0. A step ends when
	// those already sent are answered.
	For time.Duration
	// Requests is how many are sent at most; 0 means no limit.
	Requests int64
	// Now polls everything that can be polled, due or not: a webhook says
	// that something changed.
	Now bool
	// Since polls what has not been polled since this moment. Somebody who
	// waits for an up-to-date mirror gives the moment he began to wait to
	// every step, until one is idle: then everything was asked after it.
	Since time.Time
	// Settle also compares record by record and reads lists where the store
	// was seen to change lately (unrest.go), if that was not done since Since:
	// somebody who waits expects what shows in no date, too.
	Settle bool
	// Sweep compares every field of every record and reads all lists, due or
	// not. With Since only what was not compared since.
	Sweep bool
}

// Result is what a step did and when the next one is worth while.
type Result struct {
	// Idle says that nothing is left to do now: the mirror equals the store
	// as far as polls, totals and what was read can tell.
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
	// StoreClock is how far the store's clock is ahead of ours, as far as
	// its answers told.
	StoreClock time.Duration
	// WooCommerce is the store's version, empty where it is not known.
	WooCommerce string
	// Seen is what people should know of the store's records.
	Seen storage.Sightings
}

// Pull does the next piece of work on one store: polls what is due, reads
// what is marked, goes on with the backfill, lists and sweeps, in this order,
// until the budget is spent or nothing is left. Everything read is kept with
// the place behind it in one transaction, so a step can die at any moment;
// the next one, in whatever process, goes on from there.
//
// Only one step at a time works on a store: beginning one takes the store
// from any other, which then fails with storage.ErrFenced.
//
// The error is that of the first thing that failed; the Result tells what was
// done nevertheless. A failure of one resource does not keep the others from
// being pulled, a failure of the whole store does.
func (m *Mirror) Pull(ctx context.Context, storeID int64, shop woo.Doer, budget Budget) (Result, error) {
	claim, err := m.repo.Claim(ctx, storeID)
	if err != nil {
		return Result{}, fmt.Errorf("mirror: claim the store: %w", err)
	}
	s := m.begin(ctx, storeID, shop, budget, claim)
	err = s.run(ctx)
	if s.keepCeiling(err) || s.unnamed(ctx, err) {
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
	s := &step{mirror: m, opts: m.opts, storeID: storeID, budget: budget, sizes: map[storage.Resource]*pagesize.Size{}}
	s.asker = ask.New(shop, m.opts.asking())
	s.asker.Bound(m.opts.Now().Add(cmp.Or(budget.For, 40*time.Second)), budget.Requests)
	s.tally = tally{observe: m.opts.Observe, requests: s.asker.Sent, now: m.opts.Now, progress: Progress{StoreID: storeID}}
	s.asker.Trouble = s.tally.trouble
	s.writer = startWriter(ctx, m.repo, claim, s.tally.committed)
	return s
}

// run works through what there is to do.
func (s *step) run(ctx context.Context) error {
	var err error
	if s.opts.PerPage, err = s.mirror.under(ctx, s.storeID, s.opts.PerPage); err != nil {
		return err
	}
	states := map[*collection]*state{}
	for _, c := range collections {
		st := new(state)
		if err := load(ctx, s.mirror.repo, s.storeID, string(c.resource), st); err != nil {
			return err
		}
		s.sizes[c.resource] = pagesize.New(s.opts.PerPage, st.PerPage)
		states[c] = st
	}
	s.states = states
	s.refundsByOrder = states[refunds].Missing
	s.refundsRefused = states[refunds].Denied != "" && !states[refunds].Missing
	s.ordersBegan, s.linesChecked = states[orders].Began, states[products].LinesChecked
	if err := load(ctx, s.mirror.repo, s.storeID, unrestName, &s.unrest); err != nil {
		return err
	}
	if err := s.recall(ctx); err != nil {
		return err
	}
	if err := s.learn(ctx, states); err != nil {
		return err
	}
	var failures []error
	// do runs one chore; its answer says whether to go on.
	do := func(chore func() error) bool {
		err := chore()
		if err == nil {
			return true
		}
		if s.stops(ctx, err) {
			failures = append(failures, err)
			return false
		}
		s.opts.Log.Warn("a part of the pull failed; the rest goes on", "store", s.storeID, "error", err)
		failures = append(failures, err)
		return true
	}
	s.chores(ctx, states, do)
	err = errors.Join(failures...)
	if len(failures) > 1 && errors.Is(err, ask.ErrSpent) {
		err = failures[0] // the budget ended after something failed: that is the news
	}
	if err == nil {
		s.settle(ctx, states)
	}
	return err
}

// stops says whether a failure ends the whole step.
func (s *step) stops(ctx context.Context, err error) bool {
	return errors.Is(err, ask.ErrSpent) || errors.As(err, new(*ask.CeilingError)) || ask.BadParameter(err, "status") || errors.Is(err, storage.ErrFenced) || ctx.Err() != nil || ask.StoreWide(err) || s.writer.failure() != nil
}

// chores are all kinds of work, most urgent first.
func (s *step) chores(ctx context.Context, states map[*collection]*state, do func(func() error) bool) {
	for _, c := range collections {
		if st := states[c]; st.Live && !do(func() error { return s.round(ctx, c, st) }) {
			return
		}
	}
	if !do(func() error { return s.reread(ctx) }) {
		return
	}
	for _, c := range collections {
		st := states[c]
		if !s.wantsFill(st) {
			continue
		}
		again := func() error {
			if err := s.backfill(ctx, c, st); err != nil || st.Fill != nil || !st.Live {
				return err
			}
			if err := s.round(ctx, c, st); err != nil || c != orders || !states[refunds].Live {
				return err
			}
			// Refunds were read before orders; meanwhile some may have come.
			states[refunds].Census.At = time.Time{}
			return s.round(ctx, refunds, states[refunds])
		}
		ok := do(again)
		s.refundsByOrder = states[refunds].Missing
		if !ok {
			return
		}
	}
	if !do(func() error { return s.reread(ctx) }) || !do(func() error { return s.lookAtHidden(ctx, states) }) {
		return
	}
	if !do(func() error { return s.checkLines(ctx, states) }) {
		return
	}
	s.slowChores(ctx, states, do)
}

// slowChores are those on schedules of their own.
func (s *step) slowChores(ctx context.Context, states map[*collection]*state, do func(func() error) bool) {
	for _, chore := range []func() error{
		func() error { return s.staleLists(ctx) },
		func() error { return s.listsDue(ctx, listsName, s.opts.Schedule.Lists, lists()) },
		func() error { return s.reread(ctx) }, // products under terms that changed
	} {
		if !do(chore) {
			return
		}
	}
	if !do(func() error { return s.listsDue(ctx, "reports", s.opts.Schedule.Reports, reports()) }) {
		return
	}
	for _, c := range collections {
		st := states[c]
		if !st.Live {
			continue
		}
		if r := st.Poll.Recheck; r != nil && !s.now().Before(r.Due) && !do(func() error { return s.recheck(ctx, c, st) }) {
			return
		}
		if !do(func() error { return s.sweepIfDue(ctx, c, st) }) {
			return
		}
	}
}

// wantsFill says whether a backfill is to be begun or gone on with.
func (s *step) wantsFill(st *state) bool {
	if st.Fill != nil {
		return true
	}
	return !st.Live && !s.now().Before(st.DeniedUntil)
}

// round polls one live collection if it is due.
func (s *step) round(ctx context.Context, c *collection, st *state) error {
	if s.now().Before(st.DeniedUntil) {
		return nil
	}
	err := s.roundOf(ctx, c, st)
	if err != nil && s.asker.Refused(ctx, c.resource, err) {
		return s.deny(c, st, err)
	}
	if err == nil && st.Denied != "" {
		st.Denied = ""
		return s.save(c, st)
	}
	return err
}

func (s *step) roundOf(ctx context.Context, c *collection, st *state) error {
	whole := s.asked(st.Census.At) || s.now().Sub(st.Census.At) >= max(s.opts.Schedule.Round, st.Poll.Interval)
	if whole && c.route.HasTrash() {
		if err := s.pollTrash(ctx, c, st); err != nil {
			return err
		}
		if err := s.reread(ctx); err != nil {
			return err
		}
	}
	if whole {
		small, err := s.isSmall(ctx, c, st)
		if err != nil {
			return err
		}
		if small {
			if read, err := s.readSmall(ctx, c, st); err != nil || read {
				return err
			}
		}
	}
	if c.modified && (whole || c == orders && s.now().Sub(st.Poll.At) >= st.Poll.Interval) {
		if err := s.pollChanges(ctx, c, st); err != nil {
			return err
		}
		if err := s.reread(ctx); err != nil {
			return err
		}
	}
	if !whole {
		return nil
	}
	if st.Silent {
		// The newest are those that are worked on.
		if _, err := s.newcomers(ctx, c); err != nil {
			return err
		}
	}
	began, before := s.now(), s.tally.changes()
	if err := s.census(ctx, c, st); err != nil || c.modified {
		return err
	}
	// What has no polls of its own is looked at less often when it is quiet.
	s.pace(st, s.tally.changes() > before, s.now().Sub(began))
	return s.save(c, st)
}

// asked says whether somebody waits for what was last done at a moment.
func (s *step) asked(at time.Time) bool { return s.budget.Now || at.Before(s.budget.Since) }

// swept says whether somebody waits for a comparison of all that was last made
// at a moment.
func (s *step) swept(at time.Time) bool {
	return s.budget.Sweep && (s.budget.Since.IsZero() || at.Before(s.budget.Since))
}

func (s *step) listsDue(ctx context.Context, name string, every time.Duration, all []*list) error {
	var st listState
	if err := load(ctx, s.mirror.repo, s.storeID, name, &st); err != nil {
		return err
	}
	if st.Next == 0 && s.now().Sub(st.At) < every && !s.swept(st.At) && !s.listsAwaited(name, st) {
		return nil
	}
	return s.readLists(ctx, name, every, all)
}

// settle says what is left and when to come back.
func (s *step) settle(ctx context.Context, states map[*collection]*state) {
	s.result.Idle = true
	next := s.now().Add(s.opts.Schedule.PollMax)
	for _, c := range collections {
		st := states[c]
		if st.Fill != nil || st.Poll.Walk != nil || st.Trash != nil {
			s.result.Idle = false
		}
		if st.Live && c == orders {
			next = earlier(next, st.Poll.At.Add(st.Poll.Interval))
		}
	}
	s.result.Next = next
	if s.flushed() != nil {
		return
	}
	if waiting, err := s.mirror.repo.MarkCounts(ctx, s.storeID); err == nil {
		for r := range waiting {
			due, err := s.mirror.repo.Marks(ctx, s.storeID, r, s.now(), 1)
			s.result.Idle = s.result.Idle && err == nil && len(due) == 0
		}
	}
	if !s.result.Idle {
		s.result.Next = time.Time{}
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
