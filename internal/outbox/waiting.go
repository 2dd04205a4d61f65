package outbox

import (
	"fmt"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/woo"
)

// These constants say how long a store may still be working on a request whose client has gone. Nothing is sent again
// before that time has passed.
//
// A configured limit counts. Otherwise the limit is the store's max_execution_time, if the key may read the system
// status, and a margin for requests that waited in a queue before PHP began with them. PHP does not count the time it
// waits for others, so no limit is shorter than shortestLimit; a store that sets no limit, or does not tell it, gets
// defaultLimit.
//
// Silence is different: a request that timed out, or was cut off, may wait at the store for a locked table or for
// another service, and max_execution_time does not count that wait. Its connection was kept for [Options].Patience,
// silentLimit is added, and the request is sent at most twice. A request that we cut off ourselves (the process was
// killed) is no sign of a store that hangs: once a later write of the same kind of record was answered, the store's own
// limit applies to it.
const (
	silentLimit   = 15 * time.Minute
	defaultLimit  = 5 * time.Minute // the most that common hosts allow a PHP process
	shortestLimit = 90 * time.Second
	longestLimit  = 15 * time.Minute // a longer setting does not mean that requests take that long
	limitMargin   = 15 * time.Second
)

// A look at the store can show an earlier state: large hosts read from copies of the database that lag behind, and no
// answer says so (docs/woocommerce/lists.md#copies-behind). So a missing record right after a request proves nothing,
// even when PHP is known to have ended. Half a record proves nothing either, because its lines may still be on their
// way to the copy.
//
// Failure policy: an absence counts when it lasts (waitFor), and not while the store shows less than it has answered
// (behind). A record that is there counts at once. If a copy lags longer than waitFor, and nothing else is known about
// the store, a second record is made; a person is told of it (doubles.go).
const (
	// lagPause is how long an absence has to last after the store has ended its work on a request.
	lagPause = 30 * time.Second
	// deathPause is the same after a request at which PHP died. The cause may pass: memory, or a plugin that was being
	// updated.
	deathPause = time.Minute
	// behindFor is how long a store that shows less than it has answered counts as lagging. After that the record
	// counts as gone.
	behindFor = 15 * time.Minute
)

// limit returns how long a resend to a store waits, as far as the store's limit is known.
func (b *Outbox) limit(storeID int64) time.Duration {
	if b.opts.StoreLimit > 0 {
		return b.opts.StoreLimit
	}
	return limitOf(b.lessonsOf(storeID).ExecutionLimit)
}

// limitFor returns how long a resend of one write waits.
func (b *Outbox) limitFor(w intent.Write) time.Duration {
	limit := b.limit(w.StoreID)
	if r := w.Reason; r == nil || !r.Silent || !intent.AddsUp(w) || b.opts.StoreLimit > 0 ||
		r.Cut && b.answeredSince(w) {
		return limit
	}
	return max(limit, silentLimit)
}

// answeredSince says whether a later write of the same kind of record was answered.
func (b *Outbox) answeredSince(w intent.Write) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.answered[lane{w.StoreID, w.Resource}].sent.After(w.SentAt)
}

// missed settles a write that a look-up did not find in effect. The write is looked for again until the store can no
// longer be working on it, and then sent again.
func (b *Outbox) missed(w intent.Write, header http.Header) Settlement {
	now := b.opts.Now().UTC()
	w, over := b.waited(w, header)
	if !over {
		w.State = intent.Unknown
		return Settlement{Write: w}
	}
	w.MissedAt = time.Time{}
	if intent.SaidDone(w) {
		return b.vanished(w)
	}
	r := w.Reason
	phpDied := r != nil && r.Over && r.Status >= http.StatusInternalServerError
	switch {
	case phpDied && w.Lost >= b.opts.Deaths:
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeTooManyTries, Status: r.Status, Message: intent.Died(w.Lost)}
		return Settlement{Write: w}
	case w.Lost >= b.opts.MaxAttempts, r != nil && r.Silent && !r.Cut && intent.AddsUp(w) && w.Lost >= b.opts.Silences:
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeTooManyTries, Message: intent.TooManyTries(w.Lost)}
		return Settlement{Write: w}
	}
	w.State, w.NextAt = intent.Pending, now
	return Settlement{Write: w}
}

// waited counts the time since a look-up first missed a write, by the store's clock, and returns whether the store can
// no longer be working on it. Until then it sets the time of the next look-up.
func (b *Outbox) waited(w intent.Write, header http.Header) (intent.Write, bool) {
	now := b.opts.Now().UTC()
	clock := now
	if date, err := http.ParseTime(header.Get("Date")); err == nil && woo.CachedBy(header) == "" {
		clock = date.UTC() // the store's clock: a jump of ours must not change the wait
	}
	if w.MissedAt.IsZero() || clock.Before(w.MissedAt) {
		w.MissedAt = clock // first miss since sending, or the store's clock was set back: count from here
	}
	// Date has a resolution of one second, so the first miss may be almost a second younger than its date says.
	left := b.waitFor(w) + time.Second - clock.Sub(w.MissedAt)
	if left <= 0 {
		return w, true
	}
	w.NextAt = now.Add(min(b.lookDelay(w), left))
	return w, false
}

// lookDelay spreads the look-ups over the store's limit: the first after a hundredth of it, and a dozen in all.
func (b *Outbox) lookDelay(w intent.Write) time.Duration {
	delay := b.waitFor(w) / 100
	if !w.MissedAt.IsZero() {
		delay = b.waitFor(w) / 12
	}
	return delay
}

// waitFor returns how long a write's record must be missing before its absence counts.
func (b *Outbox) waitFor(w intent.Write) time.Duration {
	switch {
	case intent.SaidDone(w), listedOnly(w):
		if b.opts.StoreLimit > 0 {
			return min(lasts, b.opts.StoreLimit)
		}
		return lasts
	case w.Reason == nil || !w.Reason.Over:
		return max(b.limitFor(w), b.lagOf(w.StoreID))
	}
	pause := lagPause
	if w.Reason.Status >= http.StatusInternalServerError {
		pause = deathPause
	}
	return max(min(pause, b.limit(w.StoreID)/2), b.lagOf(w.StoreID))
}

func limitOf(execution *time.Duration) time.Duration {
	if execution == nil || *execution <= 0 {
		return defaultLimit
	}
	return min(max(*execution+limitMargin, shortestLimit), longestLimit)
}

// vanished parks a create that the store called done and of which it shows nothing.
func (b *Outbox) vanished(w intent.Write) Settlement {
	what := "it"
	if len(w.Reason.Records) > 0 {
		what = fmt.Sprintf("%s/%d", w.Resource, w.Reason.Records[0])
	}
	w.State, w.MissedAt = intent.Parked, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeVanished, Status: w.Reason.Status, Records: w.Reason.Records,
		Message: fmt.Sprintf(
			"the store answered that it made %s, and has nothing of it: something there deletes or hides it at once, "+
				"and would do so again. "+
				"Nothing is sent again. Look for the plugin or rule that does it (the store's log, then one plugin "+
				"off at a time). Then ⟨retry %s⟩ sends it anew; ⟨discard %s⟩ drops it", what,
			w.ID, w.ID)}
	return Settlement{Write: w}
}
