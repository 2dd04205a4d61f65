package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// children are what goes with a record that is deleted for good.
var children = map[storage.Resource][]storage.Resource{
	storage.Orders:   {storage.Refunds, storage.OrderNotes},
	storage.Products: {storage.Variations},
}

// applyEffect lets what a write did into the mirror, marked as our own doing, so that a two-way integration does not
// take its own write for somebody else's.
func (t *Tx) applyEffect(ctx context.Context, w outbox.Write, e outbox.Effect) error {
	batch := storage.Batch{Origin: storage.Own, WriteID: w.ID}
	held, err := t.db.Record(ctx, w.StoreID, e.Ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	coupons := func(code string) ([]storage.Record, error) { return t.db.FindByCode(ctx, w.StoreID, code) }
	if batch.Marks, err = mirror.Follows(e.Ref, e.ParentID, held.Raw, e.Raw, coupons); err != nil {
		return err
	}
	if e.Raw == nil {
		gone, err := t.withChildren(ctx, w.StoreID, e.Ref)
		if err != nil {
			return err
		}
		batch.Gone = gone
	} else {
		record, err := storage.ParseRecord(e.Ref.Resource, e.ParentID, e.Raw)
		if err != nil {
			return err
		}
		batch.Records = []storage.Record{record}
	}
	_, err = t.Apply(ctx, w.StoreID, batch)
	return err
}

// withChildren lists a record behind everything that belongs to it.
func (t *Tx) withChildren(ctx context.Context, storeID int64, ref storage.Ref) ([]storage.Ref, error) {
	var gone []storage.Ref
	for _, resource := range children[ref.Resource] {
		rows, err := t.tx.QueryContext(ctx, `SELECT id FROM records WHERE store_id = ? AND resource = ? AND parent_id = ? AND parent_id <> 0 ORDER BY id`,
			storeID, string(resource), ref.ID)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			child := storage.Ref{Resource: resource}
			if err := rows.Scan(&child.ID); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			gone = append(gone, child)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return append(gone, ref), nil
}

// MirroredRecord is a record of the mirror, or storage.ErrNotFound.
func (db *DB) MirroredRecord(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error) {
	return db.Record(ctx, storeID, ref)
}

// MirroredSKU finds a product or variation outside the trash by its SKU.
func (db *DB) MirroredSKU(ctx context.Context, storeID int64, sku string) (storage.Record, error) {
	r, err := scanRecord(db.readers.QueryRowContext(ctx, `SELECT `+recordColumns+` FROM records
		WHERE store_id = ? AND resource IN ('products', 'variations') AND raw ->> '$.sku' = ? AND status <> 'trash' LIMIT 1`, storeID, sku))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("SKU %q: %w", sku, storage.ErrNotFound)
	}
	return r, err
}
