package mirror

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/mirror/internal/roster"
	"github.com/waybillhq/waybill/internal/mirror/internal/shown"
	"github.com/waybillhq/waybill/internal/mirror/internal/state"
	"github.com/waybillhq/waybill/internal/mirror/internal/volatile"
	"github.com/waybillhq/waybill/internal/storage"
)

// stops says whether a failure ends the whole step.
func (s *step) stops(ctx context.Context, err error) bool {
	return errors.Is(err, ask.ErrSpent) || errors.As(err, new(*ask.CeilingError)) || ask.BadParameter(err, "status") ||
		errors.Is(err, storage.ErrFenced) || ctx.Err() != nil || ask.StoreWide(err) || s.writer.failure() != nil
}

// step is one run of work on one store, with one claim, one writer and one budget.
type step struct {
	*shown.Store
	repo   Repository
	opts   Options
	writer *writer
	budget Budget
	// states are how far the work on each collection is.
	states map[*roster.Collection]*state.Collection
	// refundsRefused says that the key may not read refunds.
	refundsRefused bool
	// ordersBegan is when the reading of all orders began, by the store's clock less the lag. linesChecked says that
	// the check after that reading was made (checklines.go).
	ordersBegan  time.Time
	linesChecked bool
	// closedFulfillments is the answer that an order gave in place of its fulfilments.
	closedFulfillments closedFamily
	unrest             state.Unrest
	strays             state.Strays
	lost               state.Losses
	watch              *volatile.Watch
	tally              *tally
	result             Result
}

// following is one collection that a step works on.
type following struct {
	*step
	coll *roster.Collection
	st   *state.Collection
}

func (s *step) of(c *roster.Collection) *following {
	return &following{step: s, coll: c, st: s.states[c]}
}

// The kinds of work on a collection, each with the part of its state that it moves.
type (
	// polling follows modification dates.
	polling struct{ *following }
	// trashing follows records into the trash and back.
	trashing struct{ *following }
	// counting compares totals.
	counting struct{ *following }
	// sweeping compares records whatever their dates.
	sweeping struct{ *following }
)

func (f *following) polling() polling { return polling{f} }

func (f *following) trashing() trashing { return trashing{f} }

func (f *following) counting() counting { return counting{f} }

func (f *following) sweeping() sweeping { return sweeping{f} }

// The kinds of work that concern several collections, or none.
type (
	// rereading reads marked records again.
	rereading struct{ *step }
	// listing reads the lists that are small and read whole.
	listing struct{ *step }
	// tracing marks what follows from a change elsewhere on the store.
	tracing struct{ *step }
	// hunting accounts for orders that no list shows.
	hunting struct{ *step }
	// inquiring asks a store about itself.
	inquiring struct{ *step }
)

func (s *step) rereading() rereading { return rereading{s} }

func (s *step) listing() listing { return listing{s} }

func (s *step) tracing() tracing { return tracing{s} }

func (s *step) hunting() hunting { return hunting{s} }

func (s *step) inquiring() inquiring { return inquiring{s} }

// save saves a collection's state.
func (s *following) save() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.stateCursor()}})
}

func (s *following) stateCursor() storage.Cursor {
	s.st.PerPage = s.Size(s.coll.Resource).Kept()
	return state.Cursor(string(s.coll.Resource), s.st)
}

// unreadable returns a function that marks a record on which the store fails. The mark is due after unreadablePause,
// when the store's fault may be mended.
func (s *step) unreadable(r storage.Resource) func(int64, error) {
	return func(id int64, cause error) {
		s.opts.Log.Warn("the store fails on a record; it is left out for now", "resource", r, "id", id, "error", cause)
		s.warn(lacksRecord(r, id, cause))
		if id != 0 {
			mark := storage.Mark{
				Resource:  r,
				ID:        id,
				Reason:    pages.UnreadableReason(cause),
				NotBefore: s.Now().Add(unreadablePause),
			}
			_ = s.writer.put(storage.Batch{Marks: []storage.Mark{mark}}) // the next put returns the error
		}
	}
}

// unreadablePause is the time without requests for a record on which the store fails.
const unreadablePause = time.Hour

func (s *step) warn(text string) {
	s.tally.mu.Lock()
	defer s.tally.mu.Unlock()
	for _, known := range s.result.Warnings {
		if known == text {
			return
		}
	}
	s.result.Warnings = append(s.result.Warnings, text)
}

