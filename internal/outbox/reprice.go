package outbox

import (
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"
)

// lineDecimals is how finely WooCommerce keeps the total of a line (wc_get_rounding_precision): where prices include
// taxes a net price rounded to cents would not give the price of a piece back.
const lineDecimals = 6

// repriced gives the lines of an order whose quantity alone changes the price of their pieces: a store would leave 5
// pieces at the price of 3. base is the order as it is. What cannot be priced is named.
func repriced(body, base json.RawMessage) (json.RawMessage, []FieldError, error) {
	o, err := parseObject(body)
	if err != nil {
		return nil, nil, err
	}
	lines := entriesOf(o, "line_items")
	order, _ := parseObject(base)
	var v violations
	changed := false
	for i, line := range lines {
		if !quantityAlone(line) {
			continue
		}
		at := fmt.Sprintf("line_items[%d].", i)
		was := entryOf(order, "line_items", numberIn(line, "id"))
		quantity, _ := decimalOf(line["quantity"])
		before, known := decimalOf(was["quantity"])
		switch {
		case was == nil && base == nil:
			v.add(at+"total", "is missing: the store would leave the line's price, and the order is not known to "+
				"reckon it; give total and subtotal (net, all pieces)")
		case was == nil:
			v.add(at+"id", "%d is no line of the order", numberIn(line, "id"))
		case !known || !before.IsPositive():
			v.add(at+"total", "is missing: the store would leave the line's price, and it has no price of a piece to "+
				"reckon with; give total and subtotal (net, all pieces)")
		case quantity.Equal(before):
		default:
			changed = true
			total := pieces(was["price"], was["total"], before, quantity)
			subtotal := total
			if !same(was["subtotal"], was["total"]) {
				subtotal = pieces(nil, was["subtotal"], before, quantity)
			}
			if line["subtotal"] == nil {
				line["subtotal"] = quoted(subtotal)
			}
			line["total"] = quoted(total)
		}
	}
	if len(v.list) > 0 || !changed {
		return body, v.list, nil
	}
	if o["line_items"], err = json.Marshal(lines); err != nil {
		return nil, nil, err
	}
	out, err := json.Marshal(o)
	return out, nil, err
}

// quantityAlone says whether a line that is there gets another quantity and no price.
func quantityAlone(line object) bool {
	return line != nil && numberIn(line, "id") != 0 && line["quantity"] != nil && line["total"] == nil &&
		!removesLine(line)
}

// repricesLines says whether a body needs the order as it is to price its lines.
func repricesLines(body json.RawMessage) bool {
	o, err := parseObject(body)
	if err != nil {
		return false
	}
	for _, line := range entriesOf(o, "line_items") {
		if quantityAlone(line) {
			return true
		}
	}
	return false
}

// pieces is the price of a number of pieces. The store shows the price of one more finely than the total of all, unless
// a plugin took it away.
func pieces(price, total json.RawMessage, before, quantity decimal.Decimal) decimal.Decimal {
	if one, err := decimal.NewFromString(string(price)); err == nil {
		if all, ok := decimalOf(total); ok && one.Mul(before).Sub(all).Abs().
			LessThan(decimal.New(1, -decimalsOf(allText(total)))) {
			return one.Mul(quantity).Round(lineDecimals)
		}
	}
	all, _ := decimalOf(total)
	return all.Mul(quantity).Div(before).Round(lineDecimals)
}

func allText(raw json.RawMessage) string {
	text, _ := scalar(raw)
	if text == nil {
		return ""
	}
	return *text
}

func quoted(n decimal.Decimal) json.RawMessage {
	text := n.String()
	if n.Exponent() > -2 || n.Equal(n.Round(2)) {
		text = n.StringFixed(2)
	}
	return json.RawMessage(`"` + text + `"`)
}

// entryOf is the entry of a list with an id; nil when there is none.
func entryOf(o object, field string, id int64) object {
	for _, e := range entriesOf(o, field) {
		if numberIn(e, "id") == id {
			return e
		}
	}
	return nil
}
