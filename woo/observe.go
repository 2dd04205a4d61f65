package woo

import (
	"context"
	"time"
)

// Exchange is one HTTP exchange as an observer sees it. It holds no secret.
type Exchange struct {
	Method     string
	URL        string // without credentials
	Attempt    int    // 0 for the first
	Status     int    // 0 without an answer
	Elapsed    time.Duration
	Bytes      int64 // of the decoded body
	RetryAfter time.Duration
	Sent       bool   // the request reached the connection
	Err        *Error // nil on success
}

func (c *Client) observe(ctx context.Context, p *prepared, res *Response, err *Error, attempt int, elapsed time.Duration, trace *sendTrace, size int64) {
	x := Exchange{
		Method: p.method, URL: p.shown, Attempt: attempt, Elapsed: elapsed, Bytes: size,
		Sent: trace.started.Load(), Err: err,
	}
	if res != nil {
		x.Status = res.Status
	}
	if err != nil {
		x.Status, x.RetryAfter = err.Status, err.RetryAfter
	}
	for _, f := range c.observers {
		f(ctx, x)
	}
}
