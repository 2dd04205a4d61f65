package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// exists says whether a store refuses a create because such a record exists already.
func exists(code string) bool {
	return strings.HasSuffix(code, "_exists") || strings.HasSuffix(code, "-exists") || code == "product_invalid_sku" ||
		code == "product_invalid_global_unique_id"
}

// madeAlready checks whether the record that stands in the way of a create is the create's own: a proxy may have sent
// the request twice, or an earlier request took effect later than any limit. The write is then looked up like a lost
// one.
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
		return Settlement{}, false // another's record
	}
	s := b.lost(w, status, message)
	s.Write.Reason.Over = true
	return s, true
}

// refused settles a refusal, with the store's own message.
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
		// An earlier request of ours, or somebody else, has put it into the trash (woocommerce_rest_already_trashed).
		w = b.done(w)
		if w.Lost == 0 {
			w.Reason = &intent.Reason{Code: intent.CodeGone, Status: status, Message: "it was in the trash already"}
		}
		return b.readBack(ctx, shop, Settlement{Write: w, Effects: []Effect{{Ref: w.Ref(), ParentID: w.ParentID}}})
	case w.Action == intent.Delete && status == http.StatusNotFound && w.Lost > 0:
		// An earlier request of ours, or somebody else, has deleted the record.
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

// protectedRole returns the role of a customer whose e-mail address or password a refusal is about. WooCommerce lets no
// key change these for users other than customers, and answers with the code of a missing right. In every language its
// message names the field and the role (docs/woocommerce/permissions.md#customer-protected-role).
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

// removeDraft deletes the half-made order that WooCommerce leaves when it refuses a create after its first save
// (docs/woocommerce/orders.md#order-draft-left). The order is ours, because the store names it in its refusal of our
// request. If deleting fails the order stays a checkout-draft, which shops delete by themselves after a day.
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
