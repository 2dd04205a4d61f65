package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// job is what one request carries: one write, or several of one collection as a batch.
type job struct {
	path   string // collection, for a batch
	action intent.Action
	writes []intent.Write
}

// sendPending claims the oldest pending writes that are due and carries them out.
func (b *Outbox) sendPending(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round) (int, error) {
	size := b.batchSize(claim.StoreID)
	writes, err := b.repo.ClaimWrites(ctx, claim, b.opts.Now().UTC(), size*b.opts.Parallel)
	if err != nil || len(writes) == 0 {
		return 0, err
	}
	jobs := make(chan job)
	errs := make(chan error, b.opts.Parallel)
	var workers sync.WaitGroup
	for range b.opts.Parallel {
		workers.Go(func() {
			var failed error
			for j := range jobs {
				if failed != nil || ctx.Err() != nil {
					// Nothing of these left: they go back without a trace. If even that fails the next claim looks them
					// up.
					failed = cmp.Or(failed, b.putBack(ctx, claim, round, j), ctx.Err())
					continue
				}
				failed = b.run(ctx, claim, shop, round, j)
			}
			errs <- failed
		})
	}
	for _, j := range group(writes, size, func(r storage.Resource) bool { return b.mustGoAlone(claim.StoreID, r) }) {
		jobs <- j
	}
	close(jobs)
	workers.Wait()
	close(errs)
	for failed := range errs {
		err = cmp.Or(err, failed)
	}
	return len(writes), err
}

// putBack returns a claimed job that was not begun.
func (b *Outbox) putBack(ctx context.Context, claim storage.Claim, round *Round, j job) error {
	settled := make([]Settlement, len(j.writes))
	for i, w := range j.writes {
		w.State, w.Attempts = intent.Pending, w.Attempts-1
		settled[i] = Settlement{Write: w}
	}
	return b.settle(ctx, claim, round, settled...)
}

// group puts writes that can travel together into batches, the oldest first. Creates, updates and forced deletes of one
// collection can, unless the key may not use its batch; a batch always deletes for good, so a delete to the trash
// travels alone.
func group(writes []intent.Write, size int, single func(storage.Resource) bool) []job {
	var jobs []job
	open := map[string]int{}
	for _, w := range writes {
		t := intent.Targets[w.Resource]
		path := t.Route.List(w.ParentID)
		if !t.Batch || w.Action == intent.Delete && !w.Force || single(w.Resource) {
			jobs = append(jobs, job{path: path, action: w.Action, writes: []intent.Write{w}})
			continue
		}
		key := string(w.Action) + " " + path
		i, ok := open[key]
		if !ok || len(jobs[i].writes) >= size {
			jobs = append(jobs, job{path: path, action: w.Action})
			i = len(jobs) - 1
			open[key] = i
		}
		jobs[i].writes = append(jobs[i].writes, w)
	}
	return jobs
}

// run carries out one job to its settlement. Its error is never about the store: that one is settled.
func (b *Outbox) run(ctx context.Context, claim storage.Claim, shop woo.Doer, round *Round, j job) error {
	ready, settled, err := b.prepare(ctx, claim, shop, j)
	if err != nil {
		return err
	}
	if err := b.settle(ctx, claim, round, settled...); err != nil {
		return err
	}
	switch {
	case len(ready) == 0:
		return nil
	case len(ready) == 1:
		return b.sendOne(ctx, claim, shop, round, ready[0])
	default:
		return b.sendBatch(ctx, claim, shop, round, j, ready)
	}
}

// request is a write made ready: its body as it will be sent.
type request struct {
	write   intent.Write
	body    json.RawMessage
	current json.RawMessage // the record that an update is about, as it was read before
}

// sendOne sends a single write and settles it by its answer.
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
	if err := b.settle(ctx, claim, round, one...); err != nil {
		return err
	}
	return b.lookForDoubles(ctx, claim, shop, round, one...)
}

