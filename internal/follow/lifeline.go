package follow

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/woo"
)

// lifeline stands between a store and a sync for which a person waits. It notes since when no connection to the store
// is possible, and ends the sync after sync.patience, even in the middle of a longer pause: a server that is started
// again is back by then, and the person need not wait for one that is down.
//
// Only failures to connect count. A store that answers badly, or slowly, is reachable; the mirror decides how often to
// ask it again.
type lifeline struct {
	*shop.Client
	patience time.Duration
	end      context.CancelCauseFunc

	mu    sync.Mutex
	since time.Time // of the first failure to connect since the last answer; zero while the store answers
	last  error
	timer *time.Timer
}

// errUnreached ends a sync whose store could not be reached for too long.
var errUnreached = errors.New("the store could not be reached for as long as a sync tries")

// lifeline begins to watch over a sync. since is when the store became unreachable; zero when it is reachable. The
// returned context is for the sync's requests, and drop must be called at the end.
func (f *Follower) lifeline(
	ctx context.Context, client *shop.Client, since time.Time,
) (_ context.Context, line *lifeline, drop func()) {
	ctx, end := context.WithCancelCause(ctx)
	line = &lifeline{Client: client, patience: f.opts.Sync.Patience, end: end, since: since}
	if !since.IsZero() {
		line.watch()
	}
	return ctx, line, func() {
		line.mu.Lock()
		defer line.mu.Unlock()
		line.rest()
		end(nil)
	}
}

// Do asks the store.
func (l *lifeline) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	res, err := l.Client.Do(ctx, r)
	l.heard(ctx, err)
	return res, err
}

func (l *lifeline) heard(ctx context.Context, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case ctx.Err() != nil: // we ended the request ourselves
	case !noConnection(err):
		l.rest()
		l.since, l.last = time.Time{}, nil
	default:
		l.last = err
		if l.since.IsZero() {
			l.since = time.Now()
			l.watch()
		}
	}
}

func (l *lifeline) watch() {
	l.timer = time.AfterFunc(time.Until(l.since.Add(l.patience)), func() { l.end(errUnreached) })
}

func (l *lifeline) rest() {
	if l.timer != nil {
		l.timer.Stop()
	}
}

// silentSince returns since when no connection is possible; zero while the store answers.
func (l *lifeline) silentSince() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.since
}

// broke returns the failure for which the sync was ended; nil when it was not.
func (l *lifeline) broke(ctx context.Context) error {
	if !errors.Is(context.Cause(ctx), errUnreached) {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last == nil {
		return errUnreached
	}
	return l.last
}

// telling returns a Watch that adds why the store cannot be reached, and until when it is tried.
func (l *lifeline) telling(w Watch) Watch {
	if w == nil {
		return nil
	}
	return func(p mirror.Progress) {
		l.mu.Lock()
		if !l.since.IsZero() {
			p.Until = l.since.Add(l.patience)
		}
		if l.last != nil {
			p.Trouble = problem.From(shop.Explain(l.last)).Message
		}
		l.mu.Unlock()
		w(p)
	}
}

// noConnection says whether a request did not even reach a server.
func noConnection(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok || failure.Kind != woo.KindNetwork && failure.Kind != woo.KindTimeout {
		return false
	}
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}
