package webhook

import (
	"context"
	"sync"
	"time"
)

// runner performs the queue while a store is alive. WordPress's cron does so once a minute, the runner at once.
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

// Start makes the store deliver by itself, soon after the request that caused a delivery. Starting twice is safe.
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

// Stop ends automatic deliveries, one under way included, and returns when all is down. The queue keeps what waits.
// Stop may be called at any time, also without Start and more than once.
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

// idle is how long the runner sleeps when nothing waits. A signal wakes it.
const idle = time.Hour

func (h *Hooks) work(ctx context.Context) {
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		wait := idle
		if due, ok := h.untilDue(); ok {
			// A test may move a store's own clock at any time. The runner notices within a second.
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
