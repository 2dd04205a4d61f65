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

// priced is the body of a refund with its lines priced from the order and its amount written out, or what is wrong with
// it. A refund without lines is as it is: the store holds its amount against what is left of the order, but for its
// decimals.
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

// keptAmount refuses the amount of a refund without lines when it has more decimals than the order's own amounts. The
// store is asked for the order, the mirror where the store cannot be asked. Where neither has it, nothing is refused.
func (b *Outbox) keptAmount(
	ctx context.Context, shop woo.Doer, w intent.Write, amount decimal.Decimal,
) ([]intent.FieldError, error) {
	if amount.IsInteger() {
		return nil, nil
	}
	order, err := b.orderSeen(ctx, shop, w)
	if err != nil {
		return nil, err
	}
	total := document.Text(order, "total")
	if total == "" || price.Kept(amount, document.Decimals(total)) {
		return nil, nil
	}
	return []intent.FieldError{{Field: "amount", Message: price.Unkept(amount, document.Decimals(total), "refund")}}, nil
}

// orderSeen is the order of a refund, or nil where nobody knows it.
func (b *Outbox) orderSeen(ctx context.Context, shop woo.Doer, w intent.Write) (document.Object, error) {
	var raw json.RawMessage
	answer, err := read(ctx, shop, intent.Targets[storage.Orders].Route.Record(0, w.ParentID), nil)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil {
		raw = answer.Body
	} else if record, err := b.repo.MirroredRecord(ctx, w.StoreID, storage.Ref{Resource: storage.Orders,
		ID: w.ParentID}); err == nil {
		raw = record.Raw
	}
	o, _ := document.Parse(raw) // what is no order says nothing of decimals
	return o, nil
}
