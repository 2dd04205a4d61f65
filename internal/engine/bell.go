package engine

import (
	"context"
	"sync"

	"github.com/riverqueue/river/riverdriver"
)

// bell is what River's client listens to in this process, in place of the database's own listener. It is rung after the
// commit by whoever has queued a job, and by the database when another process has woken a store
// ([storage.CalendarReader.Woken]). Queues are then looked into at once, on every database, over one connection that
// listens.
type bell struct {
	mu      sync.Mutex
	waiting map[string]bool // queues that were rung for and not passed on yet
	rung    chan struct{}
}

// insertTopic is what River's producers listen to for new jobs.
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

// WaitForNotification returns when the bell was rung for a queue.
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

// The rest of a listener: there is no connection that could be lost, and only one topic is ever told.

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

// SupportsListenNotify says no, so that River writes no notifications: nobody would read them.
func (d *withBell[TTx]) SupportsListenNotify() bool { return false }
