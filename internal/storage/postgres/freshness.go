package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

// Freshness lists what is kept of freshness.
func (db *DB) Freshness(ctx context.Context, q storage.FreshQuery) ([]storage.Fresh, error) {
	where := &condition{}
	where.add(`TRUE`)
	if q.StoreID != 0 {
		where.add(`store_id = ?`, q.StoreID)
	}
	if q.Resource != "" || q.Whole {
		where.add(`resource = ?`, string(q.Resource))
	}
	if !q.Since.IsZero() {
		where.add(`(until_at = '' OR until_at > ?)`, column.OurDate(q.Since))
	}
	if q.Now {
		where.add(`until_at = ''`)
	}
	if q.FirstStore != 0 || q.LastStore != 0 {
		where.add(`store_id BETWEEN ? AND ?`, q.FirstStore, q.LastStore)
	}
	scan := func(row pgx.CollectableRow) (f storage.Fresh, err error) {
		var resource, from, until string
		var usual int64
		err = row.Scan(&f.StoreID, &resource, &from, &until, &f.State, &usual)
		f.Resource = storage.Resource(resource)
		f.From, f.Until = column.ParseOurDate(from), column.ParseOurDate(until)
		f.Usual = time.Duration(usual) * time.Millisecond
		return f, err
	}
	return list(ctx, pooled{db}, scan, `SELECT store_id, resource, from_at, until_at, state, usual FROM freshness`+
		where.String()+` ORDER BY store_id, resource, from_at`, where.args...)
}

// Watched lists the times through which somebody looked.
func (db *DB) Watched(ctx context.Context, since time.Time) ([]storage.Watched, error) {
	scan := func(row pgx.CollectableRow) (w storage.Watched, err error) {
		var from, until string
		err = row.Scan(&from, &until)
		w.From, w.Until = column.ParseOurDate(from), column.ParseOurDate(until)
		return w, err
	}
	return list(ctx, pooled{db}, scan, `SELECT from_at, until_at FROM freshness_watched WHERE until_at > $1 ORDER BY from_at`,
		column.OurDate(since))
}

// BeginFresh ends what a store or resource is and begins what it is from then on.
func (t *Tx) BeginFresh(ctx context.Context, fresh []storage.Fresh) error {
	var batch pgx.Batch
	for _, f := range fresh {
		from, resource := column.OurDate(f.From), clean(string(f.Resource))
		batch.Queue(`UPDATE freshness SET until_at = $1 WHERE store_id = $2 AND resource = $3 AND until_at = ''`, from,
			f.StoreID, resource)
		batch.Queue(`INSERT INTO freshness (store_id, resource, from_at, state, usual)
			SELECT id, $2, $3, $4, $5 FROM stores WHERE id = $1 FOR KEY SHARE
			ON CONFLICT (store_id, resource, from_at) DO UPDATE SET state = excluded.state, usual = excluded.usual,
			until_at = ''`, f.StoreID, resource, from, clean(f.State), f.Usual.Milliseconds())
	}
	return told(t.tx.SendBatch(ctx, &batch).Close())
}

// Watching notes that somebody looks at a time.
func (t *Tx) Watching(ctx context.Context, at time.Time, gap time.Duration) error {
	n, err := t.exec(ctx, `UPDATE freshness_watched SET until_at = $1 WHERE from_at = (SELECT max(from_at) FROM
		freshness_watched) AND until_at >= $2`, column.OurDate(at), column.OurDate(at.Add(-gap)))
	if err != nil || n > 0 {
		return err
	}
	_, err = t.exec(ctx, `INSERT INTO freshness_watched (from_at, until_at) VALUES ($1, $1)
		ON CONFLICT (from_at) DO UPDATE SET until_at = excluded.until_at`, column.OurDate(at))
	return err
}

// DropFreshness forgets what had ended before a time.
func (t *Tx) DropFreshness(ctx context.Context, before time.Time, limit int) (int64, error) {
	if _, err := t.exec(ctx, `DELETE FROM freshness_watched WHERE until_at < $1`, column.OurDate(before)); err != nil {
		return 0, err
	}
	return t.exec(ctx, `DELETE FROM freshness WHERE (store_id, resource, from_at) IN (SELECT store_id, resource, from_at
		FROM freshness WHERE until_at <> '' AND until_at < $1`+limited(limit)+`)`, column.OurDate(before))
}
