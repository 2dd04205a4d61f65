package price

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// lineDecimals is the number of decimals with which WooCommerce keeps the total of a line (wc_get_rounding_precision).
// Where prices include taxes, a net price rounded to cents would not give the price of a piece back.
const lineDecimals = 6

// Repriced returns a body in which a line with a new quantity alone also has the total for that quantity. A store would
// otherwise leave 5 pieces at the price of 3. base is the order as it is. Lines that cannot be priced are named.
func Repriced(body, base json.RawMessage) (json.RawMessage, []intent.FieldError, error) {
	o, err := document.Parse(body)
	if err != nil {
		return nil, nil, err
	}
	lines := validate.Entries(o, "line_items")
	order, _ := document.Parse(base)
	var v validate.Violations
	changed := false
	for i, line := range lines {
		if !quantityAlone(line) {
			continue
		}
		at := fmt.Sprintf("line_items[%d].", i)
		was := EntryOf(order, "line_items", document.Number(line, "id"))
		quantity, _ := document.Decimal(line["quantity"])
		before, known := document.Decimal(was["quantity"])
		switch {
		case was == nil && base == nil:
			v.Add(at+"total", "is missing: the store would leave the line's price, and the order is not known to "+
				"reckon it; give total and subtotal (net, all pieces)")
		case was == nil:
			v.Add(at+"id", "%d is no line of the order", document.Number(line, "id"))
		case !known || !before.IsPositive():
			v.Add(at+"total", "is missing: the store would leave the line's price, and it has no price of a piece to "+
				"reckon with; give total and subtotal (net, all pieces)")
		case quantity.Equal(before):
		default:
			changed = true
			total := pieces(was["price"], was["total"], before, quantity)
			subtotal := total
			if !document.Same(was["subtotal"], was["total"]) {
				subtotal = pieces(nil, was["subtotal"], before, quantity)
			}
			if line["subtotal"] == nil {
				line["subtotal"] = document.Quoted(subtotal)
			}
			line["total"] = document.Quoted(total)
		}
	}
	if len(v.List) > 0 || !changed {
		return body, v.List, nil
	}
	if o["line_items"], err = json.Marshal(lines); err != nil {
		return nil, nil, err
	}
	out, err := json.Marshal(o)
	return out, nil, err
}

// quantityAlone says whether an existing line gets another quantity and no price.
func quantityAlone(line document.Object) bool {
	return line != nil && document.Number(line, "id") != 0 && line["quantity"] != nil && line["total"] == nil &&
		!document.RemovesLine(line)
}

// RepricesLines says whether the present order is needed to price the lines of a body.
func RepricesLines(body json.RawMessage) bool {
	o, err := document.Parse(body)
	if err != nil {
		return false
	}
	for _, line := range validate.Entries(o, "line_items") {
		if quantityAlone(line) {
			return true
		}
	}
	return false
}

// pieces returns the price of a number of pieces. The store shows the price of one piece with more decimals than the
// total, unless a plugin removed that price.
func pieces(price, total json.RawMessage, before, quantity decimal.Decimal) decimal.Decimal {
	if one, err := decimal.NewFromString(string(price)); err == nil {
		if all, ok := document.Decimal(total); ok && one.Mul(before).Sub(all).Abs().
			LessThan(decimal.New(1, -document.Decimals(document.AllText(total)))) {
			return one.Mul(quantity).Round(lineDecimals)
		}
	}
	all, _ := document.Decimal(total)
	return all.Mul(quantity).Div(before).Round(lineDecimals)
}

// EntryOf returns the entry of a list with an id; nil when there is none.
func EntryOf(o document.Object, field string, id int64) document.Object {
	for _, e := range validate.Entries(o, field) {
		if document.Number(e, "id") == id {
			return e
		}
	}
	return nil
}
