package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A store makes a refund of what it is given (wc_create_refund): a line without refund_total is refunded with 0.00 and
// still counts its pieces, an id that is no line of the order is passed over while its amount is paid, pieces are not
// counted against those that are left, and nothing is added up. So the lines of a refund are held against the order,
// and pieces without a price get that of the order.

// refund holds a refund against itself.
func (v *violations) refund(o object) {
	_, hasAmount := o["amount"]
	lines := entriesOf(o, "line_items")
	if !hasAmount && len(lines) == 0 {
		v.add("amount", "a refund needs an amount or line_items")
	}
	if amount, ok := decimalOf(o["amount"]); hasAmount && ok && !amount.IsPositive() && len(lines) == 0 {
		v.add("amount", "must be above zero")
	} else if ok && amount.IsNegative() {
		v.add("amount", "must not be below zero: what is paid back is written without a sign")
	}
	seen := map[int64]bool{}
	for i, line := range lines {
		at := fmt.Sprintf("line_items[%d].", i)
		id := numberIn(line, "id")
		switch {
		case line == nil:
			continue
		case id <= 0:
			v.add(at+"id", "is missing: which line of the order? waybill orders get %d --json shows them",
				v.write.ParentID)
		case seen[id]:
			v.add(at+"id", "line %d stands there twice, and the store would keep the last one", id)
		}
		seen[id] = true
		v.notBelowZero(line, at+"refund_total", "refund_total")
		for k, tax := range entriesOf(line, "refund_tax") {
			in := fmt.Sprintf("%srefund_tax[%d].", at, k)
			if tax != nil && numberIn(tax, "id") <= 0 {
				v.add(in+"id", "is missing: the number of the tax rate, as the line's taxes show it")
			}
			if tax != nil && tax["refund_total"] == nil {
				v.add(in+"refund_total", "is missing")
			}
			v.notBelowZero(tax, in+"refund_total", "refund_total")
		}
	}
}

func (v *violations) notBelowZero(o object, path, field string) {
	if n, ok := decimalOf(o[field]); ok && n.IsNegative() {
		v.add(path, "must not be below zero: what is paid back is written without a sign")
	}
}

// priced is the body of a refund with its lines priced from the order and its amount written out, or what is wrong with
// it. A refund without lines is as it is: the store holds its amount against what is left of the order, but for its
// decimals.
func (b *Outbox) priced(ctx context.Context, shop woo.Doer, w Write) (json.RawMessage, []FieldError, error) {
	body, err := parseObject(w.Body)
	if err != nil {
		return w.Body, nil, err
	}
	if len(entriesOf(body, "line_items")) == 0 {
		amount, _ := decimalOf(body["amount"])
		fields, err := b.keptAmount(ctx, shop, w, amount)
		return w.Body, fields, err
	}
	order, err := read(ctx, shop, targets[storage.Orders].route.Record(0, w.ParentID), nil)
	if woo.IsNotFound(err) {
		return nil, []FieldError{{Field: "parent_id", Message: fmt.Sprintf("the store has no order %d", w.ParentID)}},
			nil
	}
	if err != nil {
		return nil, nil, err
	}
	var refunds []object
	if err := list(ctx, shop, targets[storage.Refunds].route.List(w.ParentID), url.Values{"per_page": {"100"}},
		&refunds); err != nil {
		return nil, nil, err
	}
	return priceRefund(body, order.Body, refunds)
}

