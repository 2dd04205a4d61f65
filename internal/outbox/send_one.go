package outbox

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// sendOne sends a single write and settles it by the answer.
func (b *Outbox) sendOne(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, r request) error {
	w := r.write
	t := intent.Targets[w.Resource]
	call := woo.Request{Path: t.Route.List(w.ParentID), Method: http.MethodPost, Body: r.body}
	switch w.Action {
	case intent.Update:
		call.Method, call.Path = http.MethodPut, t.Route.Record(w.ParentID, w.RecordID)
	case intent.Delete:
		call.Method, call.Path, call.Body = http.MethodDelete, t.Route.Record(w.ParentID, w.RecordID), nil
		call.Query = url.Values{"force": {strconv.FormatBool(w.Force || !t.Route.HasTrash())}}
	}
	call.Patience = b.opts.Patience
	answer, err := shop.Do(ctx, call)
	if err != nil {
		return b.settle(ctx, claim, round, b.failed(ctx, shop, r, err))
	}
	switch s, doubted, err := b.doubtedSuccess(ctx, r, answer.Status, answer.Body); {
	case err != nil:
		return err
	case doubted:
		return b.settle(ctx, claim, round, s)
	}
	b.learnSingle(w.StoreID)
	settled, stale := b.succeeded(r, answer.Body)
	if stale {
		settled = b.readBack(ctx, shop, settled)
	}
	one := []Settlement{b.withOrder(ctx, shop, settled)}
	b.stillThere(ctx, shop, one)
	b.stepsFailed(ctx, shop, one)
	if err := b.notedTwice(ctx, shop, &one[0].Write); err != nil {
		return err
	}
	if err := b.settle(ctx, claim, round, one...); err != nil {
		return err
	}
	return b.lookForDoubles(ctx, claim, shop, round, one...)
}

// withOrder adds the effect of a refund on its order (its list of refunds, its status), so that this change counts as
// our own too. If the read fails, the next pull brings the order.
func (b *Outbox) withOrder(ctx context.Context, shop woo.Doer, s Settlement) Settlement {
	w := s.Write
	if w.Resource != storage.Refunds || w.State != intent.Done {
		return s
	}
	order, err := read(ctx, shop, intent.Targets[storage.Orders].Route.Record(0, w.ParentID), nil)
	if err == nil && compare.ID(order.Body) == w.ParentID {
		s.Effects = append(s.Effects, Effect{Ref: storage.Ref{Resource: storage.Orders, ID: w.ParentID},
			Raw: order.Body})
	}
	return s
}

// succeeded settles a write in effect, with the record that the store answered (see disbelieved). stale says that the
// mirror needs a reading of the record in place of this answer.
func (b *Outbox) succeeded(r request, record json.RawMessage) (s Settlement, stale bool) {
	w := b.done(r.write)
	if o, err := document.Parse(record); err == nil && w.RecordID == 0 {
		w.RecordID = document.Number(o, "id")
	}
	b.noteAnswered(w)
	switch {
	case w.Action == intent.Create:
		b.learnMarker(w, record, w.RecordID)
		b.learnAuthor(w, record)
	case w.Action == intent.Update && w.Resource == storage.Orders:
		b.learnLineMarks(w, r.body, record)
	}
	w = saysTrashed(b.passedOver(w, r, record), record)
	t := intent.Targets[w.Resource]
	switch {
	case w.Resource == intent.Webhooks:
		return Settlement{Write: w}, false // webhooks are not mirrored
	case w.Action == intent.Delete && (w.Force || !t.Route.HasTrash()):
		// WooCommerce also says so when a plugin has kept the record (docs/woocommerce/answers.md#deleted-and-kept).
		return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}}, true
	}
	// The answer to a delete shows the record as it was before.
	return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}},
		t.ReadBack && w.State == intent.Done || t.AnswersDiffer || w.Action == intent.Delete
}

// failed settles a request that brought no success.
func (b *Outbox) failed(ctx context.Context, shop woo.Doer, r request, err error) Settlement {
	w := r.write
	e, ok := woo.AsError(err)
	if !ok {
		// The error is not from the client: pace or shutdown stopped the request before anything was sent.
		return b.again(w, &intent.Reason{Code: intent.CodeUnreachable, Message: err.Error()}, 0)
	}
	if f, refusing := refusalOf(r, e); refusing && (e.Executed != woo.NotExecuted || handedOn(w, e)) {
		return b.doubted(ctx, shop, []refusal{f})[0]
	}
	if e.Executed != woo.NotExecuted {
		s := b.lost(w, e.Status, inWords(e))
		s.Write.Reason.Over, s.Write.Reason.Silent, s.Write.Reason.Cut = ended(e), silent(e), ctx.Err() != nil
		s.Write.NextAt = b.opts.Now().UTC().Add(b.lookDelay(s.Write))
		return s
	}
	if e.Kind != woo.KindAPI {
		// There was no connection, and nothing is wrong with the write. It waits and is sent again, as long as it
		// takes. Its reason is shown meanwhile.
		return b.again(w, &intent.Reason{Code: intent.CodeUnreachable, Status: e.Status, Message: inWords(e)},
			e.RetryAfter)
	}
	return b.refused(ctx, shop, r, e.EffectiveStatus(), e.Code, e.Message, e.Data, e.Params)
}

// handedOn says whether a refusal that looks as if it came before the effect may belong to another request: a plugin
// that calls the API inside of our request passes its error on. Only authentication comes before all plugins, and a
// draft that a refusal names is ours. "No such id" is believed for a record that is to be changed and for a parent
// record, because a look would say the same.
func handedOn(w intent.Write, e *woo.Error) bool {
	_, left := e.LeftDraft()
	switch {
	case e.Kind != woo.KindAPI || left:
		return false
	case e.Status < http.StatusMultipleChoices:
		return true // an error with the status of a success
	}
	return inDoubtAsRefused(w, e.EffectiveStatus())
}

func inDoubtAsRefused(w intent.Write, status int) bool {
	return w.Action == intent.Create && !intent.Targets[w.Resource].Route.Nested() && status != http.StatusUnauthorized
}

// learnSingle notes that a single write succeeded.
func (b *Outbox) learnSingle(storeID int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, ok := b.batch[storeID]
	if !ok || now.size > 1 {
		return
	}
	if now.singles++; now.singles >= now.wanted {
		now.size, now.singles = min(5, b.opts.BatchSize), 0
	}
	b.batch[storeID] = now
}
