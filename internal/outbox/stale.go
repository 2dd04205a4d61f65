package outbox

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A look at the store can show it as it was a while ago: large hosts read from copies of the database that lag behind
// it, and no answer says so (docs/woocommerce/lists.md#copies-behind). So "nothing there" right after a request proves
// nothing, also where PHP is known to have ended, and neither does half a record: its lines may be under way.
//
// Failure policy: an absence counts when it lasts (waitFor), and not while the store shows less than it has answered
// (behind). A record that is there counts at once. A copy that lags for longer than that behind a store of which
// nothing else is known makes a second record; it is not silent (doubles.go).
const (
	// lagPause is how long an absence has to last after the store has ended its work on a request.
	lagPause = 30 * time.Second
	// deathPause is the same after a request at which PHP died: what killed it may pass, memory, a plugin that was
	// being updated.
	deathPause = time.Minute
	// lasts is how long a record has to be missed that the store has shown before, by its answer or in a list, until it
	// is called gone. Nothing is sent again because of that.
	lasts = 5 * time.Minute
	// behindFor is how long a store that shows less than it has answered is taken for one that lags behind. After that
	// the record is gone.
	behindFor = 15 * time.Minute
)

// waitFor is how long what a write was to make has to be missed before that counts.
func (b *Outbox) waitFor(w intent.Write) time.Duration {
	switch {
	case saidDone(w), listedOnly(w):
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

// lagOf is how long an absence has to last on a store whose reads were seen to lag behind: twice the longest time that
// was seen. It is believed for a day.
func (b *Outbox) lagOf(storeID int64) time.Duration {
	l := b.lessonsOf(storeID)
	if b.opts.Now().Sub(l.SeenLag).Abs() >= lessonLasts {
		return 0
	}
	return 2 * l.ReadsLag
}

// learnLag notes that a read showed a store as it had been so long before. What our own absence may have prolonged
// counts as no more than lasts.
func (b *Outbox) learnLag(storeID int64, lag time.Duration) {
	now := b.opts.Now().UTC()
	lag = min(lag, lasts)
	b.learn(storeID, func(l *Lessons) bool {
		if lag <= 0 || lag <= l.ReadsLag && now.Sub(l.SeenLag).Abs() < lessonLasts/2 {
			return false
		}
		l.ReadsLag, l.SeenLag = max(lag, l.ReadsLag), now
		return true
	})
}

// answers is what the store has answered to creates of one kind.
type answers struct {
	sent    time.Time // when the latest create that was answered with success was sent
	highest int64     // id of a record that was answered
	at      time.Time // when that was
}

// noteAnswered keeps what the store has answered to a write.
func (b *Outbox) noteAnswered(w intent.Write) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := lane{w.StoreID, w.Resource}
	known := b.answered[at]
	known.sent = later(known.sent, w.SentAt)
	if w.Action == intent.Create && w.RecordID > known.highest {
		known.highest, known.at = w.RecordID, b.opts.Now()
	}
	b.answered[at] = known
}

// behind says whether what a look-up saw is older than what the store has answered: the id of a record that is missing
// from it, 0 for none. Lists below a record show too little to tell. A record that no list shows answers under its id
// (unlisted.go).
func (b *Outbox) behind(ctx context.Context, shop woo.Doer, w intent.Write, v view) int64 {
	at, route := lane{w.StoreID, w.Resource}, intent.Targets[w.Resource].Route
	b.mu.Lock()
	known := b.answered[at]
	b.mu.Unlock()
	if route.Nested() || v.newest >= known.highest || b.opts.Now().Sub(known.at) > behindFor {
		return 0
	}
	if _, err := read(ctx, shop, route.Record(0, known.highest), url.Values{"_fields": {"id"}}); err != nil {
		return known.highest
	}
	return 0
}

// lagging settles creates of which a look-up saw nothing because it saw an older state of the store.
func (b *Outbox) lagging(w intent.Write, missing int64) Settlement {
	w.State, w.MissedAt = intent.Unknown, time.Time{}
	w.NextAt = b.opts.Now().UTC().Add(max(b.lookDelay(w), 5*time.Second))
	reason := &intent.Reason{Code: intent.CodeNoAnswer, Message: fmt.Sprintf(
		"%s, and the store shows an older state of itself: it has answered %s/%d and does not list it. It is looked "+
			"for until the store has caught up", howLost(w), w.Resource, missing)}
	if was := w.Reason; was != nil && (was.Code == intent.CodeVanished || listedOnly(w)) {
		reason.Code, reason.Records = was.Code, was.Records
	}
	w.Reason = evidenceOf(reason, w)
	return Settlement{Write: w}
}

// notShown is a create that was answered with success and that a read a moment later does not show: the read may come
// from a copy that lags behind, or something on the store took the record away at once. It is looked for, and never
// sent again.
func (b *Outbox) notShown(w intent.Write) Settlement {
	id := w.RecordID
	w.RecordID, w.DoneAt = 0, time.Time{}
	s := b.asLost(w, http.StatusCreated,
		fmt.Sprintf("the store answered that it made %s/%d, and does not show it yet", w.Resource, id))
	s.Write.Reason.Code, s.Write.Reason.Records = intent.CodeVanished, []int64{id}
	return s
}

// listedOnly says whether a list has shown the record of a create, and a read of it did not.
func listedOnly(w intent.Write) bool {
	return w.Action == intent.Create && w.Reason != nil && w.Reason.Code == intent.CodeGone && len(w.Reason.Records) > 0
}

// deletedIfItLasts is a create whose record a list shows or has shown, and that a read does not find: a copy that lags
// behind answers so, and one of which somebody has deleted the record. It is asked for again, and never sent again.
func (b *Outbox) deletedIfItLasts(w intent.Write, id int64, clock http.Header) Settlement {
	if !listedOnly(w) {
		w.MissedAt = time.Time{}
	}
	ref := storage.Ref{Resource: w.Resource, ID: id}
	w.RecordID = 0
	w.Reason = evidenceOf(&intent.Reason{Code: intent.CodeGone, Records: []int64{id}, Message: fmt.Sprintf(
		"a list of the store has shown %s, and the store answers that there is no such record: it is asked again "+
			"until that has lasted", ref)}, w)
	w, over := b.waited(w, clock)
	if !over {
		w.State = intent.Unknown
		return Settlement{Write: w}
	}
	w.RecordID = id
	w = b.done(w)
	w.Reason = deletedSince(ref)
	return Settlement{Write: w}
}

// stillListed is a delete that the store called done and whose record a read a moment later still shows: the read may
// come from a copy that lags behind, or a plugin keeps the record without a word (pre_trash_post).
func (b *Outbox) stillListed(w intent.Write) Settlement {
	w.DoneAt = time.Time{}
	s := b.asLost(w, http.StatusOK, fmt.Sprintf("the store answered that it deleted %s, and still shows it", w.Ref()))
	s.Write.Reason.Code = intent.CodeIgnored
	return s
}

// kept is a delete of which it is certain that the store called it done and kept the record.
func (b *Outbox) kept(w intent.Write, record []byte) Settlement {
	o, _ := document.Parse(record)
	w.State, w.DoneAt, w.MissedAt = intent.Rejected, b.opts.Now().UTC(), time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeIgnored, Status: http.StatusOK,
		Message: fmt.Sprintf("the store said that it deleted %s, and has it all the same (%s)", w.Ref(),
			document.Text(o, "status"))}
	return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}}
}

// seenNothing is a write whose answer came from the way to the store (a redirect, a page), and of which one look saw
// nothing. It is looked for once more before it is sent again.
func (b *Outbox) seenNothing(f refusal) Settlement {
	w := f.write
	w.State, w.Lost, w.MissedAt = intent.Unknown, max(w.Lost, 1), time.Time{}
	w.NextAt = b.opts.Now().UTC().Add(max(f.wait, backoff(w.Attempts)))
	w.Reason = &intent.Reason{Code: f.code, Status: f.status, Over: f.ended(), Message: f.message}
	return Settlement{Write: w}
}

// staleReading says whether a record that was read is older than the store's answer to a write of it.
func staleReading(read, answer []byte) bool {
	r, err1 := document.Parse(read)
	a, err2 := document.Parse(answer)
	if err1 != nil || err2 != nil || compare.ID(read) != compare.ID(answer) {
		return false
	}
	was, is := document.Text(r, "date_modified_gmt"), document.Text(a, "date_modified_gmt")
	return was != "" && is != "" && was < is // both as WooCommerce writes them: 2026-11-30T10:00:00
}
