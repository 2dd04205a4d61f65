package woo

import (
	"context"
	"math/rand/v2"
	"time"
)

// retryPolicy repeats reads. Writes never pass here twice: only the outbox knows how to make a second attempt safe.
type retryPolicy struct {
	retries int           // attempts after the first
	base    time.Duration // first pause; doubles
	limit   time.Duration // longest pause, and the longest Retry-After that is waited for
}

var defaultRetry = retryPolicy{retries: 2, base: 500 * time.Millisecond, limit: 30 * time.Second}

// WithRetries sets how often a read that failed in passing is repeated; 2 unless told otherwise. 0 switches retries
// off, for a caller who paces requests itself and wants to see every 429.
func WithRetries(n int) Option { return func(s *settings) { s.retry.retries = max(n, 0) } }

// WithRetryPause sets the first pause between attempts (doubling, with jitter) and the longest one. A Retry-After longer
// than longest is not waited for: the error is returned and carries it.
func WithRetryPause(first, longest time.Duration) Option {
	return func(s *settings) { s.retry.base, s.retry.limit = first, longest }
}

func (r retryPolicy) run(ctx context.Context, read bool, attempt func(int) (*Response, error)) (*Response, error) {
	for n := 0; ; n++ {
		res, err := attempt(n)
		if err == nil || !read || n >= r.retries {
			return res, err
		}
		// After a timeout the shop may still be working on the first request, and a second one makes a slow shop slower.
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
