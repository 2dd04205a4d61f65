package outbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// An answer can be wrong about what happened to a write: WooCommerce stores first and then runs the code of plugins,
// which can refuse, redirect, hide or replace the answer although the record exists.
//
// Failure policy: a refusal is believed at once only where it certainly comes from before the effect
// (woo.RefusedFirst). Every other refusal costs one look at the store, which the writes of a batch share. A record that
// could be ours counts as found, and the refusal counts only when there is none. A success is believed only if the
// answer is the whole record that was asked for. Otherwise the record is looked up as after a lost answer.

// refusal is an answer that refuses a write although the write may be in effect.
type refusal struct {
	request
	status  int // the status that the store meant
	code    string
	message string
	data    json.RawMessage
	params  map[string]string
	brief   string        // the message in a few words, for a page or a redirect
	wait    time.Duration // the wait that the store asked for
	// ofWrite says that the answer is about the write and rejects it. Pages, redirects and 429 are about the way to the
	// store instead.
	ofWrite bool
}

// refusalOf reads an error as a refusal that may hide an effect. It returns false when the store failed or may still be
// working.
func refusalOf(r request, e *woo.Error) (refusal, bool) {
	status := e.EffectiveStatus()
	f := refusal{request: r, status: status, code: e.Code, message: forPeople(e.Message), data: e.Data,
		params: e.Params, wait: e.RetryAfter}
	if f.message == "" {
		f.message = "the store gave no reason"
	}
	switch e.Kind {
	case woo.KindAPI:
		if f.ofWrite = status != http.StatusTooManyRequests; f.code == "" {
			f.code = fmt.Sprintf("http_%d", status)
		}
		return f, status >= 400 && status < 500 || refundFailed(r.write, e)
	case woo.KindHTML, woo.KindRedirect, woo.KindEmpty, woo.KindInvalidJSON:
		f.code, f.message, f.brief = intent.CodeUnreachable, inWords(e), inBrief(e)
		return f, status >= 300 && status < 500 && status != http.StatusRequestTimeout || turnedAway(e)
	}
	return f, false
}

// turnedAway says whether a page with 5xx claims that the request did not get in: WordPress in maintenance, Wordfence,
// a CDN that does not reach the shop. A store may show such a page for hours, so it is not counted as a loss. But the
// page proves nothing (docs/woocommerce/answers.md#page-after-the-work), so the write is looked for as long as after
// any lost answer.
func turnedAway(e *woo.Error) bool {
	switch e.Fingerprint {
	case "maintenance-core", "waf-wordfence":
		return true
	case "cf-origin-5xx":
		switch e.Status { // refused, unreachable, TLS refused twice, name unknown
		case 521, 523, 525, 526, 530:
			return true
		}
	}
	return false
}

// refundFailed says whether an error is WooCommerce's 500 for an impossible refund: an amount that is too large, a
// missing gateway, an unknown order (docs/woocommerce/orders.md#refunds). The error comes at the end of the work, with
// a code of its own.
func refundFailed(w intent.Write, e *woo.Error) bool {
	return w.Resource == storage.Refunds && w.Action == intent.Create && strings.HasPrefix(e.Code, "woocommerce_rest_")
}

// doubted settles the refusals of one action in one collection by a single look at the store.
func (b *Outbox) doubted(ctx context.Context, shop woo.Doer, refusals []refusal) []Settlement {
	if len(refusals) == 0 {
		return nil
	}
	writes := make([]intent.Write, len(refusals))
	for i, f := range refusals {
		writes[i] = f.write
	}
	settled := make([]Settlement, len(refusals))
	if writes[0].Action == intent.Create {
		v, err := b.lookAbove(ctx, shop, writes)
		var found map[string]trace
		if err == nil {
			found, err = b.traces(ctx, v, writes)
		}
		for i, f := range refusals {
			settled[i] = b.doubtedCreate(ctx, shop, f, found[f.write.ID], err)
		}
		return settled
	}
	path := intent.Targets[writes[0].Resource].Route.List(writes[0].ParentID)
	records, _, err := b.current(ctx, shop, job{path: path, writes: writes})
	for i, f := range refusals {
		settled[i] = b.doubtedChange(ctx, shop, f, records[f.write.RecordID], err)
	}
	return settled
}

