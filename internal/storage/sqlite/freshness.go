package sqlite

import (
	"context"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Freshness lists what is kept of freshness.
func (db *DB) Freshness(ctx context.Context, q storage.FreshQuery) ([]storage.Fresh, error) {
	where, args := []string{`TRUE`}, []any{}
	add := func(piece string, values ...any) { where, args = append(where, piece), append(args, values...) }
	if q.StoreID != 0 {
		add(`store_id = ?`, q.StoreID)
	}
	if q.Resource != "" || q.Whole {
		add(`resource = ?`, string(q.Resource))
	}
	if !q.Since.IsZero() {
		add(`(until_at = '' OR until_at > ?)`, column.OurDate(q.Since))
	}
	if q.Now {
		add(`until_at = ''`)
	}
	if q.FirstStore != 0 || q.LastStore != 0 {
		add(`store_id BETWEEN ? AND ?`, q.FirstStore, q.LastStore)
	}
	scan := func(row scanner) (f storage.Fresh, err error) {
		var from, until string
		var usual int64
		err = row.Scan(&f.StoreID, &f.Resource, &from, &until, &f.State, &usual)
		f.From, f.Until = column.ParseOurDate(from), column.ParseOurDate(until)
		f.Usual = time.Duration(usual) * time.Millisecond
		return f, err
	}
	return rows(ctx, db.readers, scan, `SELECT store_id, resource, from_at, until_at, state, usual FROM freshness WHERE `+
		strings.Join(where, ` AND `)+` ORDER BY store_id, resource, from_at`, args...)
}

// Watched lists the times through which somebody looked.
func (db *DB) Watched(ctx context.Context, since time.Time) ([]storage.Watched, error) {
	scan := func(row scanner) (w storage.Watched, err error) {
		var from, until string
		err = row.Scan(&from, &until)
		w.From, w.Until = column.ParseOurDate(from), column.ParseOurDate(until)
		return w, err
	}
	return rows(ctx, db.readers, scan, `SELECT from_at, until_at FROM freshness_watched WHERE until_at > ? ORDER BY from_at`,
		column.OurDate(since))
}

// BeginFresh ends what a store or resource is and begins what it is from then on.
func (t *Tx) BeginFresh(ctx context.Context, fresh []storage.Fresh) error {
	for _, f := range fresh {
		from := column.OurDate(f.From)
		if _, err := t.exec(ctx, `UPDATE freshness SET until_at = ? WHERE store_id = ? AND resource = ? AND until_at = ''`,
			from, f.StoreID, string(f.Resource)); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO freshness (store_id, resource, from_at, state, usual)
			SELECT id, ?, ?, ?, ? FROM stores WHERE id = ?
			ON CONFLICT (store_id, resource, from_at) DO UPDATE SET state = excluded.state, usual = excluded.usual,
			until_at = ''`, string(f.Resource), from, f.State, f.Usual.Milliseconds(), f.StoreID); err != nil {
			return err
		}
	}
	return nil
}

// Watching notes that somebody looks at a time.
func (t *Tx) Watching(ctx context.Context, at time.Time, gap time.Duration) error {
	res, err := t.exec(ctx, `UPDATE freshness_watched SET until_at = ?1 WHERE from_at = (SELECT max(from_at) FROM
		freshness_watched) AND until_at >= ?2`, column.OurDate(at), column.OurDate(at.Add(-gap)))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO freshness_watched (from_at, until_at) VALUES (?1, ?1)
		ON CONFLICT (from_at) DO UPDATE SET until_at = excluded.until_at`, column.OurDate(at))
	return err
}

// DropFreshness forgets what had ended before a time.
func (t *Tx) DropFreshness(ctx context.Context, before time.Time, limit int) (int64, error) {
	if _, err := t.exec(ctx, `DELETE FROM freshness_watched WHERE until_at < ?`, column.OurDate(before)); err != nil {
		return 0, err
	}
	res, err := t.exec(ctx, `DELETE FROM freshness WHERE (store_id, resource, from_at) IN (SELECT store_id, resource, from_at
		FROM freshness WHERE until_at <> '' AND until_at < ? LIMIT ?)`, column.OurDate(before), limitOr(limit))
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}
