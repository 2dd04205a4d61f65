package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/waybillhq/waybill/internal/storage"
)

// Apply writes a batch into a store's mirror in one transaction, fenced by the claim: records, the changes that follow
// from them, cursors and marks. A record whose content is what the mirror holds leaves no trace, so applying a batch
// twice changes nothing the second time.
func (db *DB) Apply(ctx context.Context, claim storage.Claim, batches ...storage.Batch) (storage.Applied, error) {
	var applied storage.Applied
	err := db.Write(ctx, func(tx *Tx) error {
		if err := tx.Fence(ctx, claim); err != nil {
			return err
		}
		for _, batch := range batches {
			one, err := tx.Apply(ctx, claim.StoreID, batch)
			if err != nil {
				return err
			}
			applied = applied.Add(one)
		}
		return nil
	})
	if err != nil {
		return storage.Applied{}, err
	}
	return applied, nil
}

// Apply is [DB.Apply] inside a transaction that does more, such as marking the write done whose answer the batch holds.
// It does not look at claims: call [Tx.Fence] where one is held.
func (t *Tx) Apply(ctx context.Context, storeID int64, batch storage.Batch) (storage.Applied, error) {
	return t.apply(ctx, storeID, batch, origins{})
}

// apply is Apply with what is known about whose doing the batch is.
func (t *Tx) apply(ctx context.Context, storeID int64, batch storage.Batch, known origins) (storage.Applied, error) {
	a := applier{tx: t, storeID: storeID, batch: &batch, counts: map[storage.Resource]*storage.Count{}}
	known.tx, known.storeID, known.batch = t, storeID, &batch
	a.origins = known
	if batch.Origin == "" {
		batch.Origin = storage.Foreign
	}
	if batch.Now.IsZero() {
		batch.Now = t.Now()
	}
	a.at = ourDate(batch.Now)
	for i := range batch.Records {
		if err := a.put(ctx, &batch.Records[i]); err != nil {
			return a.applied, fmt.Errorf("sqlite: store %d: keep %s: %w", storeID, batch.Records[i].Ref, err)
		}
	}
	for _, ref := range batch.Gone {
		if err := a.remove(ctx, ref); err != nil {
			return a.applied, fmt.Errorf("sqlite: store %d: remove %s: %w", storeID, ref, err)
		}
	}
	if err := a.keepCounts(ctx); err != nil {
		return a.applied, err
	}
	if err := t.keepMarks(ctx, storeID, &batch); err != nil {
		return a.applied, err
	}
	return a.applied, t.keepCursors(ctx, storeID, batch.Cursors, a.at)
}

type applier struct {
	tx      *Tx
	storeID int64
	batch   *storage.Batch
	at      string
	applied storage.Applied
	counts  map[storage.Resource]*storage.Count
	origins origins
}

