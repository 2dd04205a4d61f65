package httpapi

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// limiter counts requests by token and by address, in this process only. Each token and each address has perMinute
// requests a minute, spread over the minute or all at once.
type limiter struct {
	perMinute int
	now       func() time.Time

	mu sync.Mutex
	// full says when each token or address will have all its requests back. One without an entry has all its requests.
	full map[string]time.Time
	// waiting counts the requests of each token that wait or stream now.
	waiting map[string]int
}

// countedAtMost is the largest number of tokens and addresses that are counted. It bounds the memory.
const countedAtMost = 100_000

func newLimiter(perMinute int, now func() time.Time) *limiter {
	return &limiter{perMinute: perMinute, now: now, full: map[string]time.Time{},
		waiting: map[string]int{}}
}

// take counts a request and says in the headers of the answer how many requests are left. policy says what is counted:
// token or address. The error is a problem with code too_many_requests.
func (l *limiter) take(header http.Header, policy, who string) error {
	if l.perMinute <= 0 {
		return nil
	}
	each := time.Minute / time.Duration(l.perMinute)
	key := policy + " " + who
	l.mu.Lock()
	now := l.now()
	full := l.full[key]
	if full.Before(now) {
		full = now
	}
	next := full.Add(each)
	over := next.Sub(now) > time.Minute
	if !over {
		l.full[key] = next
		full = next
	}
	if len(l.full) > countedAtMost {
		l.forget(now)
	}
	l.mu.Unlock()
	left := int((time.Minute - full.Sub(now)) / each)
	header.Set("RateLimit-Policy", fmt.Sprintf(`"%s";q=%d;w=60`, policy, l.perMinute))
	header.Set("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, policy, left, int(math.Ceil(full.Sub(now).Seconds()))))
	if !over {
		return nil
	}
	wait := int(math.Ceil((next.Sub(now) - time.Minute).Seconds()))
	header.Set("Retry-After", strconv.Itoa(max(wait, 1)))
	return tooMany(l.perMinute, wait)
}

// atOnce is how many requests of one token may wait or stream at the same time.
const atOnce = 100

// begin counts a request that waits or streams until end is called. The error is a problem with code too_many_requests.
func (l *limiter) begin(who string) (end func(), err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting[who] >= atOnce {
		return nil, tooManyWaiting(atOnce)
	}
	l.waiting[who]++
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.waiting[who]--; l.waiting[who] == 0 {
			delete(l.waiting, who)
		}
	}, nil
}

// forget drops the entries that have all their requests back. When too many entries remain, it drops all.
func (l *limiter) forget(now time.Time) {
	for key, full := range l.full {
		if !full.After(now) {
			delete(l.full, key)
		}
	}
	if len(l.full) > countedAtMost {
		clear(l.full)
	}
}
