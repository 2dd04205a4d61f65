package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Catalog is the part of a [Repository] that knows products and customers.
type Catalog interface {
	// MirroredSKU gives every product and variation outside the trash that has the SKU.
	MirroredSKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error)
	MirroredEmail(ctx context.Context, storeID int64, email string) (storage.Record, error)
}

// SeveralBySKU says that a SKU is that of several products or variations. A store takes one of them
// (wc_get_product_id_by_sku), and nobody says which.
type SeveralBySKU struct {
	SKU     string
	Records []storage.Record
}

func (e *SeveralBySKU) Error() string {
	names := make([]string, len(e.Records))
	for i, r := range e.Records {
		names[i] = r.Ref.String()
	}
	return fmt.Sprintf("the SKU %q is that of %d: %s", e.SKU, len(names), strings.Join(names, " and "))
}

// FindSKU finds a product or variation by its SKU, in the mirror and then on the store. Like the store it does not mind
// upper and lower case. The record has no more than its names; the error is storage.ErrNotFound when nobody knows it, and
// a *SeveralBySKU when it is not alone.
func FindSKU(ctx context.Context, catalog Catalog, shop woo.Doer, storeID int64, sku string) (storage.Record, error) {
	records, err := catalog.MirroredSKU(ctx, storeID, sku)
	if err == nil && len(records) == 0 {
		records, err = askSKU(ctx, shop, storeID, sku)
	}
	switch {
	case err != nil:
		return storage.Record{}, err
	case len(records) == 0:
		return storage.Record{}, fmt.Errorf("SKU %q: %w", sku, storage.ErrNotFound)
	case len(records) > 1:
		return storage.Record{}, &SeveralBySKU{SKU: sku, Records: records}
	}
	return records[0], nil
}

func askSKU(ctx context.Context, shop woo.Doer, storeID int64, sku string) ([]storage.Record, error) {
	var found []struct {
		ID     int64  `json:"id"`
		SKU    string `json:"sku"`
		Parent int64  `json:"parent_id"`
		Type   string `json:"type"`
	}
	if err := list(ctx, shop, "products", url.Values{"sku": {sku}, "_fields": {"id,sku,parent_id,type"}}, &found); err != nil {
		return nil, err
	}
	var records []storage.Record
	for _, p := range found { // a store that ignores the filter answers with any product
		if !strings.EqualFold(p.SKU, sku) {
			continue
		}
		r := storage.Record{StoreID: storeID, Ref: storage.Ref{Resource: storage.Products, ID: p.ID}}
		if p.Type == "variation" {
			r.Ref.Resource, r.ParentID = storage.Variations, p.Parent
		}
		records = append(records, r)
	}
	return records, nil
}

// FindEmail finds a customer by e-mail address as FindSKU finds products.
func FindEmail(ctx context.Context, catalog Catalog, shop woo.Doer, storeID int64, email string) (storage.Record, error) {
	record, err := catalog.MirroredEmail(ctx, storeID, email)
	if !errors.Is(err, storage.ErrNotFound) {
		return record, err
	}
	var found []struct {
		ID    int64  `json:"id"`
		Email string `json:"email"`
	}
	// The default lists customers only (docs/woocommerce/lists.md#customers-role-filter).
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

func list(ctx context.Context, shop woo.Doer, path string, query url.Values, into any) error {
	answer, err := read(ctx, shop, path, query)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(answer.Body, into); err != nil {
		return fmt.Errorf("outbox: look-up in %s: %w", path, err)
	}
	return nil
}
