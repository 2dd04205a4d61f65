package woo

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// Passes tells whether the failure may pass by itself: the same request may succeed a little later without anybody
// doing anything. It says nothing about whether a write may be sent again; Executed does.
//
// The network, a timeout and an answer that broke off pass. So does what a store says under strain: 429, and 5xx
// without an error code of the store's own. With a code of its own the store refuses what it is asked, and a page or an
// empty answer with another status is a firewall's or a login's: both stay until somebody mends them. A name that does
// not exist stays, and so does a compression that the headers do not tell.
func (e *Error) Passes() bool {
	switch e.Kind {
	case KindNetwork:
		return !isDNSNotFound(e.Err)
	case KindTimeout, KindTruncated, KindInvalidJSON:
		return true
	case KindEmpty:
		// Some limiters answer with nothing (docs/woocommerce/answers.md#rate-limit).
		return e.Status >= 200 && e.Status < 300 || strained(e)
	case KindHTML, KindAPI:
		return strained(e)
	}
	return false
}

// Passes tells whether err is a failure that may pass by itself; see Error.Passes.
func Passes(err error) bool {
	e, ok := AsError(err)
	return ok && e.Passes()
}

// strained tells whether the status speaks of a store, or of a server on the way, in trouble.
func strained(e *Error) bool {
	switch status := e.EffectiveStatus(); {
	case status == http.StatusTooManyRequests || e.Status == http.StatusTooManyRequests:
		return true
	case status == http.StatusNotImplemented, status == badOriginCertificate:
		return false
	case status == http.StatusInternalServerError, status > http.StatusGatewayTimeout:
		return !ownWords(e)
	default:
		return status >= http.StatusInternalServerError // a gateway's statuses
	}
}

// badOriginCertificate is Cloudflare's status for a shop whose certificate has run out or does not fit.
const badOriginCertificate = 526

// ownWords says whether the error code is the store's answer to what it was asked. The codes that WordPress gives to a
// crash and to a database that cannot be reached are not (docs/woocommerce/answers.md#database-down).
func ownWords(e *Error) bool {
	return e.Kind == KindAPI && e.Code != "" && e.Code != "internal_server_error" && e.Fingerprint != "db-down"
}

func isDNSNotFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// retryPolicy repeats reads. Writes never come here twice: only the outbox knows how to make a second attempt safe.
type retryPolicy struct {
	retries int           // attempts after the first
	base    time.Duration // first pause; doubles
	limit   time.Duration // longest pause, and the longest Retry-After that is waited for
}

var defaultRetry = retryPolicy{retries: 2, base: 500 * time.Millisecond, limit: 30 * time.Second}

func (r retryPolicy) run(ctx context.Context, read bool, attempt func(int) (*Response, error)) (*Response, error) {
	for n := 0; ; n++ {
		res, err := attempt(n)
		if err == nil || !read || n >= r.retries {
			return res, err
		}
		// After a timeout the shop may still be working on the first request, and a second one makes a slow shop
		// slower.
		e, ok := AsError(err)
		if !ok || !e.Passes() || e.Kind == KindTimeout {
			return res, err
		}
		pause := r.pause(n)
		if e.RetryAfter > r.limit {
			return res, err
		}
		if !sleep(ctx, max(pause, e.RetryAfter)) {
			// The caller gave up while we waited: the last answer of the store says more than "cancelled".
			return res, err
		}
	}
}

// pause doubles per attempt; the jitter spreads clients that failed together.
func (r retryPolicy) pause(n int) time.Duration {
	d := min(r.base<<min(n, 16), r.limit)
	if d <= 0 {
		return 0
	}
	return d/2 + rand.N(d/2+1)
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
