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
// goes on.
var ErrSpent = errors.New("mirror: the step's budget is spent")

// Asker sends a step's requests: it counts them, repeats what failed in passing, and sees through caches.
type Asker struct {
	Shop     woo.Doer
	opts     Options
	deadline time.Time // zero: none
	limit    int64     // 0: none
	requests atomic.Int64
	// bust is set once a cache in front of the store has answered. From then on every request goes past caches.
	bust atomic.Bool
	// cache is what gave the last cache away that answered.
	cache atomic.Pointer[string]
	// clock holds how far the store's clock runs ahead, in nanoseconds.
	clock atomic.Int64
	// Trouble is told what came in place of an answer that is asked for again, and "" when the store answers again; nil
	// is told nothing.
	Trouble func(string)
}

// Options adjust an asker.
type Options struct {
	// Retries is how often a request is repeated that failed in passing. Pause is the first pause before a repetition;
	// it doubles with each.
	Retries int
	Pause   time.Duration
	Now     func() time.Time
	Log     *slog.Logger
}

// New makes an asker without bounds.
func New(shop woo.Doer, opts Options) *Asker { return &Asker{Shop: shop, opts: opts} }

// Bound lets the asking end at a moment, or after so many requests; zero: never.
func (a *Asker) Bound(deadline time.Time, limit int64) { a.deadline, a.limit = deadline, limit }

// Sent is how many requests were sent.
func (a *Asker) Sent() int64 { return a.requests.Load() }

// AheadBy is how far the store's clock runs ahead of ours, as far as its answers told.
func (a *Asker) AheadBy() time.Duration { return time.Duration(a.clock.Load()) }

// BehindCache is what gave the last cache away that answered in the store's place; empty when none did.
func (a *Asker) BehindCache() string {
	if sign := a.cache.Load(); sign != nil {
		return *sign
	}
	return ""
}

// Answer is a response, and the moment it stands for.
type Answer struct {
	*woo.Response
	// Date is the store's clock when it answered, as the Date header says; zero without one, and where a cache
	// answered.
	Date time.Time
	// Cache is what gave a cache away that answered in the store's place; empty when the store answered.
	Cache string
}

// Spent says that no new request may be sent in this step.
func (a *Asker) Spent() bool {
	if a.limit > 0 && a.requests.Load() >= a.limit {
		return true
	}
	return !a.deadline.IsZero() && !a.opts.Now().Before(a.deadline)
}

// List asks for a path below wc/v3 whose answer is a list, as [Asker.Get] does.
func (a *Asker) List(ctx context.Context, path string, query url.Values) (*Answer, error) {
	got, err := a.Get(ctx, path, query, "[")
	size, _ := strconv.Atoi(query.Get("per_page"))
	if most := ceilingIn(size, got, err); most > 0 {
		return nil, &CeilingError{most}
	}
	return got, err
}

// One asks for a path below wc/v3 whose answer is one record, as [Asker.Get] does.
func (a *Asker) One(ctx context.Context, path string, query url.Values) (*Answer, error) {
	return a.Get(ctx, path, query, "{")
}

// Get asks for a path whose answer begins with one of the given characters.
//
// Failure policy: a read can always be repeated, so whatever may pass by itself is tried again, here with growing
// pauses and later by the next step. An answer that the store means (401, 403, 404, 400) is returned at once.
func (a *Asker) Get(ctx context.Context, path string, query url.Values, shape string) (*Answer, error) {
	pause := a.opts.Pause
	for attempt := 0; ; attempt++ {
		if a.Spent() {
			return nil, ErrSpent
		}
		got, err := a.once(ctx, path, query)
		if err == nil && (len(got.Body) == 0 || strings.IndexByte(shape, got.Body[0]) < 0) {
			// Whatever this is, it is not the store's answer to the question.
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
			return nil, err // the step would end while waiting: the scheduler waits better
		}
		if err := wait.For(ctx, asked); err != nil {
			return nil, err
		}
		pause *= 2
	}
}

// Glance asks once and takes an answer of whatever shape: for what the mirror can do without.
func (a *Asker) Glance(ctx context.Context, path string, query url.Values) (*Answer, error) {
	if a.Spent() {
		return nil, ErrSpent
	}
	return a.once(ctx, path, query)
}

// IsSpent reports that a step has used up the requests that it may send.
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
	// A cache answered (docs/woocommerce/answers.md#cache-rest). Its copy may be old, so it is not believed; a
	// parameter nobody knows makes every address a new one.
	a.bust.Store(true)
	a.opts.Log.Warn(
		"a cache in front of the store answers API requests; going around it", "path", path, "sign", got.Cache,
	)
	return a.send(ctx, path, query)
}

// Decide makes every answer from now on one that the store gives anew, past every cache.
func (a *Asker) Decide() { a.bust.Store(true) }

// Fresh marks a query so that no cache may answer it: for a reading that settles what others left in doubt.
func (a *Asker) Fresh(query url.Values) url.Values {
	marked := make(url.Values, len(query)+1)
	maps.Copy(marked, query)
	marked.Set(freshMark, "")
	return marked
}

// freshMark is no argument of a list, and is not sent.
const freshMark = "\x00fresh"

func (a *Asker) send(ctx context.Context, path string, query url.Values) (*Answer, error) {
	fresh := a.bust.Load() || query.Has(freshMark)
	query = woo.PastStoreCache(query)
	delete(query, freshMark)
	if sent := a.requests.Add(1); a.limit > 0 && sent > a.limit {
		a.requests.Add(-1) // another one was quicker
		return nil, ErrSpent
	}
	response, err := a.Shop.Do(ctx, woo.Request{Path: path, Query: query, Fresh: fresh})
	if err != nil {
		// Notices before or after complete JSON do not make the answer wrong
		// (docs/woocommerce/answers.md#stray-output); the person who can switch them off hears of it from the doctor.
		failure, ok := woo.AsError(err)
		if !ok || failure.Kind != woo.KindStrayOutput || response == nil {
			return nil, err
		}
	}
	got := &Answer{Response: response, Cache: woo.CachedBy(response.Header)}
	if got.Cache != "" {
		a.cache.Store(&got.Cache)
		return got, nil // its Date is that of the answer that was kept: no clock of the store
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		got.Date = date.UTC()
		a.clock.Store(int64(date.Sub(a.opts.Now())))
	}
	return got, nil
}

// Query makes url.Values of a collection's parameters and more pairs.
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

// Glancing asks once, without repetitions: for what the mirror can do without.
type Glancing struct{ Asker *Asker }

// Do makes the request once, whatever comes.
func (g Glancing) Do(ctx context.Context, r woo.Request) (*woo.Response, error) {
	got, err := g.Asker.Glance(ctx, r.Path, r.Query)
	if err != nil {
		return nil, err
	}
	return got.Response, nil
}
