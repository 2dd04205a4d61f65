package sqlite

import "sync"

// notifier wakes those in this process who wait for a change or for a turn that is due.
type notifier struct {
	mu     sync.Mutex
	woken  chan struct{} // closed and replaced at each wake
	closed bool
}

func (n *notifier) wake() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.woken != nil && !n.closed {
		close(n.woken)
		n.woken = nil
	}
}

// next is a channel that closes at the next wake. It is closed already when the database is closing.
func (n *notifier) next() <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.woken == nil {
		n.woken = make(chan struct{})
		if n.closed {
			close(n.woken)
		}
	}
	return n.woken
}

func (n *notifier) close() {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.closed {
		n.closed = true
		if n.woken != nil {
			close(n.woken)
		}
	}
}
