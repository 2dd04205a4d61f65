package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

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
