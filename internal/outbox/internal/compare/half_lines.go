package compare

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// A store keeps the row of a line first and its amounts one by one after it. It shows missing amounts as zero
// (docs/woocommerce/orders.md#half-lines). A line may therefore be there in part, and an order that is added up from it
// costs too little.

// lackAmounts names the amounts of an order's lines that were asked for and that the store does not have.
func lackAmounts(body, order document.Object) (lacks []intent.FieldError) {
	for _, p := range pairedLines(body, order) {
		for _, field := range []string{"subtotal", "total"} {
			asked := document.Amount(p.sent, field)
			if p.stored[field] != nil && !asked.IsZero() && document.Amount(p.stored, field).IsZero() {
				lacks = append(lacks, intent.FieldError{Field: fmt.Sprintf("%s[%d].%s", p.list, p.index, field),
					Message: fmt.Sprintf("asked for %s, the store has %s", asked, document.Text(p.stored, field))})
			}
		}
	}
	return lacks
}

// A coupon is applied when the order has its total. Its line is stored first, then what it takes off each line, and the
// new total last (docs/woocommerce/orders.md#half-lines).

// undiscounted names the coupons of a new order whose total is not the sum of its lines.
func undiscounted(body, order document.Object) []intent.FieldError {
	if len(validate.Entries(body, "coupon_lines")) == 0 || len(validate.Entries(order, "coupon_lines")) == 0 {
		return nil
	}
	for i, line := range validate.Entries(order, "coupon_lines") {
		if off := document.Amount(line, "discount"); !off.IsZero() && document.Amount(order, "discount_total").IsZero() {
			return []intent.FieldError{{Field: fmt.Sprintf("coupon_lines[%d]", i), Message: fmt.Sprintf(
				"takes %s off, and the order shows no discount: it was not reckoned anew", off)}}
		}
	}
	sum := sumOfLines(order).Add(document.Amount(order, "total_tax"))
	total := document.Amount(order, "total")
	lines := len(validate.Entries(order, "line_items")) + len(validate.Entries(order, "fee_lines")) + 2
	rounding := decimal.New(int64(lines), -document.Decimals(document.Text(order, "total")))
	if total.IsZero() || total.Sub(sum).Abs().LessThanOrEqual(rounding) {
		return nil // another check reports a wrong total of zero
	}
	return []intent.FieldError{{Field: "total", Message: fmt.Sprintf("is %s, although the lines come to %s with the "+
		"coupon: it was not reckoned anew", document.Text(order, "total"), sum)}}
}

// IdleCoupons returns the codes of the coupons on a new order that take nothing off. Only the coupon itself shows
// whether that is right.
func IdleCoupons(w intent.Write, record json.RawMessage) (codes []string) {
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	if err1 != nil || err2 != nil || !document.Amount(o, "discount_total").IsZero() {
		return nil
	}
	asked := validate.Entries(body, "coupon_lines")
	for _, line := range validate.Entries(o, "coupon_lines") {
		code := document.Text(line, "code")
		if document.Amount(line, "discount").IsZero() && slices.ContainsFunc(asked, func(a document.Object) bool {
			return document.Alike(a["code"], line["code"])
		}) {
			codes = append(codes, code)
		}
	}
	return codes
}

// FreeLine is a product line for which an order charges nothing although the write did not ask for that.
type FreeLine struct {
	Field string
	// Product is the product or variation whose price shows whether the free line is right. It is 0 when the line is
	// certainly wrong, because it had a price and no coupon took the price away.
	Product int64
}

// FreeLines returns the lines of a new order that are free although the write did not ask for that.
func FreeLines(w intent.Write, record json.RawMessage) (free []FreeLine) {
	body, err1 := document.Parse(w.Body)
	o, err2 := document.Parse(record)
	if err1 != nil || err2 != nil {
		return nil
	}
	for _, p := range pairedLines(body, o) {
		if p.list != "line_items" || p.sent["total"] != nil || p.sent["subtotal"] != nil ||
			document.Number(p.stored, "quantity") == 0 || p.stored["total"] == nil ||
			!document.Amount(p.stored, "total").IsZero() {
			continue
		}
		line := FreeLine{Field: fmt.Sprintf("%s[%d]", p.list, p.index)}
		switch {
		case document.Amount(p.stored, "subtotal").IsZero():
			if line.Product = document.Number(p.stored, "variation_id"); line.Product == 0 {
				line.Product = document.Number(p.stored, "product_id")
			}
		case len(validate.Entries(o, "coupon_lines")) > 0:
			continue
		}
		free = append(free, line)
	}
	return free
}