// priceRefund is priced without the reading.
func priceRefund(body object, order json.RawMessage, refunds []object) (json.RawMessage, []FieldError, error) {
	o, err := parseObject(order)
	if err != nil {
		return nil, nil, err
	}
	p := refundPricing{lines: refundable(o, refunds), decimals: decimalsOf(textIn(o, "total")),
		stated: body["amount"] != nil}
	lines := entriesOf(body, "line_items")
	sum := decimal.Zero
	for i, line := range lines {
		sum = sum.Add(p.line(fmt.Sprintf("line_items[%d].", i), line))
	}
	p.keptLines(lines, sum)
	if len(p.v.list) > 0 {
		return nil, p.v.list, nil
	}
	amount, stated := decimalOf(body["amount"])
	if stated && !amount.Equal(sum) {
		p.v.add("amount", "is %s, and the lines come to %s with their taxes: leave amount out, or make them equal; "+
			"an amount beyond the lines is a refund of its own", amount, sum.StringFixed(p.decimals))
		return nil, p.v.list, nil
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

// refundPricing holds the lines of a refund against what is left of an order.
type refundPricing struct {
	v        violations
	lines    map[int64]*orderLine
	decimals int32
	stated   bool // the caller says the amount
}

// line checks one line, prices it where it has no price, and gives what it comes to, taxes included.
func (p *refundPricing) line(at string, line object) decimal.Decimal {
	id := numberIn(line, "id")
	of := p.lines[id]
	if of == nil {
		p.v.add(at+"id", "%d is no line of the order; it has %s", id, ids(p.lines))
		return decimal.Zero
	}
	quantity, counted := decimalOf(line["quantity"])
	if counted && quantity.GreaterThan(of.left) {
		p.v.add(at+"quantity", "%s of line %d: %s of %s are left to refund", quantity, id, of.left, of.quantity)
		return decimal.Zero
	}
	total, hasTotal := decimalOf(line["refund_total"])
	switch {
	case !hasTotal && line["refund_tax"] != nil:
		p.v.add(at+"refund_total", "is missing beside refund_tax")
		return decimal.Zero
	case !hasTotal && !counted:
		p.v.add(at+"quantity", "is missing: give quantity to refund at the order's price, or refund_total (net) and "+
			"refund_tax")
		return decimal.Zero
	case !hasTotal:
		return p.price(line, of, quantity)
	case total.GreaterThan(of.total):
		p.v.add(at+"refund_total", "%s of line %d: %s (net) is left to refund", total, id,
			of.total.StringFixed(p.decimals))
		return decimal.Zero
	case line["refund_tax"] == nil && of.taxed() && !p.stated && total.IsPositive():
		p.v.add(at+"refund_tax",
			"is missing: refund_total is net, and line %d carries taxes (%s are left). Give refund_tax, or [] for "+
				"none, or leave refund_total out and give quantity", id, of.taxText(p.decimals))
		return decimal.Zero
	}
	if !counted && of.pieces {
		line["quantity"] = json.RawMessage("0")
	}
	return total.Add(p.taxes(at, line, of))
}

// taxes adds the taxes of a line up.
func (p *refundPricing) taxes(at string, line object, of *orderLine) decimal.Decimal {
	sum := decimal.Zero
	for i, tax := range entriesOf(line, "refund_tax") {
		in, id := fmt.Sprintf("%srefund_tax[%d].", at, i), numberIn(tax, "id")
		n, _ := decimalOf(tax["refund_total"])
		left, known := of.taxes[id]
		switch {
		case !known && n.IsPositive():
			p.v.add(in+"id", "line %d has no tax of the rate %d; it has %s", numberIn(line, "id"), id,
				of.taxText(p.decimals))
		case n.GreaterThan(left):
			p.v.add(in+"refund_total", "%s of rate %d: %s is left to refund", n, id, left.StringFixed(p.decimals))
		}
		sum = sum.Add(n)
	}
	return sum
}

// price gives a line the order's price for a number of pieces: all that is left of it where these are all, else their
// share, rounded as the order is. The parts are rounded so that they add up to the rounded whole, which is what a
// customer paid for a piece where prices include taxes.
func (p *refundPricing) price(line object, of *orderLine, quantity decimal.Decimal) decimal.Decimal {
	share := func(of, left, whole decimal.Decimal) decimal.Decimal {
		return decimal.Min(left, whole.Mul(quantity).Div(of))
	}
	all := quantity.Equal(of.left)
	total, exact := of.total, of.total
	if !all {
		exact = share(of.quantity, of.total, of.wholeTotal)
		total = exact.Round(p.decimals)
	}
	var taxes []map[string]any
	rounded, most := total, -1
	amounts := make([]decimal.Decimal, 0, len(of.rates))
	for i, rate := range of.rates {
		tax := of.taxes[rate]
		if !all {
			part := share(of.quantity, tax, of.wholeTaxes[rate])
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
	for i, rate := range of.rates {
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

func ids(lines map[int64]*orderLine) string {
	known := map[string]bool{}
	for id := range lines {
		known[fmt.Sprint(id)] = true
	}
	return strings.Join(sortedKeys(known), ", ")
}

// decimalsOf is how many decimals an amount of the store is written with.
func decimalsOf(amount string) int32 {
	_, fraction, _ := strings.Cut(amount, ".")
	return int32(len(fraction))
}