func (b *Outbox) doubtedCreate(ctx context.Context, shop woo.Doer, f refusal, tr trace, failure error) Settlement {
	switch {
	case failure != nil:
		return b.unlooked(f, failure)
	case tr.record == nil && len(tr.suspects) == 0:
		return b.credited(ctx, shop, f)
	case tr.record != nil && !tr.unproved && compare.InTrash(tr.record):
		// A plugin threw an exception after the effect: WooCommerce removes the record before it answers.
		s := b.credited(ctx, shop, f)
		o, _ := document.Parse(tr.record)
		if s.Write.Reason != nil && s.Write.State != intent.Pending {
			id := document.Number(o, "id")
			s.Write.Reason.Records = []int64{id}
			s.Write.Reason.Message += fmt.Sprintf(" (the store had made %s/%d and put it into the trash)",
				f.write.Resource, id)
			return s
		}
	}
	return b.toLookFor(f)
}

// doubtedChange settles a refused update or delete by comparing it with the present record.
func (b *Outbox) doubtedChange(
	ctx context.Context, shop woo.Doer, f refusal, record json.RawMessage, failure error,
) Settlement {
	w := f.write
	switch {
	case failure != nil:
		return b.unlooked(f, failure)
	case w.Action == intent.Update && !intent.AddsStock(w) && record != nil && f.ofWrite && f.current != nil &&
		b.inEffect(w, f.current) && b.inEffect(w, record):
		// A line that was to be removed is not there: both the store's refusal and the record are right.
		s := b.doneAfterAll(w, nil, record)
		s.Write.Reason = &intent.Reason{Code: intent.CodeGone, Status: f.status, Message: fmt.Sprintf(
			"%s was so already, and nothing was changed; the store said: %s", w.Ref(), f.message)}
		return s
	case w.Action == intent.Delete && record == nil, record != nil && b.inEffect(w, record):
		s := b.doneAfterAll(w, &intent.Reason{Over: true, Status: f.status, Message: f.says()}, record)
		s.Write = b.saysStepMissing(ctx, shop, s.Write, record)
		return s
	case intent.AddsStock(w) && record != nil && compare.StockFate(w, record) == compare.InDoubt:
		return b.doubt(w, record)
	case w.Action == intent.Update && record != nil && !intent.AddsStock(w):
		moved, whole := f.reach(record, b.markersTaken(w.StoreID, compare.OrderLines))
		switch {
		case whole:
			s := b.doneAfterAll(w, &intent.Reason{Over: true, Status: f.status, Message: f.says()}, record)
			s.Write = b.saysStepMissing(ctx, shop, s.Write, record)
			return s
		case len(moved) > 0 && f.ofWrite:
			w.State = intent.Parked
			w.Reason = &intent.Reason{Code: intent.CodeHalf, Status: f.status, Records: []int64{w.RecordID},
				Fields: moved,
				Theirs: record,
				Message: fmt.Sprintf("the store refused it (%s) after it had changed part of %s: %s. Look at the "+
					"record, then ⟨retry⟩ sends it again; or ⟨adopt %s %d⟩ takes it as it is",
					f.message, w.Ref(), intent.ListFields(moved), w.ID, w.RecordID)}
			return Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID, Raw: record}}}
		case len(moved) > 0:
			return b.seenNothing(f) // no effect is seen; a change is noticed before the write is sent again (before.go)
		}
	case w.Action == intent.Delete && f.ofWrite && (f.status == http.StatusNotFound || f.status == http.StatusGone):
		w.State, w.DoneAt = intent.Rejected, b.opts.Now().UTC()
		w.Reason = &intent.Reason{Code: f.code, Status: f.status, Message: fmt.Sprintf("%s (%s is still there)",
			f.message,
			w.Ref())}
		return Settlement{Write: w}
	}
	return b.credited(ctx, shop, f)
}

