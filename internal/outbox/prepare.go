package outbox

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/price"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// prepare makes the writes of a job ready to be sent: it learns the floor of creates, compares updates with the store's
// present record, and finds products named by SKU. It returns settled the writes that cannot be sent. It only reads
// from the store, so a failure leaves a write pending.
func (b *Outbox) prepare(
	ctx context.Context, claim storage.Claim, shop woo.Doer, j job,
) (ready []request, settled []Settlement, err error) {
	var current map[int64]json.RawMessage
	switch j.action {
	case intent.Update:
		if current, _, err = b.current(ctx, shop, j); err == nil {
			settled = withoutReplaced(&j, current)
			if err := b.observe(ctx, claim, j, current); err != nil {
				return nil, nil, err
			}
			if err := b.keepBefore(ctx, claim, j, current); err != nil {
				return nil, nil, err
			}
		}
	case intent.Delete:
		if slices.ContainsFunc(j.writes, func(w intent.Write) bool { return w.Base != nil }) {
			if current, _, err = b.current(ctx, shop, j); err == nil {
				settled = withoutReplaced(&j, current)
			}
		}
	case intent.Create:
		if settled, err = withoutStrangers(ctx, shop, &j); err != nil || len(j.writes) == 0 {
			break
		}
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
		err = names.Unconfirmed // the mirror's answer is not enough for a write
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
	if len(floors) > 0 { // on disk before anything is sent
		if err := b.repo.SettleWrites(ctx, claim, floors); err != nil {
			return nil, nil, err
		}
	}
	return ready, settled, nil
}

// makeReady makes one write ready, or settles it. current is the record that an update is about; nil when there is
// none.
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
	// An update of a missing record is sent as it is: the store's own answer says what is wrong.
	switch {
	case w.Action == intent.Update && current != nil && intent.AddsStock(w):
		if o, err := document.Parse(current); err == nil && w.Lost == 0 && compare.StockMarkerOf(o) == w.ID {
			s := b.doneAfterAll(w, &intent.Reason{}, current) // another process sent it: see floor.go
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
		if s, err := b.leaveOutLines(ctx, &r); s != nil || err != nil {
			return r, s, err
		}
		if s := b.invalid(w, metaTwice(r.body, current)); s != nil {
			return r, s, nil
		}
	}
	if w.Action == intent.Update && w.Resource == storage.Orders && current != nil {
		// The lines of a write that was edited while it waited have no prices yet.
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

// leaveOutLines removes from an update that is sent again the lines that an earlier request of it has added. A person
// must look at a line that may be one of them without proof. Before the first request leaveOutLines notes which lines
// there are.
func (b *Outbox) leaveOutLines(ctx context.Context, r *request) (*Settlement, error) {
	w := r.write
	if w.Resource != storage.Orders || !intent.AddsLines(r.body) {
		return nil, nil
	}
	if w.Lost == 0 {
		if s, err := b.addedBefore(ctx, w, r.current); s != nil || err != nil {
			return s, err
		}
	}
	if w.Lost == 0 && !bytes.Contains(r.current, []byte(w.ID)) { // else another process may have: see floor.go
		r.write.Floor = compare.HighestLine(r.current)
		return nil, nil
	}
	left, doubtful := compare.LineStates(w, r.current, b.markersTaken(w.StoreID, compare.OrderLines))
	if len(doubtful) > 0 {
		n := doubtful[0]
		w.State = intent.Parked
		w.Reason = &intent.Reason{Code: intent.CodeUncertain, Records: []int64{w.RecordID}, Theirs: r.current,
			Message: fmt.Sprintf(
				"%s, and %s has a line that could be %s[%d] (it is like it, or it appeared or grew since) but lacks "+
					"the mark that would prove it: nothing is sent again. Look at the order. If the line is the one: "+
					"⟨adopt %s %d⟩. If not: ⟨retry⟩ sends it anew",
				intent.HowLost(w), w.Ref(), n.List, n.Index, w.ID, w.RecordID)}
		return &Settlement{Write: w}, nil
	}
	body, err := compare.OnlyLeft(r.body, left)
	r.body = body
	return nil, err
}

// observe enters the records that updates are about into the mirror before the updates change them.
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

// holdAgainst compares an update with the present record: it settles the write, or leaves in r what to send.
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
		reason := d.Park
		if w.Lost > 0 {
			reason = lostBetween(w, d.Park, current)
		}
		w.State, w.Reason = intent.Parked, reason
		return &Settlement{Write: w}, nil
	case d.Empty != nil:
		w = b.done(w)
		w.Reason = d.Empty
		return &Settlement{Write: w}, nil
	}
	r.body = d.Body
	return nil, nil
}

// metaTwice names the entries of an update's meta data that are given by a key alone, when the record or line has that
// key more than once. WooCommerce would keep one of them and delete the others without an error
// (docs/woocommerce/orders.md#meta-key-twice). A single one can be changed by its id.
func metaTwice(body, current json.RawMessage) []intent.FieldError {
	sent, err1 := document.Parse(body)
	record, err2 := document.Parse(current)
	if err1 != nil || err2 != nil {
		return nil // other checks report it
	}
	wrong := metaTwiceOf("meta_data", sent, record)
	for _, list := range document.SortedKeys(sent) {
		if list == "meta_data" || !document.MergedLists[list] {
			continue
		}
		lines := map[int64]document.Object{}
		for _, line := range validate.Entries(record, list) {
			lines[document.Number(line, "id")] = line
		}
		for i, line := range validate.Entries(sent, list) {
			if id := document.Number(line, "id"); id != 0 && lines[id] != nil && !document.RemovesLine(line) {
				wrong = append(wrong, metaTwiceOf(fmt.Sprintf("%s[%d].meta_data", list, i), line, lines[id])...)
			}
		}
	}
	return wrong
}

func metaTwiceOf(path string, sent, record document.Object) []intent.FieldError {
	ids := map[string][]string{}
	for _, entry := range validate.Entries(record, "meta_data") {
		key := document.Text(entry, "key")
		ids[key] = append(ids[key], fmt.Sprint(document.Number(entry, "id")))
	}
	var wrong []intent.FieldError
	for _, entry := range validate.Entries(sent, "meta_data") {
		key := document.Text(entry, "key")
		if document.Number(entry, "id") == 0 && len(ids[key]) > 1 {
			wrong = append(wrong, intent.FieldError{Field: fmt.Sprintf("%s[%s]", path, key), Message: fmt.Sprintf(
				`stands %d times there (ids %s), and the store would delete all but one: say which one in a file, `+
					`{"id": %s, "key": %q, "value": …}`, len(ids[key]), strings.Join(ids[key], ", "), ids[key][0], key)})
		}
	}
	return wrong
}
