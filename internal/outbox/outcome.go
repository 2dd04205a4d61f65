package outbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// asLost settles a write whose answer does not say what became of it. The write is looked up at once, because the store
// has finished its work on it.
func (b *Outbox) asLost(w intent.Write, status int, why string) Settlement {
	s := b.lost(w, status, why)
	s.Write.NextAt, s.Write.Reason.Over = b.opts.Now().UTC(), true
	return s
}

// doneAfterAll settles an update or delete that was found in effect. record is the present record; nil when it is gone.
func (b *Outbox) doneAfterAll(w intent.Write, answer *intent.Reason, record json.RawMessage) Settlement {
	s := Settlement{Write: b.done(w)}
	s.Write.Reason = contradicted(answer)
	if record != nil && w.Action == intent.Update {
		s.Write = compare.SaysKept(s.Write, compare.KeptOthers(w, w.Body, record))
	}
	if w.Resource != intent.Webhooks { // webhooks are not mirrored
		s.Effects = []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}
	}
	return s
}

// saysTrashed adds to a create in effect that its record is in the trash, if the write did not ask for that.
func saysTrashed(w intent.Write, record json.RawMessage) intent.Write {
	if w.Action != intent.Create || w.State != intent.Done || w.Resource != storage.Orders &&
		w.Resource != storage.Products &&
		w.Resource != storage.Coupons || !compare.InTrash(record) {
		return w
	}
	back := "publish"
	if w.Resource == storage.Orders {
		back = "processing"
	}
	message := fmt.Sprintf("%s lies in the trash: it was made, and somebody or something on the store has put it "+
		"there since. "+
		"If it is wanted, bring it back: ⟨restore %s %d %s⟩; it is not sent again", w.Ref(),
		w.Resource, w.RecordID, back)
	reason := intent.Reason{Code: intent.CodeTrashed, Status: http.StatusOK, Records: []int64{w.RecordID},
		Message: message}
	if w.Reason != nil {
		reason.Fields, reason.Message = w.Reason.Fields, message+"; "+w.Reason.Message
	}
	w.Reason = &reason
	return w
}

// doubled parks a write that made several records.
func doubled(w intent.Write, ids []int64) intent.Write {
	slices.Sort(ids)
	w.State, w.DoneAt, w.MissedAt = intent.Parked, time.Time{}, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeDoubled, Records: ids, Message: fmt.Sprintf(
		"made more than once: %s carry its mark. Either something in the store copies records with their meta data "+
			"(translations, splits, renewals), or a request was carried out twice: the store took longer over one "+
			"than any limit allows for. Look at them. A copy stays; what is too many is cancelled in the shop, with "+
			"its payment and stock. Then ⟨adopt %s %d⟩ keeps the first. It is not sent again",
		idList(w.Resource, ids), w.ID, ids[0])}
	w.RecordID = 0
	return w
}

// backoff returns the wait before a write that certainly did not run is sent again: 1 s, doubling to 5 min.
func backoff(attempts int) time.Duration {
	return min(time.Second<<min(max(attempts-1, 0), 9), 5*time.Minute)
}

// invalid rejects a write that would not do what the caller means; nil when nothing is wrong.
func (b *Outbox) invalid(w intent.Write, wrong []intent.FieldError) *Settlement {
	if len(wrong) == 0 {
		return nil
	}
	w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
	w.Reason = &intent.Reason{Code: intent.CodeInvalid, Fields: wrong, Message: fmt.Sprintf("%s: %s; nothing was sent",
		wrong[0].Field, wrong[0].Message)}
	return &Settlement{Write: w}
}

// unsent puts a write back because a read that must come first failed. The write is tried again later, less often each
// time.
//
// Failure policy: a person must mend a key that may not read, so WooCommerce's own refusal parks the write. A refusal
// by anything else counts as an outage of the shop: nothing was sent, and the write is sent once reading is possible
// again.
func (b *Outbox) unsent(w intent.Write, err error) Settlement {
	reason := &intent.Reason{Code: intent.CodeUnreachable, Message: inWords(err)}
	wait := b.lookDelay(w)
	if e, ok := woo.AsError(err); ok {
		reason.Status = e.EffectiveStatus()
		wait = max(wait, e.RetryAfter)
		switch {
		case e.KeyRefused():
			reason.Code = e.Code
			return b.notPermitted(w, reason)
		case e.Kind == woo.KindAPI && notAllowed(reason.Status):
			reason.Message += notTheKey + ". It is sent by itself once that lets it through"
		}
	}
	return b.again(w, reason, wait)
}

// inEffect says whether a record shows that an update or delete took effect as a whole. An update that died half-way is
// not in effect: it is sent again, without the lines that are there.
func (b *Outbox) inEffect(w intent.Write, record json.RawMessage) bool {
	if intent.AddsStock(w) {
		return compare.StockFate(w, record) == compare.Happened
	}
	if w.Action == intent.Update {
		return compare.Reflects(w, record, b.markersTaken(w.StoreID, compare.OrderLines)) && compare.Reckoned(w, record)
	}
	o, err := document.Parse(record)
	return err == nil && !w.Force && document.Text(o, "status") == storage.StatusTrash
}

