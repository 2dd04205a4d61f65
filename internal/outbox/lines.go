package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/outbox/internal/intent"
	"github.com/waybillhq/waybill/internal/outbox/internal/validate"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// skusOf returns the SKUs by which writes name the products of new lines.
func skusOf(writes ...intent.Write) (skus []string) {
	for _, w := range writes {
		body, err := document.Parse(w.Body)
		if err != nil || w.Resource != storage.Orders {
			continue
		}
		for _, line := range validate.Entries(body, "line_items") {
			if sku := document.Text(line, "sku"); sku != "" && document.Number(line, "id") == 0 {
				skus = append(skus, sku)
			}
		}
	}
	return skus
}

// resolveLines finds the product of every new line, because WooCommerce keeps an empty line for a product or SKU that
// it does not know (docs/woocommerce/orders.md#order-ghost-line). names holds the products of the SKUs.
func (b *Outbox) resolveLines(
	ctx context.Context, shop woo.Doer, names Names, w intent.Write, body json.RawMessage,
) (json.RawMessage, *intent.Reason, error) {
	o, err := document.Parse(body)
	if err != nil {
		return nil, nil, err
	}
	if document.Kind(o["line_items"]) != '[' {
		return body, nil, nil
	}
	var lines []document.Object
	if err := json.Unmarshal(o["line_items"], &lines); err != nil {
		return nil, nil, err
	}
	var missing []intent.FieldError
	for i, line := range lines {
		if line == nil || document.Number(line, "id") != 0 {
			continue
		}
		field, problem, err := b.resolveLine(ctx, shop, names, w.StoreID, line)
		if err != nil {
			return nil, nil, err
		}
		if problem != "" {
			missing = append(missing, intent.FieldError{Field: fmt.Sprintf("line_items[%d].%s", i, field),
				Message: problem})
		}
	}
	if len(missing) > 0 {
		return nil, &intent.Reason{Code: intent.CodeInvalid, Fields: missing,
			Message: fmt.Sprintf("%s: %s; nothing was sent, because the store would have kept an empty line",
				missing[0].Field, missing[0].Message)}, nil
	}
	if o["line_items"], err = json.Marshal(lines); err != nil {
		return nil, nil, err
	}
	out, err := json.Marshal(o)
	return out, nil, err
}

// resolveLine finds the product of one new line. It returns the faulty field and what is wrong with it; both are empty
// when the line is right. When a line has a sku, a store looks at nothing else
// (WC_REST_Orders_V2_Controller::get_product_id). So a sku is replaced by the ids of its product, and a line with other
// ids is refused.
func (b *Outbox) resolveLine(
	ctx context.Context, shop woo.Doer, names Names, storeID int64, line document.Object,
) (field, problem string, err error) {
	product, variation, sku := document.Number(line, "product_id"), document.Number(line, "variation_id"),
		document.Text(line, "sku")
	if sku == "" {
		return b.checkLine(ctx, shop, storeID, product, variation)
	}
	found, err := names.One(sku)
	var several *Several
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return "sku", fmt.Sprintf("no product or variation of the store has the SKU %q", sku), nil
	case errors.As(err, &several):
		return "sku", several.Error() + "; name one by product_id or variation_id", nil
	}
	if err != nil {
		return "", "", err
	}
	if variation != 0 && variation != found.ID || product != 0 && product != found.ID && product != found.ParentID {
		return "sku", fmt.Sprintf("the SKU %q is that of %s, the line names another product", sku, found.Ref), nil
	}
	delete(line, "sku")
	if found.Resource == storage.Variations {
		line["variation_id"] = json.RawMessage(strconv.FormatInt(found.ID, 10))
		line["product_id"] = json.RawMessage(strconv.FormatInt(found.ParentID, 10))
	} else {
		line["product_id"] = json.RawMessage(strconv.FormatInt(found.ID, 10))
	}
	return "", "", nil
}

// checkLine makes sure that a line's product exists, by the mirror and then by the store.
func (b *Outbox) checkLine(
	ctx context.Context, shop woo.Doer, storeID, product, variation int64,
) (field, problem string, err error) {
	id, resource, field := product, storage.Products, "product_id"
	if variation != 0 {
		id, resource, field = variation, storage.Variations, "variation_id"
	}
	record, err := b.repo.MirroredRecord(ctx, storeID, storage.Ref{Resource: resource, ID: id})
	switch {
	case err == nil && variation != 0 && product != 0 && record.ParentID != product:
		return field, fmt.Sprintf("the variation %d belongs to the product %d, not to %d", variation, record.ParentID,
			product), nil
	case err == nil:
		return "", "", nil
	case !errors.Is(err, storage.ErrNotFound):
		return "", "", err
	}
	// A read of products/ID answers for a variation too (docs/woocommerce/catalogue.md#variation-via-products).
	_, err = read(ctx, shop, woo.RouteProducts.Record(0, id), url.Values{"_fields": {"id"}})
	if woo.IsNotFound(err) {
		return field, fmt.Sprintf("the store has no product %d", id), nil
	}
	return "", "", err
}
