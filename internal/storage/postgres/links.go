package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const linkColumns = `SELECT id, hash, COALESCE(group_id, 0), store_id, order_id, created_by, created_at, expires_at
	FROM trace_links `

// Link is the one whose token has a hash.
func (db *DB) Link(ctx context.Context, hash [storage.LinkHashSize]byte) (storage.Link, error) {
	l, err := one(ctx, pooled{db}, scanLink, linkColumns+`WHERE hash = $1`, hash[:])
	return l, named(err, "link")
}

// Links lists links, the newest first.
func (db *DB) Links(ctx context.Context, groupID int64) ([]storage.Link, error) {
	return list(ctx, pooled{db}, scanLink, linkColumns+
		`WHERE $1::bigint = 0 OR group_id = $1 ORDER BY created_at DESC, id`, groupID)
}

func scanLink(row pgx.CollectableRow) (l storage.Link, err error) {
	var hash []byte
	var created, expires string
	err = row.Scan(&l.ID, &hash, &l.GroupID, &l.StoreID, &l.OrderID, &l.By, &created, &expires)
	copy(l.Hash[:], hash)
	l.CreatedAt, l.ExpiresAt = column.ParseOurDate(created), column.ParseOurDate(expires)
	return l, err
}

// AddLink keeps a link.
func (t *Tx) AddLink(ctx context.Context, l storage.Link) error {
	_, err := t.exec(ctx, `INSERT INTO trace_links (id, hash, group_id, store_id, order_id, created_by, created_at, expires_at)
		VALUES ($1, $2, NULLIF($3::bigint, 0), $4, $5, $6, $7, $8)`, clean(l.ID), l.Hash[:], l.GroupID, l.StoreID,
		l.OrderID, clean(l.By), column.OurDate(l.CreatedAt), column.OurDate(l.ExpiresAt))
	switch {
	case isUnique(err):
		return fmt.Errorf("link %s: %w", l.ID, storage.ErrExists)
	case isForeign(err):
		return fmt.Errorf("store or group of link %s: %w", l.ID, storage.ErrNotFound)
	}
	return err
}

// DropLink forgets a link.
func (t *Tx) DropLink(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM trace_links WHERE id = $1`, clean(id))
	return err
}

// DropLinks forgets those that expired before a time.
func (t *Tx) DropLinks(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM trace_links WHERE expires_at < $1`, column.OurDate(before))
	return err
}
