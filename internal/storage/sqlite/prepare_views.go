package sqlite

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// preparedPiece is how many changes one transaction goes on by: some tens of milliseconds for a first copy of orders.
const preparedPiece = 300

// PrepareViews takes orders apart that came since it last did, for the views of their lines.
func (db *DB) PrepareViews(ctx context.Context) error {
	for {
		var more bool
		// Asked without the writer's lock: mostly nothing has come.
		err := db.readers.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM changes
			WHERE seq > (SELECT seq FROM order_parts_until))`).Scan(&more)
		if err == nil && more {
			err = db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.(*Tx).prepareViews(ctx) })
		}
		if err != nil || !more {
			return err
		}
	}
}

func (t *Tx) prepareViews(ctx context.Context) error {
	var until, to int64
	err := t.tx.QueryRowContext(ctx, `SELECT u.seq, COALESCE((SELECT MAX(seq) FROM (SELECT seq FROM changes
		WHERE seq > u.seq ORDER BY seq LIMIT ?)), u.seq) FROM order_parts_until u`, preparedPiece).Scan(&until, &to)
	if err != nil || to == until {
		return err
	}
	const came = `SELECT DISTINCT store_id, id AS order_id FROM changes WHERE seq > ?1 AND seq <= ?2 AND resource = 'orders'`
	for _, statement := range []string{
		`DELETE FROM order_parts_kept
			WHERE list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data')
			AND (order_id, store_id) IN (SELECT order_id, store_id FROM (` + came + `))`,
		`INSERT INTO order_parts_kept SELECT r.* FROM (` + came + `) c
			CROSS JOIN order_parts_read r ON r.store_id = c.store_id AND r.order_id = c.order_id`,
		`UPDATE order_parts_until SET seq = ?2 WHERE seq = ?1`,
	} {
		if _, err := t.exec(ctx, statement, until, to); err != nil {
			return fmt.Errorf("sqlite: taking orders apart: %w", err)
		}
	}
	return nil
}
