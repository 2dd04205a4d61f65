package mirror

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/woo"
)

// errSpent ends a step whose budget is used up. It is no failure: everything
// read so far is kept, and the next step goes on.
var errSpent = errors.New("mirror: the step's budget is spent")

// asker sends a step's requests: it counts them, repeats what failed in
// passing, and sees through caches.
type asker struct {
	shop     woo.Doer
	opts     Options
	deadline time.Time // zero: none
	limit    int64     // 0: none
	requests atomic.Int64
	// bust is set once a cache in front of the store has answered in its
	// place; from then on each address is new.
	bust    atomic.Bool
	counter atomic.Int64
	// cache is the sign of the last cache that answered.
	cache atomic.Pointer[string]
	// clock holds how far the store's clock runs ahead, in nanoseconds.
	clock    atomic.Int64
	clockSet atomic.Bool
	// trouble is told what the store did in place of an answer that is asked
	// for again, and "" when it answers; nil is told nothing.
	trouble func(string)
}

// answer is a response, and the moment it stands for.
type answer struct {
	*woo.Response
	// date is the store's clock when it answered, as the Date header says;
	// zero without one, and where a cache answered.
	date time.Time
	// cache is the sign of a cache that answered in the store's place; empty
	// when none did.
	cache string
}

// spent says that no new request may be sent in this step.
func (a *asker) spent() bool {
	if a.limit > 0 && a.requests.Load() >= a.limit {
		return true
	}
	return !a.deadline.IsZero() && !a.opts.Now().Before(a.deadline)
}

// list asks for a list below wc/v3, one for a single record.
func (a *asker) list(ctx context.Context, path string, query url.Values) (*answer, error) {
	got, err := a.get(ctx, path, query, "[")
	size, _ := strconv.Atoi(query.Get("per_page"))
	if most := ceilingIn(size, got, err); most > 0 {
		return nil, &ceilingError{most}
	}
	return got, err
}

func (a *asker) one(ctx context.Context, path string, query url.Values) (*answer, error) {
	return a.get(ctx, path, query, "{")
}

// get asks for a path whose answer begins with one of the given characters.
//
// Failure policy: a read can always be repeated, so whatever may pass by
// itself is tried again, here with growing pauses and later by the next step.
// What the store means (401, 403, 404, 400) comes back at once.
func (a *asker) get(ctx context.Context, path string, query url.Values, shape string) (*answer, error) {
	pause := a.opts.RetryPause
	for attempt := 0; ; attempt++ {
		if a.spent() {
			return nil, errSpent
		}
		got, err := a.once(ctx, path, query)
		if err == nil && (len(got.Body) == 0 || strings.IndexByte(shape, got.Body[0]) < 0) {
			// Whatever this is, it is not the store's answer to the question.
			err = wrong(path, "it begins with %.20q", got.Body)
		}
		if err == nil || ctx.Err() != nil || !passes(err) {
			a.tell("")
			return got, err
		}
		a.tell(troubleOf(err))
		if attempt >= a.opts.Retries {
			return got, err
		}
		wait := max(pause, retryAfter(err))
		if !a.deadline.IsZero() && a.opts.Now().Add(wait).After(a.deadline) {
			return nil, err // the step would end while waiting: the scheduler waits better
		}
		if err := sleep(ctx, wait); err != nil {
			return nil, err
		}
		pause *= 2
	}
}

// glance asks once, in whatever shape the answer comes: for what can be done
// without.
func (a *asker) glance(ctx context.Context, path string, query url.Values) (*answer, error) {
	if a.spent() {
		return nil, errSpent
	}
	return a.once(ctx, path, query)
}

func isSpent(err error) bool { return errors.Is(err, errSpent) }

func (a *asker) tell(trouble string) {
	if a.trouble != nil {
		a.trouble(trouble)
	}
}

// troubleOf says in a few words what came in place of an answer.
func troubleOf(err error) string {
	failure, ok := woo.AsError(err)
	switch {
	case !ok:
		return "the store's answer made no sense"
	case failure.Kind == woo.KindTimeout:
		return "the store did not answer in time"
	case failure.Status >= 400:
		return fmt.Sprintf("the store answered %d", failure.Status)
	case failure.Kind == woo.KindNetwork:
		return "the connection failed"
	default:
		return "the store's answer was not usable"
	}
}

func (a *asker) once(ctx context.Context, path string, query url.Values) (*answer, error) {
	got, err := a.send(ctx, path, query)
	if err != nil || got.cache == "" || a.bust.Load() {
		return got, err
	}
	// A cache answered (docs/woocommerce/answers.md#cache-rest). Its copy may be old, so it is
	// not believed; a parameter nobody knows makes every address a new one.
	a.bust.Store(true)
	a.opts.Log.Warn("a cache in front of the store answers API requests; going around it", "path", path, "sign", got.cache)
	return a.send(ctx, path, query)
}

