package validate

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
)

// Checks of orders beyond the kinds of their members.

func (v *Violations) order(r record) {
	for _, field := range intent.LineFields {
		if r.action == intent.Update && document.Kind(r.body[field]) == '[' && len(Entries(r.body, field)) == 0 &&
			len(Entries(r.base, field)) > 0 {
			v.Add(field, "an empty list removes nothing: lines are removed one by one, by their id and quantity 0, "+
				"or null for name or method_id")
		}
	}
	v.orderLines(r)
	v.lines(r.body, "fee_lines", func(at string, line document.Object) {
		if document.Number(line, "id") == 0 && line["total"] == nil {
			v.Add(at+"total", `is missing: the store would add a fee of 0.00; write "0" if that is meant`)
		}
	})
	for i, line := range Entries(r.body, "coupon_lines") {
		if line != nil && strings.TrimSpace(document.Text(line, "code")) == "" {
			v.Add(fmt.Sprintf("coupon_lines[%d].code", i), "is missing")
		}
	}
	if raw, given := r.body["customer_id"]; given && document.Kind(raw) != 'n' {
		if text, _ := document.Scalar(raw); text == nil || *text == "" || strings.Trim(*text, "0123456789") != "" {
			v.Add("customer_id", "must be the number of a customer, or 0 for a guest")
		}
	}
	if status := document.Text(r.body, "status"); strings.HasPrefix(status, "wc-") {
		v.Add("status", "is written without the wc- prefix: %q", strings.TrimPrefix(status, "wc-"))
	} else if status == storage.StatusTrash {
		v.Add("status", "an order goes to the trash by deleting it without force")
	}
	v.payment(r)
}

// payment refuses set_paid where it has no effect: it pays only an order that waits for payment
// (WC_REST_Orders_Controller::save_object asks needs_payment first).
func (v *Violations) payment(r record) {
	if !r.given("set_paid") || r.action != intent.Update || r.base == nil {
		return
	}
	switch {
	case r.isTrue("set_paid") && !r.given("status") && string(r.base["needs_payment"]) == "false":
		v.Add("set_paid", "is ignored by the store, because this order is %s and does not wait for a payment: write "+
			"the status it shall have", document.Text(r.base, "status"))
	case !r.isTrue("set_paid") && !document.Absent(r.base["date_paid"]) && r.base["date_paid"] != nil:
		v.Add("set_paid", "false is ignored by the store: a payment is given back by a refund")
	}
}

func (v *Violations) orderLines(r record) {
	v.lines(r.body, "line_items", func(at string, line document.Object) {
		isNew := document.Number(line, "id") == 0
		if isNew && document.Number(line, "product_id") == 0 && document.Number(line, "variation_id") == 0 &&
			document.Text(line, "sku") == "" {
			v.Add(at+"product_id", "a line needs a product_id, variation_id or sku; the store would keep an empty line")
		}
		v.quantity(line, at, isNew)
		if !isNew {
			v.exchanged(line, at, r.base)
		}
	})
}

// lines calls each for the entries of a list that the order keeps or gets, and skips those that the write removes.
func (v *Violations) lines(o document.Object, field string, each func(at string, line document.Object)) {
	for i, line := range Entries(o, field) {
		if line != nil && (document.Number(line, "id") == 0 || !document.RemovesLine(line)) {
			each(fmt.Sprintf("%s[%d].", field, i), line)
		}
	}
}

// quantity requires a number above zero. Zero, written as a number, removes an existing line.
func (v *Violations) quantity(line document.Object, at string, isNew bool) {
	raw, given := line["quantity"]
	if !given || document.Kind(raw) == 'n' {
		return
	}
	text, isText := document.Scalar(raw)
	if text == nil {
		return // the check of its kind reports it
	}
	n, err := decimal.NewFromString(*text)
	switch {
	case err != nil: // the check of its kind reports it
	case !isNew && n.IsZero() && isText:
		v.Add(
			at+"quantity",
			`"0" as a text would leave the line with the price of its pieces: write 0 as a number to remove it`,
		)
	case !n.IsPositive():
		v.Add(at+"quantity", "must be a number above zero")
	}
}

// exchanged refuses another product in an existing line without a price: the store would keep the old price.
func (v *Violations) exchanged(line document.Object, at string, base document.Object) {
	var was document.Object
	for _, l := range Entries(base, "line_items") {
		if document.Number(l, "id") == document.Number(line, "id") {
			was = l
		}
	}
	if line["total"] != nil {
		return
	}
	for _, field := range []string{"product_id", "variation_id", "sku"} {
		if raw, given := line[field]; given && !unchanged([]document.Object{was}, field, raw) &&
			!document.Absent(raw) &&
			string(raw) != "0" {
			v.Add(at+field, "puts another product into the line, and the store would leave the old price: give total "+
				"and subtotal with it, or remove the line (quantity 0) and add one")
			return
		}
	}
}
