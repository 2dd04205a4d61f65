package price

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// Refund is priced without the reading.
func Refund(
	body document.Object, order json.RawMessage, refunds []document.Object,
) (json.RawMessage, []intent.FieldError, error) {
	o, err := document.Parse(order)
	if err != nil {
		return nil, nil, err
	}
	p := refundPricing{lines: compare.Refundable(o, refunds), decimals: document.Decimals(document.Text(o, "total")),
		stated: body["amount"] != nil}
	lines := validate.Entries(body, "line_items")
	sum := decimal.Zero
	for i, line := range lines {
		sum = sum.Add(p.line(fmt.Sprintf("line_items[%d].", i), line))
	}
	p.keptLines(lines, sum)
	if len(p.v.List) > 0 {
		return nil, p.v.List, nil
	}
	amount, stated := document.Decimal(body["amount"])
	if stated && !amount.Equal(sum) {
		p.v.Add("amount", "is %s, and the lines come to %s with their taxes: leave amount out, or make them equal; "+
			"an amount beyond the lines is a refund of its own", amount, sum.StringFixed(p.decimals))
		return nil, p.v.List, nil
	}
	if body["line_items"], err = json.Marshal(lines); err != nil {
		return nil, nil, err
	}
	if !stated {
		if body["amount"], err = json.Marshal(sum.StringFixed(p.decimals)); err != nil {
			return nil, nil, err
		}
	}
	out, err := json.Marshal(body)
	return out, nil, err
}

// refundPricing compares the lines of a refund with what is left of an order.
type refundPricing struct {
	v        validate.Violations
	lines    map[int64]*compare.OrderLine
	decimals int32
	stated   bool // the caller gave the amount
}

// line checks one line, prices it when it has no price, and returns its sum with taxes.
func (p *refundPricing) line(at string, line document.Object) decimal.Decimal {
	id := document.Number(line, "id")
	of := p.lines[id]
	if of == nil {
		p.v.Add(at+"id", "%d is no line of the order; it has %s", id, ids(p.lines))
		return decimal.Zero
	}
	quantity, counted := document.Decimal(line["quantity"])
	if counted && quantity.GreaterThan(of.Left) {
		p.v.Add(at+"quantity", "%s of line %d: %s of %s are left to refund", quantity, id, of.Left, of.Quantity)
		return decimal.Zero
	}
	total, hasTotal := document.Decimal(line["refund_total"])
	switch {
	case !hasTotal && line["refund_tax"] != nil:
		p.v.Add(at+"refund_total", "is missing beside refund_tax")
		return decimal.Zero
	case !hasTotal && !counted:
		p.v.Add(at+"quantity", "is missing: give quantity to refund at the order's price, or refund_total (net) and "+
			"refund_tax")
		return decimal.Zero
	case !hasTotal:
		return p.price(line, of, quantity)
	case total.GreaterThan(of.Total):
		p.v.Add(at+"refund_total", "%s of line %d: %s (net) is left to refund", total, id,
			of.Total.StringFixed(p.decimals))
		return decimal.Zero
	case line["refund_tax"] == nil && of.Taxed() && !p.stated && total.IsPositive():
		p.v.Add(at+"refund_tax",
			"is missing: refund_total is net, and line %d carries taxes (%s are left). Give refund_tax, or [] for "+
				"none, or leave refund_total out and give quantity", id, of.TaxText(p.decimals))
		return decimal.Zero
	}
	if !counted && of.Pieces {
		line["quantity"] = json.RawMessage("0")
	}
	return total.Add(p.taxes(at, line, of))
}

// taxes returns the sum of a line's taxes.
func (p *refundPricing) taxes(at string, line document.Object, of *compare.OrderLine) decimal.Decimal {
	sum := decimal.Zero
	for i, tax := range validate.Entries(line, "refund_tax") {
		in, id := fmt.Sprintf("%srefund_tax[%d].", at, i), document.Number(tax, "id")
		n, _ := document.Decimal(tax["refund_total"])
		left, known := of.Taxes[id]
		switch {
		case !known && n.IsPositive():
			p.v.Add(in+"id", "line %d has no tax of the rate %d; it has %s", document.Number(line, "id"), id,
				of.TaxText(p.decimals))
		case n.GreaterThan(left):
			p.v.Add(in+"refund_total", "%s of rate %d: %s is left to refund", n, id, left.StringFixed(p.decimals))
		}
		sum = sum.Add(n)
	}
	return sum
}

// price gives a line the order's price for a number of pieces. For all pieces of the line that is all that is left of
// it; for fewer it is their share, rounded as the order is. Net price and taxes are rounded so that they add up to the
// rounded whole. Where prices include taxes, that is what the customer paid for a piece.
func (p *refundPricing) price(line document.Object, of *compare.OrderLine, quantity decimal.Decimal) decimal.Decimal {
	share := func(of, left, whole decimal.Decimal) decimal.Decimal {
		return decimal.Min(left, whole.Mul(quantity).Div(of))
	}
	all := quantity.Equal(of.Left)
	total, exact := of.Total, of.Total
	if !all {
		exact = share(of.Quantity, of.Total, of.WholeTotal)
		total = exact.Round(p.decimals)
	}
	var taxes []map[string]any
	rounded, most := total, -1
	amounts := make([]decimal.Decimal, 0, len(of.Rates))
	for i, rate := range of.Rates {
		tax := of.Taxes[rate]
		if !all {
			part := share(of.Quantity, tax, of.WholeTaxes[rate])
			exact = exact.Add(part)
			tax = part.Round(p.decimals)
		}
		amounts = append(amounts, tax)
		rounded = rounded.Add(tax)
		if most < 0 || tax.GreaterThan(amounts[most]) {
			most = i
		}
	}
	if !all && most >= 0 {
		difference := exact.Round(p.decimals).Sub(rounded)
		amounts[most] = amounts[most].Add(difference)
		rounded = rounded.Add(difference)
	}
	for i, rate := range of.Rates {
		taxes = append(taxes, map[string]any{"id": rate,
			"refund_total": json.Number(amounts[i].StringFixed(p.decimals))})
	}
	line["refund_total"] = json.RawMessage(total.StringFixed(p.decimals))
	if len(taxes) > 0 {
		if raw, err := json.Marshal(taxes); err == nil {
			line["refund_tax"] = raw
		}
	}
	return rounded
}

func ids(lines map[int64]*compare.OrderLine) string {
	known := map[string]bool{}
	for id := range lines {
		known[fmt.Sprint(id)] = true
	}
	return strings.Join(document.SortedKeys(known), ", ")
}
