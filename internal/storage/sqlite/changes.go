package sqlite

import (
	"context"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// LastSeq is the number of the newest change of any store, 0 when there is none.
func (db *DB) LastSeq(ctx context.Context) (int64, error) {
	var seq int64
	err := db.readers.QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM changes`).Scan(&seq)
	return seq, err
}

// Changes lists changes in the order of their numbers.
func (db *DB) Changes(ctx context.Context, q storage.ChangeQuery) ([]storage.Change, error) {
	query := `SELECT seq, store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash FROM changes WHERE seq > ?`
	args := []any{q.After}
	if q.StoreID != 0 {
		query += ` AND store_id = ?`
		args = append(args, q.StoreID)
	}
	if q.GroupID != 0 {
		query += ` AND store_id IN (SELECT id FROM stores WHERE group_id = ?)`
		args = append(args, q.GroupID)
	}
	if len(q.Resources) > 0 {
		query += ` AND resource IN (?` + strings.Repeat(`, ?`, len(q.Resources)-1) + `)`
		for _, r := range q.Resources {
			args = append(args, string(r))
		}
	}
	if q.Record != (storage.Ref{}) {
		query += ` AND resource = ? AND id = ? AND slug = ?`
		args = append(args, string(q.Record.Resource), q.Record.ID, q.Record.Slug)
	}
	query += ` ORDER BY seq LIMIT ?`
	args = append(args, limitOr(q.Limit))
	rows, err := db.readers.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var changes []storage.Change
	for rows.Next() {
		var c storage.Change
		var resource, kind, at, origin string
		var hash []byte
		if err := rows.Scan(&c.Seq, &c.StoreID, &resource, &c.ID, &c.Slug, &c.ParentID, &kind, &at, &origin,
			&c.WriteID, &hash); err != nil {
			return nil, err
		}
		c.Resource, c.Kind, c.Origin = storage.Resource(resource), storage.Kind(kind), storage.Origin(origin)
		c.At = column.ParseOurDate(at)
		copy(c.Hash[:], hash)
		changes = append(changes, c)
	}
	return changes, rows.Err()
}

// limitOr turns 0 into SQLite's -1, which means no limit.
func limitOr(limit int) int {
	if limit <= 0 {
		return -1
	}
	return limit
}
