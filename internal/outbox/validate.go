package outbox

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
)

// validate finds what a store would take in silently and do something else with than the caller means: an empty body
// creates an order (knowledge: order-empty-created), a line without a product stays a line (order-ghost-line), a blank
// coupon code wipes the code, prices must be texts (type-strict), stock is ignored unless it is managed
// (stock-not-managed). What the store refuses by itself is left to the store.
func validate(w Write) []FieldError {
	var v violations
	t, known := targets[w.Resource]
	switch {
	case !known:
		v.add("resource", "%q cannot be written; one of %v can", w.Resource, Writable())
		return v.list
	case w.Action != Create && w.Action != Update && w.Action != Delete:
		v.add("action", "%q is none of create, update, delete", w.Action)
		return v.list
	case w.Action == Update && !t.update:
		v.add("action", "%s cannot be updated, only created and deleted", w.Resource)
		return v.list
	}
	switch w.Policy {
	case "", Merge, Reject, StoreWins, CallerWins:
	default:
		v.add("policy", "%q is none of merge, reject, store, caller", w.Policy)
	}
	if t.nested && w.ParentID <= 0 {
		v.add("parent_id", "%s belong to a record: give the id of the order or product", w.Resource)
	}
	if w.Action != Create && w.RecordID <= 0 {
		v.add("id", "missing: which of the %s?", w.Resource)
	}
	if w.Action == Create && w.RecordID != 0 {
		v.add("id", "a record that is to be created has no id yet")
	}
	if w.Action == Delete {
		return v.list
	}
	if !json.Valid(w.Body) || kindOf(w.Body) != '{' {
		v.add("body", "must be a JSON object with the fields to write")
		return v.list
	}
	body, err := parseObject(w.Body)
	if err != nil {
		v.add("body", "%v", err)
		return v.list
	}
	if len(body) == 0 {
		v.add("body", "is empty: the store would create an empty record or change nothing")
	}
	if _, given := body["id"]; given {
		v.add("id", "belongs beside the body, not in it")
	}
	v.names(w.Resource, body, w.Base)
	v.meta(body)
	switch w.Resource {
	case storage.Orders:
		v.order(body)
	case storage.OrderNotes:
		v.text(body, "note", true)
	case storage.Refunds:
		v.refund(body)
	case storage.Products, storage.Variations:
		v.product(body)
	case storage.Customers:
		v.customer(body, w.Action)
	case storage.Coupons:
		v.coupon(body, w.Action)
	case storage.Categories, storage.Tags:
		v.text(body, "name", w.Action == Create)
	case Webhooks:
		v.webhook(body, w.Action)
	}
	return v.list
}

type violations struct{ list []FieldError }

func (v *violations) add(field, format string, args ...any) {
	v.list = append(v.list, FieldError{Field: field, Message: fmt.Sprintf(format, args...)})
}

// text wants a text that is not blank.
func (v *violations) text(o object, field string, required bool) {
	raw, given := o[field]
	if !given {
		if required {
			v.add(field, "is missing")
		}
		return
	}
	if text, isText := scalar(raw); !isText || strings.TrimSpace(*text) == "" {
		v.add(field, "must be a text that is not blank")
	}
}

// money wants a decimal number; the store wants it as a text. prefix names the place in messages.
func (v *violations) money(o object, prefix, field string) {
	raw, given := o[field]
	if !given || kindOf(raw) == 'n' {
		return
	}
	text, isText := scalar(raw)
	switch {
	case text == nil || !isText:
		v.add(prefix+field, "must be a decimal number written as a text, like \"12.50\"")
	case *text == "":
	default:
		if _, err := decimal.NewFromString(*text); err != nil {
			v.add(prefix+field, "%q is not a decimal number like \"12.50\"", *text)
		}
	}
}

func (v *violations) meta(o object) {
	raw, given := o["meta_data"]
	if !given {
		return
	}
	var entries []object
	if json.Unmarshal(raw, &entries) != nil {
		v.add("meta_data", "must be a list of objects with key and value")
		return
	}
	for i, e := range entries {
		if textIn(e, "key") == "" && numberIn(e, "id") == 0 {
			v.add(fmt.Sprintf("meta_data[%d].key", i), "is missing")
		}
		if textIn(e, "key") == MarkerKey {
			v.add(fmt.Sprintf("meta_data[%d].key", i), "%s is reserved: it is how a lost answer is found again", MarkerKey)
		}
	}
}
