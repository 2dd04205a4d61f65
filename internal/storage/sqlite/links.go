package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const linkColumns = `SELECT id, hash, COALESCE(group_id, 0), store_id, order_id, created_by, created_at, expires_at
	FROM trace_links `

// Link is the one whose token has a hash.
func (db *DB) Link(ctx context.Context, hash [storage.LinkHashSize]byte) (storage.Link, error) {
	l, err := scanLink(db.readers.QueryRowContext(ctx, linkColumns+`WHERE hash = ?`, hash[:]))
	return l, notFound(err, "link")
}

// Links lists links, the newest first.
func (db *DB) Links(ctx context.Context, groupID int64) ([]storage.Link, error) {
	return rows(ctx, db.readers, scanLink, linkColumns+
		`WHERE ?1 = 0 OR group_id = ?1 ORDER BY created_at DESC, id`, groupID)
}

func scanLink(row scanner) (l storage.Link, err error) {
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
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, l.ID, l.Hash[:], idOrNull(l.GroupID), l.StoreID, l.OrderID, l.By,
		column.OurDate(l.CreatedAt), column.OurDate(l.ExpiresAt))
	switch {
	case isUnique(err), isPrimaryKey(err):
		return fmt.Errorf("link %s: %w", l.ID, storage.ErrExists)
	case isForeign(err):
		return fmt.Errorf("store or group of link %s: %w", l.ID, storage.ErrNotFound)
	}
	return err
}

// DropLink forgets a link.
func (t *Tx) DropLink(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM trace_links WHERE id = ?`, id)
	return err
}

// DropLinks forgets those that expired before a time.
func (t *Tx) DropLinks(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM trace_links WHERE expires_at < ?`, column.OurDate(before))
	return err
}