// withOrder adds what a refund did to its order (its list of refunds, its status), so that this is known as our own
// doing too. A failed read leaves it to the next pull.
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

// succeeded is a write in effect, with the record that the store answered (see disbelieved). stale says that the mirror
// needs a read of the record in place of this answer.
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
		return Settlement{Write: w}, false // not mirrored
	case w.Action == intent.Delete && (w.Force || !t.Route.HasTrash()):
		return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}}, false
	}
	// The answer of a delete shows the record as it was before.
	return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}},
		t.ReadBack && w.State == intent.Done || t.AnswersDiffer || w.Action == intent.Delete
}

// readBack puts what a read returns now in place of a write's answer. When the read fails the write is in effect all
// the same and only the mirror does not know yet: the next pull brings the record, at worst as an echo, never a loss.
func (b *Outbox) readBack(ctx context.Context, shop woo.Doer, s Settlement) Settlement {
	w := s.Write
	fresh, err := read(ctx, shop, intent.Targets[w.Resource].Route.Record(w.ParentID, w.RecordID), nil)
	switch {
	case err == nil && compare.ID(fresh.Body) != w.RecordID:
		s.Effects = nil
	case err == nil && w.Action == intent.Delete && !b.inEffect(w, fresh.Body):
		return b.stillListed(w)
	case err == nil:
		s = nowKnown(s, fresh.Body)
	case isGone(err):
		s = b.goneAlready(s)
	case intent.Targets[w.Resource].AnswersDiffer || w.Action == intent.Delete:
		s.Effects = nil
	}
	return s
}

// goneAlready is a write that was answered with success and whose record is not there a moment later.
func (b *Outbox) goneAlready(s Settlement) Settlement {
	s.Effects[0].Raw = nil
	if s.Write.Action == intent.Create {
		return b.notShown(s.Write)
	}
	return s
}

// nowKnown takes a reading of a record in place of the answer of the write, for the mirror, and to name what the store
// kept in place of what was sent: a plugin may change a value behind the answer.
func nowKnown(s Settlement, record json.RawMessage) Settlement {
	if staleReading(record, s.Effects[0].Raw) {
		if intent.Targets[s.Write.Resource].AnswersDiffer {
			s.Effects = nil // the next pull brings it
		}
		return s
	}
	s.Effects[0].Raw = record
	if w := s.Write; w.Action != intent.Delete {
		kept := slices.DeleteFunc(compare.KeptOthers(w, w.Body, record), func(k intent.FieldError) bool {
			return w.Reason != nil && slices.ContainsFunc(w.Reason.Fields,
				func(f intent.FieldError) bool { return f.Field == k.Field })
		})
		s.Write = saysTrashed(compare.SaysKept(w, kept), record)
	}
	return s
}

// failed judges a request that brought no success.
func (b *Outbox) failed(ctx context.Context, shop woo.Doer, r request, err error) Settlement {
	w := r.write
	e, ok := woo.AsError(err)
	if !ok {
		// Not from the client: pace or shutdown, before anything was sent.
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
		// No connection: nothing about the write itself. Waits and is sent again, as long as it takes; the reason is
		// shown meanwhile.
		return b.again(w, &intent.Reason{Code: intent.CodeUnreachable, Status: e.Status, Message: inWords(e)},
			e.RetryAfter)
	}
	return b.refused(ctx, shop, r, e.EffectiveStatus(), e.Code, e.Message, e.Data, e.Params)
}

// handedOn says whether a refusal that reads as if it came before the effect can be that of another request: a plugin
// that asks the API itself inside of ours hands its error on. Only authentication comes before all plugins, and a draft
// that a refusal names is ours. Of a record that was to be changed, and of one that others belong to, "no such id" is
// believed: a look would say the same.
func handedOn(w intent.Write, e *woo.Error) bool {
	_, left := e.LeftDraft()
	switch {
	case e.Kind != woo.KindAPI || left:
		return false
	case e.Status < http.StatusMultipleChoices:
		return true // an error under the status of a success
	}
	return inDoubtAsRefused(w, e.EffectiveStatus())
}

