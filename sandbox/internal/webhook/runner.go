package webhook

import (
	"context"
	"sync"
	"time"
)

// runner works the queue off while a store is alive, as WordPress's cron does, but at once instead of once a minute.
type runner struct {
	wake chan struct{} // holds at most one signal

	mu   sync.Mutex
	stop context.CancelFunc // nil unless started
	done chan struct{}
}

// signal says that something may be due.
func (r *runner) signal() {
	select {
	case r.wake <- struct{}{}:
	default: // a signal is waiting already
	}
}

// Start delivers by itself from now on whatever is queued, soon after the request that caused it. Starting twice is as
// starting once.
func (h *Hooks) Start() {
	h.runner.mu.Lock()
	defer h.runner.mu.Unlock()
	if h.runner.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	h.runner.stop, h.runner.done = stop, done
	h.runner.signal()
	go func() {
		defer close(done)
		h.work(ctx)
	}()
}

// Stop ends what Start began, a delivery under way included, and returns when all is down. What is queued stays so. It
// may be called at any time, also without a Start and more than once.
func (h *Hooks) Stop() {
	h.runner.mu.Lock()
	defer h.runner.mu.Unlock()
	if h.runner.stop == nil {
		return
	}
	h.runner.stop()
	<-h.runner.done
	h.runner.stop = nil
}

// idle is how long the runner sleeps when nothing waits; a signal wakes it.
const idle = time.Hour

func (h *Hooks) work(ctx context.Context) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		wait := idle
		if due, ok := h.untilDue(); ok {
			// A store with a clock of its own may move it at any time; the next second finds out.
			wait = min(due, time.Second)
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
			return
		case <-h.runner.wake:
		case <-timer.C:
		}
		h.Run(ctx)
	}
}
