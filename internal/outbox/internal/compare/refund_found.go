package compare

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// A refund gets its marker at the very end, so only the content identifies a refund whose PHP died. Another refund made
// with the same account may have the same order, amount and author. A person is told when its lines are not ours.

// RefundLines names the differences between the lines of a refund and those that were asked for: items, pieces, amounts
// and taxes.
func RefundLines(body, refund document.Object) []intent.FieldError {
	stored := map[int64]document.Object{}
	for _, field := range intent.LineFields {
		for _, line := range validate.Entries(refund, field) {
			stored[RefundedLine(line)] = line
		}
	}
	var v validate.Violations
	for i, line := range validate.Entries(body, "line_items") {
		if refundsNothing(line) {
			continue // the store makes no line of it
		}
		at, id := fmt.Sprintf("line_items[%d]", i), document.Number(line, "id")
		switch is, there := stored[id]; {
		case !there:
			v.Add(at, "is not in the refund")
		case !sameRefundLine(line, is):
			v.Add(at, "has other pieces, another amount or other taxes in the refund")
		}
		delete(stored, id)
	}
	for id := range stored {
		v.Add("line_items", "the refund has a line of %d, which was not asked for", id)
	}
	return v.List
}

func refundsNothing(line document.Object) bool {
	for _, field := range []string{"quantity", "refund_total"} {
		if n, ok := document.Decimal(line[field]); ok && !n.IsZero() {
			return false
		}
	}
	return len(validate.Entries(line, "refund_tax")) == 0
}

// sameRefundLine compares a line as it was sent with a stored line, whose numbers are negative.
func sameRefundLine(sent, stored document.Object) bool {
	if pieces, shown := document.Decimal(stored["quantity"]); shown {
		wanted, _ := document.Decimal(sent["quantity"])
		if !pieces.Abs().Equal(wanted) {
			return false
		}
	}
	total, priced := document.Decimal(sent["refund_total"])
	if !priced {
		return true
	}
	if !refundedAs(total, stored["total"]) {
		return false
	}
	taxes := map[int64]json.RawMessage{}
	for _, tax := range validate.Entries(stored, "taxes") {
		taxes[document.Number(tax, "id")] = tax["total"]
	}
	for _, tax := range validate.Entries(sent, "refund_tax") {
		id := document.Number(tax, "id")
		if n, _ := document.Decimal(tax["refund_total"]); !refundedAs(n, taxes[id]) {
			return false
		}
		delete(taxes, id)
	}
	for _, more := range taxes {
		if !refundedAs(decimal.Zero, more) {
			return false
		}
	}
	return true
}

// refundedAs says whether a stored amount is the one that was sent, whatever its sign and decimals.
func refundedAs(sent decimal.Decimal, stored json.RawMessage) bool {
	n, _ := document.Decimal(stored) // a missing amount is zero
	return sent.Round(max(document.Decimals(document.AllText(stored)), 2)).
		Equal(n.Abs().Round(max(document.Decimals(document.AllText(stored)), 2)))
}
