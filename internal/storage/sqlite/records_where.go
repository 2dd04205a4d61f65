package sqlite

import (
	"database/sql"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const recordColumns = `store_id, resource, id, slug, parent_id, status, customer_id, date_created_gmt, date_modified_gmt, seen_at, hash, raw`

func scanRecord(row scanner) (storage.Record, error) {
	var r storage.Record
	var resource, seen string
	var created, modified sql.NullString
	var hash, raw []byte
	err := row.Scan(
		&r.StoreID,
		&resource,
		&r.ID,
		&r.Slug,
		&r.ParentID,
		&r.Status,
		&r.CustomerID,
		&created,
		&modified,
		&seen,
		&hash,
		&raw,
	)
	if err != nil {
		return r, err
	}
	r.Resource, r.Created = storage.Resource(resource), parseStoreDate(created)
	r.Modified, r.SeenAt = parseStoreDate(modified), column.ParseOurDate(seen)
	r.Raw = raw
	copy(r.Hash[:], hash)
	return r, nil
}

// whereOf is the SQL condition for the records of a query.
func whereOf(q storage.Query) (string, []any) {
	conditions := []string{`store_id = ?`, `resource = +?`}
	if q.Email != "" || q.SKU != "" {
		conditions[1] = `+resource = +?` // see listOf
	}
	args := []any{q.StoreID, string(q.Resource)}
	add := func(condition string, values ...any) {
		conditions = append(conditions, condition)
		args = append(args, values...)
	}
	switch {
	case len(q.Statuses) > 0:
		in := make([]any, len(q.Statuses))
		for i, s := range q.Statuses {
			in[i] = s
		}
		add(`status IN (?`+strings.Repeat(`, ?`, len(in)-1)+`)`, in...)
	case !q.WithTrash:
		add(`status <> 'trash'`)
	}
	if !q.CreatedFrom.IsZero() {
		add(`date_created_gmt >= ?`, column.StoreDate(q.CreatedFrom))
	}
	if !q.CreatedBefore.IsZero() {
		add(`date_created_gmt < ?`, column.StoreDate(q.CreatedBefore))
	}
	if !q.ModifiedFrom.IsZero() {
		add(`date_modified_gmt >= ?`, column.StoreDate(q.ModifiedFrom))
	}
	if q.CustomerID != 0 {
		add(`customer_id = ?`, q.CustomerID)
	}
	if q.ParentID != 0 {
		add(`parent_id = ?`, q.ParentID)
	}
	byName(q, add)
	if q.After != nil && q.OldestFirst {
		add(`(id, slug) > (?, ?)`, q.After.ID, q.After.Slug)
	} else if q.After != nil {
		add(`id <= ? AND (id < ? OR slug > ?)`, q.After.ID, q.After.ID, q.After.Slug)
	}
	if text := strings.TrimSpace(q.Text); text != "" {
		found, values := textCondition(q, text)
		add(found, values...)
	}
	return ` WHERE ` + strings.Join(conditions, ` AND `), args
}

// byName adds the conditions on number, e-mail and SKU. Each condition names the resource as a literal, because SQLite
// uses the index of a resource only then.
func byName(q storage.Query, add func(condition string, values ...any)) {
	if q.Number != "" {
		id, err := strconv.ParseInt(q.Number, 10, 64)
		if err != nil || strconv.FormatInt(id, 10) != q.Number {
			id = -1
		}
		add(`id IN (SELECT ? UNION ALL SELECT id FROM records WHERE store_id = ? AND resource = 'orders' AND lookup = ?
			AND lookup <> '') AND lookup IN ('', ?)`, id, q.StoreID, q.Number, q.Number)
	}
	if q.Email != "" && q.Resource == storage.Customers {
		add(`resource = 'customers' AND lookup = ? AND lookup <> ''`, column.LookupKey(storage.Customers, q.Email))
	} else if q.Email != "" {
		add(`lower(billing_email) = lower(?) AND resource = 'orders'`, q.Email)
	}
	if q.SKU != "" {
		add(`resource IN ('products', 'variations') AND lookup = ? AND lookup <> ''`, q.SKU)
	}
}
