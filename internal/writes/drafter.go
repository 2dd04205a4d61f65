package writes

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Drafter makes writes of what people name and shows what would be sent. It asks stores and changes nothing, there or
// here. It is safe for concurrent use.
type Drafter struct {
	records *records.Reader
	db      storage.Reader
	shops   *shop.Shops
	box     *outbox.Outbox
}

// NewDrafter makes a Drafter of a database that is only looked at. Nothing is changed through its outbox.
func NewDrafter(db storage.Reader, shops *shop.Shops, box *outbox.Outbox) *Drafter {
	return &Drafter{records.NewReader(db), db, shops, box}
}

// Find makes writes of rows: a record that a row names by SKU or e-mail address is looked up on the store, and in the
// mirror where the store cannot be asked (outbox.Write.Unconfirmed says so); an order by its number, in the mirror, if
// the store bears that out. by says what a word of the command line stands for that names an order. The first that
// nobody knows, or that could be two, ends it; nothing was accepted then.
func (d *Drafter) Find(
	ctx context.Context, st storage.Store, rows []intake.Row, by records.NamedBy,
) ([]outbox.Write, error) {
	names, err := d.named(ctx, st, rows)
	if err != nil {
		return nil, shop.Explain(err)
	}
	orders, err := d.orders(ctx, st, rows, by)
	if err != nil {
		return nil, err
	}
	writes := make([]outbox.Write, len(rows))
	for i, row := range rows {
		w := row.Write
		w.StoreID = st.ID
		if id, found := orders[i]; found {
			if w.Resource == storage.Orders {
				w.RecordID = id
			} else {
				w.ParentID = id
			}
		} else if row.Name != "" {
			record, err := names[row.Name].One(row.Name)
			if errors.Is(err, storage.ErrNotFound) {
				field, what := "sku", "no product or variation with the SKU"
				if w.Resource == storage.Customers {
					field, what = "email", "no customer with the e-mail address"
				}
				return nil, nothingHasName(err, i, field, st.Name, what, row.Name)
			}
			var several *outbox.Several
			if errors.As(err, &several) {
				field, update := "sku", "waybill products update %s %d --set stock_quantity=…"
				if w.Resource == storage.Customers {
					field, update = "email", "waybill customers update %s %d --set first_name=…"
				}
				update = fmt.Sprintf(update, st.Name, several.Records[0].ID)
				return nil, severalHaveName(err, i, field, several, st.Name, update, row.Name)
			}
			if err != nil {
				return nil, shop.Explain(err)
			}
			w.Resource, w.RecordID, w.ParentID = record.Resource, record.ID, record.ParentID
			w.Unconfirmed = names[row.Name].Unconfirmed
		}
		writes[i] = w
	}
	return writes, nil
}

// named finds what rows name by SKU or e-mail address.
func (d *Drafter) named(ctx context.Context, st storage.Store, rows []intake.Row) (map[string]outbox.Names, error) {
	found := map[string]outbox.Names{}
	var skus []string
	for _, row := range rows {
		if row.Order != "" || row.Name == "" || row.Write.Resource == storage.Orders {
			continue
		}
		if row.Write.Resource != storage.Customers {
			skus = append(skus, row.Name)
			continue
		}
		client, err := d.shops.Of(st)
		if err != nil {
			return nil, err
		}
		if _, known := found[row.Name]; !known {
			if found[row.Name], err = outbox.FindEmail(ctx, d.db, client, st.ID, row.Name); err != nil {
				return nil, err
			}
		}
	}
	if len(skus) == 0 {
		return found, nil
	}
	client, err := d.shops.Of(st)
	if err != nil {
		return nil, err
	}
	names, err := outbox.FindSKUs(ctx, d.db, client, st.ID, skus)
	for _, sku := range skus {
		found[sku] = names
	}
	return found, err
}

// Preview gives the request of each write as it would be sent now. It asks the store at most, and keeps nothing.
func (d *Drafter) Preview(ctx context.Context, st storage.Store, writes []outbox.Write) ([]outbox.Shown, error) {
	client, err := d.shops.Of(st)
	if err != nil {
		return nil, err
	}
	shown := make([]outbox.Shown, len(writes))
	for i, w := range ofStore(st, writes) {
		if shown[i], err = d.box.Preview(ctx, client, w); err != nil {
			var invalid *outbox.Invalid
			var reused *outbox.KeyReused
			if errors.As(err, &invalid) {
				invalid.Index = i
			} else if errors.As(err, &reused) {
				reused.Index = i
			}
			return nil, explain(err)
		}
	}
	return shown, nil
}

// ofStore are writes with what is known of their store.
func ofStore(st storage.Store, writes []outbox.Write) []outbox.Write {
	of := slices.Clone(writes)
	for i := range of {
		of[i].StoreID, of[i].Version = st.ID, st.Facts.WooCommerce
	}
	return of
}
