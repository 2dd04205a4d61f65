package writes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/intake"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/records"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Drafter makes writes of what people name and shows what would be sent. It asks stores and changes nothing, neither on
// a store nor in the database. It is safe for concurrent use.
type Drafter struct {
	records *records.Reader
	db      storage.Reader
	shops   *shop.Shops
	box     *outbox.Outbox
}

// NewDrafter makes a Drafter of a database that is only read. Nothing is changed through its outbox.
func NewDrafter(db storage.Reader, shops *shop.Shops, box *outbox.Outbox) *Drafter {
	return &Drafter{records.NewReader(db), db, shops, box}
}

// Find makes writes of rows: a record that a row names by SKU or e-mail address is looked up on the store, and in the
// mirror where the store cannot be asked (outbox.Write.Unconfirmed says so); an order is looked up by its number in the
// mirror, if the store confirms it. by says what kind of word names an order on the command line. The error names all
// records that are unknown or could be two; nothing is accepted then.
func (d *Drafter) Find(
	ctx context.Context, st storage.Store, rows []intake.Row, by records.NamedBy,
) ([]outbox.Write, error) {
	names, err := d.named(ctx, st, rows)
	if err != nil {
		return nil, shop.Explain(err)
	}
	orders, wrong := d.orders(ctx, st, rows, by)
	writes := make([]outbox.Write, len(rows))
	var unfound []*problem.Problem
	for i, row := range rows {
		w := row.Write
		w.StoreID = st.ID
		err := wrong[i]
		if id, found := orders[i]; found {
			if w.Resource == storage.Orders {
				w.RecordID = id
			} else {
				w.ParentID = id
			}
		} else if err == nil && row.Name != "" {
			err = findNamed(st, names[row.Name], row, &w)
		}
		writes[i] = w
		p := problem.From(err)
		if p == nil {
			continue
		}
		if row.Row > 0 {
			p.Message = placeOf(p, row) + ": " + strings.TrimSuffix(p.Message, nothingAccepted) + nothingAccepted
		}
		if p.Code != problem.InputInvalid && p.Code != problem.RecordNotFound {
			return nil, p // of the store or this machine, whatever else the rows say
		}
		unfound = append(unfound, p)
	}
	if unfound = append(unfound, contradictions(writes, rows)...); len(unfound) > 0 {
		return nil, refusedRows(unfound)
	}
	return writes, nil
}

// findNamed puts into a write the record that a row names by SKU or e-mail address.
func findNamed(st storage.Store, names outbox.Names, row intake.Row, w *outbox.Write) error {
	field, what := "sku", "no product or variation with the SKU"
	update := "waybill products update %s %d --set stock_quantity=…"
	if w.Resource == storage.Customers {
		field, what = "email", "no customer with the e-mail address"
		update = "waybill customers update %s %d --set first_name=…"
	}
	record, err := names.One(row.Name)
	var several *outbox.Several
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return nothingHasName(err, field, st.Name, what, row.Name)
	case errors.As(err, &several):
		return severalHaveName(err, field, several, st.Name, fmt.Sprintf(update, st.Name, several.Records[0].ID),
			row.Name)
	case err != nil:
		return shop.Explain(err)
	}
	w.Resource, w.RecordID, w.ParentID = record.Resource, record.ID, record.ParentID
	w.Unconfirmed = names.Unconfirmed
	return nil
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

// Preview returns the request of each write as it would be sent now. It may ask the store, and keeps nothing. The
// refusals of several writes are joined in one error.
func (d *Drafter) Preview(ctx context.Context, st storage.Store, writes []outbox.Write) ([]outbox.Shown, error) {
	client, err := d.shops.Of(st)
	if err != nil {
		return nil, err
	}
	shown, err := d.box.Preview(ctx, client, ofStore(st, writes))
	return shown, explain(err)
}

// ofStore returns writes with what is known about their store.
func ofStore(st storage.Store, writes []outbox.Write) []outbox.Write {
	of := slices.Clone(writes)
	for i := range of {
		of[i].StoreID, of[i].Version = st.ID, st.Facts.WooCommerce
	}
	return of
}
