package engine

import (
	"context"
	"database/sql"
	"time"

	"github.com/riverqueue/river"
)

// dispatcher starts the jobs of stores that are due, until stopped. Every process has one: it only reads, and a job
// that another process started first is refused as a duplicate, so there is nothing to agree on.
type dispatcher struct {
	engine *Engine
	client *river.Client[*sql.Tx]
	cancel context.CancelFunc
	done   chan struct{}
}

func (e *Engine) newDispatcher(client *river.Client[*sql.Tx]) *dispatcher {
	ctx, cancel := context.WithCancel(context.Background())
	d := &dispatcher{engine: e, client: client, cancel: cancel, done: make(chan struct{})}
	go d.run(ctx)
	return d
}

func (d *dispatcher) stop() {
	d.cancel()
	<-d.done
}

func (d *dispatcher) run(ctx context.Context) {
	defer close(d.done)
	for {
		wait, err := d.dispatch(ctx)
		if err != nil && ctx.Err() == nil {
			d.engine.opts.Logger.WarnContext(ctx, "cannot start what is due; trying again", "error", err)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// dispatch starts what is due and gives the time until the next look.
func (d *dispatcher) dispatch(ctx context.Context) (time.Duration, error) {
	e := d.engine
	entries, next, err := e.calendar.due(ctx)
	if err != nil {
		return dispatchEvery, err
	}
	if err := e.insert(ctx, d.client, e.idle(entries)); err != nil {
		return dispatchEvery, err
	}
	wait := dispatchEvery
	if !next.IsZero() {
		wait = min(wait, next.Sub(e.opts.Now()))
	}
	return max(wait, shortestWait), nil
}

const (
	// dispatchEvery is how often the calendar is looked at, for what other processes entered; what is known to come
	// earlier is not missed.
	dispatchEvery = time.Second
	shortestWait  = 20 * time.Millisecond
)

// idle leaves out what this process is working on: a store stays due until its job is complete.
func (e *Engine) idle(entries []entry) []entry {
	e.mu.Lock()
	defer e.mu.Unlock()
	idle := entries[:0]
	for _, en := range entries {
		if e.running[en] == 0 {
			idle = append(idle, en)
		}
	}
	return idle
}
