package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Record reads one record, or fails with storage.ErrNotFound.
func (db *DB) Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error) {
	return oneRecord(ctx, db.readers, storeID, ref)
}

func oneRecord(ctx context.Context, q querier, storeID int64, ref storage.Ref) (storage.Record, error) {
	r, err := scanRecord(q.QueryRowContext(ctx, `SELECT `+recordColumns+` FROM records
		WHERE store_id = ? AND resource = +? AND id = ? AND slug = ?`, storeID, string(ref.Resource), ref.ID, ref.Slug))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("store %d: %s: %w", storeID, ref, storage.ErrNotFound)
	}
	return r, err
}

// Records yields the records of a query one by one, from one consistent state of the database. Memory does not grow
// with their number.
func (db *DB) Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error] {
	query, args, indexed := db.searchOf(ctx, q)
	if !indexed {
		query, args = listOf(q)
	}
	return each(ctx, db.readers, query, args...)
}

// listOf is the SQL for the records of a query. A plus stops SQLite, which has no statistics, from walking a whole
// resource in the order of its ids where an index leads to the few records that are looked up.
func listOf(q storage.Query) (string, []any) {
	where, args := whereOf(q)
	plus := ""
	if q.Email != "" || q.SKU != "" {
		plus = `+`
	}
	order := ` ORDER BY ` + plus + `id DESC, slug`
	if q.OldestFirst {
		order = ` ORDER BY ` + plus + `id, slug`
	}
	return `SELECT ` + recordColumns + ` FROM records` + where + order + ` LIMIT ? OFFSET ?`,
		append(args, limitOr(q.Limit), q.Offset)
}

// CountRecords is how many records a query selects, without its limit.
func (db *DB) CountRecords(ctx context.Context, q storage.Query) (int, error) {
	where, args := whereOf(q)
	var n int
	err := db.readers.QueryRowContext(ctx, `SELECT COUNT(*) FROM records`+where, args...).Scan(&n)
	return n, err
}

func each(ctx context.Context, from querier, query string, args ...any) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		rows, err := from.QueryContext(ctx, query, args...)
		if err != nil {
			yield(storage.Record{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			r, err := scanRecord(rows)
			if !yield(r, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(storage.Record{}, err)
		}
	}
}

// Counts is how many records of a resource the mirror of a store holds.
func (db *DB) Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error) {
	var c storage.Count
	err := db.readers.QueryRowContext(ctx, `SELECT live, trash FROM record_counts WHERE store_id = ? AND resource = ?`,
		storeID, string(resource)).Scan(&c.Live, &c.Trash)
	if errors.Is(err, sql.ErrNoRows) {
		return storage.Count{}, nil
	}
	return c, err
}

// CreatedAt is the creation date of the n-th record (from 0), in the order of these dates. It counts a resource's
// records outside the trash that were created in [from, to); a zero bound leaves that side open. It is zero when there
// is no such record.
func (db *DB) CreatedAt(
	ctx context.Context,
	storeID int64,
	resource storage.Resource,
	from, to time.Time,
	n int,
) (time.Time, error) {
	where, args := whereOf(storage.Query{StoreID: storeID, Resource: resource, CreatedFrom: from, CreatedBefore: to})
	var created sql.NullString
	err := db.readers.QueryRowContext(ctx, `SELECT date_created_gmt FROM records`+where+
		` AND date_created_gmt IS NOT NULL ORDER BY date_created_gmt LIMIT 1 OFFSET ?`, append(args, n)...).
		Scan(&created)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return parseStoreDate(created), err
}

// Between yields the records of a range in the order of their identifiers.
func (db *DB) Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error] {
	query := `SELECT ` + recordColumns + ` FROM records WHERE store_id = ? AND resource = +? AND id > ? AND id <= ?`
	args := []any{storeID, string(r.Resource), r.AfterID, r.ToID}
	if r.Trash {
		query += ` AND status = 'trash'`
	} else {
		query += ` AND status <> 'trash'`
	}
	if r.ParentID != 0 {
		query += ` AND parent_id = ?`
		args = append(args, r.ParentID)
	}
	if !r.CreatedFrom.IsZero() {
		query += ` AND date_created_gmt >= ?`
		args = append(args, column.StoreDate(r.CreatedFrom))
	}
	if !r.CreatedBefore.IsZero() {
		query += ` AND date_created_gmt < ?`
		args = append(args, column.StoreDate(r.CreatedBefore))
	}
	return each(ctx, db.readers, query+` ORDER BY id`, args...)
}

// Children yields the records of a resource that belong to a parent.
func (db *DB) Children(
	ctx context.Context,
	storeID int64,
	resource storage.Resource,
	parent int64,
) iter.Seq2[storage.Record, error] {
	return each(
		ctx,
		db.readers,
		`SELECT `+recordColumns+` FROM records WHERE store_id = ? AND resource = +? AND parent_id = ? AND parent_id <> 0 ORDER BY id`,
		storeID,
		string(resource),
		parent,
	)
}

// FindBySKU lists the products and variations with exactly this SKU.
func (db *DB) FindBySKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error) {
	return collect(each(ctx, db.readers, `SELECT `+recordColumns+` FROM records WHERE store_id = ?
		AND resource IN ('products', 'variations') AND lookup = ? AND lookup <> '' ORDER BY id`, storeID, sku))
}

// FindByEmail lists the customers with this e-mail address, ignoring case.
func (db *DB) FindByEmail(ctx context.Context, storeID int64, email string) ([]storage.Record, error) {
	return db.lookUp(ctx, storeID, storage.Customers, email)
}

// FindByCode lists the coupons with this code, ignoring case.
func (db *DB) FindByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error) {
	return db.lookUp(ctx, storeID, storage.Coupons, code)
}

// sqlLookUp orders by +id, since by id SQLite reads all records of the resource in their order in place of the few that
// the index of lookup has.
const sqlLookUp = `SELECT ` + recordColumns + ` FROM records
	WHERE store_id = ? AND resource = ? AND lookup = ? AND lookup <> '' ORDER BY +id`

func (db *DB) lookUp(
	ctx context.Context, storeID int64, resource storage.Resource, asked string,
) ([]storage.Record, error) {
	return collect(each(ctx, db.readers, sqlLookUp, storeID, string(resource), column.LookupKey(resource, asked)))
}

func collect(records iter.Seq2[storage.Record, error]) ([]storage.Record, error) {
	var list []storage.Record
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, nil
}

// OrdersByNumber lists the orders with a number that people know them by, those in the trash included. In most shops an
// order's number is its id; a plugin may give it another number.
func (db *DB) OrdersByNumber(ctx context.Context, storeID int64, number string) ([]storage.Record, error) {
	orders, err := db.lookUp(ctx, storeID, storage.Orders, number)
	if err != nil {
		return nil, err
	}
	if id, err := strconv.ParseInt(number, 10, 64); err == nil && strconv.FormatInt(id, 10) == number {
		r, err := db.Record(ctx, storeID, storage.Ref{Resource: storage.Orders, ID: id})
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return nil, err
		case storage.OrderNumber(r) == number:
			orders = append(orders, r)
		}
	}
	return orders, nil
}
