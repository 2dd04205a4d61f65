package sqlite

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// preparedPiece is how many changes one transaction handles. During a first copy of orders that takes some tens of
// milliseconds.
const preparedPiece = 300

// PrepareViews prepares orders that came since its last run for the views of their lines, and indexes the text of new
// records for searches.
func (db *DB) PrepareViews(ctx context.Context) error {
	for {
		more, err := db.unprepared(ctx) // without the writer's lock: mostly nothing has come
		if err == nil && more {
			err = db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.(*Tx).prepareViews(ctx) })
		}
		if err != nil || !more {
			return err
		}
	}
}

// unprepared says whether records have come since PrepareViews last ran.
func (db *DB) unprepared(ctx context.Context) (waiting bool, err error) {
	err = db.readers.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM changes
		WHERE seq > (SELECT seq FROM order_parts_until))`).Scan(&waiting)
	return waiting, err
}

func (t *Tx) prepareViews(ctx context.Context) error {
	var until, to int64
	err := t.tx.QueryRowContext(ctx, `SELECT u.seq, COALESCE((SELECT MAX(seq) FROM (SELECT seq FROM changes
		WHERE seq > u.seq ORDER BY seq LIMIT ?)), u.seq) FROM order_parts_until u`, preparedPiece).Scan(&until, &to)
	if err != nil || to == until {
		return err
	}
	const came = `SELECT DISTINCT store_id, id AS order_id FROM changes WHERE seq > ?1 AND seq <= ?2 AND resource = 'orders'`
	const sought = `SELECT DISTINCT store_id, resource, id FROM changes WHERE seq > ?1 AND seq <= ?2 AND slug = ''
		AND resource IN ('orders', 'products', 'variations', 'customers', 'coupons', 'order_notes', 'refunds')`
	for _, statement := range []string{
		`DELETE FROM order_parts_kept
			WHERE list IN ('line_items', 'shipping_lines', 'tax_lines', 'coupon_lines', 'meta_data', 'fee_lines')
			AND (order_id, store_id) IN (SELECT order_id, store_id FROM (` + came + `))`,
		`DELETE FROM order_parts_item_meta_kept
			WHERE (order_id, store_id) IN (SELECT order_id, store_id FROM (` + came + `))`,
		`INSERT INTO order_parts_kept SELECT r.* FROM (` + came + `) c
			CROSS JOIN order_parts_read r ON r.store_id = c.store_id AND r.order_id = c.order_id`,
		`INSERT INTO order_parts_item_meta_kept SELECT r.* FROM (` + came + `) c
			CROSS JOIN order_parts_item_meta_read r ON r.store_id = c.store_id AND r.order_id = c.order_id`,
		`INSERT INTO search_parts (store_id, resource) SELECT DISTINCT store_id, resource FROM (` + sought + `) WHERE true
			ON CONFLICT DO NOTHING`,
		`DELETE FROM search WHERE rowid IN (SELECT (p.part << 44) + c.id FROM (` + sought + `) c
			JOIN search_parts p ON p.store_id = c.store_id AND p.resource = c.resource)`,
		`INSERT INTO search (rowid, text) SELECT (p.part << 44) + r.id, waybill_text(r.resource, r.raw) FROM (` + sought + `) c
			JOIN search_parts p ON p.store_id = c.store_id AND p.resource = c.resource
			CROSS JOIN records r ON r.store_id = c.store_id AND r.resource = c.resource AND r.id = c.id AND r.slug = ''`,
		`UPDATE order_parts_until SET seq = ?2 WHERE seq = ?1`,
	} {
		if _, err := t.exec(ctx, statement, until, to); err != nil {
			return fmt.Errorf("sqlite: preparing the views: %w", err)
		}
	}
	return nil
}
