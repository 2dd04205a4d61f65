package sqlite

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// LinesNoted is the number of the change up to which lines are noted.
func (db *DB) LinesNoted(ctx context.Context, storeID int64) (int64, error) {
	var seq int64
	err := db.readers.QueryRowContext(ctx, `SELECT COALESCE(MAX(id), 0) FROM product_lines
		WHERE store_id = ? AND product_id = 0`, storeID).Scan(&seq)
	return seq, err
}

// RecordsShowing names the orders and refunds whose noted lines show one of the products.
func (db *DB) RecordsShowing(ctx context.Context, storeID int64, products []int64) ([]storage.Lines, error) {
	var showing []storage.Lines
	seen := map[storage.Ref]bool{}
	for _, product := range products {
		if product == 0 {
			continue
		}
		rows, err := db.readers.QueryContext(ctx, `SELECT resource, id, parent_id FROM product_lines
			WHERE store_id = ? AND product_id = ? ORDER BY resource, id`, storeID, product)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var l storage.Lines
			if err := rows.Scan(&l.Resource, &l.ID, &l.ParentID); err != nil {
				_ = rows.Close()
				return nil, err
			}
			if !seen[l.Ref] {
				seen[l.Ref], showing = true, append(showing, l)
			}
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return showing, nil
}

// KeepLines replaces what is noted of the records' lines.
func (t *Tx) KeepLines(ctx context.Context, storeID int64, lines []storage.Lines, upTo int64) error {
	for _, l := range lines {
		if _, err := t.exec(ctx, `DELETE FROM product_lines WHERE store_id = ? AND resource = ? AND id = ?`,
			storeID, string(l.Resource), l.ID); err != nil {
			return fmt.Errorf("sqlite: store %d: lines of %s: %w", storeID, l.Ref, err)
		}
		for _, product := range l.Products {
			if _, err := t.exec(ctx, `INSERT INTO product_lines (store_id, product_id, resource, id, parent_id)
				VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				storeID, product, string(l.Resource), l.ID, l.ParentID); err != nil {
				return fmt.Errorf("sqlite: store %d: lines of %s: %w", storeID, l.Ref, err)
			}
		}
	}
	if upTo == 0 {
		return nil
	}
	if _, err := t.exec(ctx, `DELETE FROM product_lines WHERE store_id = ? AND product_id = 0`, storeID); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO product_lines (store_id, product_id, resource, id) VALUES (?, 0, '', ?)`,
		storeID, upTo)
	return err
}
