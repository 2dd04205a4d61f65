package sqlite

import "sync"

// notifier wakes inside this process who waits for something: a change, a turn that is due.
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

// next is closed at the next wake, or already when the database is closing.
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
