package mirror

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// run recalls where the work stands, asks the store about itself, and works.
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
	if err := load(ctx, s.mirror.repo, s.storeID, straysName, &s.strays); err != nil {
		return err
	}
	if err := s.watching().recall(ctx); err != nil {
		return err
	}
	if err := s.inquiring().whenDue(ctx); err != nil {
		return err
	}
	return s.work(ctx)
}

// work does what there is to do, until it is done, the budget is spent, or a failure concerns the whole store. Its
// error is that of the first thing that failed.
func (s *step) work(ctx context.Context) error {
	var failures []error
	for _, do := range s.chores() {
		err := do(ctx)
		if err == nil {
			continue
		}
		failures = append(failures, err)
		if s.stops(ctx, err) {
			break
		}
		s.opts.Log.Warn("a part of the pull failed; the rest goes on", "store", s.storeID, "error", err)
	}
	err := errors.Join(failures...)
	if len(failures) > 1 && errors.Is(err, ask.ErrSpent) {
		err = failures[0] // the budget ended after something failed: that is the news
	}
	if err == nil {
		s.sayWhatIsLeft(ctx)
	}
	return err
}

// chore is a piece of work that is done when it is due, and else costs nothing.
type chore func(ctx context.Context) error

// chores are all kinds of work on a store, most urgent first.
//
// What is followed live comes before what is read for the first time, so that a first copy of one collection does not
// keep the others from being up to date. Between them what was marked is read again: a poll and a first copy mark what
// has to be looked at, and what follows from that must not wait for a schedule. What finds silent changes comes last,
// because it finds fewest.
func (s *step) chores() []chore {
	return slices.Concat(
		[]chore{s.watching().lookAgain}, // what stands still again is compared in all that follows
		s.forEach((*following).round),
		[]chore{s.rereading().all},
		s.forEach((*following).firstCopy),
		[]chore{
			s.rereading().all,
			s.hunting().look,       // counts orders against those just read
			s.straying().look,      // counts variations against those just read
			s.tracing().checkLines, // holds orders against the products, which are read after them
			s.listing().readStale,  // terms whose products changed
			s.listing().readDue,    // hourly
			s.rereading().all,      // products under terms that changed
			s.listing().reportsDue,
		},
		s.forEach(func(f *following, ctx context.Context) error { return f.polling().recheckIfDue(ctx) }),
		s.forEach(func(f *following, ctx context.Context) error { return f.sweeping().whenDue(ctx) }),
	)
}

// forEach makes a chore of each collection.
func (s *step) forEach(work func(*following, context.Context) error) []chore {
	list := make([]chore, len(collections))
	for i, c := range collections {
		list[i] = func(ctx context.Context) error { return work(s.of(c), ctx) }
	}
	return list
}

// stops says whether a failure ends the whole step.
func (s *step) stops(ctx context.Context, err error) bool {
	return errors.Is(err, ask.ErrSpent) || errors.As(err, new(*ask.CeilingError)) || ask.BadParameter(err, "status") ||
		errors.Is(err, storage.ErrFenced) || ctx.Err() != nil || ask.StoreWide(err) || s.writer.failure() != nil
}

// sayWhatIsLeft says what is left and when to come back.
func (s *step) sayWhatIsLeft(ctx context.Context) {
	s.result.Idle = true
	next := s.now().Add(s.opts.Schedule.PollMax)
	for _, c := range collections {
		st := s.states[c]
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
