package compare

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
)

// MergedInto says whether an older order may hold what a create asked for: the order is of the same customer, and has
// gained each product in the quantity, and each fee, that was sent. before is the order as it was before the create was
// sent. When before is nil, everything on the order counts as gained.
func MergedInto(w intent.Write, order, before json.RawMessage) bool {
	body, err1 := document.Parse(w.Body)
	is, err2 := document.Parse(order)
	if err1 != nil || err2 != nil || !sameCustomer(body, is) {
		return false
	}
	was, _ := document.Parse(before) // without it nothing is subtracted
	products := newLines(body, "line_items")
	for _, line := range products {
		wanted := decimal.Zero
		for _, other := range products {
			if sameProduct(line, other) {
				wanted = wanted.Add(pieces(other))
			}
		}
		if piecesOf(line, is).Sub(piecesOf(line, was)).LessThan(wanted) {
			return false
		}
	}
	fees := newLines(body, "fee_lines")
	for _, fee := range fees {
		if countOf(fee, is) <= countOf(fee, was) {
			return false
		}
	}
	return len(products)+len(fees) > 0
}

// CustomerOf returns how a create of an order names its customer: by id, or by e-mail address.
func CustomerOf(w intent.Write) (id int64, email string) {
	body, err := document.Parse(w.Body)
	if err != nil {
		return 0, ""
	}
	billing, _ := document.Parse(body["billing"]) // without an address there is no e-mail address
	return document.Number(body, "customer_id"), document.Text(billing, "email")
}

// sameCustomer says whether an order is that of the customer whom a create names, by id or e-mail address.
func sameCustomer(body, order document.Object) bool {
	if id := document.Number(body, "customer_id"); id != 0 && id == document.Number(order, "customer_id") {
		return true
	}
	sent, err1 := document.Parse(body["billing"])
	stored, err2 := document.Parse(order["billing"])
	email := document.Text(sent, "email")
	return err1 == nil && err2 == nil && email != "" && strings.EqualFold(email, document.Text(stored, "email"))
}

func linesOf(order document.Object, list string) (lines []document.Object) {
	_ = json.Unmarshal(order[list], &lines) // a value that is no list has no lines
	return lines
}

func newLines(body document.Object, list string) []document.Object {
	return slices.DeleteFunc(linesOf(body, list),
		func(l document.Object) bool { return l == nil || document.Number(l, "id") != 0 })
}

// pieces returns the quantity of a line; 1 when the line names none.
func pieces(line document.Object) decimal.Decimal {
	if n, ok := document.Decimal(line["quantity"]); ok {
		return n
	}
	return decimal.NewFromInt(1)
}

func withoutQuantity(line document.Object) document.Object {
	bare := document.Object{}
	for name, value := range line {
		if name != "quantity" {
			bare[name] = value
		}
	}
	return bare
}

func sameProduct(sent, other document.Object) bool {
	return sameLine("line_items", withoutQuantity(sent), other)
}

// piecesOf returns how many pieces of a line's product an order has.
func piecesOf(line, order document.Object) decimal.Decimal {
	n := decimal.Zero
	for _, stored := range linesOf(order, "line_items") {
		if sameProduct(line, stored) {
			n = n.Add(pieces(stored))
		}
	}
	return n
}

func countOf(fee, order document.Object) (n int) {
	for _, line := range linesOf(order, "fee_lines") {
		if sameLine("fee_lines", fee, line) {
			n++
		}
	}
	return n
}
