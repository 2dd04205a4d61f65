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

// A store that refuses a refund after it began (an exception in woocommerce_order_refunded) deletes the refund and
// nothing else: the stock has come back, the order may have become refunded, e-mails have gone out
// (docs/woocommerce/orders.md#refunds).

// refusedRefund settles a refund that was refused and is not there. Where the order shows that the store had begun, a
// person puts it right; otherwise the refusal stands.
//
// Failure policy: an order that cannot be read now does not change the verdict. It is read with the next pull.
func (b *Outbox) refusedRefund(ctx context.Context, shop woo.Doer, w Write, s Settlement) Settlement {
	answer, err := read(ctx, shop, woo.RouteOrders.Record(0, w.ParentID), nil)
	if err != nil || idOf(answer.Body) != w.ParentID {
		return s
	}
	var refunds []object
	if list(ctx, shop, woo.RouteOrderRefunds.List(w.ParentID), url.Values{"per_page": {"100"}}, &refunds) != nil {
		return s
	}
	left := leftBehind(w, answer.Body, refunds)
	if len(left) == 0 {
		return s
	}
	reason := s.Write.Reason
	w.State, w.Reason = Parked, &Reason{Code: CodeHalf, Status: reason.Status, Fields: left, Message: fmt.Sprintf(
		"the store refused it (%s) after it had begun, and took back the refund alone: %s. Put that right in the "+
			"shop. Then waybill outbox retry %s sends it anew; waybill outbox discard %s drops it",
		reason.Message, colons(left), w.ID, w.ID)}
	return Settlement{Write: w, Effects: append(s.Effects,
		Effect{Ref: storage.Ref{Resource: storage.Orders, ID: w.ParentID}, Raw: answer.Body})}
}

// leftBehind names what an order shows of a refund that is not there.
func leftBehind(w Write, record json.RawMessage, refunds []object) []FieldError {
	body, err1 := parseObject(w.Body)
	order, err2 := parseObject(record)
	if err1 != nil || err2 != nil {
		return nil
	}
	var v violations
	for i, line := range entriesOf(body, "line_items") {
		id := numberIn(line, "id")
		back, _ := metaNumber(entryOf(order, "line_items", id), "_restock_refunded_items")
		if more := back.Sub(refundedByOthers(refunds, 0, id)); more.IsPositive() {
			v.add(fmt.Sprintf("line_items[%d]", i),
				"%s pieces of line %d are back in the stock without a refund of them", more, id)
		}
	}
	sum := decimal.Zero
	for _, refund := range refunds {
		sum = sum.Add(amountIn(refund, "amount").Abs())
	}
	if total := amountIn(order, "total"); textIn(order, "status") == "refunded" && sum.LessThan(total) {
		v.add("status", "the order is refunded, and its refunds come to %s of %s",
			sum.StringFixed(decimalsOf(textIn(order, "total"))), total)
	}
	return v.list
}
