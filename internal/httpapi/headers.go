package httpapi

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Preference holds the Prefer header of RFC 7240.
type Preference struct {
	Prefer string `header:"Prefer" doc:"wait=N waits up to N seconds, at most 60, for the result." example:"wait=20"`
}

// waiting returns a context for a request that waits. The context ends after within, with the request, or when the
// server is about to stop. The error is a problem with code too_many_requests.
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

// wait returns how long the caller is ready to wait, and the value of the answer's header Preference-Applied.
// Preferences that are not understood are ignored, as RFC 7240 asks.
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

// tagOf returns the strong entity tag of a version of a record.
func tagOf(h storage.Hash) string { return `"` + h.String() + `"` }

// noneMatches says whether a header If-None-Match names the tag of the present version, so that no body need be sent.
// It compares weakly (RFC 9110, 13.1.2).
func noneMatches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "W/")
		if part == tag || part == "*" {
			return true
		}
	}
	return false
}

// matches says whether a header If-Match names a tag. It compares strongly (RFC 9110, 13.1.1): a weak tag never
// matches.
func matches(header, tag string) bool {
	for part := range strings.SplitSeq(header, ",") {
		if part = strings.TrimSpace(part); part == tag || part == "*" {
			return true
		}
	}
	return false
}

// longestWait is the longest wait that `Prefer: wait` and the parameter `wait` can ask for.
const longestWait = time.Minute
