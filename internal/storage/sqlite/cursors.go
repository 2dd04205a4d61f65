package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Cursor is the value that a store keeps under a name; nil when there is none.
func (db *DB) Cursor(ctx context.Context, storeID int64, name string) (json.RawMessage, error) {
	var value []byte
	err := db.readers.QueryRowContext(ctx, `SELECT value FROM cursors WHERE store_id = ? AND name = ?`, storeID, name).
		Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, err
}

// KeepCursors keeps values under their names. A nil value removes the cursor.
func (t *Tx) KeepCursors(ctx context.Context, storeID int64, cursors []storage.Cursor) error {
	for _, c := range cursors {
		var err error
		if c.Value == nil {
			_, err = t.exec(ctx, `DELETE FROM cursors WHERE store_id = ? AND name = ?`, storeID, c.Name)
		} else {
			_, err = t.exec(ctx, `INSERT INTO cursors (store_id, name, value, updated_at) VALUES (?, ?, ?, ?)
				ON CONFLICT (store_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at
				WHERE value <> excluded.value`, storeID, c.Name, string(c.Value), column.OurDate(t.Now()))
		}
		if err != nil {
			return fmt.Errorf("sqlite: store %d: cursor %s: %w", storeID, c.Name, err)
		}
	}
	return nil
}

// Marks lists the marks of a resource that are due, by ascending identifier.
func (db *DB) Marks(
	ctx context.Context,
	storeID int64,
	resource storage.Resource,
	due time.Time,
	limit int,
) ([]storage.Mark, error) {
	rows, err := db.readers.QueryContext(ctx, `SELECT id, parent_id, reason, attempts, renewed, not_before FROM marks
		WHERE store_id = ? AND resource = ? AND not_before <= ? ORDER BY id, parent_id LIMIT ?`,
		storeID, string(resource), column.OurDate(due), limitOr(limit))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var marks []storage.Mark
	for rows.Next() {
		m := storage.Mark{Resource: resource}
		var notBefore string
		if err := rows.Scan(&m.ID, &m.ParentID, &m.Reason, &m.Attempts, &m.Renewed, &notBefore); err != nil {
			return nil, err
		}
		m.NotBefore = column.ParseOurDate(notBefore)
		marks = append(marks, m)
	}
	return marks, rows.Err()
}

// MarkCounts is the number of marks of each resource of a store, due or not.
func (db *DB) MarkCounts(ctx context.Context, storeID int64) (map[storage.Resource]int, error) {
	rows, err := db.readers.QueryContext(
		ctx,
		`SELECT resource, COUNT(*) FROM marks WHERE store_id = ? GROUP BY resource`,
		storeID,
	)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	counts := map[storage.Resource]int{}
	for rows.Next() {
		var resource string
		var n int
		if err := rows.Scan(&resource, &n); err != nil {
			return nil, err
		}
		counts[storage.Resource(resource)] = n
	}
	return counts, rows.Err()
}
