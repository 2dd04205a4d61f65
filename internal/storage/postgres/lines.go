package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
)

// LinesNoted is the number of the change up to which lines are noted.
func (db *DB) LinesNoted(ctx context.Context, storeID int64) (int64, error) {
	seq, err := list(ctx, pooled{db}, value[int64], `SELECT COALESCE(MAX(id), 0) FROM product_lines
		WHERE store_id = $1 AND product_id = 0`, storeID)
	if err != nil {
		return 0, err
	}
	return seq[0], nil
}

// RecordsShowing names the orders and refunds whose noted lines show one of the products.
func (db *DB) RecordsShowing(ctx context.Context, storeID int64, products []int64) ([]storage.Lines, error) {
	return list(ctx, pooled{db}, func(row pgx.CollectableRow) (storage.Lines, error) {
		var l storage.Lines
		err := row.Scan(&l.Resource, &l.ID, &l.ParentID)
		return l, err
	}, `SELECT DISTINCT resource, id, parent_id FROM product_lines
		WHERE store_id = $1 AND product_id = ANY ($2) AND product_id <> 0 ORDER BY resource, id`, storeID, products)
}

// KeepLines replaces what is noted of the records' lines.
func (t *Tx) KeepLines(ctx context.Context, storeID int64, lines []storage.Lines, upTo int64) error {
	var gone, shown refs
	var products, parents []int64
	for _, l := range lines {
		gone.add(l.Ref)
		for _, product := range l.Products {
			shown.add(l.Ref)
			products, parents = append(products, product), append(parents, l.ParentID)
		}
	}
	if len(lines) > 0 {
		if _, err := t.exec(ctx, `DELETE FROM product_lines l USING unnest($2::text[], $3::bigint[]) k (resource, id)
			WHERE l.store_id = $1 AND l.resource = k.resource AND l.id = k.id`, storeID, gone.resources, gone.ids); err != nil {
			return err
		}
	}
	if len(products) > 0 {
		if _, err := t.exec(ctx, `INSERT INTO product_lines (store_id, product_id, resource, id, parent_id)
			SELECT $1, k.product, k.resource, k.id, k.parent
			FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::bigint[]) k (product, resource, id, parent)
			ON CONFLICT DO NOTHING`, storeID, products, shown.resources, shown.ids, parents); err != nil {
			return err
		}
	}
	if upTo == 0 {
		return nil
	}
	if _, err := t.exec(ctx, `DELETE FROM product_lines WHERE store_id = $1 AND product_id = 0`, storeID); err != nil {
		return err
	}
	_, err := t.exec(ctx, `INSERT INTO product_lines (store_id, product_id, resource, id) VALUES ($1, 0, '', $2)`,
		storeID, upTo)
	return err
}