const (
	sqlInsertRecord = `INSERT INTO records (store_id, resource, id, slug, parent_id, status, customer_id,
		date_created_gmt, date_modified_gmt, seen_at, hash, raw) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (store_id, resource, id, slug) DO NOTHING`
	sqlReadState    = `SELECT rowid, hash, status FROM records WHERE store_id = ? AND resource = ? AND id = ? AND slug = ?`
	sqlReadRaw      = `SELECT raw, parent_id FROM records WHERE rowid = ?`
	sqlUpdateRecord = `UPDATE records SET parent_id = ?, status = ?, customer_id = ?, date_created_gmt = ?, date_modified_gmt = ?,
		seen_at = ?, hash = ?, raw = ? WHERE rowid = ?`
	sqlDeleteRecord = `DELETE FROM records WHERE store_id = ? AND resource = ? AND id = ? AND slug = ? RETURNING status, parent_id, raw`
	sqlInsertChange = `INSERT INTO changes (store_id, resource, id, slug, parent_id, kind, at, origin, write_id, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// put keeps one record and logs what changed.
func (a *applier) put(ctx context.Context, r *storage.Record) error {
	if len(r.Raw) == 0 {
		return errors.New("it has no JSON")
	}
	if r.Hash == (storage.Hash{}) {
		r.Hash = storage.HashOf(r.Raw)
	}
	if a.batch.New {
		if inserted, err := a.insert(ctx, r); err != nil || inserted {
			return err
		}
	}
	state, err := a.tx.prepare(ctx, sqlReadState)
	if err != nil {
		return err
	}
	var rowid int64
	var hash []byte
	var status string
	err = state.QueryRowContext(ctx, a.storeID, string(r.Resource), r.ID, r.Slug).Scan(&rowid, &hash, &status)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		_, err := a.insert(ctx, r)
		return err
	case err != nil:
		return err
	case storage.Hash(hash) == r.Hash:
		a.applied.Unchanged++
		return nil
	}
	return a.update(ctx, rowid, status, r)
}

func (a *applier) insert(ctx context.Context, r *storage.Record) (bool, error) {
	if early, err := a.early(ctx, r); err != nil || early {
		return early, err
	}
	res, err := a.tx.exec(
		ctx,
		sqlInsertRecord,
		a.storeID,
		string(r.Resource),
		r.ID,
		r.Slug,
		r.ParentID,
		r.Status,
		r.CustomerID,
		storeDate(r.Created),
		storeDate(r.Modified),
		a.at,
		r.Hash[:],
		string(r.Raw),
	)
	if err != nil {
		return false, err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	a.count(r.Resource, r.Status, 1)
	a.applied.Created++
	return true, a.log(ctx, r.Ref, r.ParentID, storage.Created, nil, r.Raw)
}

// early passes over a reading that may be older than a write of ours and has the record read again.
func (a *applier) early(ctx context.Context, r *storage.Record) (bool, error) {
	early, err := a.origins.tooEarly(ctx, r.Ref, r.ParentID, r.Raw)
	if early {
		a.applied.Unchanged++
		a.batch.Marks = append(
			a.batch.Marks,
			storage.Mark{Resource: r.Resource, ID: r.ID, ParentID: r.ParentID, Reason: readTooEarly},
		)
	}
	return early, err
}

func (a *applier) update(ctx context.Context, rowid int64, status string, r *storage.Record) error {
	old, err := a.tx.prepare(ctx, sqlReadRaw)
	if err != nil {
		return err
	}
	var raw []byte
	var parent int64
	if err := old.QueryRowContext(ctx, rowid).Scan(&raw, &parent); err != nil {
		return err
	}
	if parent == r.ParentID && a.batch.Same.Content(r.Resource, raw, r.Raw) {
		// Only the text differs, or what differs on every reading: there is nothing to tell anybody, and nothing worth
		// a write.
		a.applied.Unchanged++
		return nil
	}
	if early, err := a.early(ctx, r); err != nil || early {
		return err
	}
	_, err = a.tx.exec(
		ctx,
		sqlUpdateRecord,
		r.ParentID,
		r.Status,
		r.CustomerID,
		storeDate(r.Created),
		storeDate(r.Modified),
		a.at,
		r.Hash[:],
		string(r.Raw),
		rowid,
	)
	if err != nil {
		return err
	}
	a.count(r.Resource, status, -1)
	a.count(r.Resource, r.Status, 1)
	kind := storage.Updated
	switch {
	case r.Trashed() && status != storage.StatusTrash:
		kind = storage.Trashed
		a.applied.Trashed++
	case !r.Trashed() && status == storage.StatusTrash:
		kind = storage.Restored
		a.applied.Restored++
	default:
		a.applied.Updated++
	}
	return a.log(ctx, r.Ref, r.ParentID, kind, raw, r.Raw)
}

func (a *applier) remove(ctx context.Context, ref storage.Ref) error {
	prepared, err := a.tx.prepare(ctx, sqlDeleteRecord)
	if err != nil {
		return err
	}
	var status string
	var parent int64
	var raw []byte
	err = prepared.QueryRowContext(ctx, a.storeID, string(ref.Resource), ref.ID, ref.Slug).Scan(&status, &parent, &raw)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	a.count(ref.Resource, status, -1)
	a.applied.Deleted++
	return a.log(ctx, ref, parent, storage.Deleted, raw, nil)
}

// log announces a change that leads from one content to another; before is nil for a new record, after for one gone.
func (a *applier) log(
	ctx context.Context,
	ref storage.Ref,
	parent int64,
	kind storage.Kind,
	before, after []byte,
) error {
	origin, writeID, err := a.origins.of(ctx, ref, parent, before, after)
	if err != nil {
		return err
	}
	res, err := a.tx.exec(
		ctx,
		sqlInsertChange,
		a.storeID,
		string(ref.Resource),
		ref.ID,
		ref.Slug,
		parent,
		string(kind),
		a.at,
		string(origin),
		writeID,
		contentHash(after),
	)
	if err != nil {
		return err
	}
	a.tx.wrote = true
	a.applied.LastSeq, err = res.LastInsertId()
	return err
}

// contentHash is the hash of a record's content as a column takes it: NULL for none.
func contentHash(raw []byte) []byte {
	if raw == nil {
		return nil
	}
	hash := storage.HashOf(raw)
	return hash[:]
}

func (a *applier) count(r storage.Resource, status string, by int) {
	c := a.counts[r]
	if c == nil {
		c = new(storage.Count)
		a.counts[r] = c
	}
	if status == storage.StatusTrash {
		c.Trash += by
	} else {
		c.Live += by
	}
}

func (a *applier) keepCounts(ctx context.Context) error {
	for resource, c := range a.counts {
		if *c == (storage.Count{}) {
			continue
		}
		_, err := a.tx.exec(ctx, `INSERT INTO record_counts (store_id, resource, live, trash) VALUES (?, ?, ?, ?)
			ON CONFLICT (store_id, resource) DO UPDATE SET live = live + excluded.live, trash = trash + excluded.trash`,
			a.storeID, string(resource), c.Live, c.Trash)
		if err != nil {
			return fmt.Errorf("sqlite: store %d: count %s: %w", a.storeID, resource, err)
		}
	}
	return nil
}
