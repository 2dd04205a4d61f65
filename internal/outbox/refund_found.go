package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A refund gets its marker at the very end, so one whose PHP died is told by what is in it. Order, amount and author
// are those of any other refund that somebody makes with the same key: its lines have to be ours as well, and the stock
// has to have come back, where the order shows that.

// refundLines names in which of its lines a refund is not what was asked for: items, pieces, amounts and taxes.
func refundLines(body, refund object) []FieldError {
	stored := map[int64]object{}
	for _, field := range lineFields {
		for _, line := range entriesOf(refund, field) {
			stored[refundedLine(line)] = line
		}
	}
	var v violations
	for i, line := range entriesOf(body, "line_items") {
		if refundsNothing(line) {
			continue // the store makes no line of it
		}
		at, id := fmt.Sprintf("line_items[%d]", i), numberIn(line, "id")
		switch is, there := stored[id]; {
		case !there:
			v.add(at, "is not in the refund")
		case !sameRefundLine(line, is):
			v.add(at, "has other pieces, another amount or other taxes in the refund")
		}
		delete(stored, id)
	}
	for id := range stored {
		v.add("line_items", "the refund has a line of %d, which was not asked for", id)
	}
	return v.list
}

func refundsNothing(line object) bool {
	for _, field := range []string{"quantity", "refund_total"} {
		if n, ok := decimalOf(line[field]); ok && !n.IsZero() {
			return false
		}
	}
	return len(entriesOf(line, "refund_tax")) == 0
}

// sameRefundLine holds a line as it was sent against the one that is stored, whose numbers are below zero.
func sameRefundLine(sent, stored object) bool {
	if pieces, shown := decimalOf(stored["quantity"]); shown {
		wanted, _ := decimalOf(sent["quantity"])
		if !pieces.Abs().Equal(wanted) {
			return false
		}
	}
	total, priced := decimalOf(sent["refund_total"])
	if !priced {
		return true
	}
	if !refundedAs(total, stored["total"]) {
		return false
	}
	taxes := map[int64]json.RawMessage{}
	for _, tax := range entriesOf(stored, "taxes") {
		taxes[numberIn(tax, "id")] = tax["total"]
	}
	for _, tax := range entriesOf(sent, "refund_tax") {
		id := numberIn(tax, "id")
		if n, _ := decimalOf(tax["refund_total"]); !refundedAs(n, taxes[id]) {
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

// refundedAs says whether an amount is shown as it was sent, but for its sign and decimals.
func refundedAs(sent decimal.Decimal, stored json.RawMessage) bool {
	n, _ := decimalOf(stored) // nothing stored is an amount of zero
	return sent.Round(max(decimalsOf(allText(stored)), 2)).Equal(n.Abs().Round(max(decimalsOf(allText(stored)), 2)))
}

// notRestocked names the lines of a refund whose pieces have not come back into the stock, although that was asked for.
// The store counts on a line of the order what came back by all its refunds (wc_restock_refunded_items), so it is
// certain only of more than the others can have brought. A line whose stock was never reduced shows nothing.
func (b *Outbox) notRestocked(ctx context.Context, shop woo.Doer, w Write) ([]FieldError, error) {
	body, err := parseObject(w.Body)
	if err != nil || string(body["api_restock"]) == "false" || len(entriesOf(body, "line_items")) == 0 {
		return nil, err
	}
	answer, err := read(ctx, shop, targets[storage.Orders].route.Record(0, w.ParentID), nil)
	if err != nil {
		return nil, err
	}
	order, err := parseObject(answer.Body)
	if err != nil {
		return nil, err
	}
	var refunds []object
	path := targets[storage.Refunds].route.List(w.ParentID)
	if err := list(ctx, shop, path, url.Values{"per_page": {"100"}}, &refunds); err != nil {
		return nil, err
	}
	var v violations
	for i, line := range entriesOf(body, "line_items") {
		of := entryOf(order, "line_items", numberIn(line, "id"))
		pieces, _ := decimalOf(line["quantity"])
		_, reduced := metaNumber(of, "_reduced_stock")
		back, restocked := metaNumber(of, "_restock_refunded_items")
		if !pieces.IsPositive() || !reduced && !restocked {
			continue
		}
		if others := refundedByOthers(refunds, w.RecordID, numberIn(line, "id")); back.Sub(others).LessThan(pieces) {
			v.add(fmt.Sprintf("line_items[%d]", i),
				"%s pieces of line %d are not seen to have come back into the stock", pieces, numberIn(line, "id"))
		}
	}
	return v.list, nil
}

// refundedByOthers is how many pieces of a line the other refunds of an order took.
func refundedByOthers(refunds []object, but, line int64) decimal.Decimal {
	sum := decimal.Zero
	for _, refund := range refunds {
		for _, taken := range entriesOf(refund, "line_items") {
			if numberIn(refund, "id") != but && refundedLine(taken) == line {
				n, _ := decimalOf(taken["quantity"])
				sum = sum.Add(n.Abs())
			}
		}
	}
	return sum
}

// metaNumber is the number that a line keeps under a key of its meta data.
func metaNumber(line object, key string) (decimal.Decimal, bool) {
	for _, entry := range entriesOf(line, "meta_data") {
		if textIn(entry, "key") == key {
			return decimalOf(entry["value"])
		}
	}
	return decimal.Zero, false
}
