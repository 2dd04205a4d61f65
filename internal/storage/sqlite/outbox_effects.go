package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// children are what goes with a record that is deleted for good.
var children = map[storage.Resource][]storage.Resource{
	storage.Orders:   {storage.Refunds, storage.OrderNotes, storage.Fulfillments},
	storage.Products: {storage.Variations},
}

// applyEffect lets what a write did into the mirror, marked as our own doing as far as it is, so that a two-way
// integration does not take its own write for somebody else's, nor the other way round.
func (t *Tx) applyEffect(ctx context.Context, w outbox.Write, e outbox.Effect) error {
	batch := storage.Batch{Origin: storage.Own, WriteID: w.ID}
	if err := t.outdate(ctx, w.StoreID, e.Ref); err != nil {
		return err
	}
	var err error
	if batch.Marks, err = t.follows(ctx, w.StoreID, e); err != nil {
		return err
	}
	if e.Raw == nil {
		gone, err := t.withChildren(ctx, w.StoreID, e.Ref)
		if err != nil {
			return err
		}
		batch.Gone = gone
	} else {
		record, err := storage.ParseRecord(e.Ref.Resource, e.ParentID, e.Raw)
		if err != nil {
			return err
		}
		newer, seen, err := t.mirroredAfter(ctx, w.StoreID, record)
		if err != nil {
			return err
		}
		if !seen.Before(w.SentAt) && readAgain[e.Ref.Resource] {
			// A pull has brought the record while the write was under way: which of the two is older only another
			// reading tells, and until then the store's own stamps.
			batch.Marks = append(batch.Marks, storage.Mark{
				Resource: e.Ref.Resource, ID: e.Ref.ID, ParentID: e.ParentID, Reason: readTooEarly,
			})
		}
		if !newer {
			batch.Records = []storage.Record{record}
		}
	}
	applied, err := t.apply(ctx, w.StoreID, batch, origins{settling: &w})
	if err != nil {
		return err
	}
	if applied.Created > 0 && w.Action == outbox.Create && w.Lost > 0 && !outbox.Untouched(w, e.Raw) {
		// Found some time after it was created, and no longer as it was asked for: somebody's edit is announced too.
		_, err = t.exec(
			ctx,
			sqlInsertChange,
			w.StoreID,
			string(e.Ref.Resource),
			e.Ref.ID,
			e.Ref.Slug,
			e.ParentID,
			string(storage.Updated),
			ourDate(t.Now()),
			string(storage.Foreign),
			"",
			contentHash(e.Raw),
		)
	}
	return err
}

// follows marks what has to be read again because a record enters the mirror past the pull.
func (t *Tx) follows(ctx context.Context, storeID int64, e outbox.Effect) ([]storage.Mark, error) {
	held, err := t.db.Record(ctx, storeID, e.Ref)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return nil, err
	}
	if held.Raw != nil && e.Raw != nil && storage.SameContent(e.Ref.Resource, held.Raw, e.Raw) {
		return nil, nil
	}
	coupons := func(code string) ([]storage.Record, error) { return t.db.FindByCode(ctx, storeID, code) }
	return mirror.Follows(e.Ref, e.ParentID, held.Raw, e.Raw, coupons)
}

// mirroredAfter says whether the mirror's copy of a record carries a later stamp of the store than this one, and when
// it came; the zero time when there is none.
func (t *Tx) mirroredAfter(
	ctx context.Context,
	storeID int64,
	r storage.Record,
) (newer bool, seen time.Time, err error) {
	var modified sql.NullString
	var at string
	err = t.tx.QueryRowContext(ctx, `SELECT date_modified_gmt, seen_at FROM records WHERE store_id = ? AND resource = ? AND id = ? AND slug = ?`,
		storeID, string(r.Resource), r.ID, r.Slug).
		Scan(&modified, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return false, time.Time{}, nil
	}
	return parseStoreDate(modified).After(r.Modified), parseOurDate(at), err
}

// ObserveRecords lets records that were read before a write into the mirror, as far as it has nothing newer.
func (db *DB) ObserveRecords(ctx context.Context, claim storage.Claim, seen []outbox.Effect) error {
	return db.Write(ctx, func(tx *Tx) error {
		if err := tx.fenceOutbox(ctx, claim); err != nil {
			return err
		}
		var batch storage.Batch
		for _, e := range seen {
			record, err := storage.ParseRecord(e.Ref.Resource, e.ParentID, e.Raw)
			if err != nil {
				return err
			}
			newer, _, err := tx.mirroredAfter(ctx, claim.StoreID, record)
			if err != nil {
				return err
			}
			if newer {
				continue
			}
			marks, err := tx.follows(ctx, claim.StoreID, e)
			if err != nil {
				return err
			}
			batch.Records, batch.Marks = append(batch.Records, record), append(batch.Marks, marks...)
		}
		// Writes of one record follow each other, so this was read after the last one of ours.
		_, err := tx.apply(ctx, claim.StoreID, batch, origins{fresh: true})
		return err
	})
}

// withChildren lists a record behind everything that belongs to it.
func (t *Tx) withChildren(ctx context.Context, storeID int64, ref storage.Ref) ([]storage.Ref, error) {
	var gone []storage.Ref
	for _, resource := range children[ref.Resource] {
		rows, err := t.tx.QueryContext(
			ctx,
			`SELECT id FROM records WHERE store_id = ? AND resource = ? AND parent_id = ? AND parent_id <> 0 ORDER BY id`,
			storeID,
			string(resource),
			ref.ID,
		)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			child := storage.Ref{Resource: resource}
			if err := rows.Scan(&child.ID); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			gone = append(gone, child)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return append(gone, ref), nil
}

// MirroredRecord is a record of the mirror, or storage.ErrNotFound.
func (db *DB) MirroredRecord(ctx context.Context, storeID int64, ref storage.Ref) (storage.Record, error) {
	return db.Record(ctx, storeID, ref)
}

// MirroredSKU gives every product and variation outside the trash that has a SKU.
func (db *DB) MirroredSKU(ctx context.Context, storeID int64, sku string) ([]storage.Record, error) {
	rows, err := db.readers.QueryContext(ctx, `SELECT `+recordColumns+` FROM records
		WHERE store_id = ? AND resource IN ('products', 'variations') AND raw ->> '$.sku' = ? AND status <> 'trash' ORDER BY id LIMIT 10`, storeID, sku)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var records []storage.Record
	for rows.Next() {
		r, err := scanRecord(rows)
		if err != nil {
			return nil, err
		}
		records = append(records, r)
	}
	return records, rows.Err()
}

// MirroredEmail finds a customer by e-mail address, whatever its case.
func (db *DB) MirroredEmail(ctx context.Context, storeID int64, email string) (storage.Record, error) {
	r, err := scanRecord(db.readers.QueryRowContext(ctx, `SELECT `+recordColumns+` FROM records
		WHERE store_id = ? AND resource = 'customers' AND lower(raw ->> '$.email') = lower(?) LIMIT 1`, storeID, email))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("e-mail %q: %w", email, storage.ErrNotFound)
	}
	return r, err
}
