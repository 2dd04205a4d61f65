package outbox

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"
)

// orderLine is a line of an order (a product, a fee, shipping) with what is left of it to refund.
type orderLine struct {
	pieces     bool // it has a quantity
	quantity   decimal.Decimal
	left       decimal.Decimal // pieces
	wholeTotal decimal.Decimal
	total      decimal.Decimal // net
	rates      []int64         // of taxes, in the order of the line
	wholeTaxes map[int64]decimal.Decimal
	taxes      map[int64]decimal.Decimal // by rate
}

// refundable are the lines of an order by id, less what its refunds took: a refund's line names the line it is of in
// its meta data (_refunded_item_id), and counts below zero.
func refundable(order object, refunds []object) map[int64]*orderLine {
	lines := map[int64]*orderLine{}
	for _, field := range lineFields {
		for _, line := range entriesOf(order, field) {
			lines[numberIn(line, "id")] = lineOf(line, field == "line_items")
		}
	}
	for _, refund := range refunds {
		for _, field := range lineFields {
			for _, line := range entriesOf(refund, field) {
				if of := lines[refundedLine(line)]; of != nil {
					of.take(lineOf(line, of.pieces))
				}
			}
		}
	}
	return lines
}

func lineOf(line object, pieces bool) *orderLine {
	one := decimal.NewFromInt(1)
	l := &orderLine{pieces: pieces, quantity: one, wholeTaxes: map[int64]decimal.Decimal{},
		taxes: map[int64]decimal.Decimal{}}
	if n, ok := decimalOf(line["quantity"]); ok && pieces {
		l.quantity = n
	}
	l.wholeTotal, _ = decimalOf(line["total"])
	for _, tax := range entriesOf(line, "taxes") {
		id := numberIn(tax, "id")
		if n, ok := decimalOf(tax["total"]); ok && !n.IsZero() {
			l.wholeTaxes[id], l.taxes[id] = n, n
			l.rates = append(l.rates, id)
		}
	}
	l.left, l.total = l.quantity, l.wholeTotal
	return l
}

// take takes what a refund's line refunded.
func (l *orderLine) take(refunded *orderLine) {
	if l.pieces {
		l.left = decimal.Max(decimal.Zero, l.left.Sub(refunded.quantity.Abs()))
	}
	l.total = l.total.Sub(refunded.wholeTotal.Abs())
	for rate, n := range refunded.wholeTaxes {
		if left, known := l.taxes[rate]; known {
			l.taxes[rate] = left.Sub(n.Abs())
		}
	}
	if !l.pieces && !l.total.IsPositive() {
		l.left = decimal.Zero
	}
}

func (l *orderLine) taxed() bool {
	for _, n := range l.taxes {
		if n.IsPositive() {
			return true
		}
	}
	return false
}

// taxText is "1.59 of rate 1".
func (l *orderLine) taxText(decimals int32) string {
	if len(l.rates) == 0 {
		return "none"
	}
	var parts []string
	for _, rate := range l.rates {
		parts = append(parts, fmt.Sprintf("%s of rate %d", l.taxes[rate].StringFixed(decimals), rate))
	}
	return strings.Join(slices.Compact(parts), ", ")
}

// refundedLine is the line of the order that a refund's line is of; 0 when it does not say.
func refundedLine(line object) int64 {
	id, _ := metaNumber(line, "_refunded_item_id")
	return id.IntPart()
}
