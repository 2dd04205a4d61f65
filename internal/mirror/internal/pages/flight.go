package pages

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
)

// errRetrace makes a chain ask again from its place.
var errRetrace = errors.New("mirror: pages do not overlap")

// flight are the pages of a chain that are on their way. They are asked for several at a time and handed over in order.
type flight struct {
	chain    *Chain
	ctx      context.Context //nolint:containedctx // lives as long as the flight
	cancel   context.CancelFunc
	queue    []boarding // in order of offset
	next     int        // offset of the next page to ask for
	complete bool       // the last page was handed over
	failed   boarding   // the page whose error ended the flight
}

// boarding is one page that was asked for.
type boarding struct {
	offset, size int
	result       chan fetched
}

type fetched struct {
	page *Page
	err  error
}

func (c *Chain) open(ctx context.Context) *flight {
	ctx, cancel := context.WithCancel(ctx)
	return &flight{chain: c, ctx: ctx, cancel: cancel, next: c.Place.Offset}
}

// close cancels the pages that are still on their way and waits for them. After a failure they are not needed.
func (f *flight) close() {
	f.cancel()
	for _, b := range f.queue {
		<-b.result
	}
}

// each hands pages over until land says that there is no more, land fails, or the budget is spent.
func (f *flight) each(land func(b boarding, p *Page) (more bool, err error)) error {
	for {
		f.board()
		if len(f.queue) == 0 {
			return nil // the budget is spent
		}
		first := f.queue[0]
		got := <-first.result
		f.queue = f.queue[1:]
		if errors.Is(got.err, ask.ErrSpent) {
			return nil
		}
		if got.err != nil {
			f.failed = first
			return got.err
		}
		more, err := land(first, got.page)
		if err != nil {
			return err
		}
		if !more {
			f.complete = true
			return nil
		}
		if len(f.queue) == 0 {
			// Without totals only the chain knows where the next page begins.
			f.next = f.chain.Place.Offset
		}
	}
}

// board asks for pages: as many as may be open at once when the end of the list is known, one at a time otherwise.
func (f *flight) board() {
	c := f.chain
	for len(f.queue) < f.ahead() && !c.Asker.Spent() {
		if c.Total >= 0 && f.next > c.Place.Offset && f.next+1 >= c.Total {
			return // the page before reaches the end as far as known
		}
		b := boarding{offset: f.next, size: c.Size.Next(), result: make(chan fetched, 1)}
		f.queue = append(f.queue, b)
		f.next += b.size - 1
		ctx := f.ctx
		if paced, ok := c.Asker.Shop.(Paced); ok {
			ctx = paced.Arrive(ctx)
		}
		go func() {
			p, err := c.fetchPage(ctx, b.offset, b.size)
			b.result <- fetched{p, err}
		}()
	}
}

// ahead is how many pages may be open. Twice the slots, because pages are handed over in order: while a slow one holds
// the others up, the slots must not run dry.
func (f *flight) ahead() int {
	a := f.chain.Asker
	if f.chain.Total < 0 {
		return 1
	}
	if paced, ok := a.Shop.(Paced); ok {
		return min(f.chain.InFlight, 2*paced.Slots()+1)
	}
	return f.chain.InFlight
}

// Paced is a woo.Doer that says how many reads it lets through at a time just now. A chain then asks for only about
// twice as many ahead, so that a step whose time is up has little left to wait for.
type Paced interface {
	Slots() int
	// Arrive makes a context whose request takes its place in the queue as if it came now. Pages are needed in their
	// order, so an earlier page must not queue behind later ones.
	Arrive(ctx context.Context) context.Context
}
