package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/price"
	"github.com/waybillhq/waybill/internal/pagesize"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// prepare makes the writes of a job ready to be sent: a create learns what the store had before it, an update is held
// against the store's current record, products named by SKU are found. What cannot be sent comes back settled. Only
// reads go to the store here, so a failure leaves a write pending.
func (b *Outbox) prepare(
	ctx context.Context, claim storage.Claim, shop woo.Doer, j job,
) (ready []request, settled []Settlement, err error) {
	var current map[int64]json.RawMessage
	switch j.action {
	case intent.Update:
		if current, _, err = b.current(ctx, shop, j); err == nil {
			if err := b.observe(ctx, claim, j, current); err != nil {
				return nil, nil, err
			}
			if err := b.keepBefore(ctx, claim, j, current); err != nil {
				return nil, nil, err
			}
		}
	case intent.Create:
		var kept error
		var before []Settlement
		if before, err, kept = b.findFloor(ctx, claim, shop, &j); kept != nil {
			return nil, nil, kept
		}
		settled = append(settled, before...)
	}
	var names Names
	if skus := skusOf(j.writes...); err == nil && len(skus) > 0 {
		var kept error
		if names, kept = FindSKUs(ctx, b.repo, shop, claim.StoreID, skus); kept != nil {
			return nil, nil, kept
		}
		err = names.Unconfirmed // what the mirror says is not enough to write by
	}
	if err != nil {
		for _, w := range j.writes {
			settled = append(settled, b.unsent(w, err))
		}
		return nil, settled, nil
	}
	var floors []Settlement
	for _, w := range j.writes {
		r, s, err := b.makeReady(ctx, shop, names, w, current[w.RecordID])
		switch {
		case err != nil:
			return nil, nil, err
		case s != nil:
			settled = append(settled, *s)
		default:
			ready = append(ready, r)
			if r.write.Floor != w.Floor {
				floors = append(floors, Settlement{Write: r.write})
			}
		}
	}
	if len(floors) > 0 { // on the disk before anything is sent
		if err := b.repo.SettleWrites(ctx, claim, floors); err != nil {
			return nil, nil, err
		}
	}
	return ready, settled, nil
}

// makeReady makes one write ready, or settles it. current is the record that an update is about, if it was there.
func (b *Outbox) makeReady(
	ctx context.Context, shop woo.Doer, names Names, w intent.Write, current json.RawMessage,
) (request, *Settlement, error) {
	r := request{write: w, body: w.Body}
	if w.Action == intent.Delete {
		return r, nil, nil
	}
	if s, err := b.outdated(ctx, w); s != nil || err != nil {
		return r, s, err
	}
	// An update of a record that was not there goes out as it is: the store's own answer says what is the matter.
	switch {
	case w.Action == intent.Update && current != nil && intent.AddsStock(w):
		if o, err := document.Parse(current); err == nil && w.Lost == 0 && compare.StockMarkerOf(o) == w.ID {
			s := b.doneAfterAll(w, &intent.Reason{}, current) // by another process: see floor.go
			return r, &s, nil
		}
		if s := b.notManaged(w, current); s != nil {
			return r, s, nil
		}
	case w.Action == intent.Update && current != nil:
		r.current = current
		s, err := b.holdAgainst(ctx, w, current, &r)
		if s != nil || err != nil {
			return r, s, err
		}
		if s, err := b.leaveOutLines(&r); s != nil || err != nil {
			return r, s, err
		}
		if s := b.invalid(w, metaTwice(r.body, current)); s != nil {
			return r, s, nil
		}
	}
	if w.Action == intent.Update && w.Resource == storage.Orders && current != nil {
		// Lines of a write that was edited while it waited have not been priced.
		body, wrong, err := price.Repriced(r.body, current)
		if err != nil || len(wrong) > 0 {
			return r, b.invalid(w, wrong), err
		}
		r.body = body
	}
	if w.Resource == storage.Orders {
		body, reason, err := b.resolveLines(ctx, shop, names, w, r.body)
		switch {
		case err != nil:
			s := b.unsent(w, err)
			return r, &s, nil
		case reason != nil:
			w.State, w.Reason, w.DoneAt = intent.Rejected, reason, b.opts.Now().UTC()
			return r, &Settlement{Write: w}, nil
		}
		r.body = body
	}
	if w.Resource == storage.Refunds {
		// The order may have been refunded since the write was accepted.
		body, wrong, err := b.priced(ctx, shop, w)
		switch {
		case err != nil:
			s := b.unsent(w, err)
			return r, &s, nil
		case len(wrong) > 0:
			return r, b.invalid(w, wrong), nil
		}
		r.body = body
	}
	body, err := intent.Marked(w, r.body)
	if err == nil && w.Action == intent.Update && w.Resource == storage.Orders {
		body, err = compare.WithoutGaps(body)
	}
	r.body = body
	return r, nil, err
}

// leaveOutLines takes out of an update that is sent again the lines that an earlier request of it has added. A line
// that may be one of them and does not prove it is for a person to look at. Before the first request it notes which
// lines there are.
func (b *Outbox) leaveOutLines(r *request) (*Settlement, error) {
	w := r.write
	if w.Resource != storage.Orders || !intent.AddsLines(r.body) {
		return nil, nil
	}
	if w.Lost == 0 && !bytes.Contains(r.current, []byte(w.ID)) { // or another process has sent it: see floor.go
		r.write.Floor = compare.HighestLine(r.current)
		return nil, nil
	}
	left, doubtful := compare.LineStates(w, r.current, b.markersTaken(w.StoreID, compare.OrderLines))
	if len(doubtful) > 0 {
		n := doubtful[0]
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeUncertain, Records: []int64{w.RecordID}, Theirs: r.current,
			Message: fmt.Sprintf(
				"its answer was lost, and %s has a line that could be %s[%d] but lacks the mark that would prove it: "+
					"nothing is sent again. Look at the order. If the line is the one: waybill outbox adopt %s %d. If "+
					"not: waybill outbox retry sends it anew",
				w.Ref(), n.List, n.Index, w.ID, w.RecordID)}
		return &Settlement{Write: w}, nil
	}
	body, err := compare.OnlyLeft(r.body, left)
	r.body = body
	return nil, err
}

