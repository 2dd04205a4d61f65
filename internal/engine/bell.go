package engine

import (
	"context"
	"sync"

	"github.com/riverqueue/river/riverdriver"
)

// bell is what River's client listens to in this process, in place of the database's own listener. The process rings it
// after the commit of a transaction that queued a job. The database rings it when another process has woken a store
// ([storage.CalendarReader.Woken]). A ring makes River look into the queue at once. One listening connection to the
// database is therefore enough for all queues.
type bell struct {
	mu      sync.Mutex
	waiting map[string]bool // queues that were rung for and that no listener has seen yet
	rung    chan struct{}
}

// insertTopic is the topic on which River's producers listen for new jobs.
const insertTopic = "river_insert"

func newBell() *bell {
	return &bell{waiting: make(map[string]bool), rung: make(chan struct{}, 1)}
}

func (b *bell) ring(queues ...string) {
	b.mu.Lock()
	for _, queue := range queues {
		b.waiting[queue] = true
	}
	b.mu.Unlock()
	select {
	case b.rung <- struct{}{}:
	default:
	}
}

func (b *bell) next() (queue string, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for queue := range b.waiting {
		delete(b.waiting, queue)
		return queue, true
	}
	return "", false
}

// WaitForNotification waits until the bell was rung for a queue and returns the queue's name. The error is the
// context's.
func (b *bell) WaitForNotification(ctx context.Context) (*riverdriver.Notification, error) {
	for {
		if queue, ok := b.next(); ok {
			return &riverdriver.Notification{Topic: insertTopic, Payload: `{"queue":"` + queue + `"}`}, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-b.rung:
		}
	}
}

// The remaining methods of a listener do little: the bell has no connection that could be lost, and only one topic.

func (b *bell) Close(context.Context) error            { return nil }
func (b *bell) Connect(context.Context) error          { return nil }
func (b *bell) Listen(context.Context, string) error   { return nil }
func (b *bell) Unlisten(context.Context, string) error { return nil }
func (b *bell) Ping(context.Context) error             { return nil }
func (b *bell) Schema() string                         { return "" }
func (b *bell) SetAfterConnectExec(string)             {}

// withBell is a driver of River that listens to the bell in place of the database.
type withBell[TTx any] struct {
	riverdriver.Driver[TTx]
	bell *bell
}

func (d *withBell[TTx]) GetListener(*riverdriver.GetListenenerParams) riverdriver.Listener {
	return d.bell
}

// SupportsListener makes River's client listen.
func (d *withBell[TTx]) SupportsListener() bool { return true }

// SupportsListenNotify returns false, so that River writes no notifications into the database: no process reads them.
func (d *withBell[TTx]) SupportsListenNotify() bool { return false }
