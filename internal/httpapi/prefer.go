package httpapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Preference is the Prefer header of RFC 7240.
type Preference struct {
	Prefer string `header:"Prefer" doc:"wait=N waits up to N seconds, at most 60, for the result." example:"wait=20"`
}

// waiting is a context for who waits: it ends with the time, with the request, or when the server is about to stop.
// The error is a problem of code too_many_requests.
func (a *API) waiting(ctx context.Context, within time.Duration) (context.Context, context.CancelFunc, error) {
	end, err := a.guard.limits.begin(callerOf(ctx).Actor)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	go func() {
		select {
		case <-a.draining:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(); end() }, nil
}

// wait is how long the caller would wait, and what the answer says of that. What is not understood is passed over, as
// RFC 7240 asks.
func (p Preference) wait() (time.Duration, string) {
	for part := range strings.FieldsFuncSeq(p.Prefer, func(r rune) bool { return r == ',' || r == ';' }) {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		seconds, err := strconv.Atoi(strings.Trim(strings.TrimSpace(value), `"`))
		if !strings.EqualFold(strings.TrimSpace(name), "wait") || err != nil || seconds <= 0 {
			continue
		}
		seconds = min(seconds, int(longestWait/time.Second))
		return time.Duration(seconds) * time.Second, fmt.Sprintf("wait=%d", seconds)
	}
	return 0, ""
}
