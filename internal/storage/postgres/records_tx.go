package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// refs names records as arrays, to be joined with a table by unnest.
type refs struct {
	resources []string
	ids       []int64
	slugs     []string
}

func refsOf(all []storage.Ref) refs {
	var r refs
	for _, ref := range all {
		r.add(ref)
	}
	return r
}

func (r *refs) add(ref storage.Ref) {
	r.resources, r.ids = append(r.resources, string(ref.Resource)), append(r.ids, ref.ID)
	r.slugs = append(r.slugs, clean(ref.Slug))
}

// byRef finds the records of $1 named by $2, $3 and $4.
const byRef = ` FROM unnest($2::text[], $3::bigint[], $4::text[]) AS k (resource, id, slug)
	JOIN records r ON r.store_id = $1 AND r.resource = k.resource AND r.id = k.id AND r.slug = k.slug`

// Held says what the mirror holds of records, without their text.
func (t *Tx) Held(ctx context.Context, storeID int64, all []storage.Ref) (map[storage.Ref]storage.Held, error) {
	type row struct {
		ref  storage.Ref
		held storage.Held
	}
	k := refsOf(all)
	rows, err := list(ctx, t.tx, func(r pgx.CollectableRow) (one row, err error) {
		var resource, seen string
		var modified *string
		var hash []byte
		err = r.Scan(&resource, &one.ref.ID, &one.ref.Slug, &one.held.ParentID, &one.held.Status, &modified, &seen,
			&hash)
		one.ref.Resource = storage.Resource(resource)
		one.held.Modified, one.held.SeenAt = column.ParseStoreDate(modified), column.ParseOurDate(seen)
		copy(one.held.Hash[:], hash)
		return one, err
	}, `SELECT r.resource, r.id, r.slug, r.parent_id, r.status, r.date_modified_gmt, r.seen_at, r.hash`+byRef,
		storeID, k.resources, k.ids, k.slugs)
	held := make(map[storage.Ref]storage.Held, len(rows))
	for _, row := range rows {
		held[row.ref] = row.held
	}
	return held, err
}

// HeldRecords returns records with their text.
func (t *Tx) HeldRecords(
	ctx context.Context, storeID int64, all []storage.Ref,
) (map[storage.Ref]storage.Record, error) {
	k := refsOf(all)
	rows, err := list(ctx, t.tx, scanRecord, `SELECT r.store_id, r.resource, r.id, r.slug, r.parent_id, r.status,
		r.customer_id, r.date_created_gmt, r.date_modified_gmt, r.seen_at, r.hash, r.raw, r.exact`+byRef,
		storeID, k.resources, k.ids, k.slugs)
	held := make(map[storage.Ref]storage.Record, len(rows))
	for _, r := range rows {
		held[r.Ref] = r
	}
	return held, err
}

// HeldChildren names the records of a resource that belong to a parent, in the order of their identifiers.
func (t *Tx) HeldChildren(
	ctx context.Context, storeID int64, resource storage.Resource, parent int64,
) ([]storage.Ref, error) {
	return list(ctx, t.tx, func(row pgx.CollectableRow) (storage.Ref, error) {
		child := storage.Ref{Resource: resource}
		err := row.Scan(&child.ID, &child.Slug)
		return child, err
	}, `SELECT id, slug FROM records WHERE store_id = $1 AND resource = $2 AND parent_id = $3 AND parent_id <> 0 ORDER BY id`,
		storeID, string(resource), parent)
}

// recordValues turns records into arrays, one for each column, so that one statement writes any number of them.
func recordValues(storeID int64, records []storage.Record) []any {
	n := len(records)
	parents, customers := make([]int64, n), make([]int64, n)
	statuses, seen, lookups, searches := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	created, modified := make([]*string, n), make([]*string, n)
	hashes, raws, exacts := make([][]byte, n), make([][]byte, n), make([][]byte, n)
	var k refs
	for i := range records {
		r := &records[i]
		k.add(r.Ref)
		parents[i], customers[i], statuses[i] = r.ParentID, r.CustomerID, clean(r.Status)
		created[i], modified[i], seen[i] = column.StoreDate(r.Created), column.StoreDate(r.Modified),
			column.OurDate(r.SeenAt)
		hashes[i] = r.Hash[:]
		raws[i], exacts[i] = readable(r.Raw)
		lookups[i] = clean(column.Lookup(r.Resource, r.ID, raws[i]))
		searches[i] = clean(column.SearchText(r.Resource, raws[i]))
	}
	return []any{storeID, k.resources, k.ids, k.slugs, parents, statuses, customers, created, modified, seen, hashes,
		raws,
		exacts, lookups, searches}
}