// fresh makes a query that no cache can have seen: for a reading that settles
// what others left in doubt.
func (a *asker) fresh(query url.Values) url.Values {
	return woo.PastAnyCache(query, strconv.FormatInt(a.opts.Now().UnixNano(), 36)+strconv.FormatInt(a.counter.Add(1), 36))
}

func (a *asker) send(ctx context.Context, path string, query url.Values) (*answer, error) {
	if a.bust.Load() && !query.Has("_") {
		query = a.fresh(query)
	} else {
		query = woo.PastStoreCache(query)
	}
	if sent := a.requests.Add(1); a.limit > 0 && sent > a.limit {
		a.requests.Add(-1) // another one was quicker
		return nil, errSpent
	}
	response, err := a.shop.Do(ctx, woo.Request{Path: path, Query: query})
	if err != nil {
		// Notices before or after complete JSON do not make the answer wrong
		// (docs/woocommerce/answers.md#stray-output); the person who can switch them off
		// hears of it from the doctor.
		failure, ok := woo.AsError(err)
		if !ok || failure.Kind != woo.KindStrayOutput || response == nil {
			return nil, err
		}
	}
	got := &answer{Response: response, cache: woo.CachedBy(response.Header)}
	if got.cache != "" {
		a.cache.Store(&got.cache)
		return got, nil // its Date is that of the answer that was kept: no clock of the store
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		got.date = date.UTC()
		a.clock.Store(int64(date.Sub(a.opts.Now())))
		a.clockSet.Store(true)
	}
	return got, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func retryAfter(err error) time.Duration {
	if failure, ok := woo.AsError(err); ok {
		return failure.RetryAfter
	}
	return 0
}

// passes says whether a reading is worth repeating: the failure may pass by itself, or what came is no answer of a store at
// all, such as a page or nothing, which may come once.
func passes(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok {
		return errors.As(err, new(*unusableError))
	}
	return failure.Passes() || failure.Kind == woo.KindHTML || failure.Kind == woo.KindEmpty
}

// denied says that the key's user may not read this resource, or that the
// store has it switched off (coupons). 403 means the store knows who asks;
// 401 means that it does not, which concerns everything.
func denied(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Status == http.StatusForbidden
}

// storeWide says that the failure has nothing to do with what was asked for:
// going on with another resource would only repeat it.
func storeWide(err error) bool {
	failure, ok := woo.AsError(err)
	if !ok {
		return false
	}
	switch failure.Kind {
	case woo.KindNetwork, woo.KindTLS, woo.KindRedirect, woo.KindInsecure, woo.KindGuarded, woo.KindHTML, woo.KindCanceled:
		return true
	}
	return failure.Status == http.StatusUnauthorized || failure.Status == http.StatusTooManyRequests ||
		failure.Status == http.StatusServiceUnavailable
}

// noRoute says that the store has no such list: an older WooCommerce, or the
// feature is switched off.
func noRoute(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.Code == "rest_no_route"
}

// gone says that the store knows no such record. Only WooCommerce's own 404
// counts: a web server's page, another plugin's answer, a missing route or a
// refusal must never delete anything here.
func gone(err error) bool {
	failure, ok := woo.AsError(err)
	return ok && failure.Kind == woo.KindAPI && failure.EffectiveStatus() == http.StatusNotFound &&
		(strings.HasPrefix(failure.Code, "woocommerce_rest_") || strings.HasPrefix(failure.Code, "wc_"))
}

// badParameter says that the store refuses one of the parameters by name.
func badParameter(err error, name string) bool {
	failure, ok := woo.AsError(err)
	if !ok || failure.Kind != woo.KindAPI || failure.Code != "rest_invalid_param" {
		return false
	}
	_, named := failure.Params[name]
	return named
}

// query makes url.Values of a collection's parameters and more pairs.
func query(base url.Values, pairs ...string) url.Values {
	q := make(url.Values, len(base)+len(pairs)/2)
	for name, values := range base {
		q[name] = values
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
	}
	return q
}

func number(n int) string { return strconv.Itoa(n) }

// unusableError is an answer that is JSON but not what was asked for. It is
// treated like a failure that may pass: believing it could lose records.
type unusableError struct{ path, why string }

func (e *unusableError) Error() string {
	return fmt.Sprintf("mirror: the store's answer to %s cannot be used: %s", e.path, e.why)
}

func wrong(path, format string, args ...any) error {
	return &unusableError{path: path, why: fmt.Sprintf(format, args...)}
}