func inDoubtAsRefused(w intent.Write, status int) bool {
	return w.Action == intent.Create && !intent.Targets[w.Resource].Route.Nested() && status != http.StatusUnauthorized
}

// ended says whether the answer that brought no success shows that the store no longer works on the request: it came
// from PHP itself, which dies as it says so. A proxy that gave up waiting, and a connection that broke, show nothing.
func ended(e *woo.Error) bool {
	if e.Kind == woo.KindAPI {
		switch e.Status {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return false
		}
		return e.Code != ""
	}
	return false
}

// exists says whether a store refuses a create because there is such a record already.
func exists(code string) bool {
	return strings.HasSuffix(code, "_exists") || strings.HasSuffix(code, "-exists") || code == "product_invalid_sku" ||
		code == "product_invalid_global_unique_id"
}

// madeAlready looks whether the record that stands in the way of a create is its own: a proxy may have sent the request
// twice, or an earlier one taken effect later than any limit. Then it is looked up as a lost write.
func (b *Outbox) madeAlready(
	ctx context.Context, shop woo.Doer, w intent.Write, status int, message string,
) (Settlement, bool) {
	v, err := b.lookAbove(ctx, shop, []intent.Write{w})
	if err != nil {
		return Settlement{}, false
	}
	found, err := b.traces(ctx, v, []intent.Write{w})
	tr := found[w.ID]
	if err != nil || tr.record == nil || w.Lost == 0 &&
		(tr.unproved || intent.Targets[w.Resource].Recognised != intent.ByMeta) {
		return Settlement{}, false // somebody else's
	}
	s := b.lost(w, status, message)
	s.Write.Reason.Over = true
	return s, true
}

// lost is a request that may have taken effect and brought no usable answer.
func (b *Outbox) lost(w intent.Write, status int, why string) Settlement {
	w.State, w.Lost, w.MissedAt = intent.Unknown, w.Lost+1, time.Time{}
	w.NextAt = b.opts.Now().UTC().Add(b.lookDelay(w))
	w.Reason = &intent.Reason{Code: intent.CodeNoAnswer, Status: status, Message: forPeople(why)}
	return Settlement{Write: w}
}

// inWords says what went wrong with a request, without the query of its address, which names every field.
func inWords(err error) string {
	if e, ok := woo.AsError(err); ok {
		short := *e
		short.URL, _, _ = strings.Cut(e.URL, "?")
		err = &short
	}
	return forPeople(err.Error())
}

// forPeople is a store's or the client's message without the tags and entities that WordPress puts into it.
func forPeople(message string) string {
	return strings.Join(strings.Fields(
		html.UnescapeString(document.Tag.ReplaceAllString(strings.TrimPrefix(message, "woo: "),
			" "))), " ")
}

// refused settles a refusal in the store's own words.
func (b *Outbox) refused(ctx context.Context, shop woo.Doer, r request, status int, code, message string,
	data json.RawMessage, params map[string]string) Settlement {
	w := r.write
	reason := &intent.Reason{Code: code, Message: forPeople(message), Status: status}
	for _, name := range document.SortedKeys(params) {
		reason.Fields = append(reason.Fields, intent.FieldError{Field: name, Message: forPeople(params[name])})
	}
	switch role, protected := protectedRole(r, message); {
	case notAllowed(status) && protected:
		w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
		reason.Message += fmt.Sprintf(" — %s has the role %s, and no key may change the e-mail address or password of "+
			"anybody but a customer: change it on the shop's own page of users, or leave the field out", w.Ref(), role)
	case notAllowed(status):
		return b.notPermitted(w, reason)
	case w.Action == intent.Delete && status == http.StatusGone:
		// In the trash already (woocommerce_rest_already_trashed), by an earlier request of ours or by somebody else.
		w = b.done(w)
		if w.Lost == 0 {
			w.Reason = &intent.Reason{Code: intent.CodeGone, Status: status, Message: "it was in the trash already"}
		}
		return b.readBack(ctx, shop, Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}})
	case w.Action == intent.Delete && status == http.StatusNotFound && w.Lost > 0:
		// What was to be gone is gone: by an earlier request of ours, or by somebody else.
		return Settlement{Write: b.done(w), Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}}
	case w.Action == intent.Delete && status == http.StatusNotFound:
		w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
		w.Reason = &intent.Reason{Code: intent.CodeGone, Status: status,
			Message: fmt.Sprintf("the store has no %s, so nothing was deleted", w.Ref())}
		return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}}
	case w.Action == intent.Create && exists(code):
		if s, found := b.madeAlready(ctx, shop, w, status, message); found {
			return s
		}
		w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
	default:
		w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
		b.removeDraft(ctx, shop, w, data)
	}
	w.Reason = reason
	return Settlement{Write: w}
}

