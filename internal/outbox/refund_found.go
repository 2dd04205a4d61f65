package outbox

import (
	"context"
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

// notRestocked names the lines of a refund whose pieces have not come back into the stock, although that was asked for.
// The store counts on a line of the order what came back by all its refunds (wc_restock_refunded_items), so it is
// certain only of more than the others can have brought. A line whose stock was never reduced shows nothing.
func (b *Outbox) notRestocked(ctx context.Context, shop woo.Doer, w intent.Write) ([]intent.FieldError, error) {
	body, err := document.Parse(w.Body)
	if err != nil || string(body["api_restock"]) == "false" || len(validate.Entries(body, "line_items")) == 0 {
		return nil, err
	}
	answer, err := read(ctx, shop, intent.Targets[storage.Orders].Route.Record(0, w.ParentID), nil)
	if err != nil {
		return nil, err
	}
	order, err := document.Parse(answer.Body)
	if err != nil {
		return nil, err
	}
	var refunds []document.Object
	path := intent.Targets[storage.Refunds].Route.List(w.ParentID)
	if err := list(ctx, shop, path, url.Values{"per_page": {"100"}}, &refunds); err != nil {
		return nil, err
	}
	var v validate.Violations
	for i, line := range validate.Entries(body, "line_items") {
		of := price.EntryOf(order, "line_items", document.Number(line, "id"))
		pieces, _ := document.Decimal(line["quantity"])
		_, reduced := compare.MetaNumber(of, "_reduced_stock")
		back, restocked := compare.MetaNumber(of, "_restock_refunded_items")
		if !pieces.IsPositive() || !reduced && !restocked {
			continue
		}
		if others := refundedByOthers(refunds, w.RecordID, document.Number(line, "id")); back.Sub(others).
			LessThan(pieces) {
			v.Add(fmt.Sprintf("line_items[%d]", i),
				"%s pieces of line %d are not seen to have come back into the stock", pieces,
				document.Number(line, "id"))
		}
	}
	return v.List, nil
}

// refundedByOthers is how many pieces of a line the other refunds of an order took.
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
