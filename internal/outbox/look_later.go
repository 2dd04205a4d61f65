package outbox

import (
	"fmt"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/woo"
)

// The pause after a look-up that failed grows with the time since the request left, between these.
const (
	shortestPause = time.Second
	longestPause  = 5 * time.Minute
)

// lookLater is a look-up that could not be made. It is made again, less often the longer it fails; one that the store
// itself refuses for longer than it can be at work is a person's: the key may have lost a right, or a plugin may hide
// what is there.
func (b *Outbox) lookLater(w intent.Write, err error) Settlement {
	now := b.opts.Now().UTC()
	since := now.Sub(w.SentAt)
	wait := max(b.lookDelay(w), b.pauseAfterFailure(w, since))
	e, ok := woo.AsError(err)
	if ok {
		wait = max(wait, e.RetryAfter)
	}
	if ok && refusesLook(e) && since > b.limitFor(w) {
		w.State, w.MissedAt = intent.Parked, time.Time{}
		w.Reason = &intent.Reason{Code: intent.CodeUncertain, Status: e.EffectiveStatus(), Doubt: true,
			Message: fmt.Sprintf(
				"%s, and the store refuses to be looked at (%s): whether it is in effect cannot be told. Nothing is "+
					"sent again. Mend what refuses (waybill doctor STORE); then waybill outbox retry %s looks for it "+
					"first; waybill outbox discard %[3]s drops it",
				howLost(w), inWords(err), w.ID)}
		return Settlement{Write: w}
	}
	w.State, w.NextAt = intent.Unknown, now.Add(wait)
	reason := &intent.Reason{
		Code: intent.CodeNoAnswer, Message: "the outcome could not be looked up: " + inWords(err),
	}
	if w.Reason != nil {
		if reason.Records = w.Reason.Records; listedOnly(w) || w.Reason.Code == intent.CodeVanished {
			reason.Code = w.Reason.Code
		}
	}
	w.Reason = evidenceOf(reason, w)
	return Settlement{Write: w}
}

// pauseAfterFailure is longer the longer looks fail. Within twice the time for which the store may be at work it is at
// most a twelfth of that: one look that a bad line has lost must not put off what depends on it.
func (b *Outbox) pauseAfterFailure(w intent.Write, since time.Duration) time.Duration {
	limit := b.limitFor(w)
	pause := min(max(since/4, shortestPause), longestPause)
	if since < 2*limit {
		pause = min(pause, max(limit/12, shortestPause))
	}
	return pause
}

// refusesLook says whether it is the store's own word that a look is refused.
func refusesLook(e *woo.Error) bool {
	status := e.EffectiveStatus()
	return e.Kind == woo.KindAPI && status >= 400 && status < 500 &&
		status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}

// parentGone parks a create that belongs to a record which is gone for good: nothing can be looked up or sent any more.
func (b *Outbox) parentGone(w intent.Write) Settlement {
	w.State, w.MissedAt = intent.Parked, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeGone, Status: http.StatusNotFound, Message: fmt.Sprintf(
		"%s, and the record that it belongs to (%d) is not on the store any more: what became of it cannot be told. "+
			"Nothing is sent again. If it was to go with it: waybill outbox discard %s", howLost(w), w.ParentID, w.ID)}
	return Settlement{Write: w}
}
