package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const consumerColumns = `SELECT id, name, COALESCE(group_id, 0), COALESCE(store_id, 0), resources, seq, idle, created_at, seen_at,
	acked_at FROM consumers `

// Consumers lists consumers by name.
func (db *DB) Consumers(ctx context.Context, groupID int64) ([]storage.Consumer, error) {
	return rows(ctx, db.readers, scanConsumer, consumerColumns+`WHERE ?1 = 0 OR group_id = ?1 ORDER BY name, id`,
		groupID)
}

// Consumer is the consumer with a name.
func (db *DB) Consumer(ctx context.Context, groupID int64, name string) (storage.Consumer, error) {
	c, err := scanConsumer(db.readers.QueryRowContext(ctx, consumerColumns+
		`WHERE COALESCE(group_id, 0) = ? AND name = ?`, groupID, name))
	return c, notFound(err, "consumer %q", name)
}

func scanConsumer(row scanner) (c storage.Consumer, err error) {
	var resources, created, seen, acked string
	var idle int64
	err = row.Scan(&c.ID, &c.Name, &c.GroupID, &c.StoreID, &resources, &c.Seq, &idle, &created, &seen, &acked)
	c.Resources, c.Idle = column.ParseWords[storage.Resource](resources), time.Duration(idle)*time.Second
	c.CreatedAt, c.SeenAt = column.ParseOurDate(created), column.ParseOurDate(seen)
	c.AckedAt = column.ParseOurDate(acked)
	return c, err
}

// AddConsumer keeps a consumer and gives it an ID.
func (t *Tx) AddConsumer(ctx context.Context, c storage.Consumer) (storage.Consumer, error) {
	c.CreatedAt = t.Now().Truncate(time.Millisecond)
	res, err := t.exec(ctx, `INSERT INTO consumers (name, group_id, store_id, resources, seq, idle, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, c.Name, idOrNull(c.GroupID), idOrNull(c.StoreID), column.Words(c.Resources),
		c.Seq, int64(c.Idle/time.Second), column.OurDate(c.CreatedAt))
	switch {
	case isUnique(err):
		return c, fmt.Errorf("consumer %q: %w", c.Name, storage.ErrExists)
	case isForeign(err):
		return c, fmt.Errorf("group or store of consumer %q: %w", c.Name, storage.ErrNotFound)
	case err != nil:
		return c, err
	}
	c.ID, err = res.LastInsertId()
	return c, err
}

// LockConsumer reads a consumer. It needs no lock, because only one transaction writes at a time.
func (t *Tx) LockConsumer(ctx context.Context, id int64) (storage.Consumer, error) {
	c, err := scanConsumer(t.tx.QueryRowContext(ctx, consumerColumns+`WHERE id = ?`, id))
	return c, notFound(err, "consumer %d", id)
}

// SaveConsumer replaces the position and the times of a consumer.
func (t *Tx) SaveConsumer(ctx context.Context, c storage.Consumer) error {
	res, err := t.exec(ctx, `UPDATE consumers SET seq = ?, seen_at = ?, acked_at = ? WHERE id = ?`, c.Seq,
		column.OurDate(c.SeenAt), column.OurDate(c.AckedAt), c.ID)
	return oneChanged(res, err, "consumer %d", c.ID)
}

// DropConsumer removes a consumer.
func (t *Tx) DropConsumer(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM consumers WHERE id = ?`, id)
	return err
}
