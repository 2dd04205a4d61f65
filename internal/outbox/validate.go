package outbox

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"net/url"
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

func (v *violations) order(o object) {
	v.lines(o, "line_items", func(prefix string, line object) {
		if numberIn(line, "product_id") == 0 && numberIn(line, "variation_id") == 0 && textIn(line, "sku") == "" {
			v.add(prefix+"product_id", "a line needs a product_id, variation_id or sku; the store would keep an empty line")
		}
		v.quantity(line, prefix)
		v.money(line, prefix, "subtotal")
		v.money(line, prefix, "total")
	})
	v.lines(o, "shipping_lines", func(prefix string, line object) { v.money(line, prefix, "total") })
	v.lines(o, "fee_lines", func(prefix string, line object) { v.money(line, prefix, "total") })
	v.lines(o, "coupon_lines", func(prefix string, line object) {
		if strings.TrimSpace(textIn(line, "code")) == "" {
			v.add(prefix+"code", "is missing")
		}
	})
	if status := textIn(o, "status"); strings.HasPrefix(status, "wc-") {
		v.add("status", "is written without the wc- prefix: %q", strings.TrimPrefix(status, "wc-"))
	} else if status == storage.StatusTrash {
		v.add("status", "an order goes to the trash by deleting it without force")
	}
	if raw, ok := o["billing"]; ok {
		billing, err := parseObject(raw)
		if err != nil {
			v.add("billing", "must be an object")
		} else {
			v.email(billing, "billing.", "email")
		}
	}
}

// lines looks at each entry of a list that will be new; entries with an id change or remove an existing line.
func (v *violations) lines(o object, field string, each func(prefix string, line object)) {
	raw, given := o[field]
	if !given || kindOf(raw) == 'n' {
		return
	}
	var lines []object
	if json.Unmarshal(raw, &lines) != nil {
		v.add(field, "must be a list of objects")
		return
	}
	for i, line := range lines {
		if line == nil {
			v.add(fmt.Sprintf("%s[%d]", field, i), "must be an object")
			continue
		}
		if numberIn(line, "id") == 0 {
			each(fmt.Sprintf("%s[%d].", field, i), line)
		}
	}
}

func (v *violations) quantity(line object, prefix string) {
	raw, given := line["quantity"]
	if !given {
		return
	}
	text, _ := scalar(raw)
	if text == nil {
		v.add(prefix+"quantity", "must be a number")
		return
	}
	n, err := decimal.NewFromString(*text)
	if err != nil || !n.IsPositive() {
		v.add(prefix+"quantity", "must be a number above zero")
	}
}

func (v *violations) email(o object, prefix, field string) {
	raw, given := o[field]
	if !given {
		return
	}
	text, isText := scalar(raw)
	if text == nil || *text == "" {
		return
	}
	if at, err := mail.ParseAddress(*text); !isText || err != nil || at.Address != *text {
		v.add(prefix+field, "%q is not an e-mail address", *text)
	}
}

func (v *violations) refund(o object) {
	v.money(o, "", "amount")
	_, hasAmount := o["amount"]
	_, hasLines := o["line_items"]
	if !hasAmount && !hasLines {
		v.add("amount", "a refund needs an amount or line_items")
	}
	if text, _ := scalar(o["amount"]); hasAmount && text != nil {
		if n, err := decimal.NewFromString(*text); err == nil && !n.IsPositive() {
			v.add("amount", "must be above zero")
		}
	}
}

func (v *violations) product(o object) {
	for _, field := range []string{"regular_price", "sale_price"} {
		v.money(o, "", field)
	}
	_, hasStock := o["stock_quantity"]
	managed, given := o["manage_stock"]
	if hasStock && given && string(managed) == "false" {
		v.add("stock_quantity", "is ignored by the store while manage_stock is false")
	}
	if raw, ok := o["images"]; ok {
		var images []object
		if json.Unmarshal(raw, &images) != nil {
			v.add("images", "must be a list of objects with src or id")
		}
		for i, image := range images {
			v.imageURL(fmt.Sprintf("images[%d].src", i), image)
		}
	}
	if raw, ok := o["image"]; ok && kindOf(raw) == '{' {
		if image, err := parseObject(raw); err == nil {
			v.imageURL("image.src", image)
		}
	}
}

// againstBase finds what the store would ignore, given the record as the caller saw it: a stock quantity of a product
// whose stock is not managed (knowledge: stock-not-managed).
func againstBase(w Write) []FieldError {
	if w.Action != Update || w.Base == nil || w.Resource != storage.Products && w.Resource != storage.Variations {
		return nil
	}
	body, err1 := parseObject(w.Body)
	base, err2 := parseObject(w.Base)
	if err1 != nil || err2 != nil {
		return nil
	}
	_, stock := body["stock_quantity"]
	_, manage := body["manage_stock"]
	if stock && !manage && string(base["manage_stock"]) == "false" {
		return []FieldError{{Field: "stock_quantity", Message: "is ignored by the store, because this product's stock is not managed: write manage_stock true with it"}}
	}
	return nil
}

func (v *violations) imageURL(field string, image object) {
	src := textIn(image, "src")
	if src == "" {
		return
	}
	if u, err := url.Parse(src); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		v.add(field, "%q is not an address that the store can fetch", src)
	}
}

func (v *violations) customer(o object, a Action) {
	v.text(o, "email", a == Create)
	v.email(o, "", "email")
}

func (v *violations) coupon(o object, a Action) {
	v.text(o, "code", a == Create)
	v.money(o, "", "amount")
}

func (v *violations) webhook(o object, a Action) {
	v.text(o, "topic", a == Create)
	v.text(o, "delivery_url", a == Create)
}
