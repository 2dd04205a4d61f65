package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"

	"github.com/waybillhq/waybill/internal/outbox/internal/compare"
	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// shortfalls names what an order that was found lacks of what was asked for, the prices of its lines among it.
func (b *Outbox) shortfalls(
	ctx context.Context, shop woo.Doer, w intent.Write, record json.RawMessage,
) []intent.FieldError {
	lacks := compare.Shortfalls(w, record)
	if w.Resource != storage.Orders || w.Action != intent.Create {
		return lacks
	}
	for _, line := range compare.FreeLines(w, record) {
		message := "is free, although it has a price and the order no coupon"
		if line.Product != 0 {
			price, known := b.priceOf(ctx, shop, w.StoreID, line.Product)
			if known && price == "" {
				continue
			}
			message = fmt.Sprintf("is free, although products/%d costs %s", line.Product, price)
			if !known {
				message = fmt.Sprintf("is free, and what products/%d costs could not be asked", line.Product)
			}
		}
		lacks = append(lacks, intent.FieldError{Field: line.Field, Message: message})
	}
	return lacks
}

// priceOf is what a product or variation costs, by the store; empty where it is free. known is false where it cannot be
// asked.
func (b *Outbox) priceOf(ctx context.Context, shop woo.Doer, storeID, id int64) (price string, known bool) {
	var raw json.RawMessage
	answer, err := read(ctx, shop, woo.RouteProducts.Record(0, id), url.Values{"_fields": {"id,price"}})
	if err == nil {
		raw = answer.Body
	}
	for _, r := range []storage.Resource{storage.Products, storage.Variations} {
		if raw != nil {
			break
		}
		if record, err := b.repo.MirroredRecord(ctx, storeID, storage.Ref{Resource: r, ID: id}); err == nil {
			raw = record.Raw
		}
	}
	o, err := document.Parse(raw)
	if err != nil || o["price"] == nil {
		return "", false
	}
	if document.Amount(o, "price").IsZero() {
		return "", true
	}
	return document.AllText(o["price"]), true
}
