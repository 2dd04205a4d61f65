package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const consumerColumns = `SELECT id, name, COALESCE(group_id, 0), COALESCE(store_id, 0), resources, seq, idle, created_at, seen_at,
	acked_at FROM consumers `

// Consumers lists consumers by name.
func (db *DB) Consumers(ctx context.Context, groupID int64) ([]storage.Consumer, error) {
	return list(ctx, pooled{db}, scanConsumer, consumerColumns+
		`WHERE $1::bigint = 0 OR group_id = $1 ORDER BY name, id`, groupID)
}

// Consumer is the consumer with a name.
func (db *DB) Consumer(ctx context.Context, groupID int64, name string) (storage.Consumer, error) {
	c, err := one(ctx, pooled{db}, scanConsumer, consumerColumns+`WHERE COALESCE(group_id, 0) = $1 AND name = $2`,
		groupID, clean(name))
	return c, named(err, "consumer %q", name)
}

func scanConsumer(row pgx.CollectableRow) (c storage.Consumer, err error) {
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
	var err error
	c.ID, err = one(ctx, t.tx, value[int64], `INSERT INTO consumers (name, group_id, store_id, resources, seq, idle, created_at)
		VALUES ($1, NULLIF($2::bigint, 0), NULLIF($3::bigint, 0), $4, $5, $6, $7) RETURNING id`, clean(c.Name), c.GroupID,
		c.StoreID, column.Words(c.Resources), c.Seq, int64(c.Idle/time.Second), column.OurDate(c.CreatedAt))
	switch {
	case isUnique(err):
		return c, fmt.Errorf("consumer %q: %w", c.Name, storage.ErrExists)
	case isForeign(err):
		return c, fmt.Errorf("group or store of consumer %q: %w", c.Name, storage.ErrNotFound)
	}
	return c, err
}

// LockConsumer reads a consumer and keeps other transactions from changing it until this one ends.
func (t *Tx) LockConsumer(ctx context.Context, id int64) (storage.Consumer, error) {
	c, err := one(ctx, t.tx, scanConsumer, consumerColumns+`WHERE id = $1 FOR NO KEY UPDATE`, id)
	return c, named(err, "consumer %d", id)
}

// SaveConsumer replaces the position and the times of a consumer.
func (t *Tx) SaveConsumer(ctx context.Context, c storage.Consumer) error {
	n, err := t.exec(ctx, `UPDATE consumers SET seq = $2, seen_at = $3, acked_at = $4 WHERE id = $1`, c.ID, c.Seq,
		column.OurDate(c.SeenAt), column.OurDate(c.AckedAt))
	if err == nil && n == 0 {
		err = fmt.Errorf("consumer %d: %w", c.ID, storage.ErrNotFound)
	}
	return err
}

// DropConsumer removes a consumer.
func (t *Tx) DropConsumer(ctx context.Context, id int64) error {
	_, err := t.exec(ctx, `DELETE FROM consumers WHERE id = $1`, id)
	return err
}
