package outbox

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
)

// What is checked of orders beyond the kinds of their members.

func (v *violations) order(r record) {
	for _, field := range lineFields {
		if r.action == Update && r.given(field) && len(entriesOf(r.body, field)) == 0 &&
			len(entriesOf(r.base, field)) > 0 {
			v.add(field, "an empty list removes nothing: lines are removed one by one, by their id and quantity 0, "+
				"or null for name or method_id")
		}
	}
	v.orderLines(r)
	v.lines(r.body, "fee_lines", func(at string, line object) {
		if numberIn(line, "id") == 0 && line["total"] == nil {
			v.add(at+"total", `is missing: the store would add a fee of 0.00; write "0" if that is meant`)
		}
	})
	for i, line := range entriesOf(r.body, "coupon_lines") {
		if line != nil && strings.TrimSpace(textIn(line, "code")) == "" {
			v.add(fmt.Sprintf("coupon_lines[%d].code", i), "is missing")
		}
	}
	if raw, given := r.body["customer_id"]; given && kindOf(raw) != 'n' {
		if text, _ := scalar(raw); text == nil || *text == "" || strings.Trim(*text, "0123456789") != "" {
			v.add("customer_id", "must be the number of a customer, or 0 for a guest")
		}
	}
	if status := textIn(r.body, "status"); strings.HasPrefix(status, "wc-") {
		v.add("status", "is written without the wc- prefix: %q", strings.TrimPrefix(status, "wc-"))
	} else if status == storage.StatusTrash {
		v.add("status", "an order goes to the trash by deleting it without force")
	}
	v.payment(r)
}

// payment: set_paid pays an order that waits for it, and does nothing otherwise (WC_REST_Orders_Controller::save_object
// asks needs_payment first).
func (v *violations) payment(r record) {
	if !r.given("set_paid") || r.action != Update || r.base == nil {
		return
	}
	switch {
	case r.isTrue("set_paid") && !r.given("status") && string(r.base["needs_payment"]) == "false":
		v.add("set_paid", "is ignored by the store, because this order is %s and does not wait for a payment: write "+
			"the status it shall have", textIn(r.base, "status"))
	case !r.isTrue("set_paid") && !absent(r.base["date_paid"]) && r.base["date_paid"] != nil:
		v.add("set_paid", "false is ignored by the store: a payment is given back by a refund")
	}
}

func (v *violations) orderLines(r record) {
	v.lines(r.body, "line_items", func(at string, line object) {
		isNew := numberIn(line, "id") == 0
		if isNew && numberIn(line, "product_id") == 0 && numberIn(line, "variation_id") == 0 &&
			textIn(line, "sku") == "" {
			v.add(at+"product_id", "a line needs a product_id, variation_id or sku; the store would keep an empty line")
		}
		v.quantity(line, at, isNew)
		if !isNew {
			v.exchanged(line, at, r.base)
		}
	})
}

// lines looks at the entries of a list that the order keeps or gets; those that the write removes are passed by.
func (v *violations) lines(o object, field string, each func(at string, line object)) {
	for i, line := range entriesOf(o, field) {
		if line != nil && (numberIn(line, "id") == 0 || !removesLine(line)) {
			each(fmt.Sprintf("%s[%d].", field, i), line)
		}
	}
}

// quantity wants a number above zero. Zero removes a line that is there, if it is written as a number.
func (v *violations) quantity(line object, at string, isNew bool) {
	raw, given := line["quantity"]
	if !given || kindOf(raw) == 'n' {
		return
	}
	text, isText := scalar(raw)
	if text == nil {
		return // said with its kind
	}
	n, err := decimal.NewFromString(*text)
	switch {
	case err != nil: // said with its kind
	case !isNew && n.IsZero() && isText:
		v.add(at+"quantity", `"0" as a text would leave the line with the price of its pieces: write 0 as a number to remove it`)
	case !n.IsPositive():
		v.add(at+"quantity", "must be a number above zero")
	}
}

// exchanged refuses to put another product into a line that is there and to leave its price: the store would.
func (v *violations) exchanged(line object, at string, base object) {
	var was object
	for _, l := range entriesOf(base, "line_items") {
		if numberIn(l, "id") == numberIn(line, "id") {
			was = l
		}
	}
	if line["total"] != nil {
		return
	}
	for _, field := range []string{"product_id", "variation_id", "sku"} {
		if raw, given := line[field]; given && !unchanged([]object{was}, field, raw) && !absent(raw) &&
			string(raw) != "0" {
			v.add(at+field, "puts another product into the line, and the store would leave the old price: give total "+
				"and subtotal with it, or remove the line (quantity 0) and add one")
			return
		}
	}
}