// flushed commits what was read so far, so that reads of the mirror see it.
func (s *step) flushed() error { return s.writer.flush() }

// counts returns how many records of a resource the mirror holds.
func (s *step) counts(ctx context.Context, r storage.Resource) (storage.Count, error) {
	if err := s.flushed(); err != nil {
		return storage.Count{}, err
	}
	return s.repo.Counts(ctx, s.StoreID, r)
}

// asked says whether a caller waits for something newer than what was last done at the time at.
func (s *step) asked(at time.Time) bool { return s.budget.Now || at.Before(s.budget.Since) }

// swept says whether a caller waits for a comparison of everything, and the last one, made at the time at, is too old.
func (s *step) swept(at time.Time) bool {
	return s.budget.Sweep && (s.budget.Since.IsZero() || at.Before(s.budget.Since))
}

// awaited says whether a caller waits for a compared mirror, and the last comparison, made at the time at, came before
// the wait began.
func (s *step) awaited(at time.Time) bool { return s.budget.Compare && at.Before(s.budget.Since) }

// closedFamily is the answer that a step met in place of the fulfilments of an order. The answer holds for the other
// marked orders too, so that a step asks for one order only.
//
// Failure policy: a store without the route shows no fulfilments, so the marks are dropped and the mirror keeps what it
// holds; fulfilments cannot change while the feature is off. A refusal keeps the marks for later.
type closedFamily struct {
	absent  bool
	refusal error
}

func (s *step) aboutCursor() storage.Cursor { return state.Cursor(state.AboutName, s.About) }

func (s *step) keepAbout() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.aboutCursor()}})
}

func (s *step) straysCursor() storage.Cursor { return state.Cursor(state.StraysName, s.strays) }

// Changes that show in no date come together with changes that do: a program that edits meta data also changes a status
// now and then. So a store that shows changes is compared record by record soon, and a store that shows none is not.
//
// Two sweeps follow the last change seen. One sweep is not enough: the last edits may have been silent ones, made
// behind the place that the sweep had reached.

// stirred notes that a change was just seen, and returns the cursor for the note. The cursor goes into the batch of the
// change, so that a step that dies loses both or neither.
func (s *step) stirred() storage.Cursor {
	s.unrest.At = s.Now()
	return state.Cursor(state.UnrestName, s.unrest)
}

// restless says whether the store was seen to change since the time before, which is when the last sweep but one ended.
func (s *step) restless(before time.Time) bool {
	return !s.unrest.At.IsZero() && !s.unrest.At.Before(before)
}

// deniedPause is the time without requests for a resource that the key could never read.
const deniedPause = time.Hour

// deny notes that a collection is refused.
//
// Failure policy: a key with few rights is normal, so a resource that it could never read is not asked for again for an
// hour. A resource that was readable before is different: a plugin or a lost right keeps changes back, and nobody may
// take the copy for current. Such a resource is asked for again in every round and for every caller who waits, and
// people are told each time. A refusal of orders makes every step fail until orders can be read, because nothing is of
// use without them.
func (s *following) deny(err error) error {
	s.st.Denied, s.st.DeniedAt, s.st.Closed = err.Error(), s.Now(), !ask.OfKey(err)
	switch {
	case s.coll == roster.Orders:
		s.st.DeniedUntil = s.Now()
	case s.st.Live:
		s.st.DeniedUntil = s.Now().Add(s.opts.Schedule.Round)
		s.warn(refusedNow(s.coll.Resource, err))
	default:
		s.st.DeniedUntil = s.Now().Add(deniedPause)
		s.warn(notRead(s.coll.Resource, err))
	}
	if saved := s.save(); saved != nil {
		return saved
	}
	if s.coll == roster.Refunds {
		s.refundsRefused = true
	}
	if s.coll == roster.Orders {
		return err // there is no sync without orders
	}
	return nil
}

// leftAlone says whether a collection that was refused is not asked for yet.
func (s *following) leftAlone() bool {
	if !s.Now().Before(s.st.DeniedUntil) {
		return false
	}
	return s.st.Missing || !(s.st.Live && s.asked(s.st.DeniedAt) || s.swept(s.st.DeniedAt))
}