// protectedRole is the role of a customer whose e-mail address or password a refusal is about: WooCommerce keeps those
// of everybody but customers from every key, under the code of a missing right. Whatever its language, its sentence
// names the field and the role (docs/woocommerce/permissions.md#customer-protected-role).
func protectedRole(r request, message string) (role string, protected bool) {
	current, err1 := document.Parse(r.current)
	body, err2 := document.Parse(r.body)
	role = document.Text(current, "role")
	if r.write.Resource != storage.Customers || r.write.Action != intent.Update || err1 != nil || err2 != nil ||
		role == "" || !strings.Contains(message, role) {
		return "", false
	}
	for _, field := range []string{"email", "password"} {
		if body[field] != nil && strings.Contains(message, field) {
			return role, true
		}
	}
	return "", false
}

// notPermitted parks a write that the key may not do: nothing about the write is wrong, so it is not rejected.
func (b *Outbox) notPermitted(w intent.Write, reason *intent.Reason) Settlement {
	reason.Message += fmt.Sprintf(
		" — the key may not do this: it needs the scope %[1]s. See what is missing: waybill doctor STORE --for "+
			"%[1]s. A role that has it: waybill role --for orders:read,products:read,customers:read,%[1]s. Then retry",
		intent.Scope(w))
	reason.Fields = append(reason.Fields, intent.FieldError{Field: "key", Message: intent.CodeNotPermitted})
	w.State, w.Reason = intent.Parked, reason
	return Settlement{Write: w}
}

func (b *Outbox) done(w intent.Write) intent.Write {
	w.State, w.DoneAt, w.Reason = intent.Done, b.opts.Now().UTC(), nil
	return w
}

// removeDraft takes away the half-made order that WooCommerce leaves behind when it refuses a create after its first
// save (docs/woocommerce/orders.md#order-draft-left). It is ours: the store names it in its refusal of our request.
// When this fails the draft stays a checkout-draft, which shops clean up by themselves after a day.
func (b *Outbox) removeDraft(ctx context.Context, shop woo.Doer, w intent.Write, data json.RawMessage) {
	if w.Resource != storage.Orders || w.Action != intent.Create {
		return
	}
	id, left := (&woo.Error{Data: data}).LeftDraft()
	if !left {
		return
	}
	for range 3 {
		_, err := shop.Do(ctx, woo.Request{Method: http.MethodDelete,
			Path:  intent.Targets[storage.Orders].Route.Record(0, id),
			Query: url.Values{"force": {"true"}}})
		if err == nil || woo.IsNotFound(err) {
			return
		}
	}
}

// again puts a write that certainly did not run back in the queue.
func (b *Outbox) again(w intent.Write, reason *intent.Reason, wait time.Duration) Settlement {
	w.State, w.Reason = intent.Pending, reason
	w.NextAt = b.opts.Now().UTC().Add(max(wait, backoff(w.Attempts)))
	return Settlement{Write: w}
}
