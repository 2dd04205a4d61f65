package outbox

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox/internal/document"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Several says that a word stands for several records. A SKU may: a store then takes one of the products, and nothing
// says which (wc_get_product_id_by_sku). An e-mail address may: WordPress keeps it unique only among the users that it
// makes itself.
type Several struct {
	// What is "SKU" or "e-mail address".
	What    string
	Word    string
	Records []storage.Record
}

func (e *Several) Error() string {
	names := make([]string, len(e.Records))
	for i, r := range e.Records {
		names[i] = r.Ref.String()
	}
	return fmt.Sprintf("the %s %q is that of %d: %s", e.What, e.Word, len(names), strings.Join(names, " and "))
}

// Names are the records that words stand for: products and variations by SKU, customers by e-mail address. They come
// from the store, because the mirror may be out of date: another product may have the SKU by now. If the store cannot
// be asked they come from the mirror, and Unconfirmed says why.
type Names struct {
	Unconfirmed error
	what        string                      // kind of the words: SKU, e-mail address
	records     map[string][]storage.Record // by the word in lower case
}

// One returns the record that a word stands for, with only its ids filled in. The error is storage.ErrNotFound, or a
// *Several. Upper and lower case are the same, as in the store.
func (n Names) One(word string) (storage.Record, error) {
	records := n.records[strings.ToLower(word)]
	switch {
	case len(records) == 0 && n.Unconfirmed != nil:
		return storage.Record{}, n.Unconfirmed
	case len(records) == 0:
		return storage.Record{}, fmt.Errorf("%q: %w", word, storage.ErrNotFound)
	case len(records) > 1:
		return storage.Record{}, &Several{What: n.what, Word: word, Records: records}
	}
	return records[0], nil
}

// skusAtOnce is how many SKUs one request asks for.
const skusAtOnce = 50

// FindSKUs finds products and variations by their SKUs. The error is the mirror's or the context's.
func FindSKUs(ctx context.Context, catalog Catalog, shop woo.Doer, storeID int64, skus []string) (Names, error) {
	names := Names{what: "SKU", records: map[string][]storage.Record{}}
	var together []string
	for _, sku := range skus {
		if strings.Contains(sku, ",") { // the store takes a comma for the end of a SKU
			names.askSKUs(ctx, shop, storeID, []string{sku})
		} else if !slices.Contains(together, sku) {
			together = append(together, sku)
		}
	}
	for part := range slices.Chunk(together, skusAtOnce) {
		names.askSKUs(ctx, shop, storeID, part)
	}
	if names.Unconfirmed == nil {
		return names, nil
	}
	return names, names.fromMirror(ctx, skus, func(sku string) ([]storage.Record, error) {
		records, err := catalog.FindBySKU(ctx, storeID, sku)
		return slices.DeleteFunc(records, storage.Record.Trashed), err
	})
}

// askSKUs asks the store for some SKUs. It stops when the store cannot be asked.
func (n *Names) askSKUs(ctx context.Context, shop woo.Doer, storeID int64, skus []string) {
	type product struct {
		ID     document.ID `json:"id"`
		SKU    string      `json:"sku"`
		Parent document.ID `json:"parent_id"`
		Type   string      `json:"type"`
	}
	for page := 1; n.Unconfirmed == nil; page++ {
		var found []product
		query := url.Values{"sku": {strings.Join(skus, ",")}, "per_page": {fmt.Sprint(fullPage)},
			"page":    {fmt.Sprint(page)},
			"_fields": {"id,sku,parent_id,type"}}
		n.Unconfirmed = list(ctx, shop, woo.RouteProducts.List(0), query, &found)
		for _, p := range found { // a store that ignores the filter answers with any product
			if !slices.ContainsFunc(skus, func(sku string) bool { return strings.EqualFold(sku, p.SKU) }) {
				continue
			}
			r := storage.Record{StoreID: storeID, Ref: storage.Ref{Resource: storage.Products, ID: int64(p.ID)}}
			if p.Type == "variation" {
				r.Ref.Resource, r.ParentID = storage.Variations, int64(p.Parent)
			}
			word := strings.ToLower(p.SKU)
			if !slices.ContainsFunc(n.records[word], func(have storage.Record) bool { return have.ID == r.ID }) {
				n.records[word] = append(n.records[word], r)
			}
		}
		if len(found) < fullPage || page == mostSKUPages {
			return
		}
	}
}

// mostSKUPages is how many pages of products are read for the SKUs of one request. A store that ignores the filter
// would list all products.
const mostSKUPages = 3

// fromMirror adds what the mirror says about the words for which the store could not be asked.
func (n *Names) fromMirror(ctx context.Context, words []string, of func(word string) ([]storage.Record, error)) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	for _, word := range words {
		at := strings.ToLower(word)
		if len(n.records[at]) > 0 {
			continue
		}
		records, err := of(word)
		if err != nil {
			return err
		}
		n.records[at] = records
	}
	return nil
}

// FindEmail finds a customer by e-mail address, in the way of [FindSKUs].
func FindEmail(ctx context.Context, catalog Catalog, shop woo.Doer, storeID int64, email string) (Names, error) {
	var found []struct {
		ID    document.ID `json:"id"`
		Email string      `json:"email"`
	}
	names := Names{what: "e-mail address", records: map[string][]storage.Record{}}
	query := woo.RouteCustomers.Everything()
	query.Set("email", email)
	query.Set("_fields", "id,email")
	if names.Unconfirmed = list(ctx, shop, woo.RouteCustomers.List(0), query, &found); names.Unconfirmed != nil {
		return names, names.fromMirror(ctx, []string{email}, func(string) ([]storage.Record, error) {
			return catalog.FindByEmail(ctx, storeID, email)
		})
	}
	word := strings.ToLower(email)
	for _, c := range found { // a store that ignores the filter answers with any customer
		if strings.EqualFold(c.Email, email) {
			names.records[word] = append(names.records[word],
				storage.Record{StoreID: storeID, Ref: storage.Ref{Resource: storage.Customers, ID: int64(c.ID)}})
		}
	}
	return names, nil
}
