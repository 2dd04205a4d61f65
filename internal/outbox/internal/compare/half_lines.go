package compare

import (
	"encoding/json"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
)

// A store keeps the row of a line first and its amounts one by one after it, and shows those that are missing as
// nothing (docs/woocommerce/orders.md#half-lines). So a line that is there may be half of one, and an order that is
// reckoned from it costs too little.

// lackAmounts names the amounts of an order's lines that were asked for and of which the store has nothing.
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

// FreeLine is a line of products for which an order charges nothing, although nobody asked for that.
type FreeLine struct {
	Field string
	// Product is the product or variation whose price says whether that is right; 0 where it certainly is not, because
	// the line had a price and no coupon took it away.
	Product int64
}

// FreeLines are the lines of a new order that are free without having been asked to be.
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
