package ask

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/wait"
	"github.com/waybillhq/waybill/woo"
)

// ErrSpent ends a step whose budget is used up. It is no failure: everything read so far is kept, and the next step
// continues.
var ErrSpent = errors.New("mirror: the step's budget is spent")

// Asker sends a step's requests. It counts requests, repeats the ones that failed in passing, and goes around caches.
type Asker struct {
	Shop     woo.Doer
	opts     Options
	deadline time.Time // zero: no deadline
	limit    int64     // 0: no limit
	requests atomic.Int64
	// bust is set once a cache in front of the store has answered. Every later request goes past caches.
	bust atomic.Bool
	// cache is the sign by which the last cache that answered was recognised.
	cache atomic.Pointer[string]
	// clock holds how far the store's clock runs ahead, in nanoseconds.
	clock atomic.Int64
	// Trouble is called with a short text when a request is repeated, and with "" when the store answers again; nil is
	// not called.
	Trouble func(string)
}

// Options adjust an asker.
type Options struct {
	// Retries is how often a request that failed in passing is repeated. Pause is the pause before the first
	// repetition; it doubles with each one.
	Retries int
	Pause   time.Duration
	Now     func() time.Time
	Log     *slog.Logger
}

// New makes an asker without bounds.
func New(shop woo.Doer, opts Options) *Asker { return &Asker{Shop: shop, opts: opts} }

// Bound ends the asking at a deadline, or after limit requests. A zero value sets no bound.
func (a *Asker) Bound(deadline time.Time, limit int64) { a.deadline, a.limit = deadline, limit }

// Sent returns how many requests were sent.
func (a *Asker) Sent() int64 { return a.requests.Load() }

// AheadBy returns how far the store's clock is ahead of ours, by the last answer with a usable date; negative when the
// store's clock is behind.
func (a *Asker) AheadBy() time.Duration { return time.Duration(a.clock.Load()) }

// BehindCache returns the sign by which the last cache that answered in the store's place was recognised; empty when
// none answered.
func (a *Asker) BehindCache() string {
	if sign := a.cache.Load(); sign != nil {
		return *sign
	}
	return ""
}

// Answer is a response, with the store's time.
type Answer struct {
	*woo.Response
	// Date is the store's time by the Date header; zero without that header, and when a cache answered.
	Date time.Time
	// Cache is the sign by which a cache that answered was recognised; empty when the store answered.
	Cache string
}

// Spent says that the step may send no new request.
func (a *Asker) Spent() bool {
	if a.limit > 0 && a.requests.Load() >= a.limit {
		return true
	}
	return !a.deadline.IsZero() && !a.opts.Now().Before(a.deadline)
}

// List asks for a path below wc/v3 whose answer is a list. Its errors are those of [Asker.Get], and a [CeilingError]
// for a page that was cut or refused as too large.
func (a *Asker) List(ctx context.Context, path string, query url.Values) (*Answer, error) {
	got, err := a.Get(ctx, path, query, "[")
	size, _ := strconv.Atoi(query.Get("per_page"))
	if most := ceilingIn(size, got, err); most > 0 {
		return nil, &CeilingError{most}
	}
	return got, err
}

// One asks for a path below wc/v3 whose answer is one record. Its errors are those of [Asker.Get].
func (a *Asker) One(ctx context.Context, path string, query url.Values) (*Answer, error) {
	return a.Get(ctx, path, query, "{")
}

