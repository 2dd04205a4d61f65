package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// OutboxLessons is what sending to a store has taught so far; the zero value before the first lesson.
func (db *DB) OutboxLessons(ctx context.Context, storeID int64) (outbox.Lessons, error) {
	var lessons outbox.Lessons
	var text string
	err := db.readers.QueryRowContext(ctx, `SELECT lessons FROM outbox_lessons WHERE store_id = ?`, storeID).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return lessons, nil
	}
	if err != nil {
		return lessons, err
	}
	if err := json.Unmarshal([]byte(text), &lessons); err != nil {
		return lessons, fmt.Errorf("lessons of store %d: %w", storeID, err)
	}
	return lessons, nil
}

// KeepLessons keeps what was learned.
func (db *DB) KeepLessons(ctx context.Context, claim storage.Claim, lessons outbox.Lessons) error {
	text, err := json.Marshal(lessons)
	if err != nil {
		return err
	}
	return db.Write(ctx, func(tx *Tx) error {
		if err := tx.fenceOutbox(ctx, claim); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `INSERT INTO outbox_lessons (store_id, lessons) VALUES (?, ?)
			ON CONFLICT (store_id) DO UPDATE SET lessons = excluded.lessons`, claim.StoreID, string(text))
		return err
	})
}

// MadeBy names, of the records given, those that a write of ours made, with the write's id.
func (db *DB) MadeBy(
	ctx context.Context,
	storeID int64,
	resource storage.Resource,
	ids []int64,
) (map[int64]string, error) {
	made := map[int64]string{}
	for _, id := range ids {
		var write string
		err := db.readers.QueryRowContext(ctx, `SELECT id FROM writes WHERE store_id = ? AND resource = ? AND record_id = ? AND action = 'create'
			AND state = 'done' AND record_id <> 0 LIMIT 1`, storeID, string(resource), id).
			Scan(&write)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		made[id] = write
	}
	return made, nil
}

// SeenEffect says whether the mirror has seen a record that a write made, and which: it may have been deleted since.
func (db *DB) SeenEffect(ctx context.Context, w outbox.Write) (storage.Ref, error) {
	ref := storage.Ref{Resource: w.Resource}
	err := db.readers.QueryRowContext(ctx, `SELECT id FROM changes WHERE write_id = ? AND write_id <> '' AND store_id = ? AND resource = ? AND kind = 'created'
		ORDER BY seq DESC LIMIT 1`, w.ID, w.StoreID, string(w.Resource)).
		Scan(&ref.ID)
	return ref, notFound(err, "effect of write %s", w.ID)
}