// reach says how far a refused update has come. moved are the fields of the update that differ from their values before
// it was sent. whole says that the whole update is in effect, apart from how the store writes a value.
func (f refusal) reach(record json.RawMessage, marksTaken bool) (moved []intent.FieldError, whole bool) {
	if f.current == nil {
		return nil, false
	}
	sent, err1 := document.Leaves(f.body)
	was, err2 := document.RecordLeaves(f.current)
	is, err3 := document.RecordLeaves(record)
	body, err4 := document.Parse(f.write.Body)
	if err1 != nil || err2 != nil || err3 != nil || err4 != nil {
		return nil, false
	}
	whole = true
	for _, path := range document.SortedKeys(sent) {
		before, had := was[path]
		now, has := is[path]
		changed := had != has || had && !document.Same(before, now)
		if changed {
			moved = append(moved, intent.FieldError{Field: path, Message: "is changed already"})
		}
		if !compare.Holds(path, sent[path], now, has) &&
			!(changed && compare.Likeness(sent[path], now) == compare.Akin) {
			whole = false
		}
	}
	if added := intent.NewLinesOf(body); len(added) > 0 {
		left, doubtful := compare.LineStates(f.write, record, marksTaken)
		whole = whole && len(left)+len(doubtful) == 0
		for _, n := range added {
			is := func(other intent.NewLine) bool { return other.List == n.List && other.Index == n.Index }
			path := fmt.Sprintf("%s[%d]", n.List, n.Index)
			switch {
			case slices.ContainsFunc(left, is):
			case slices.ContainsFunc(doubtful, is):
				moved = append(moved, intent.FieldError{Field: path, Message: "may be on the order already"})
			default:
				moved = append(moved, intent.FieldError{Field: path, Message: "is on the order already"})
			}
		}
	}
	whole = whole && !compare.MissingCoupons(f.write, record)
	return moved, whole && len(moved) > 0
}

// credited settles a refused write of which a look found no effect, and believes the refusal.
func (b *Outbox) credited(ctx context.Context, shop woo.Doer, f refusal) Settlement {
	switch {
	case !f.ended(), !f.ofWrite && intent.AddsUp(f.write) && f.status != http.StatusTooManyRequests:
		return b.seenNothing(f)
	case !f.ofWrite:
		return b.again(f.write, &intent.Reason{Code: f.code, Status: f.status, Message: f.message}, f.wait)
	}
	s := b.refused(ctx, shop, f.request, f.status, f.code, f.message, f.data, f.params)
	if s.Write.State == intent.Rejected && f.write.Resource == storage.Refunds && f.write.Action == intent.Create {
		s = b.refusedRefund(ctx, shop, f.write, s)
	}
	if s.Write.Reason != nil && paysBack(f.write) {
		// WooCommerce pays before it runs the hooks of a refund, and deletes the refund when a hook fails.
		s.Write.Reason.Message += " (the payment gateway may have paid the money back before that: look there before " +
			"you send it again)"
	}
	return s
}

// unlooked settles a refused write that could not be looked for: the write stays unknown until it can. When the key may
// not look either, the write is parked for a person to mend that; a retry looks first.
func (b *Outbox) unlooked(f refusal, failure error) Settlement {
	f.write.Lost = max(f.write.Lost, 1)
	e, ok := woo.AsError(failure)
	if f.ofWrite && notAllowed(f.status) && ok && e.KeyRefused() {
		s := b.notPermitted(f.write, &intent.Reason{Code: f.code, Status: f.status, Message: f.message})
		s.Write.Reason.Doubt = true
		return s
	}
	lost := f.write.Lost // a store that refuses for hours does not lose answers
	// The answer to the look says how long to wait. A look changes nothing, so it need not wait as long as a write.
	s := b.lookLater(b.toLookFor(f).Write, failure)
	s.Write.Lost = lost
	return s
}

// paysBack says whether a refund asks the payment gateway for the money, which is the store's default.
func paysBack(w intent.Write) bool {
	body, err := document.Parse(w.Body)
	return err == nil && w.Resource == storage.Refunds && w.Action == intent.Create &&
		string(body["api_refund"]) != "false"
}

// toLookFor returns a refused write that is looked up at once.
func (b *Outbox) toLookFor(f refusal) Settlement {
	s := b.asLost(f.write, f.status, f.says())
	s.Write.Reason.Over = f.ended()
	return s
}

func (f refusal) says() string {
	if f.brief != "" {
		return "the store answered " + f.brief
	}
	return fmt.Sprintf("the store answered %d (%s)", f.status, f.message)
}

// inBrief says in a few words what came in place of WooCommerce's answer.
func inBrief(e *woo.Error) string {
	switch {
	case e.Kind == woo.KindRedirect:
		return fmt.Sprintf("%d, a redirect", e.Status)
	case e.Kind == woo.KindEmpty:
		return fmt.Sprintf("%d with nothing in it", e.Status)
	case e.Title != "":
		return fmt.Sprintf("%d with a page titled %q", e.Status, e.Title)
	}
	return fmt.Sprintf("%d with a page", e.Status)
}

