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

// What is checked of each kind of record; see validate.

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
	if raw, given := o["customer_id"]; given {
		if text, _ := scalar(raw); text == nil || *text == "" || strings.Trim(*text, "0123456789") != "" {
			v.add("customer_id", "must be the number of a customer, or 0 for a guest")
		}
	}
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

// againstBase finds what the store would pass over, given the record as the caller saw it: a stock quantity of a product
// whose stock is not managed (knowledge: stock-not-managed), the payment of an order that does not wait for one
// (WC_REST_Orders_Controller::save_object asks needs_payment first).
func againstBase(w Write) []FieldError {
	if w.Action != Update || w.Base == nil {
		return nil
	}
	body, err1 := parseObject(w.Body)
	base, err2 := parseObject(w.Base)
	if err1 != nil || err2 != nil {
		return nil
	}
	var v violations
	switch w.Resource {
	case storage.Products, storage.Variations:
		_, manage := body["manage_stock"]
		if _, stock := body["stock_quantity"]; stock && !manage && string(base["manage_stock"]) == "false" {
			v.add("stock_quantity", "is ignored by the store, because this product's stock is not managed: write manage_stock true with it")
		}
	case storage.Orders:
		_, status := body["status"]
		if string(body["set_paid"]) == "true" && !status && string(base["needs_payment"]) == "false" {
			v.add("set_paid", "is ignored by the store, because this order is %s and does not wait for a payment: write the status it shall have", textIn(base, "status"))
		}
	}
	return v.list
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