const givenRecords = `unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::bigint[], $8::text[], $9::text[],
	$10::text[], $11::bytea[], $12::json[], $13::bytea[], $14::text[], $15::text[])
	AS k (resource, id, slug, parent_id, status, customer_id, date_created_gmt, date_modified_gmt, seen_at, hash, raw, exact,
		lookup, search)`

// AddRecords keeps the records that the mirror lacks, and returns the others.
func (t *Tx) AddRecords(ctx context.Context, storeID int64, records []storage.Record) (there []storage.Ref, err error) {
	if len(records) == 0 {
		return nil, nil
	}
	added, err := list(ctx, t.tx, scanRef, `INSERT INTO records (store_id, resource, id, slug, parent_id, status, customer_id,
			date_created_gmt, date_modified_gmt, seen_at, hash, raw, exact, lookup, search)
		SELECT $1, k.* FROM `+givenRecords+`
		ON CONFLICT (store_id, resource, id, slug) DO NOTHING RETURNING resource, id, slug`,
		recordValues(storeID, records)...)
	if err != nil || len(added) == len(records) {
		return nil, err
	}
	fresh := make(map[storage.Ref]bool, len(added))
	for _, ref := range added {
		fresh[ref] = true
	}
	for _, r := range records {
		if !fresh[r.Ref] {
			there = append(there, r.Ref)
		}
	}
	return there, nil
}

func scanRef(row pgx.CollectableRow) (storage.Ref, error) {
	var ref storage.Ref
	var resource string
	err := row.Scan(&resource, &ref.ID, &ref.Slug)
	ref.Resource = storage.Resource(resource)
	return ref, err
}

// ReplaceRecords replaces the records that the mirror holds under the same refs.
func (t *Tx) ReplaceRecords(ctx context.Context, storeID int64, records []storage.Record) error {
	if len(records) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `UPDATE records r SET parent_id = k.parent_id, status = k.status, customer_id = k.customer_id,
			date_created_gmt = k.date_created_gmt, date_modified_gmt = k.date_modified_gmt, seen_at = k.seen_at, hash = k.hash,
			raw = k.raw, exact = k.exact, lookup = k.lookup, search = k.search
		FROM `+givenRecords+`
		WHERE r.store_id = $1 AND r.resource = k.resource AND r.id = k.id AND r.slug = k.slug`, recordValues(storeID, records)...)
	return err
}

// DropRecords removes records.
func (t *Tx) DropRecords(ctx context.Context, storeID int64, all []storage.Ref) error {
	if len(all) == 0 {
		return nil
	}
	k := refsOf(all)
	_, err := t.exec(ctx, `DELETE FROM records r USING unnest($2::text[], $3::bigint[], $4::text[]) AS k (resource, id, slug)
		WHERE r.store_id = $1 AND r.resource = k.resource AND r.id = k.id AND r.slug = k.slug`,
		storeID, k.resources, k.ids, k.slugs)
	return err
}

// AddCounts adds to the numbers of records.
func (t *Tx) AddCounts(ctx context.Context, storeID int64, by map[storage.Resource]storage.Count) error {
	var resources []string
	for r, c := range by {
		if c != (storage.Count{}) {
			resources = append(resources, string(r))
		}
	}
	if len(resources) == 0 {
		return nil
	}
	slices.Sort(resources)
	live, trash := make([]int64, len(resources)), make([]int64, len(resources))
	for i, r := range resources {
		c := by[storage.Resource(r)]
		live[i], trash[i] = int64(c.Live), int64(c.Trash)
	}
	_, err := t.exec(ctx, `INSERT INTO record_counts AS c (store_id, resource, live, trash)
		SELECT $1, k.* FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS k
		ON CONFLICT (store_id, resource) DO UPDATE SET live = c.live + excluded.live, trash = c.trash + excluded.trash`,
		storeID, resources, live, trash)
	return err
}
