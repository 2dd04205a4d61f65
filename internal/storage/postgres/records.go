package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const recordColumns = `store_id, resource, id, slug, parent_id, status, customer_id, date_created_gmt, date_modified_gmt, seen_at,
	hash, raw, exact`

func scanRecord(row pgx.CollectableRow) (storage.Record, error) {
	var r storage.Record
	var resource, seen string
	var created, modified *string
	var hash, raw, exact []byte
	err := row.Scan(&r.StoreID, &resource, &r.ID, &r.Slug, &r.ParentID, &r.Status, &r.CustomerID, &created, &modified,
		&seen,
		&hash, &raw, &exact)
	if err != nil {
		return r, err
	}
	r.Resource, r.SeenAt = storage.Resource(resource), column.ParseOurDate(seen)
	r.Created, r.Modified = column.ParseStoreDate(created), column.ParseStoreDate(modified)
	if r.Raw = raw; exact != nil {
		r.Raw = exact
	}
	copy(r.Hash[:], hash)
	return r, nil
}

// Record reads one record, or fails with storage.ErrNotFound.
func (db *DB) Record(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error) {
	r, err := one(ctx, pooled{db}, scanRecord, `SELECT `+recordColumns+` FROM records
		WHERE store_id = $1 AND resource = $2 AND id = $3 AND slug = $4`, storeID, string(ref.Resource), ref.ID, clean(ref.Slug))
	if errors.Is(err, storage.ErrNotFound) {
		err = fmt.Errorf("store %d: %s: %w", storeID, ref, err)
	}
	return r, err
}

func whereOf(q storage.Query) *condition {
	c := &condition{}
	c.add(`store_id = ?`, q.StoreID)
	c.add(`resource = ?`, string(q.Resource))
	switch {
	case len(q.Statuses) > 0:
		c.add(`status = ANY (?)`, cleaned(q.Statuses))
	case !q.WithTrash:
		c.add(`status <> 'trash'`)
	}
	if !q.CreatedFrom.IsZero() {
		c.add(`date_created_gmt >= ?`, column.StoreDate(q.CreatedFrom))
	}
	if !q.CreatedBefore.IsZero() {
		c.add(`date_created_gmt < ?`, column.StoreDate(q.CreatedBefore))
	}
	if !q.ModifiedFrom.IsZero() {
		c.add(`date_modified_gmt >= ?`, column.StoreDate(q.ModifiedFrom))
	}
	if q.CustomerID != 0 {
		c.add(`customer_id = ?`, q.CustomerID)
	}
	if q.ParentID != 0 {
		c.add(`parent_id = ?`, q.ParentID)
	}
	if q.Number != "" {
		id, err := strconv.ParseInt(q.Number, 10, 64)
		if err != nil || strconv.FormatInt(id, 10) != q.Number {
			id = -1
		}
		c.add(`resource = 'orders' AND (lookup = ? OR id = ? AND lookup = '')`, clean(q.Number), id)
	}
	if q.Email != "" && q.Resource == storage.Customers {
		c.add(`resource = 'customers' AND lookup = ?`, clean(column.LookupKey(storage.Customers, q.Email)))
	} else if q.Email != "" {
		c.add(`resource = 'orders' AND lower(raw -> 'billing' ->> 'email') = lower(?)`, clean(q.Email))
	}
	if q.SKU != "" {
		c.add(`resource IN ('products', 'variations') AND lookup = ?`, clean(q.SKU))
	}
	if text := strings.TrimSpace(q.Text); text != "" {
		c.add(`search LIKE ?`, clean(column.Pattern(text)))
	}
	return c
}

func cleaned(texts []string) []string {
	all := make([]string, len(texts))
	for i, text := range texts {
		all[i] = clean(text)
	}
	return all
}

// Records yields the records of a query one by one. It reads them in pages, so that no transaction stays open while the
// caller works on them. Each record comes once, as it was when its page was read.
func (db *DB) Records(ctx context.Context, q storage.Query) iter.Seq2[storage.Record, error] {
	place := after{newest: !q.OldestFirst}
	if q.After != nil {
		place.begun, place.id, place.slug = true, q.After.ID, clean(q.After.Slug)
	}
	return db.pages(ctx, whereOf(q), place, q.Limit, q.Offset)
}

// CountRecords is how many records a query selects, without its limit.
func (db *DB) CountRecords(ctx context.Context, q storage.Query) (int, error) {
	where := whereOf(q)
	return one(ctx, pooled{db}, value[int], `SELECT COUNT(*) FROM records`+where.String(), where.args...)
}

// Between yields the records of a range in the order of their identifiers.
func (db *DB) Between(ctx context.Context, storeID int64, r storage.Range) iter.Seq2[storage.Record, error] {
	c := &condition{}
	c.add(`store_id = ?`, storeID)
	c.add(`resource = ?`, string(r.Resource))
	c.add(`id > ?`, r.AfterID)
	c.add(`id <= ?`, r.ToID)
	if r.Trash {
		c.add(`status = 'trash'`)
	} else {
		c.add(`status <> 'trash'`)
	}
	if r.ParentID != 0 {
		c.add(`parent_id = ?`, r.ParentID)
	}
	if !r.CreatedFrom.IsZero() {
		c.add(`date_created_gmt >= ?`, column.StoreDate(r.CreatedFrom))
	}
	if !r.CreatedBefore.IsZero() {
		c.add(`date_created_gmt < ?`, column.StoreDate(r.CreatedBefore))
	}
	return db.pages(ctx, c, after{}, 0, 0)
}

