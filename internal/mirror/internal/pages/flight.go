package pages

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/mirror/internal/ask"
)

// errRetrace makes a chain ask again from its place.
var errRetrace = errors.New("mirror: pages do not overlap")

// flight holds the pages of a chain that were asked for. Several requests run at the same time, and their pages are
// handed over in order.
type flight struct {
	chain    *Chain
	ctx      context.Context //nolint:containedctx // lives as long as the flight
	cancel   context.CancelFunc
	queue    []boarding // in the order of offsets
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

// close cancels the requests that are still running and waits for their end. After a failure their pages are not
// needed.
func (f *flight) close() {
	f.cancel()
	for _, b := range f.queue {
		<-b.result
	}
}

// each calls land with each page in order, until land returns that there is no more, land fails, or the budget is
// spent.
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

// board asks for pages: as many as ahead allows when the end of the list is known, one at a time otherwise.
func (f *flight) board() {
	c := f.chain
	for len(f.queue) < f.ahead() && !c.Asker.Spent() {
		if c.Total >= 0 && f.next > c.Place.Offset && f.next+1 >= c.Total {
			return // the previous page reaches the end as far as known
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

// ahead returns how many pages may be asked for at once. It is twice the number of slots: pages are handed over in
// order, and the slots must stay busy while a slow page holds the others up.
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

// Paced is a woo.Doer that says how many reads it now lets through at the same time. A chain asks for only about twice
// as many pages ahead, so that a step whose time is up has little left to wait for.
type Paced interface {
	Slots() int
	// Arrive returns a context whose request takes its place in the queue as if it came now. Pages are needed in order,
	// so an earlier page must not queue behind later ones.
	Arrive(ctx context.Context) context.Context
}
