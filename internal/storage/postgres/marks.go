package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const markColumns = `m.resource, m.id, m.parent_id, m.reason, m.attempts, m.renewed, m.not_before`

func scanMark(row pgx.CollectableRow) (storage.Mark, error) {
	var m storage.Mark
	var resource, notBefore string
	err := row.Scan(&resource, &m.ID, &m.ParentID, &m.Reason, &m.Attempts, &m.Renewed, &notBefore)
	m.Resource, m.NotBefore = storage.Resource(resource), column.ParseOurDate(notBefore)
	return m, err
}

// Marks lists the marks of a resource that are due, by ascending identifier.
func (db *DB) Marks(
	ctx context.Context, storeID int64, resource storage.Resource, due time.Time, limit int,
) ([]storage.Mark, error) {
	return list(ctx, pooled{db}, scanMark, `SELECT `+markColumns+` FROM marks m
		WHERE store_id = $1 AND resource = $2 AND not_before <= $3 ORDER BY id, parent_id`+limited(limit),
		storeID, string(resource), column.OurDate(due))
}

// MarkCounts is the number of marks of each resource of a store, due or not.
func (db *DB) MarkCounts(ctx context.Context, storeID int64) (map[storage.Resource]int, error) {
	type row struct {
		resource string
		n        int
	}
	rows, err := list(ctx, pooled{db}, func(r pgx.CollectableRow) (one row, err error) {
		err = r.Scan(&one.resource, &one.n)
		return one, err
	}, `SELECT resource, COUNT(*) FROM marks WHERE store_id = $1 GROUP BY resource`, storeID)
	counts := map[storage.Resource]int{}
	for _, row := range rows {
		counts[storage.Resource(row.resource)] = row.n
	}
	return counts, err
}

// markValues turns marks into arrays, one for each column of their keys, and one of the values that also returns.
func markValues[T any](storeID int64, marks []storage.Mark, also func(storage.Mark) T) []any {
	n := len(marks)
	resources, ids, parents, more := make([]string, n), make([]int64, n), make([]int64, n), make([]T, n)
	for i, m := range marks {
		resources[i], ids[i], parents[i], more[i] = string(m.Resource), m.ID, m.ParentID, also(m)
	}
	return []any{storeID, resources, ids, parents, more}
}

const isMark = ` m.store_id = $1 AND m.resource = k.resource AND m.id = k.id AND m.parent_id = k.parent_id`

// HeldMarks returns those of the given marks that exist, as they are now.
func (t *Tx) HeldMarks(ctx context.Context, storeID int64, marks []storage.Mark) ([]storage.Mark, error) {
	if len(marks) == 0 {
		return nil, nil
	}
	keys := markValues(storeID, marks, func(storage.Mark) int { return 0 })[:4]
	return list(ctx, t.tx, scanMark, `SELECT `+markColumns+`
		FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS k (resource, id, parent_id) JOIN marks m ON`+isMark, keys...)
}

// AddMarks adds marks. Existing ones are renewed.
func (t *Tx) AddMarks(ctx context.Context, storeID int64, marks []storage.Mark) error {
	type key struct {
		resource   storage.Resource
		id, parent int64
	}
	// One statement cannot write a row twice, so a mark that is given twice follows in another statement.
	for len(marks) > 0 {
		seen := make(map[key]bool, len(marks))
		var now, later []storage.Mark
		for _, m := range marks {
			k := key{m.Resource, m.ID, m.ParentID}
			if seen[k] {
				later = append(later, m)
				continue
			}
			seen[k] = true
			now = append(now, m)
		}
		reasons := make([]string, len(now))
		for i, m := range now {
			reasons[i] = clean(m.Reason)
		}
		args := markValues(storeID, now, func(m storage.Mark) string { return column.OurDate(m.NotBefore) })
		_, err := t.exec(ctx, `INSERT INTO marks AS m (store_id, resource, id, parent_id, reason, attempts, not_before)
			SELECT $1, k.resource, k.id, k.parent_id, k.reason, 0, k.not_before
			FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])
				AS k (resource, id, parent_id, not_before, reason)
			ON CONFLICT (store_id, resource, id, parent_id) DO UPDATE SET renewed = m.renewed + 1,
				not_before = CASE m.attempts WHEN 0 THEN LEAST(m.not_before, excluded.not_before) ELSE m.not_before END`,
			append(args, reasons)...)
		if err != nil {
			return err
		}
		marks = later
	}
	return nil
}

// DropMarks removes marks, except those that were renewed since they were read.
func (t *Tx) DropMarks(ctx context.Context, storeID int64, marks []storage.Mark) error {
	if len(marks) == 0 {
		return nil
	}
	_, err := t.exec(ctx, `DELETE FROM marks m USING unnest($2::text[], $3::bigint[], $4::bigint[], $5::integer[])
		AS k (resource, id, parent_id, renewed) WHERE`+isMark+` AND m.renewed <= k.renewed`,
		markValues(storeID, marks, func(m storage.Mark) int32 { return int32(m.Renewed) })...)
	return err
}

// FailMarks delays marks to their NotBefore, with their Reason and one attempt more.
func (t *Tx) FailMarks(ctx context.Context, storeID int64, marks []storage.Mark) error {
	if len(marks) == 0 {
		return nil
	}
	reasons := make([]string, len(marks))
	for i, m := range marks {
		reasons[i] = clean(m.Reason)
	}
	args := markValues(storeID, marks, func(m storage.Mark) string { return column.OurDate(m.NotBefore) })
	_, err := t.exec(ctx, `UPDATE marks m SET attempts = m.attempts + 1, not_before = k.not_before, reason = k.reason
		FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[])
			AS k (resource, id, parent_id, not_before, reason) WHERE`+isMark, append(args, reasons)...)
	return err
}

// OutdateMarks counts an attempt on each mark of a record.
func (t *Tx) OutdateMarks(ctx context.Context, storeID int64, ref storage.Ref) error {
	_, err := t.exec(ctx, `UPDATE marks SET attempts = attempts + 1 WHERE store_id = $1 AND resource = $2 AND id = $3`,
		storeID, string(ref.Resource), ref.ID)
	return err
}
