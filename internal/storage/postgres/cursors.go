package postgres

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Cursor is the value that a store keeps under a name; nil when there is none.
func (db *DB) Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error) {
	kept, err := one(ctx, pooled{db}, value[string], `SELECT value FROM cursors WHERE store_id = $1 AND name = $2`,
		storeID, name)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return unpack(kept), err
}

// KeepCursors keeps values under their names; a nil value removes one.
func (t *Tx) KeepCursors(ctx context.Context, storeID int64, cursors []storage.Cursor) error {
	var kept, removed, values []string
	for name, at := range lastOfEach(cursors) {
		if c := cursors[at]; c.Value == nil {
			removed = append(removed, name)
		} else {
			kept, values = append(kept, name), append(values, pack(c.Value))
		}
	}
	if len(removed) > 0 {
		_, err := t.exec(ctx, `DELETE FROM cursors WHERE store_id = $1 AND name = ANY ($2)`, storeID, removed)
		if err != nil {
			return err
		}
	}
	if len(kept) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `INSERT INTO cursors AS c (store_id, name, value, updated_at)
		SELECT $1, k.name, k.value, $4 FROM unnest($2::text[], $3::text[]) AS k (name, value)
		ON CONFLICT (store_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
		WHERE c.value <> excluded.value`, storeID, kept, values, column.OurDate(t.Now()))
	return err
}

// lastOfEach finds the last cursor of each name, because one statement cannot write a row twice.
func lastOfEach(cursors []storage.Cursor) map[string]int {
	last := make(map[string]int, len(cursors))
	for i, c := range cursors {
		last[c.Name] = i
	}
	return last
}
