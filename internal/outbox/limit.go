package outbox

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// How long a store may still be working on a request whose client has gone: nothing is sent again before that.
//
// A configured limit holds. Otherwise it is the store's own max_execution_time and a margin for requests that waited in
// a queue before PHP began with them, where the key may read the system status. PHP does not count the time it waits
// for others, so no limit is shorter than shortestLimit; a store that sets none, or does not tell, gets defaultLimit.
//
// Silence is another matter: a request that timed out, and one that was cut off, may wait at the store for a locked
// table or for another service, and max_execution_time does not count that. Its connection was kept for
// [Options].Patience, it gets silentLimit more, and it is sent twice at most. A request that we cut off ourselves (the
// process was killed) is no sign of a store that hangs: once a later write of the same kind of record was answered, the
// store's own limit holds for it.
const (
	silentLimit   = 15 * time.Minute
	defaultLimit  = 5 * time.Minute // what common hosts allow a PHP process at most
	shortestLimit = 90 * time.Second
	longestLimit  = 15 * time.Minute // a generous setting is no sign that requests take that long
	limitMargin   = 15 * time.Second
)

func limitOf(execution *time.Duration) time.Duration {
	if execution == nil || *execution <= 0 {
		return defaultLimit
	}
	return min(max(*execution+limitMargin, shortestLimit), longestLimit)
}

// limit is how long a resend to a store waits, as far as it is known.
func (b *Outbox) limit(storeID int64) time.Duration {
	if b.opts.StoreLimit > 0 {
		return b.opts.StoreLimit
	}
	return limitOf(b.lessonsOf(storeID).ExecutionLimit)
}

// limitFor is how long a resend of one write waits.
func (b *Outbox) limitFor(w intent.Write) time.Duration {
	limit := b.limit(w.StoreID)
	if r := w.Reason; r == nil || !r.Silent || !addsUp(w) || b.opts.StoreLimit > 0 || r.Cut && b.answeredSince(w) {
		return limit
	}
	return max(limit, silentLimit)
}

// addsUp says whether two requests of a write do more than one.
func addsUp(w intent.Write) bool {
	return w.Action == intent.Create || intent.AddsStock(w) ||
		w.Action == intent.Update && w.Resource == storage.Orders && intent.AddsLines(w.Body)
}

// silent says whether a failure leaves it open that the store is still at work: nothing came from its side.
func silent(e *woo.Error) bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusGatewayTimeout, statusOriginTimeout:
		return true
	}
	return e.Kind == woo.KindTimeout || e.Kind == woo.KindCanceled
}

// statusOriginTimeout is what Cloudflare answers for a shop that it waited for in vain.
const statusOriginTimeout = 524

// Interrupted is the reason of a write whose process ended while its request was under way.
func Interrupted() *intent.Reason {
	return &intent.Reason{Code: intent.CodeNoAnswer, Silent: true, Cut: true,
		Message: "the process that sent it ended before the answer: it is looked for on the store"}
}

// answeredSince says whether a later write of the same kind of record was answered.
func (b *Outbox) answeredSince(w intent.Write) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.answered[lane{w.StoreID, w.Resource}].sent.After(w.SentAt)
}

// findLimit asks a store for its limit before it is first needed, and once a day.
//
// Failure policy: a store that does not tell gets the default, which is longer than most allow.
func (b *Outbox) findLimit(ctx context.Context, shop woo.Doer, storeID int64) {
	now := b.opts.Now().UTC()
	if b.opts.StoreLimit > 0 || now.Sub(b.lessonsOf(storeID).AskedLimit).Abs() < lessonLasts {
		return
	}
	answer, err := shop.Do(ctx, woo.Request{Path: woo.RouteSystemStatus.List(0),
		Query: url.Values{"_fields": {"environment"}}})
	var limit *time.Duration
	switch e, failed := woo.AsError(err); {
	case err == nil:
		limit = executionLimit(answer.Body)
	case failed && e.Kind == woo.KindAPI && e.EffectiveStatus() < http.StatusInternalServerError &&
		e.Status != http.StatusTooManyRequests:
		// The key may not read it: that stays so for a while.
	default:
		return // asked again with the next look-up
	}
	b.learn(storeID, func(l *Lessons) bool {
		l.AskedLimit, l.ExecutionLimit = now, limit
		return true
	})
}

func executionLimit(status json.RawMessage) *time.Duration {
	var s struct {
		Environment struct {
			Limit *json.Number `json:"php_max_execution_time"`
		} `json:"environment"`
	}
	if json.Unmarshal(status, &s) != nil || s.Environment.Limit == nil {
		return nil
	}
	seconds, err := s.Environment.Limit.Int64()
	if err != nil || seconds < 0 {
		return nil
	}
	limit := time.Duration(seconds) * time.Second
	return &limit
}

// missed is a look-up that did not find the write in effect: it is looked for again until the store can no longer be
// working on it, and then sent again.
func (b *Outbox) missed(w intent.Write, header http.Header) Settlement {
	now := b.opts.Now().UTC()
	w, over := b.waited(w, header)
	if !over {
		w.State = intent.Unknown
		return Settlement{Write: w}
	}
	w.MissedAt = time.Time{}
	if saidDone(w) {
		return b.vanished(w)
	}
	r := w.Reason
	phpDied := r != nil && r.Over && r.Status >= http.StatusInternalServerError
	switch {
	case phpDied && w.Lost >= b.opts.Deaths:
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeTooManyTries, Status: r.Status, Message: died(w.Lost)}
		return Settlement{Write: w}
	case w.Lost >= b.opts.MaxAttempts, r != nil && r.Silent && !r.Cut && addsUp(w) && w.Lost >= b.opts.Silences:
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeTooManyTries, Message: tooManyTries(w.Lost)}
		return Settlement{Write: w}
	}
	w.State, w.NextAt = intent.Pending, now
	return Settlement{Write: w}
}

// waited counts the time since a write was first looked for in vain, by the store's clock, and says whether the store
// can no longer be working on it. Until then it sets when to look again.
func (b *Outbox) waited(w intent.Write, header http.Header) (intent.Write, bool) {
	now := b.opts.Now().UTC()
	clock := now
	if date, err := http.ParseTime(header.Get("Date")); err == nil && woo.CachedBy(header) == "" {
		clock = date.UTC() // the store's own clock: a jump of ours must neither shorten nor prolong the wait
	}
	if w.MissedAt.IsZero() || clock.Before(w.MissedAt) {
		w.MissedAt = clock // first miss since it was sent, or the store's clock was set back: begin to count here
	}
	// Date has a resolution of one second: the first miss may be almost a second younger than it says.
	left := b.waitFor(w) + time.Second - clock.Sub(w.MissedAt)
	if left <= 0 {
		return w, true
	}
	w.NextAt = now.Add(min(b.lookDelay(w), left))
	return w, false
}

// lookDelay spreads look-ups over the store's limit: the first after a hundredth of it, a dozen in all.
func (b *Outbox) lookDelay(w intent.Write) time.Duration {
	delay := b.waitFor(w) / 100
	if !w.MissedAt.IsZero() {
		delay = b.waitFor(w) / 12
	}
	return delay
}

// backoff is the wait before a write that certainly did not run is sent again: 1 s, doubling to 5 min.
func backoff(attempts int) time.Duration {
	return min(time.Second<<min(max(attempts-1, 0), 9), 5*time.Minute)
}
