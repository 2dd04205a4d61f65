package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// The channels on which a committed transaction announces that it logged changes or made a turn due.
const (
	changesChannel = "waybill_changes"
	dueChannel     = "waybill_due"
)

// notices wakes those who wait for changes or turns. Writes of this process wake them at once. For writes of other
// processes it listens on a connection of its own, from the first wait on.
type notices struct {
	config *pgx.ConnConfig

	mu           sync.Mutex
	changes, due signal
	cancel       context.CancelFunc
	done         chan struct{}
	closed       bool
}

// signal is closed and replaced at each wake; nil while nobody waits.
type signal chan struct{}

// next is a channel that closes at the next wake of a signal. It is closed already when the database is closing.
func (n *notices) next(of *signal) <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if *of == nil {
		*of = make(signal)
		if n.closed {
			close(*of)
		}
	}
	if n.cancel == nil && !n.closed {
		ctx, cancel := context.WithCancel(context.Background())
		n.cancel, n.done = cancel, make(chan struct{})
		go n.listen(ctx, n.done)
	}
	return *of
}

func (n *notices) wake(all ...*signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range all {
		if *s != nil && !n.closed {
			close(*s)
			*s = nil
		}
	}
}

// close ends the listening and wakes all who wait.
func (n *notices) close() {
	n.wake(&n.changes, &n.due)
	n.mu.Lock()
	n.closed = true
	cancel, done := n.cancel, n.done
	n.mu.Unlock()
	if cancel != nil {
		cancel()
		<-done
	}
}

// listen holds a connection until the context ends. It makes a new one when the connection breaks.
func (n *notices) listen(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	const shortest, longest = 100 * time.Millisecond, 5 * time.Second
	for pause := shortest; ctx.Err() == nil; pause = min(2*pause, longest) {
		if n.hear(ctx) {
			pause = shortest
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// hear listens on one connection until it breaks. It says whether it could connect.
func (n *notices) hear(ctx context.Context) bool {
	conn, err := pgx.ConnectConfig(ctx, n.config)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if _, err := conn.Exec(ctx, "LISTEN "+changesChannel+"; LISTEN "+dueChannel); err != nil {
		return false
	}
	n.wake(&n.changes, &n.due) // for what was missed meanwhile
	for {
		notice, err := conn.WaitForNotification(ctx)
		switch {
		case err != nil:
			return true
		case notice.Channel == changesChannel:
			n.wake(&n.changes)
		default:
			n.wake(&n.due)
		}
	}
}
