package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/shopspring/decimal"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/price"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// priced returns the body of a refund with its lines priced from the order and its amount written out, or what is wrong
// with it. A refund without lines is returned unchanged if the order can give its amount.
func (b *Outbox) priced(
	ctx context.Context, shop woo.Doer, w intent.Write,
) (json.RawMessage, []intent.FieldError, error) {
	body, err := document.Parse(w.Body)
	if err != nil {
		return w.Body, nil, err
	}
	if len(validate.Entries(body, "line_items")) == 0 {
		amount, _ := document.Decimal(body["amount"])
		fields, err := b.keptAmount(ctx, shop, w, amount)
		return w.Body, fields, err
	}
	order, err := read(ctx, shop, intent.Targets[storage.Orders].Route.Record(0, w.ParentID), nil)
	if woo.IsNotFound(err) {
		return nil, []intent.FieldError{{Field: "parent_id", Message: fmt.Sprintf("the store has no order %d",
				w.ParentID)}},
			nil
	}
	if err != nil {
		return nil, nil, err
	}
	var refunds []document.Object
	if err := list(ctx, shop, intent.Targets[storage.Refunds].Route.List(w.ParentID), url.Values{"per_page": {"100"}},
		&refunds); err != nil {
		return nil, nil, err
	}
	return price.Refund(body, order.Body, refunds)
}

// keptAmount compares the amount of a refund without lines with the order's decimals, and with what is left to refund.
// If the store cannot be asked, the decimals come from the mirror. What is left is then not checked, because the mirror
// may be out of date.
func (b *Outbox) keptAmount(
	ctx context.Context, shop woo.Doer, w intent.Write, amount decimal.Decimal,
) ([]intent.FieldError, error) {
	answer, err := read(ctx, shop, intent.Targets[storage.Orders].Route.Record(0, w.ParentID), nil)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var order document.Object
	now := err == nil
	if now {
		order, err = document.Parse(answer.Body)
		now = err == nil
	}
	if !now {
		known, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Orders, ID: w.ParentID})
		if err != nil {
			return nil, nil //nolint:nilerr // without the order nothing is certain, so nothing is refused
		}
		order, _ = document.Parse(known.Raw)
	}
	total := document.Text(order, "total")
	if total != "" && !amount.IsInteger() && !price.Kept(amount, document.Decimals(total)) {
		return []intent.FieldError{{Field: "amount", Message: price.Unkept(amount, document.Decimals(total), "refund")}},
			nil
	}
	if now {
		return refundLeft(order, amount), nil
	}
	return nil, nil
}
