package postgres

import (
	"context"

	"github.com/waybillhq/waybill/internal/storage"
)

// preparedPiece is how many changes one transaction handles.
const preparedPiece = 1000

// manyPieces is the number of pieces after which the server is told to renew its statistics (ANALYZE). Until it does so
// by itself, in about a minute, it reads all orders to find the newest fifty.
const manyPieces = 5

// PrepareViews prepares orders that came since its last run for the views of their lines. One process does so at a
// time; others return at once.
func (db *DB) PrepareViews(ctx context.Context) error {
	for pieces := 0; ; pieces++ {
		more, err := list(ctx, pooled{db}, value[bool], `SELECT EXISTS (SELECT 1 FROM changes
			WHERE seq > (SELECT seq FROM order_parts_until))`)
		if err == nil && !more[0] && pieces >= manyPieces {
			_, err = db.pool.Exec(ctx, `ANALYZE records, order_parts_kept, order_parts_item_meta_kept, changes`)
			return told(err)
		}
		if err != nil || !more[0] {
			return err
		}
		taken := false
		err = db.within(ctx, func(tx storage.Tx) (err error) {
			taken, err = tx.(*Tx).prepareViews(ctx)
			return err
		})
		if err != nil || !taken {
			return told(err)
		}
	}
}

func (t *Tx) prepareViews(ctx context.Context) (taken bool, err error) {
	until, err := list(ctx, t.tx, value[int64], `SELECT seq FROM order_parts_until FOR UPDATE SKIP LOCKED`)
	if err != nil || len(until) == 0 {
		return false, err
	}
	to, err := list(ctx, t.tx, value[int64], `SELECT COALESCE(MAX(seq), $1) FROM (SELECT seq FROM changes
		WHERE seq > $1 ORDER BY seq LIMIT $2) c`, until[0], preparedPiece)
	if err != nil || to[0] == until[0] {
		return false, err
	}
	const came = `SELECT DISTINCT store_id, id AS order_id FROM changes WHERE seq > $1 AND seq <= $2 AND resource = 'orders'`
	for _, statement := range []string{
		`DELETE FROM order_parts_kept k USING (` + came + `) c
			WHERE k.list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data', 'fee_lines')
			AND k.order_id = c.order_id AND k.store_id = c.store_id`,
		`DELETE FROM order_parts_item_meta_kept k USING (` + came + `) c
			WHERE k.order_id = c.order_id AND k.store_id = c.store_id`,
		`INSERT INTO order_parts_kept SELECT r.* FROM (` + came + `) c
			JOIN order_parts_read r ON r.store_id = c.store_id AND r.order_id = c.order_id`,
		`INSERT INTO order_parts_item_meta_kept SELECT r.* FROM (` + came + `) c
			JOIN order_parts_item_meta_read r ON r.store_id = c.store_id AND r.order_id = c.order_id`,
		`UPDATE order_parts_until SET seq = $2 WHERE seq = $1`,
	} {
		if _, err := t.exec(ctx, statement, until[0], to[0]); err != nil {
			return false, err
		}
	}
	return true, nil
}
