package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// half deals with a record of ours that lacks what was asked for because the store died while making it. While the
// store may still be working on it, the record is left alone. Then an update completes it if that is safe; otherwise a
// person decides. Such a write is never called created before, and never sent again. others are further records with
// its mark.
func (b *Outbox) half(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, w intent.Write,
	record json.RawMessage, others []int64, lacks []intent.FieldError, clock http.Header) error {
	ref := w.Ref()
	answered := w.Reason != nil && w.Reason.Over && w.Reason.Code == intent.CodeHalf // the answer itself showed it
	w, over := b.waited(w, clock)
	if !over && !answered {
		w.RecordID, w.State = 0, intent.Unknown
		reason := &intent.Reason{Code: intent.CodeHalf, Records: []int64{ref.ID}, Fields: lacks,
			Message: fmt.Sprintf("%s; %s is there and not whole yet (%s): watched until the store can no longer be "+
				"at it", intent.HowLost(w), ref, lacks[0].Field)}
		w.Reason = intent.EvidenceOf(reason, w)
		return b.settle(ctx, claim, round, Settlement{Write: w})
	}
	park := func(why string) error {
		w.RecordID, w.State, w.MissedAt = 0, intent.Parked, time.Time{}
		w.Reason = &intent.Reason{Code: intent.CodeHalf, Records: []int64{ref.ID}, Fields: lacks, Theirs: record,
			Message: fmt.Sprintf("the store left %s half-made: %s. %s. Complete it in the shop, then "+
				"⟨retry⟩; or ⟨adopt %s %d⟩ takes it as it is", ref, intent.ListFields(lacks), why, w.ID,
				ref.ID)}
		return b.settle(ctx, claim, round, Settlement{Write: w})
	}
	if len(others) > 0 {
		return b.settle(ctx, claim, round, Settlement{Write: divided(w, record, others, lacks)})
	}
	body := w.Body
	if w.Resource == storage.Orders {
		resolved, reason, err := b.resolveAgain(ctx, shop, w)
		switch {
		case err != nil:
			w.RecordID = 0
			return b.settle(ctx, claim, round, b.lookLater(w, err))
		case reason != nil:
			return park(reason.Message)
		}
		body = resolved
	}
	rest, safe := compare.Completion(w, body, record)
	switch {
	case !safe:
		return park("What is missing cannot be added safely")
	case w.Lost >= b.opts.MaxAttempts:
		return park("Completing it brought no answer either")
	}
	// From here on a second request may be at work. The wait begins anew, and is on disk before the request leaves.
	w.RecordID, w.State, w.Lost, w.MissedAt, w.NextAt = 0, intent.Unknown, w.Lost+1, time.Time{}, b.opts.Now().UTC().
		Add(b.lookDelay(w))
	w.Reason = &intent.Reason{Code: intent.CodeHalf, Records: []int64{ref.ID}, Fields: lacks,
		Message: fmt.Sprintf("%s was half-made and is being completed", ref)}
	if err := b.settle(ctx, claim, round, Settlement{Write: w}); err != nil {
		return err
	}
	answer, err := shop.Do(ctx,
		woo.Request{Method: http.MethodPut, Path: intent.Targets[w.Resource].Route.Record(w.ParentID,
			ref.ID), Body: rest, Patience: b.opts.Patience})
	if err != nil {
		e, ok := woo.AsError(err)
		switch {
		case ok && e.Executed == woo.NotExecuted && e.Kind == woo.KindAPI:
			return park("The store refused to complete it: " + forPeople(e.Message))
		case ok && e.EffectiveStatus() >= 400 && e.EffectiveStatus() < 500:
			// After a refusal the order may be whole by now. It is looked at again without a wait.
			w.NextAt, w.Reason.Over = b.opts.Now().UTC(), true
			return b.settle(ctx, claim, round, Settlement{Write: w})
		}
		return nil // looked up like any lost write
	}
	w.RecordID = ref.ID
	if lacks = b.shortfalls(ctx, shop, w, answer.Body); len(lacks) > 0 {
		record = answer.Body
		return park("It was completed as far as the store let it")
	}
	w = b.done(w)
	w.Reason = &intent.Reason{Code: intent.CodeCompleted, Records: []int64{ref.ID},
		Message: fmt.Sprintf("the store had left %s half-made; the order was completed", ref)}
	w = compare.SaysKept(w, compare.KeptOthers(w, body, answer.Body))
	return b.settle(ctx, claim, round,
		Settlement{Write: w, Effects: []Effect{{Ref: ref, ParentID: w.ParentID, Raw: answer.Body}}})
}

// divided parks a create whose record lacks something while other records carry its mark as well: a plugin has divided
// the order, or copied it. What is missing may be on the others, so nothing is completed before a person has looked at
// them.
func divided(w intent.Write, record json.RawMessage, others []int64, lacks []intent.FieldError) intent.Write {
	ref := w.Ref()
	w.RecordID, w.State, w.MissedAt = 0, intent.Parked, time.Time{}
	w.Reason = &intent.Reason{Code: intent.CodeHalf, Records: append([]int64{ref.ID}, others...), Fields: lacks,
		Theirs: record, Message: fmt.Sprintf("%s is not whole: %s. But %s carries its mark too: something in the "+
			"store has divided the order or copied it, and what is missing may be there. Look at both before you add "+
			"anything, or it is delivered twice. If together they are what was asked for: ⟨adopt %s %d⟩. Nothing is "+
			"sent again", ref, intent.ListFields(lacks), idList(w.Resource, others), w.ID, ref.ID)}
	return w
}