// Children yields the records of a resource that belong to a parent, in the order of their ids. For parent 0 there are
// none.
func (db *DB) Children(
	ctx context.Context, storeID int64, resource storage.Resource, parent int64,
) iter.Seq2[storage.Record, error] {
	c := &condition{}
	c.add(`store_id = ?`, storeID)
	c.add(`resource = ?`, string(resource))
	c.add(`parent_id = ?`, parent)
	c.add(`parent_id <> 0`)
	return db.pages(ctx, c, after{}, 0, 0)
}

// after is a place in the order of records: by identifier, then by slug.
type after struct {
	newest bool // identifiers fall
	begun  bool
	id     int64
	slug   string
}

func (a after) order() string {
	if a.newest {
		return ` ORDER BY id DESC, slug`
	}
	return ` ORDER BY id, slug`
}

// behind adds the condition for the records after the place.
func (a after) behind(c *condition) *condition {
	switch {
	case !a.begun:
		return c
	case a.newest:
		return c.with(`id <= ? AND (id < ? OR slug > ?)`, a.id, a.id, a.slug)
	}
	return c.with(`(id, slug) > (?, ?)`, a.id, a.slug)
}

// firstPage and mostOfPage are how many records one query reads. The first pages are small, for callers that need few
// records. A full page takes a few megabytes, and makes the cost of a query small.
const firstPage, mostOfPage = 100, 1000

// pages yields records after a place. It skips the first offset records and yields at most limit, or all where limit is
// 0.
func (db *DB) pages(
	ctx context.Context, where *condition, place after, limit, offset int,
) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		left, size := limit, firstPage
		for {
			if limit > 0 {
				size = min(size, left)
			}
			c := place.behind(where)
			page, err := list(ctx, pooled{db}, scanRecord,
				`SELECT `+recordColumns+` FROM records`+c.String()+place.order()+
					` LIMIT `+strconv.Itoa(size)+` OFFSET `+strconv.Itoa(offset), c.args...)
			if err != nil {
				yield(storage.Record{}, err)
				return
			}
			for _, r := range page {
				if !yield(r, nil) {
					return
				}
			}
			left -= len(page)
			if len(page) < size || limit > 0 && left == 0 {
				return
			}
			last := page[len(page)-1]
			place.begun, place.id, place.slug = true, last.ID, last.Slug
			size, offset = min(2*size, mostOfPage), 0
		}
	}
}

// Counts is how many records of a resource the mirror of a store holds.
func (db *DB) Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error) {
	c, err := one(ctx, pooled{db}, func(row pgx.CollectableRow) (c storage.Count, err error) {
		err = row.Scan(&c.Live, &c.Trash)
		return c, err
	}, `SELECT live, trash FROM record_counts WHERE store_id = $1 AND resource = $2`, storeID, string(resource))
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Count{}, nil
	}
	return c, err
}

// CreatedAt is the creation date of the n-th record (from 0), in the order of these dates. It counts a resource's
// records outside the trash that were created in [from, to); a zero bound leaves that side open. It is zero when there
// is no such record.
func (db *DB) CreatedAt(
	ctx context.Context, storeID int64, resource storage.Resource, from, to time.Time, n int,
) (time.Time, error) {
	where := whereOf(storage.Query{StoreID: storeID, Resource: resource, CreatedFrom: from, CreatedBefore: to})
	created, err := one(ctx, pooled{db}, value[*string], `SELECT date_created_gmt FROM records`+where.String()+
		` AND date_created_gmt IS NOT NULL ORDER BY date_created_gmt LIMIT 1 OFFSET `+strconv.Itoa(n), where.args...)
	if errors.Is(err, storage.ErrNotFound) {
		return time.Time{}, nil
	}
	return column.ParseStoreDate(created), err
}

const sqlLookup = `SELECT ` + recordColumns + ` FROM records
	WHERE store_id = $1 AND resource = ANY ($2) AND lookup = $3 AND lookup <> '' ORDER BY id`

func lookUp(
	ctx context.Context, from querier, storeID int64, asked string, resources ...storage.Resource,
) ([]storage.Record, error) {
	names := make([]string, len(resources))
	for i, r := range resources {
		names[i] = string(r)
	}
	return list(ctx, from, scanRecord, sqlLookup, storeID, names, clean(column.LookupKey(resources[0], asked)))
}

// FindBySKU lists the products and variations with exactly this SKU.
func (db *DB) FindBySKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error) {
	return lookUp(ctx, pooled{db}, storeID, sku, storage.Products, storage.Variations)
}

// FindByEmail lists the customers with this e-mail address, ignoring case.
func (db *DB) FindByEmail(ctx context.Context, storeID int64, email string) ([]storage.Record, error) {
	return lookUp(ctx, pooled{db}, storeID, email, storage.Customers)
}

// FindByCode lists the coupons with this code, ignoring case.
func (db *DB) FindByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error) {
	return lookUp(ctx, pooled{db}, storeID, code, storage.Coupons)
}

// CouponsByCode lists the coupons with this code, ignoring case, as the transaction sees them.
func (t *Tx) CouponsByCode(ctx context.Context, storeID int64, code string) ([]storage.Record, error) {
	return lookUp(ctx, t.tx, storeID, code, storage.Coupons)
}

// OrdersByNumber lists the orders with a number that people know them by, those in the trash included. In most shops an
// order's number is its id; a plugin may give it another number.
func (db *DB) OrdersByNumber(ctx context.Context, storeID int64, number string) ([]storage.Record, error) {
	orders, err := lookUp(ctx, pooled{db}, storeID, number, storage.Orders)
	if err != nil {
		return nil, err
	}
	if id, err := strconv.ParseInt(number, 10, 64); err == nil {
		r, err := db.Record(ctx, storeID, storage.Ref{Resource: storage.Orders, ID: id})
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return nil, err
		case storage.OrderNumber(r) == number && strconv.FormatInt(id, 10) == number:
			orders = append(orders, r) // else it was looked up
		}
	}
	return orders, nil
}