// Get asks for a path whose answer begins with one of the characters in shape. The error is ErrSpent when the budget is
// used up.
//
// Failure policy: a read can always be repeated, so a failure that may pass is tried again, here with growing pauses
// and later by the next step. A deliberate answer of the store (400, 401, 403, 404) is returned at once.
func (a *Asker) Get(ctx context.Context, path string, query url.Values, shape string) (*Answer, error) {
	pause := a.opts.Pause
	for attempt := 0; ; attempt++ {
		if a.Spent() {
			return nil, ErrSpent
		}
		got, err := a.once(ctx, path, query)
		if err == nil && (len(got.Body) == 0 || strings.IndexByte(shape, got.Body[0]) < 0) {
			// An answer of another shape is not the store's answer to the question.
			err = Unusable(path, "it begins with %.20q", got.Body)
		}
		if err == nil || ctx.Err() != nil || !Passes(err) {
			a.tell("")
			return got, err
		}
		a.tell(troubleOf(err))
		if attempt >= a.opts.Retries {
			return got, err
		}
		asked := max(pause, retryAfter(err))
		if !a.deadline.IsZero() && a.opts.Now().Add(asked).After(a.deadline) {
			return nil, err // the budget would end during the pause: the scheduler waits better
		}
		if err := wait.For(ctx, asked); err != nil {
			return nil, err
		}
		pause *= 2
	}
}

// Glance asks once and takes an answer of any shape. It is for what the mirror can do without.
func (a *Asker) Glance(ctx context.Context, path string, query url.Values) (*Answer, error) {
	if a.Spent() {
		return nil, ErrSpent
	}
	return a.once(ctx, path, query)
}

// IsSpent says whether err is ErrSpent.
func IsSpent(err error) bool { return errors.Is(err, ErrSpent) }

func (a *Asker) tell(trouble string) {
	if a.Trouble != nil {
		a.Trouble(trouble)
	}
}

func (a *Asker) once(ctx context.Context, path string, query url.Values) (*Answer, error) {
	got, err := a.send(ctx, path, query)
	if err != nil || got.Cache == "" || a.bust.Load() {
		return got, err
	}
	// A cache answered (docs/woocommerce/answers.md#cache-rest). Its copy may be old, so it is not used. A parameter
	// that nobody knows makes every address new to the cache.
	a.bust.Store(true)
	a.opts.Log.Warn(
		"a cache in front of the store answers API requests; going around it", "path", path, "sign", got.Cache,
	)
	return a.send(ctx, path, query)
}

// Decide makes every later request go past every cache.
func (a *Asker) Decide() { a.bust.Store(true) }

// Fresh marks a query so that its request goes past every cache. It is for a reading that must settle what other
// readings left in doubt.
func (a *Asker) Fresh(query url.Values) url.Values {
	marked := make(url.Values, len(query)+1)
	maps.Copy(marked, query)
	marked.Set(freshMark, "")
	return marked
}

// freshMark marks such a query. It is not sent to the store.
const freshMark = "\x00fresh"

func (a *Asker) send(ctx context.Context, path string, query url.Values) (*Answer, error) {
	fresh := a.bust.Load() || query.Has(freshMark)
	query = woo.PastStoreCache(query)
	delete(query, freshMark)
	if sent := a.requests.Add(1); a.limit > 0 && sent > a.limit {
		a.requests.Add(-1) // another goroutine took the last request
		return nil, ErrSpent
	}
	response, err := a.Shop.Do(ctx, woo.Request{Path: path, Query: query, Fresh: fresh})
	if err != nil {
		// Output before or after complete JSON does not make the answer wrong
		// (docs/woocommerce/answers.md#stray-output). The doctor tells the person who can switch such output off.
		failure, ok := woo.AsError(err)
		if !ok || failure.Kind != woo.KindStrayOutput || response == nil {
			return nil, err
		}
	}
	got := &Answer{Response: response, Cache: woo.CachedBy(response.Header)}
	if got.Cache != "" {
		a.cache.Store(&got.Cache)
		return got, nil // the Date is that of the kept answer, not of the store's clock
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		got.Date = date.UTC()
		a.clock.Store(int64(date.Sub(a.opts.Now())))
	}
	return got, nil
}

// Query returns the parameters of base with more pairs of name and value.
func Query(base url.Values, pairs ...string) url.Values {
	q := make(url.Values, len(base)+len(pairs)/2)
	for name, values := range base {
		q[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

// Glancing makes each request once, without repetitions. It is for what the mirror can do without.
type Glancing struct{ Asker *Asker }

// Do makes the request once, whatever the answer.
func (g Glancing) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	got, err := g.Asker.Glance(ctx, r.Path, r.Query)
	if err != nil {
		return nil, err
	}
	return got.Response, nil
}
