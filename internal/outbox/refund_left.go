package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/price"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A store that refuses a refund after it began (an exception in woocommerce_order_refunded) deletes the refund and
// nothing else: the stock has come back, the order may have become refunded, and e-mails were sent
// (docs/woocommerce/orders.md#refunds).

// refusedRefund settles a refund that was refused and is not there. If the order shows that the store had begun, the
// write is parked for a person to put it right. Otherwise the refusal stands.
//
// Failure policy: an order that cannot be read now does not change the decision. The next pull reads it.
func (b *Outbox) refusedRefund(ctx context.Context, shop woo.Doer, w intent.Write, s Settlement) Settlement {
	answer, err := read(ctx, shop, woo.RouteOrders.Record(0, w.ParentID), nil)
	if err != nil || compare.ID(answer.Body) != w.ParentID {
		return s
	}
	var refunds []document.Object
	if list(ctx, shop, woo.RouteOrderRefunds.List(w.ParentID), url.Values{"per_page": {"100"}}, &refunds) != nil {
		return s
	}
	left := leftBehind(w, answer.Body, refunds)
	if len(left) == 0 {
		return s
	}
	reason := s.Write.Reason
	w.State, w.Reason = intent.Parked, &intent.Reason{Code: intent.CodeHalf, Status: reason.Status, Fields: left,
		Message: fmt.Sprintf(
			"the store refused it (%s) after it had begun, and took back the refund alone: %s. Put that right in the "+
				"shop. Then ⟨retry %s⟩ sends it anew; ⟨discard %s⟩ drops it",
			reason.Message, compare.Colons(left), w.ID, w.ID)}
	return Settlement{Write: w, Effects: append(s.Effects,
		Effect{Ref: storage.Ref{Resource: storage.Orders, ID: w.ParentID}, Raw: answer.Body})}
}

// leftBehind names what an order shows of a refund that does not exist.
func leftBehind(w intent.Write, record json.RawMessage, refunds []document.Object) []intent.FieldError {
	body, err1 := document.Parse(w.Body)
	order, err2 := document.Parse(record)
	if err1 != nil || err2 != nil {
		return nil
	}
	var v validate.Violations
	for i, line := range validate.Entries(body, "line_items") {
		id := document.Number(line, "id")
		back, _ := compare.MetaNumber(price.EntryOf(order, "line_items", id), "_restock_refunded_items")
		if more := back.Sub(refundedByOthers(refunds, 0, id)); more.IsPositive() {
			v.Add(fmt.Sprintf("line_items[%d]", i),
				"%s pieces of line %d are back in the stock without a refund of them", more, id)
		}
	}
	sum := decimal.Zero
	for _, refund := range refunds {
		sum = sum.Add(document.Amount(refund, "amount").Abs())
	}
	if total := document.Amount(order, "total"); document.Text(order, "status") == "refunded" && sum.LessThan(total) {
		v.Add("status", "the order is refunded, and its refunds come to %s of %s",
			sum.StringFixed(document.Decimals(document.Text(order, "total"))), total)
	}
	return v.List
}

// stockOtherwise names the lines of a refund whose pieces did not come back into the stock although that was asked for,
// and those whose pieces came back although it was not. id is the refund that could be ours. The store counts on a line
// of the order what all refunds brought back (wc_restock_refunded_items), so only a number beyond the other refunds is
// certain. A line whose stock was never reduced shows nothing.
//
// Failure policy: nothing is named when the order cannot be read, because a person looks at the write anyway.
func (b *Outbox) stockOtherwise(ctx context.Context, shop woo.Doer, w intent.Write, id int64) []intent.FieldError {
	body, err := document.Parse(w.Body)
	if err != nil || len(validate.Entries(body, "line_items")) == 0 {
		return nil
	}
	answer, err := read(ctx, shop, intent.Targets[storage.Orders].Route.Record(0, w.ParentID), nil)
	if err != nil {
		return nil
	}
	order, err := document.Parse(answer.Body)
	var refunds []document.Object
	path := intent.Targets[storage.Refunds].Route.List(w.ParentID)
	if err != nil || list(ctx, shop, path, url.Values{"per_page": {"100"}}, &refunds) != nil {
		return nil
	}
	wanted := string(body["api_restock"]) != "false"
	var v validate.Violations
	for i, line := range validate.Entries(body, "line_items") {
		at, of := fmt.Sprintf("line_items[%d]", i), document.Number(line, "id")
		is := price.EntryOf(order, "line_items", of)
		pieces, _ := document.Decimal(line["quantity"])
		_, reduced := compare.MetaNumber(is, "_reduced_stock")
		back, restocked := compare.MetaNumber(is, "_restock_refunded_items")
		more := back.Sub(refundedByOthers(refunds, id, of))
		switch {
		case !pieces.IsPositive() || !reduced && !restocked:
		case wanted && more.LessThan(pieces):
			v.Add(at, "%s pieces of line %d are not seen to have come back into the stock", pieces, of)
		case !wanted && more.IsPositive():
			v.Add(at, "%s pieces of line %d came back into the stock, which was not asked for", more, of)
		}
	}
	return v.List
}

// refundedByOthers returns how many pieces of a line the other refunds of an order took.
func refundedByOthers(refunds []document.Object, but, line int64) decimal.Decimal {
	sum := decimal.Zero
	for _, refund := range refunds {
		for _, taken := range validate.Entries(refund, "line_items") {
			if document.Number(refund, "id") != but && compare.RefundedLine(taken) == line {
				n, _ := document.Decimal(taken["quantity"])
				sum = sum.Add(n.Abs())
			}
		}
	}
	return sum
}