// resolveAgain finds the products of a write's new lines anew.
func (b *Outbox) resolveAgain(
	ctx context.Context, shop woo.Doer, w intent.Write,
) (json.RawMessage, *intent.Reason, error) {
	names, err := FindSKUs(ctx, b.repo, shop, w.StoreID, skusOf(w))
	if err = cmp.Or(err, names.Unconfirmed); err != nil {
		return nil, nil, err
	}
	return b.resolveLines(ctx, shop, names, w, w.Body)
}

// isDraft says whether an order is the draft that a store leaves of an order that it refused.
func isDraft(w intent.Write, record json.RawMessage) bool {
	o, err := document.Parse(record)
	if err != nil || w.Resource != storage.Orders || document.Text(o, "status") != woo.StatusCheckoutDraft {
		return false
	}
	body, err := document.Parse(w.Body)
	return err == nil && !slices.Contains([]string{woo.StatusCheckoutDraft, "draft"}, document.Text(body, "status"))
}

// draftLeft deals with a create that the store began and did not finish (a 5xx after its first save). While the store
// may still be working on it, the draft is left alone. Then the draft is removed and the create is sent again.
func (b *Outbox) draftLeft(
	ctx context.Context, shop woo.Doer, w intent.Write, record json.RawMessage, header http.Header,
) (Settlement, error) {
	s := b.missed(w, header)
	if s.Write.State == intent.Unknown {
		return s, nil
	}
	o, err := document.Parse(record)
	if err != nil {
		return Settlement{}, fmt.Errorf("outbox: draft of write %s: %w", w.ID, err)
	}
	path := intent.Targets[w.Resource].Route.Record(0, document.Number(o, "id"))
	if _, err := shop.Do(ctx, woo.Request{Method: http.MethodDelete, Path: path,
		Query: url.Values{"force": {"true"}}}); err != nil && !woo.IsNotFound(err) {
		return b.lookLater(w, err), nil
	}
	return s, nil
}

// shortfalls names what an order lacks of what was asked for, prices of lines included.
func (b *Outbox) shortfalls(
	ctx context.Context, shop woo.Doer, w intent.Write, record json.RawMessage,
) []intent.FieldError {
	lacks := compare.Shortfalls(w, record)
	if w.Resource != storage.Orders || w.Action != intent.Create {
		return lacks
	}
	for _, line := range compare.FreeLines(w, record) {
		message := "is free, although it has a price and the order no coupon"
		if line.Product != 0 {
			price, known := b.priceOf(ctx, shop, w.StoreID, line.Product)
			if known && price == "" {
				continue
			}
			message = fmt.Sprintf("is free, although products/%d costs %s", line.Product, price)
			if !known {
				message = fmt.Sprintf("is free, and what products/%d costs could not be asked", line.Product)
			}
		}
		lacks = append(lacks, intent.FieldError{Field: line.Field, Message: message})
	}
	for _, code := range compare.IdleCoupons(w, record) {
		if !takesNothing(ctx, shop, code) {
			lacks = append(lacks, intent.FieldError{Field: "coupon_lines", Message: fmt.Sprintf(
				"the coupon %s is on the order and takes nothing off it", code)})
		}
	}
	return lacks
}

// takesNothing says whether a coupon is known to take nothing off. A coupon that gives only free shipping takes nothing
// off.
func takesNothing(ctx context.Context, shop woo.Doer, code string) bool {
	var found []document.Object
	query := woo.RouteCoupons.Everything()
	query.Set("code", code)
	query.Set("_fields", "id,code,amount")
	return list(ctx, shop, woo.RouteCoupons.List(0), query, &found) == nil && len(found) == 1 &&
		document.Amount(found[0], "amount").IsZero()
}

// priceOf returns the price of a product or variation in the store; empty when it is free. known is false when the
// store cannot be asked.
func (b *Outbox) priceOf(ctx context.Context, shop woo.Doer, storeID, id int64) (price string, known bool) {
	var raw json.RawMessage
	answer, err := read(ctx, shop, woo.RouteProducts.Record(0, id), url.Values{"_fields": {"id,price"}})
	if err == nil {
		raw = answer.Body
	}
	for _, r := range []storage.Resource{storage.Products, storage.Variations} {
		if raw != nil {
			break
		}
		if record, err := b.repo.MirroredRecord(ctx, storeID, storage.Ref{Resource: r, ID: id}); err == nil {
			raw = record.Raw
		}
	}
	o, err := document.Parse(raw)
	if err != nil || o["price"] == nil {
		return "", false
	}
	if document.Amount(o, "price").IsZero() {
		return "", true
	}
	return document.AllText(o["price"]), true
}
