package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/pagesize"
)

// chore is a piece of work that is done when it is due, and otherwise costs nothing.
type chore func(ctx context.Context) error

// recall loads how far the work is, and asks the store about itself.
func (s *step) recall(ctx context.Context) error {
	var err error
	if s.PerPage, err = under(ctx, s.repo, s.StoreID, s.PerPage, s.Now()); err != nil {
		return err
	}
	states := map[*roster.Collection]*state.Collection{}
	for _, c := range roster.Collections {
		st := new(state.Collection)
		if err := state.Load(ctx, s.repo, s.StoreID, string(c.Resource), st); err != nil {
			return err
		}
		s.Sizes[c.Resource] = pagesize.New(s.PerPage, st.PerPage)
		states[c] = st
	}
	s.states = states
	s.RefundsByOrder = states[roster.Refunds].Missing
	s.refundsRefused = states[roster.Refunds].Denied != "" && !states[roster.Refunds].Missing
	s.ordersBegan, s.linesChecked = states[roster.Orders].Began, states[roster.Products].LinesChecked
	if err := state.Load(ctx, s.repo, s.StoreID, state.UnrestName, &s.unrest); err != nil {
		return err
	}
	if err := state.Load(ctx, s.repo, s.StoreID, state.StraysName, &s.strays); err != nil {
		return err
	}
	if err := s.watch.Recall(ctx); err != nil {
		return err
	}
	if err := s.recallLosses(ctx); err != nil {
		return err
	}
	return s.inquiring().whenDue(ctx)
}

// work does the chores in their order. It ends early when the budget is spent, or when a failure concerns the whole
// store. Its error joins all failures. A spent budget is reported only when nothing failed.
func (s *step) work(ctx context.Context, chores []chore) error {
	var failures []error
	for _, do := range chores {
		err := do(ctx)
		if err == nil {
			continue
		}
		failures = append(failures, err)
		if s.stops(ctx, err) {
			break
		}
		s.opts.Log.Warn("a part of the pull failed; the rest goes on", "store", s.StoreID, "error", err)
	}
	err := errors.Join(failures...)
	if len(failures) > 1 && errors.Is(err, ask.ErrSpent) {
		err = failures[0] // the failure counts, and not that the budget ended after it
	}
	if err == nil {
		s.sayWhatIsLeft(ctx)
	}
	return err
}

// sayWhatIsLeft sets in the result what is left to do and when the next step is due.
func (s *step) sayWhatIsLeft(ctx context.Context) {
	s.result.Idle = true
	next := s.Now().Add(s.opts.Schedule.PollMax)
	for _, c := range roster.Collections {
		st := s.states[c]
		if st.Fill != nil || st.Poll.Walk != nil || st.Trash != nil {
			s.result.Idle = false
		}
		if st.Live && c == roster.Orders {
			next = earlier(next, st.Poll.At.Add(st.Poll.Interval))
		}
	}
	s.result.Next = next
	if s.flushed() != nil {
		return
	}
	if waiting, err := s.repo.MarkCounts(ctx, s.StoreID); err == nil {
		for r := range waiting {
			due, err := s.repo.Marks(ctx, s.StoreID, r, s.Now(), 1)
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
