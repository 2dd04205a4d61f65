package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Frequent statements on records compare a resource as "= +?". Some indexes hold one resource only, and SQLite compiles
// a statement anew for each value that decides whether such an index fits. It does not look at a value after a plus. A
// statement that needs such an index names the resource in its text.
const (
	sqlAddRecord = `INSERT INTO records (store_id, resource, id, slug, parent_id, status, customer_id,
		date_created_gmt, date_modified_gmt, seen_at, hash, raw, lookup, billing_email, order_total)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (store_id, resource, id, slug) DO NOTHING`
	sqlReplaceRecord = `UPDATE records SET parent_id = ?, status = ?, customer_id = ?, date_created_gmt = ?,
		date_modified_gmt = ?, seen_at = ?, hash = ?, raw = ?, lookup = ?, billing_email = ?, order_total = ?
		WHERE store_id = ? AND resource = +? AND id = ? AND slug = ?`
	sqlHeld = `SELECT parent_id, status, date_modified_gmt, seen_at, hash FROM records
		WHERE store_id = ? AND resource = +? AND id = ? AND slug = ?`
	sqlDropRecord = `DELETE FROM records WHERE store_id = ? AND resource = +? AND id = ? AND slug = ?`
	sqlLogChange  = `INSERT INTO changes (store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// Held says what the mirror holds of records.
func (t *Tx) Held(ctx context.Context, storeID int64, refs []storage.Ref) (map[storage.Ref]storage.Held, error) {
	held := make(map[storage.Ref]storage.Held, len(refs))
	for _, ref := range refs {
		var h storage.Held
		var modified sql.NullString
		var seen string
		var hash []byte
		found, err := t.row(ctx, sqlHeld, []any{storeID, string(ref.Resource), ref.ID, ref.Slug},
			&h.ParentID, &h.Status, &modified, &seen, &hash)
		if err != nil {
			return nil, fmt.Errorf("sqlite: store %d: look at %s: %w", storeID, ref, err)
		}
		if found {
			h.Modified, h.SeenAt = parseStoreDate(modified), column.ParseOurDate(seen)
			copy(h.Hash[:], hash)
			held[ref] = h
		}
	}
	return held, nil
}

// HeldRecords returns records with their text, as the transaction sees them.
func (t *Tx) HeldRecords(
	ctx context.Context, storeID int64, refs []storage.Ref,
) (map[storage.Ref]storage.Record, error) {
	held := make(map[storage.Ref]storage.Record, len(refs))
	for _, ref := range refs {
		r, err := oneRecord(ctx, t.tx, storeID, ref)
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			held[ref] = r
		}
	}
	return held, nil
}

// HeldChildren names the records that belong to a parent.
func (t *Tx) HeldChildren(
	ctx context.Context, storeID int64, resource storage.Resource, parent int64,
) ([]storage.Ref, error) {
	rows, err := t.tx.QueryContext(ctx, `SELECT id, slug FROM records
		WHERE store_id = ? AND resource = +? AND parent_id = ? AND parent_id <> 0 ORDER BY id, slug`,
		storeID, string(resource), parent)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var children []storage.Ref
	for rows.Next() {
		child := storage.Ref{Resource: resource}
		if err := rows.Scan(&child.ID, &child.Slug); err != nil {
			return nil, err
		}
		children = append(children, child)
	}
	return children, rows.Err()
}

// CouponsByCode lists the coupons with this code, ignoring case.
func (t *Tx) CouponsByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error) {
	return collect(each(ctx, t.tx, sqlLookUp, storeID, string(storage.Coupons),
		column.LookupKey(storage.Coupons, code)))
}

// AddRecords keeps the records that the mirror lacks, and returns the others.
func (t *Tx) AddRecords(ctx context.Context, storeID int64, records []storage.Record) ([]storage.Ref, error) {
	var there []storage.Ref
	for i := range records {
		r := &records[i]
		beside := column.BesideOf(r.Resource, r.ID, r.Raw)
		res, err := t.exec(ctx, sqlAddRecord, storeID, string(r.Resource), r.ID, r.Slug, r.ParentID, r.Status,
			r.CustomerID, column.StoreDate(r.Created), column.StoreDate(r.Modified), column.OurDate(r.SeenAt),
			r.Hash[:], string(r.Raw), beside.Lookup, beside.BillingEmail, beside.OrderTotal)
		if err != nil {
			return nil, fmt.Errorf("sqlite: store %d: keep %s: %w", storeID, r.Ref, err)
		}
		if n, err := res.RowsAffected(); err != nil {
			return nil, err
		} else if n == 0 {
			there = append(there, r.Ref)
		}
	}
	return there, nil
}

// ReplaceRecords replaces the records that the mirror holds under the same refs.
func (t *Tx) ReplaceRecords(ctx context.Context, storeID int64, records []storage.Record) error {
	for i := range records {
		r := &records[i]
		beside := column.BesideOf(r.Resource, r.ID, r.Raw)
		_, err := t.exec(ctx, sqlReplaceRecord, r.ParentID, r.Status, r.CustomerID, column.StoreDate(r.Created),
			column.StoreDate(r.Modified), column.OurDate(r.SeenAt), r.Hash[:], string(r.Raw), beside.Lookup,
			beside.BillingEmail, beside.OrderTotal, storeID, string(r.Resource), r.ID, r.Slug)
		if err != nil {
			return fmt.Errorf("sqlite: store %d: keep %s: %w", storeID, r.Ref, err)
		}
	}
	return nil
}

// DropRecords removes records.
func (t *Tx) DropRecords(ctx context.Context, storeID int64, refs []storage.Ref) error {
	for _, ref := range refs {
		if _, err := t.exec(ctx, sqlDropRecord, storeID, string(ref.Resource), ref.ID, ref.Slug); err != nil {
			return fmt.Errorf("sqlite: store %d: remove %s: %w", storeID, ref, err)
		}
	}
	return nil
}

// AddCounts adds to the numbers of records.
func (t *Tx) AddCounts(ctx context.Context, storeID int64, by map[storage.Resource]storage.Count) error {
	for resource, c := range by {
		_, err := t.exec(ctx, `INSERT INTO record_counts (store_id, resource, live, trash) VALUES (?, ?, ?, ?)
			ON CONFLICT (store_id, resource) DO UPDATE SET live = live + excluded.live, trash = trash + excluded.trash`,
			storeID, string(resource), c.Live, c.Trash)
		if err != nil {
			return fmt.Errorf("sqlite: store %d: count %s: %w", storeID, resource, err)
		}
	}
	return nil
}

// LogChanges appends to the log. With one writer the order of numbers is the order of the commits.
func (t *Tx) LogChanges(ctx context.Context, changes []storage.Change) (last int64, err error) {
	for i := range changes {
		c := &changes[i]
		var hash []byte // NULL for none
		if !c.Hash.IsZero() {
			hash = c.Hash[:]
		}
		res, err := t.exec(ctx, sqlLogChange, c.StoreID, string(c.Resource), c.ID, c.Slug, c.ParentID, string(c.Kind),
			column.OurDate(c.At), string(c.Origin), c.WriteID, hash)
		if err != nil {
			return 0, fmt.Errorf("sqlite: store %d: announce %s: %w", c.StoreID, c.Ref, err)
		}
		if last, err = res.LastInsertId(); err != nil {
			return 0, err
		}
		t.changed = true
	}
	return last, nil
}
