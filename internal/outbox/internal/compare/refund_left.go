package compare

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
)

// MetaNumber returns the number that a line keeps under a key of its meta data; false when there is none.
func MetaNumber(line document.Object, key string) (decimal.Decimal, bool) {
	for _, entry := range validate.Entries(line, "meta_data") {
		if document.Text(entry, "key") == key {
			return document.Decimal(entry["value"])
		}
	}
	return decimal.Zero, false
}

// OrderLine is a line of an order (a product, a fee, shipping) with what is left of it to refund.
type OrderLine struct {
	Pieces     bool // whether the line has a quantity
	Quantity   decimal.Decimal
	Left       decimal.Decimal // pieces left to refund
	WholeTotal decimal.Decimal
	Total      decimal.Decimal // net amount left
	Rates      []int64         // ids of tax rates, in the order of the line
	WholeTaxes map[int64]decimal.Decimal
	Taxes      map[int64]decimal.Decimal // taxes left, by rate
}

// Refundable returns the lines of an order by id, less what its refunds took. The line of a refund names the order's
// line in its meta data (_refunded_item_id), and its numbers are negative.
func Refundable(order document.Object, refunds []document.Object) map[int64]*OrderLine {
	lines := map[int64]*OrderLine{}
	for _, field := range intent.LineFields {
		for _, line := range validate.Entries(order, field) {
			lines[document.Number(line, "id")] = lineOf(line, field == "line_items")
		}
	}
	for _, refund := range refunds {
		for _, field := range intent.LineFields {
			for _, line := range validate.Entries(refund, field) {
				if of := lines[RefundedLine(line)]; of != nil {
					of.take(lineOf(line, of.Pieces))
				}
			}
		}
	}
	return lines
}

func lineOf(line document.Object, pieces bool) *OrderLine {
	one := decimal.NewFromInt(1)
	l := &OrderLine{Pieces: pieces, Quantity: one, WholeTaxes: map[int64]decimal.Decimal{},
		Taxes: map[int64]decimal.Decimal{}}
	if n, ok := document.Decimal(line["quantity"]); ok && pieces {
		l.Quantity = n
	}
	l.WholeTotal, _ = document.Decimal(line["total"])
	for _, tax := range validate.Entries(line, "taxes") {
		id := document.Number(tax, "id")
		if n, ok := document.Decimal(tax["total"]); ok && !n.IsZero() {
			l.WholeTaxes[id], l.Taxes[id] = n, n
			l.Rates = append(l.Rates, id)
		}
	}
	l.Left, l.Total = l.Quantity, l.WholeTotal
	return l
}

// take subtracts what a refund's line has refunded.
func (l *OrderLine) take(refunded *OrderLine) {
	if l.Pieces {
		l.Left = decimal.Max(decimal.Zero, l.Left.Sub(refunded.Quantity.Abs()))
	}
	l.Total = l.Total.Sub(refunded.WholeTotal.Abs())
	for rate, n := range refunded.WholeTaxes {
		if left, known := l.Taxes[rate]; known {
			l.Taxes[rate] = left.Sub(n.Abs())
		}
	}
	if !l.Pieces && !l.Total.IsPositive() {
		l.Left = decimal.Zero
	}
}

// Taxed says whether a line has a tax above zero.
func (l *OrderLine) Taxed() bool {
	for _, n := range l.Taxes {
		if n.IsPositive() {
			return true
		}
	}
	return false
}

// TaxText returns a line's tax in words, such as "1.59 of rate 1".
func (l *OrderLine) TaxText(decimals int32) string {
	if len(l.Rates) == 0 {
		return "none"
	}
	var parts []string
	for _, rate := range l.Rates {
		parts = append(parts, fmt.Sprintf("%s of rate %d", l.Taxes[rate].StringFixed(decimals), rate))
	}
	return strings.Join(slices.Compact(parts), ", ")
}

// RefundedLine returns the id of the order's line that a refund's line refunds; 0 when it names none.
func RefundedLine(line document.Object) int64 {
	id, _ := MetaNumber(line, "_refunded_item_id")
	return id.IntPart()
}

// RefundedSince says whether an order's refunds have risen, since a refund was first sent, by at least the amount of
// that refund, while an earlier refund is gone or has another amount. A refund that another program made leaves the
// earlier ones unchanged. risen is false when the order was not seen before.
func RefundedSince(w intent.Write, order json.RawMessage) (before, now decimal.Decimal, risen bool) {
	body, err1 := document.Parse(w.Body)
	was, err2 := document.Parse(w.Base)
	is, err3 := document.Parse(order)
	if err1 != nil || err2 != nil || err3 != nil || document.Kind(was["refunds"]) != '[' || w.Resource != storage.Refunds {
		return before, now, false
	}
	before, now = refundedOf(was), refundedOf(is)
	if !slices.ContainsFunc(validate.Entries(was, "refunds"), func(old document.Object) bool {
		return !slices.ContainsFunc(validate.Entries(is, "refunds"), func(r document.Object) bool {
			return document.Number(r, "id") == document.Number(old, "id") && document.Same(r["total"], old["total"])
		})
	}) {
		return before, now, false
	}
	amount, given := document.Decimal(body["amount"])
	if !given {
		return before, now, now.GreaterThan(before)
	}
	return before, now, now.Sub(before).GreaterThanOrEqual(amount)
}

// ChangedSince says whether an order was changed since a refund of it was first sent. WooCommerce dates an order anew
// with every refund (docs/woocommerce/orders.md#refund-dates-order), and deleting a refund does not set that back.
func ChangedSince(w intent.Write, order json.RawMessage) bool {
	was, err1 := document.Parse(w.Base)
	is, err2 := document.Parse(order)
	before, now := document.Text(was, "date_modified_gmt"), document.Text(is, "date_modified_gmt")
	return err1 == nil && err2 == nil && w.Resource == storage.Refunds && before != "" && before < now
}

// refundedOf returns the sum that was refunded of an order, by the list of its refunds.
func refundedOf(order document.Object) decimal.Decimal {
	sum := decimal.Zero
	for _, refund := range validate.Entries(order, "refunds") {
		sum = sum.Add(document.Amount(refund, "total").Abs())
	}
	return sum
}
