package mirror

import (
	"context"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
	"github.com/waybillhq/waybill/internal/mirror/internal/pages"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
)

// step is one run of work on one store: one claim, one writer, one budget.
type step struct {
	mirror  *Mirror
	opts    Options
	storeID int64
	asker   *ask.Asker
	writer  *writer
	budget  Budget
	sizes   map[storage.Resource]*pagesize.Size
	// states are where the work on each collection stands.
	states map[*collection]*state
	// refundsByOrder: the store does not list refunds by themselves.
	refundsByOrder bool
	// refundsRefused: the key may not read refunds.
	refundsRefused bool
	// ordersBegan is what the store's clock showed, less the lag, when the reading of all orders began; linesChecked
	// that its end was seen to (lines.go).
	ordersBegan  time.Time
	linesChecked bool
	// closedFulfillments is what an order was answered whose fulfilments were asked for.
	closedFulfillments closedFamily
	unrest             unrest
	about              about
	strays             strays
	volatile           volatile
	same               *storage.Sameness
	tally              tally
	result             Result
}

// following is one collection that a step works on.
type following struct {
	*step
	coll *collection
	st   *state
}

func (s *step) of(c *collection) *following { return &following{step: s, coll: c, st: s.states[c]} }

// The kinds of work on a collection, each with the part of its state that it moves.
type (
	// polling follows modification dates.
	polling struct{ *following }
	// trashing follows what is thrown away and brought back.
	trashing struct{ *following }
	// counting compares totals.
	counting struct{ *following }
	// sweeping compares records whatever their dates.
	sweeping struct{ *following }
)

func (f *following) polling() polling   { return polling{f} }
func (f *following) trashing() trashing { return trashing{f} }
func (f *following) counting() counting { return counting{f} }
func (f *following) sweeping() sweeping { return sweeping{f} }

// The kinds of work that concern several collections, or none.
type (
	// rereading reads marked records again.
	rereading struct{ *step }
	// listing reads what is small and read whole.
	listing struct{ *step }
	// tracing marks what follows from a change elsewhere on the store.
	tracing struct{ *step }
	// hunting accounts for orders that no list shows.
	hunting struct{ *step }
	// watching learns which members differ although nothing changed.
	watching struct{ *step }
	// inquiring asks a store about itself.
	inquiring struct{ *step }
)

func (s *step) rereading() rereading { return rereading{s} }
func (s *step) listing() listing     { return listing{s} }
func (s *step) tracing() tracing     { return tracing{s} }
func (s *step) hunting() hunting     { return hunting{s} }
func (s *step) watching() watching   { return watching{s} }
func (s *step) inquiring() inquiring { return inquiring{s} }

func (s *step) now() time.Time { return s.opts.Now().UTC() }

// save keeps a collection's state.
func (s *following) save() error {
	return s.writer.put(storage.Batch{Cursors: []storage.Cursor{s.stateCursor()}})
}

func (s *following) stateCursor() storage.Cursor {
	s.st.PerPage = s.size(s.coll.resource).Kept()
	return cursor(string(s.coll.resource), s.st)
}

// size is the page size that works for a resource.
func (s *step) size(r storage.Resource) *pagesize.Size {
	if s.sizes[r] == nil {
		s.sizes[r] = pagesize.New(s.opts.PerPage, 0)
	}
	return s.sizes[r]
}

// chain prepares the reading of a collection through a filter.
func (s *step) chain(c *collection, filter []string, at pages.Place, total int) *pages.Chain {
	return &pages.Chain{
		Asker: s.asker, InFlight: s.opts.InFlight, Log: s.opts.Log,
		Path: c.path(), Resource: c.resource, Filter: s.query(c, filter...), Place: at, Total: total,
		Size: s.size(c.resource), Unreadable: s.unreadable(c.resource),
	}
}

// unreadable marks a record on which the store fails, to be tried again when somebody may have repaired it.
func (s *step) unreadable(r storage.Resource) func(int64, error) {
	return func(id int64, cause error) {
		s.opts.Log.Warn("the store fails on a record; it is left out for now", "resource", r, "id", id, "error", cause)
		s.warn(fmt.Sprintf("%s/%d: the store fails on this record, so the mirror lacks it: %v", r, id, cause))
		if id != 0 {
			mark := storage.Mark{
				Resource:  r,
				ID:        id,
				Reason:    pages.UnreadableReason(cause),
				NotBefore: s.now().Add(unreadablePause),
			}
			_ = s.writer.put(storage.Batch{Marks: []storage.Mark{mark}}) // an error comes back with the next put
		}
	}
}

// unreadablePause is how long a record the store fails on is left alone.
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

// flushed commits what was read so far, so that a look into the mirror sees it.
func (s *step) flushed() error { return s.writer.flush() }

// counts is how many records of a resource the mirror holds.
func (s *step) counts(ctx context.Context, r storage.Resource) (storage.Count, error) {
	if err := s.flushed(); err != nil {
		return storage.Count{}, err
	}
	return s.mirror.repo.Counts(ctx, s.storeID, r)
}