// lost settles a request that may have taken effect and got no usable answer: the write becomes unknown.
func (b *Outbox) lost(w intent.Write, status int, why string) Settlement {
	w.State, w.Lost, w.MissedAt = intent.Unknown, w.Lost+1, time.Time{}
	w.NextAt = b.opts.Now().UTC().Add(b.lookDelay(w))
	w.Reason = &intent.Reason{Code: intent.CodeNoAnswer, Status: status, Message: forPeople(why)}
	return Settlement{Write: w}
}

// notTheKey ends the message about a refusal that does not come from WooCommerce (woo.KeyRefused).
const notTheKey = " — this is not WooCommerce's refusal: a plugin, a snippet or a firewall answers in its place, and " +
	"the key is not what it objects to as far as can be seen. What it is: ⟨examine⟩"

// notPermitted parks a write that was refused to the key, or to everybody: nothing about the write is wrong, so it is
// not rejected. The code of the refusal suggests who refuses; only the doctor can tell for certain, because a plugin
// can overrule WooCommerce from inside.
func (b *Outbox) notPermitted(w intent.Write, reason *intent.Reason) Settlement {
	if woo.KeyRefused(reason.Status, reason.Code) {
		reason.Message += fmt.Sprintf(
			" — WooCommerce refuses this to the key. Whether its user lacks the scope %[1]s or a plugin takes it "+
				"away: ⟨examine %[1]s⟩. A role that has it: ⟨role %[1]s⟩. Once that is mended: ⟨retry⟩",
			intent.Scope(w))
		reason.Fields = append(reason.Fields, intent.FieldError{Field: "key", Message: intent.CodeNotPermitted})
	} else {
		reason.Message += notTheKey + ". Once that lets it through: ⟨retry⟩"
	}
	w.State, w.Reason = intent.Parked, reason
	return Settlement{Write: w}
}

func (b *Outbox) done(w intent.Write) intent.Write {
	w.State, w.DoneAt, w.Reason = intent.Done, b.opts.Now().UTC(), nil
	return w
}

// again puts a write that certainly did not run back into the queue.
func (b *Outbox) again(w intent.Write, reason *intent.Reason, wait time.Duration) Settlement {
	if reason != nil && w.Reason != nil {
		reason.Restored = w.Reason.Restored
	}
	w.State, w.Reason = intent.Pending, reason
	w.NextAt = b.opts.Now().UTC().Add(max(wait, backoff(w.Attempts)))
	return Settlement{Write: w}
}

// doubt parks a lost change of stock with what is known about it.
func (b *Outbox) doubt(w intent.Write, now json.RawMessage) Settlement {
	body, _ := document.Parse(w.Body)
	before, _ := document.Parse(w.Base)
	after, _ := document.Parse(now)
	delta, _ := document.Decimal(body["inventory_delta"])
	had, _ := document.Decimal(before["stock_quantity"])
	w.State = intent.Parked
	w.Reason = &intent.Reason{Code: intent.CodeInDoubt,
		Message: fmt.Sprintf("the answer to the change by %s was lost: the stock was %s before, is %s now, and would "+
			"be %s if nothing else had happened. Look at the product's orders, then retry to change it once more, or "+
			"discard",
			signed(delta), had, document.AllText(after["stock_quantity"]), had.Add(delta))}
	return Settlement{Write: w}
}

// shortestPause and longestPause bound the pause after a failed look-up. The pause grows with the time since the
// request left.
const (
	shortestPause = time.Second
	longestPause  = 5 * time.Minute
)

// lookLater settles a write whose look-up failed. The look-up is repeated, less often the longer it fails. If the store
// itself refuses it for longer than the store can be working on the write, a person must look: the key may have lost a
// right, or a plugin may hide the record.
func (b *Outbox) lookLater(w intent.Write, err error) Settlement {
	now := b.opts.Now().UTC()
	since := now.Sub(w.SentAt)
	e, ok := woo.AsError(err)
	wait := max(b.lookDelay(w), b.pauseAfterFailure(w, since, ok && refusesLook(e)))
	if ok {
		wait = max(wait, e.RetryAfter)
	}
	if ok && refusesLook(e) && since > b.limitFor(w) {
		w.State, w.MissedAt = intent.Parked, time.Time{}
		w.Reason = &intent.Reason{Code: intent.CodeUncertain, Status: e.EffectiveStatus(), Doubt: true,
			Message: fmt.Sprintf(
				"%s, and the store refuses to be looked at (%s): whether it is in effect cannot be told. Nothing is "+
					"sent again. Mend what refuses (⟨examine⟩); then ⟨retry %s⟩ looks for it "+
					"first; ⟨discard %[3]s⟩ drops it",
				intent.HowLost(w), inWords(err), w.ID)}
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
	w.Reason = intent.EvidenceOf(reason, w)
	return Settlement{Write: w}
}

// pauseAfterFailure returns a pause that grows with the time since the request left. Within twice the time for which
// the store may be working, the pause is at most a twelfth of that time, unless the store itself refuses. One look that
// failed on a bad line must not delay much.
func (b *Outbox) pauseAfterFailure(w intent.Write, since time.Duration, refused bool) time.Duration {
	limit := b.limitFor(w)
	pause := min(max(since/4, shortestPause), longestPause)
	if !refused && since < 2*limit {
		pause = min(pause, max(limit/12, shortestPause))
	}
	return pause
}

// refusesLook says whether the store itself refuses a look.
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
			"Nothing is sent again. If it was to go with it: ⟨discard %s⟩", intent.HowLost(w), w.ParentID, w.ID)}
	return Settlement{Write: w}
}
