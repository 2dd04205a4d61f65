package frame

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	livePath = "/live"
	// beat is how often a quiet stream shows that it lives.
	beat = 15 * time.Second
	// stillEvery is how often it is looked whether somebody is still signed in.
	stillEvery = 30 * time.Second
	// ringEvery is how close upon each other pages are told that something changed.
	ringEvery = 500 * time.Millisecond
)

// live tells an open page when to look again. It tells nothing else, so that it holds nothing that must be kept from
// somebody: the page is fetched anew with the rights of who looks.
func (f *Frame) live(v *Visit) {
	w := v.Stream("text/event-stream", "")
	w.Header().Set("X-Accel-Buffering", "no") // nginx keeps answers back otherwise
	control := http.NewResponseController(w)
	send := func(text string) error {
		_ = control.SetWriteDeadline(time.Now().Add(beat)) // a server without deadlines has none to move
		if _, err := fmt.Fprint(w, text); err != nil {
			return err
		}
		return control.Flush()
	}
	rings, leave := f.bell.listen()
	defer leave()
	pulse, still := time.NewTicker(beat), time.NewTicker(stillEvery)
	defer pulse.Stop()
	defer still.Stop()
	err := send("retry: 2000\n\n")
	for err == nil {
		select {
		case _, open := <-rings:
			if !open {
				return // the server is about to stop; the page connects anew
			}
			err = send("event: change\ndata: \n\n")
		case <-pulse.C:
			err = send(": \n\n")
		case <-still.C:
			if _, signed := f.opts.Gate.Who(v.Request); !signed {
				_ = send("event: out\ndata: \n\n") // the reader has gone when this fails
				return
			}
		case <-v.Context().Done():
			return
		}
	}
}

// bell rings for all open pages. It waits for changes only while somebody listens.
type bell struct {
	changed func(ctx context.Context, after int64) (int64, error)

	mu      sync.Mutex
	pages   map[chan struct{}]bool
	cancel  context.CancelFunc
	stopped bool
}

func newBell(changed func(context.Context, int64) (int64, error)) *bell {
	return &bell{changed: changed, pages: map[chan struct{}]bool{}}
}

// listen gives a channel that gets something after each change, and is closed when the server stops.
func (b *bell) listen() (rings <-chan struct{}, leave func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	page := make(chan struct{}, 1)
	if b.stopped {
		close(page)
		return page, func() {}
	}
	b.pages[page] = true
	if b.cancel == nil && b.changed != nil {
		ctx, cancel := context.WithCancel(context.Background())
		b.cancel = cancel
		go b.watch(ctx)
	}
	return page, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.pages, page)
		if len(b.pages) == 0 && b.cancel != nil {
			b.cancel()
			b.cancel = nil
		}
	}
}

func (b *bell) watch(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	var last int64
	for ctx.Err() == nil {
		now, err := b.changed(ctx, last)
		if err == nil && now != last {
			last = now
			b.ring()
		}
		pause.Reset(ringEvery)
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for page := range b.pages {
		select {
		case page <- struct{}{}:
		default: // it has not looked since the last ring
		}
	}
}

func (b *bell) stop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stopped {
		return
	}
	b.stopped = true
	for page := range b.pages {
		delete(b.pages, page)
		close(page)
	}
	if b.cancel != nil {
		b.cancel()
		b.cancel = nil
	}
}