// invalid rejects a write that would not do what the caller means; nil when nothing is wrong with it.
func (b *Outbox) invalid(w intent.Write, wrong []intent.FieldError) *Settlement {
	if len(wrong) == 0 {
		return nil
	}
	w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
	w.Reason = &intent.Reason{Code: intent.CodeInvalid, Fields: wrong, Message: fmt.Sprintf("%s: %s; nothing was sent",
		wrong[0].Field, wrong[0].Message)}
	return &Settlement{Write: w}
}

// unsent puts a write back because something had to be read first and could not be: it is tried again later, less often
// each time. A key that may not read is for a person to mend.
func (b *Outbox) unsent(w intent.Write, err error) Settlement {
	reason := &intent.Reason{Code: intent.CodeUnreachable, Message: inWords(err)}
	wait := b.lookDelay(w)
	if e, ok := woo.AsError(err); ok {
		reason.Status = e.Status
		wait = max(wait, e.RetryAfter)
		if status := e.EffectiveStatus(); e.Kind == woo.KindAPI && (status == http.StatusUnauthorized ||
			status == http.StatusForbidden) {
			reason.Code = e.Code
			return b.notPermitted(w, reason)
		}
	}
	return b.again(w, reason, wait)
}

// observe lets the records that updates are about into the mirror before the updates cover them.
func (b *Outbox) observe(ctx context.Context, claim storage.Claim, j job, current map[int64]json.RawMessage) error {
	var seen []Effect
	for _, w := range j.writes {
		if record := current[w.RecordID]; record != nil && w.Resource != intent.Webhooks { // webhooks are not mirrored
			seen = append(seen, Effect{Ref: w.Ref(), ParentID: w.ParentID, Raw: record})
		}
	}
	if len(seen) == 0 {
		return nil
	}
	return b.repo.ObserveRecords(ctx, claim, seen)
}

// current reads the records that the writes of a job are about, as they are now, and gives the store's clock when the
// first was read.
func (b *Outbox) current(
	ctx context.Context, shop woo.Doer, j job,
) (records map[int64]json.RawMessage, clock http.Header, err error) {
	records = map[int64]json.RawMessage{}
	for part := range slices.Chunk(j.writes, fullPage) {
		if len(part) == 1 {
			continue
		}
		header, err := b.currentTogether(ctx, shop, job{path: j.path, writes: part}, records)
		if err != nil && !pagesize.TooHeavy(err) { // one by one they may be light enough
			return nil, nil, err
		}
		if clock == nil {
			clock = header
		}
	}
	// One by one what was not asked for together, and what no list shows (a product in the trash).
	for _, w := range j.writes {
		if records[w.RecordID] != nil {
			continue
		}
		answer, err := read(ctx, shop, intent.Targets[w.Resource].Route.Record(w.ParentID, w.RecordID), nil)
		switch {
		case isGone(err):
			if e, _ := woo.AsError(err); clock == nil {
				clock = e.Header
			}
		case err != nil:
			return nil, nil, err
		case compare.ID(answer.Body) != w.RecordID:
			return nil, nil, fmt.Errorf("outbox: the answer to a look at %s is something else", w.Ref())
		default:
			records[w.RecordID] = answer.Body
			if clock == nil {
				clock = answer.Header
			}
		}
	}
	return records, clock, nil
}

// currentTogether reads in one request what a list shows of them.
func (b *Outbox) currentTogether(
	ctx context.Context, shop woo.Doer, j job, into map[int64]json.RawMessage,
) (http.Header, error) {
	ids := make([]string, len(j.writes))
	for i, w := range j.writes {
		ids[i] = strconv.FormatInt(w.RecordID, 10)
	}
	query := intent.Targets[j.writes[0].Resource].Route.Everything()
	query.Set("include", strings.Join(ids, ","))
	query.Set("per_page", "100")
	answer, err := read(ctx, shop, j.path, query)
	if err != nil {
		return nil, err
	}
	list, listed, err := recordsIn(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("outbox: list of %s: %w", j.path, err)
	}
	for i, record := range list {
		into[listed[i]] = record
	}
	return answer.Header, nil
}

// holdAgainst decides about an update with the record as it is now: it settles the write, or leaves in r what to send.
func (b *Outbox) holdAgainst(
	ctx context.Context, w intent.Write, current json.RawMessage, r *request,
) (*Settlement, error) {
	own, err := b.repo.DoneSince(ctx, w)
	if err != nil {
		return nil, err
	}
	d, err := compare.Decide(w, own, current)
	switch {
	case err != nil:
		return nil, err
	case d.Park != nil:
		if w.State, w.Reason = intent.Parked, d.Park; w.Lost > 0 {
			w.Reason = lostBetween(w, d.Park, current)
		}
		return &Settlement{Write: w}, nil
	case d.Empty != nil:
		w = b.done(w)
		w.Reason = d.Empty
		return &Settlement{Write: w}, nil
	}
	r.body = d.Body
	return nil, nil
}