// doubtedSuccess settles a write whose success does not end it: the answer is not the record that was asked for, or
// shows a half-made order. The write is looked up at once, as after a lost answer, and completed or parked like any
// half-made order. The returned error is the database's.
func (b *Outbox) doubtedSuccess(
	ctx context.Context, r request, status int, record json.RawMessage,
) (Settlement, bool, error) {
	why, err := b.disbelieved(ctx, r, record)
	if err != nil {
		return Settlement{}, false, err
	}
	id := compare.ID(record)
	var lacks []intent.FieldError
	if why == "" {
		if lacks = compare.HalfMade(r.write, record); len(lacks) == 0 {
			return Settlement{}, false, nil
		}
		why = fmt.Sprintf("the store's answer shows %s/%d half-made: %s", r.write.Resource, id,
			intent.ListFields(lacks))
	}
	s := b.asLost(r.write, status, why)
	if len(lacks) > 0 {
		s.Write.Reason.Code, s.Write.Reason.Fields = intent.CodeHalf, lacks
	}
	if id > 0 {
		s.Write.Reason.Records = []int64{id}
	}
	return s, true, nil
}

// disbelieved says why a success is not the record that was asked for; empty when it is. For a create neither the
// marker nor the id alone is believed: a plugin may answer with another record, or with another id.
func (b *Outbox) disbelieved(ctx context.Context, r request, record json.RawMessage) (why string, err error) {
	w := r.write
	id, linked := compare.ID(record), linkedID(record)
	switch {
	case id <= 0:
		return "the store says that it is done, and its answer names no record", nil
	case w.Action != intent.Create && id != w.RecordID:
		return fmt.Sprintf("the store's answer is about %s/%d, not about %s", w.Resource, id, w.Ref()), nil
	case w.Action != intent.Create:
		return "", nil
	case linked != 0 && linked != id:
		return fmt.Sprintf("the store's answer calls itself %s/%d and links to %d", w.Resource, id, linked), nil
	case w.Floor > 0 && id <= w.Floor:
		return fmt.Sprintf("the store's answer is %s/%d, which was there before", w.Resource, id), nil
	}
	author := b.lessonsOf(w.StoreID).RefundAuthor
	if intent.MarkerOf(record) != w.ID && compare.Stand(w, record, author) == compare.Foreign {
		return fmt.Sprintf("the store's answer is %s/%d, which is another one", w.Resource, id), nil
	}
	made, err := b.repo.MadeBy(ctx, w.StoreID, w.Resource, []int64{id})
	if err != nil {
		return "", err
	}
	if by := made[id]; by != "" && by != w.ID {
		return fmt.Sprintf("the store's answer is %s/%d, which another write has made (%s)", w.Resource, id, by), nil
	}
	known, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: w.Resource, ID: id})
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	// a pull may have met our own record before its answer came
	case compare.Stand(w, known.Raw, author) == compare.Foreign:
		return fmt.Sprintf("the store's answer is %s/%d, which is known as another one", w.Resource, id), nil
	}
	return "", nil
}

// linkedID returns the id in a record's link to itself, which WordPress adds without the controller; 0 without such a
// link.
func linkedID(record json.RawMessage) int64 {
	var r struct {
		Links struct {
			Self []struct {
				Href string `json:"href"`
			} `json:"self"`
		} `json:"_links"`
	}
	if json.Unmarshal(record, &r) != nil || len(r.Links.Self) == 0 {
		return 0
	}
	link, err := url.Parse(r.Links.Self[0].Href)
	if err != nil {
		return 0
	}
	id, err := strconv.ParseInt(path.Base(strings.TrimSuffix(cmp.Or(link.Query().Get("rest_route"), link.Path), "/")),
		10, 64)
	if err != nil {
		return 0
	}
	return id
}

// seenNothing settles a write whose answer came from the way to the store (a redirect, a page) and of which one look
// found no trace. The write is looked for once more before it is sent again.
func (b *Outbox) seenNothing(f refusal) Settlement {
	w := f.write
	w.State, w.Lost, w.MissedAt = intent.Unknown, max(w.Lost, 1), time.Time{}
	w.NextAt = b.opts.Now().UTC().Add(max(f.wait, backoff(w.Attempts)))
	w.Reason = &intent.Reason{Code: f.code, Status: f.status, Over: f.ended(), Message: f.message}
	return Settlement{Write: w}
}

// ended says whether the store has finished a request that it refused. After a page with 5xx that is unknown: another
// server of the store may be working on it.
func (f refusal) ended() bool { return f.ofWrite || f.status < http.StatusInternalServerError }
