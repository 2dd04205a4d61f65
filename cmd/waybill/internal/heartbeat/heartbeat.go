package heartbeat

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
)

// timeout bounds a call: a monitor that hangs keeps nobody from the next round.
const timeout = 10 * time.Second

// forgotten is how long a failure holds without another one: a store that is not asked any more is paused or removed.
const forgotten = time.Hour

// Beat calls one address. It is safe for concurrent use; a nil Beat does nothing.
type Beat struct {
	address *url.URL
	failed  func(why string)

	mu      sync.Mutex
	bad     map[string]time.Time // when a store failed that has had no good round since
	calls   sync.WaitGroup
	calling bool
}

// New makes a Beat; nil where no address is given. Failed is told, without the address, when a call does not succeed.
func New(address string, failed func(why string)) (*Beat, error) {
	if address == "" {
		return nil, nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, problem.New(problem.Usage, "the address of the heartbeat is none that begins with https:// or "+
			"http://").
			Next("Give it with --heartbeat URL or in WAYBILL_HEARTBEAT_URL")
	}
	return &Beat{address: u, failed: failed, bad: map[string]time.Time{}}, nil
}

// Round notes how a round of a store went, and calls when it went well and no other store is failing. It does not wait
// for the call; a call that is under way is enough.
func (b *Beat) Round(store string, well bool) {
	if b == nil {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !well {
		b.bad[store] = time.Now()
		return
	}
	delete(b.bad, store)
	for _, at := range b.bad {
		if time.Since(at) < forgotten {
			return
		}
	}
	if b.calling {
		return
	}
	b.calling = true
	b.calls.Go(func() {
		b.call()
		b.mu.Lock()
		defer b.mu.Unlock()
		b.calling = false
	})
}

// Wait returns when no call is under way.
func (b *Beat) Wait() {
	if b != nil {
		b.calls.Wait()
	}
}

func (b *Beat) call() {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, b.address.String(), nil)
	if err != nil {
		b.failed("the address cannot be asked")
		return
	}
	answer, err := http.DefaultClient.Do(request)
	switch {
	case ctx.Err() != nil:
		b.failed(b.address.Host + " did not answer in time")
	case err != nil: // its text holds the address
		b.failed(b.address.Host + " cannot be reached")
	default:
		_ = answer.Body.Close()
		if answer.StatusCode >= http.StatusMultipleChoices {
			b.failed(b.address.Host + " answered " + answer.Status)
		}
	}
}
