package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// resolveLines finds the product of every new line, in the mirror and then on the store, because WooCommerce keeps an
// empty line for a product or SKU it does not know (knowledge: order-ghost-line).
func (b *Outbox) resolveLines(ctx context.Context, shop Shop, w Write, body json.RawMessage) (json.RawMessage, *Reason, error) {
	o, err := parseObject(body)
	if err != nil {
		return nil, nil, err
	}
	if kindOf(o["line_items"]) != '[' {
		return body, nil, nil
	}
	var lines []object
	if err := json.Unmarshal(o["line_items"], &lines); err != nil {
		return nil, nil, err
	}
	var missing []FieldError
	for i, line := range lines {
		if line == nil || numberIn(line, "id") != 0 {
			continue
		}
		field, problem, err := b.resolveLine(ctx, shop, w.StoreID, line)
		if err != nil {
			return nil, nil, err
		}
		if problem != "" {
			missing = append(missing, FieldError{Field: fmt.Sprintf("line_items[%d].%s", i, field), Message: problem})
		}
	}
	if len(missing) > 0 {
		return nil, &Reason{Code: CodeInvalid, Fields: missing,
			Message: fmt.Sprintf("%s: %s; nothing was sent, because the store would have kept an empty line", missing[0].Field, missing[0].Message)}, nil
	}
	if o["line_items"], err = json.Marshal(lines); err != nil {
		return nil, nil, err
	}
	out, err := json.Marshal(o)
	return out, nil, err
}

// resolveLine finds the product of one new line and says what is wrong with which of its fields. A store looks at the
// sku first and at nothing else when there is one (WC_REST_Orders_V2_Controller::get_product_id), so a sku is replaced by
// the numbers it stands for, and numbers that say otherwise are refused.
func (b *Outbox) resolveLine(ctx context.Context, shop Shop, storeID int64, line object) (field, problem string, err error) {
	product, variation, sku := numberIn(line, "product_id"), numberIn(line, "variation_id"), textIn(line, "sku")
	if sku == "" {
		return b.checkLine(ctx, shop, storeID, product, variation)
	}
	found, err := FindSKU(ctx, b.repo, shop, storeID, sku)
	if errors.Is(err, storage.ErrNotFound) {
		return "sku", fmt.Sprintf("no product or variation of the store has the SKU %q", sku), nil
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

// checkLine makes sure that a line's product is there, by the mirror and then by the store.
func (b *Outbox) checkLine(ctx context.Context, shop Shop, storeID, product, variation int64) (field, problem string, err error) {
	id, resource, field := product, storage.Products, "product_id"
	if variation != 0 {
		id, resource, field = variation, storage.Variations, "variation_id"
	}
	record, err := b.repo.MirroredRecord(ctx, storeID, storage.Ref{Resource: resource, ID: id})
	switch {
	case err == nil && variation != 0 && product != 0 && record.ParentID != product:
		return field, fmt.Sprintf("the variation %d belongs to the product %d, not to %d", variation, record.ParentID, product), nil
	case err == nil:
		return "", "", nil
	case !errors.Is(err, storage.ErrNotFound):
		return "", "", err
	}
	// A read of products/ID answers for a variation too (knowledge: variation-via-products).
	_, err = shop.Do(ctx, woo.Request{Path: fmt.Sprintf("products/%d", id), Query: url.Values{"_fields": {"id"}}})
	if woo.IsNotFound(err) {
		return field, fmt.Sprintf("the store has no product %d", id), nil
	}
	return "", "", err
}

// Catalog is the part of a [Repository] that knows products and customers.
type Catalog interface {
	MirroredSKU(ctx context.Context, storeID int64, sku string) (storage.Record, error)
	MirroredEmail(ctx context.Context, storeID int64, email string) (storage.Record, error)
}

// FindSKU finds a product or variation by its SKU, in the mirror and then on the store. Like the store it does not mind
// upper and lower case. The record has no more than its names; the error is storage.ErrNotFound when nobody knows it.
func FindSKU(ctx context.Context, catalog Catalog, shop Shop, storeID int64, sku string) (storage.Record, error) {
	record, err := catalog.MirroredSKU(ctx, storeID, sku)
	if !errors.Is(err, storage.ErrNotFound) {
		return record, err
	}
	var found []struct {
		ID     int64  `json:"id"`
		SKU    string `json:"sku"`
		Parent int64  `json:"parent_id"`
		Type   string `json:"type"`
	}
	if err := list(ctx, shop, "products", url.Values{"sku": {sku}, "_fields": {"id,sku,parent_id,type"}}, &found); err != nil {
		return record, err
	}
	for _, p := range found { // a store that ignores the filter answers with any product
		if !strings.EqualFold(p.SKU, sku) {
			continue
		}
		if p.Type == "variation" {
			return storage.Record{StoreID: storeID, Ref: storage.Ref{Resource: storage.Variations, ID: p.ID}, ParentID: p.Parent}, nil
		}
		return storage.Record{StoreID: storeID, Ref: storage.Ref{Resource: storage.Products, ID: p.ID}}, nil
	}
	return record, fmt.Errorf("SKU %q: %w", sku, storage.ErrNotFound)
}

// FindEmail finds a customer by e-mail address as FindSKU finds products.
func FindEmail(ctx context.Context, catalog Catalog, shop Shop, storeID int64, email string) (storage.Record, error) {
	record, err := catalog.MirroredEmail(ctx, storeID, email)
	if !errors.Is(err, storage.ErrNotFound) {
		return record, err
	}
	var found []struct {
		ID    int64  `json:"id"`
		Email string `json:"email"`
	}
	// The default lists customers only (knowledge: customers-role-filter).
	if err := list(ctx, shop, "customers", url.Values{"email": {email}, "role": {"all"}, "_fields": {"id,email"}}, &found); err != nil {
		return record, err
	}
	for _, c := range found {
		if strings.EqualFold(c.Email, email) {
			return storage.Record{StoreID: storeID, Ref: storage.Ref{Resource: storage.Customers, ID: c.ID}}, nil
		}
	}
	return record, fmt.Errorf("e-mail %q: %w", email, storage.ErrNotFound)
}

func list(ctx context.Context, shop Shop, path string, query url.Values, into any) error {
	answer, err := shop.Do(ctx, woo.Request{Path: path, Query: query})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return fmt.Errorf("outbox: look-up in %s: %w", path, err)
	}
	return nil
}
