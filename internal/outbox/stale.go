package outbox

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// noteAnswered notes what the store has answered to a write.
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

// behind says whether what a look-up saw is older than what the store has answered. It returns the id of a record that
// the look-up should have shown; 0 for none. Lists below a record show too little to tell. A record that no list shows
// is asked for under its id (unlisted.go).
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
			"for until the store has caught up", intent.HowLost(w), w.Resource, missing)}
	if was := w.Reason; was != nil && (was.Code == intent.CodeVanished || listedOnly(w)) {
		reason.Code, reason.Records = was.Code, was.Records
	}
	w.Reason = intent.EvidenceOf(reason, w)
	return Settlement{Write: w}
}

// deletedIfItLasts settles a create whose record a list shows or has shown and a read does not find. Either a copy of
// the database lags behind, or the record was deleted. The record is asked for again; the create is never sent again.
func (b *Outbox) deletedIfItLasts(w intent.Write, id int64, clock http.Header) Settlement {
	if !listedOnly(w) {
		w.MissedAt = time.Time{}
	}
	ref := storage.Ref{Resource: w.Resource, ID: id}
	w.RecordID = 0
	w.Reason = intent.EvidenceOf(&intent.Reason{Code: intent.CodeGone, Records: []int64{id}, Message: fmt.Sprintf(
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

// kept settles a delete that the store certainly called done without deleting the record.
func (b *Outbox) kept(w intent.Write, record []byte) Settlement {
	o, _ := document.Parse(record)
	w.State, w.DoneAt, w.MissedAt = intent.Rejected, b.opts.Now().UTC(), time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeIgnored, Status: http.StatusOK,
		Message: fmt.Sprintf("the store said that it deleted %s, and has it all the same (%s)", w.Ref(),
			document.Text(o, "status"))}
	return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}}
}
