package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const (
	writeColumns = `seq, id, store_id, key, action, resource, record_id, parent_id, force, body, base, policy, state, epoch,
	attempts, lost, floor, accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed`
	sqlAddWrite = `INSERT INTO writes (id, store_id, key, subject, action, resource, record_id, parent_id, force, body, base,
		policy, state, epoch, attempts, lost, floor, accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (store_id, key) DO NOTHING`
	sqlSaveWrite = `UPDATE writes SET (action, resource, record_id, parent_id, force, body, base, policy, state, epoch,
		attempts, lost, floor, accepted_at, sent_at, missed_at, next_at, done_at, reason, asked, allowed) =
		(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?`
)

// writeValues are the columns of a write that may change, in the order of sqlSaveWrite.
func writeValues(w storage.Write) ([]any, error) {
	reason := ""
	if w.Reason != nil {
		text, err := json.Marshal(w.Reason)
		if err != nil {
			return nil, err
		}
		reason = string(text)
	}
	return []any{
		string(w.Action), string(w.Resource), w.RecordID, w.ParentID, w.Force, string(w.Body), string(w.Base),
		string(w.Policy), string(w.State), w.Epoch, w.Attempts, w.Lost, w.Floor, column.OurDate(w.AcceptedAt),
		column.OurDate(w.SentAt), column.OurDate(w.MissedAt), column.OurDate(w.NextAt), column.OurDate(w.DoneAt),
		reason, string(w.Asked), strings.Join(w.Allowed, "\n"),
	}, nil
}

func scanWrite(row scanner) (storage.Write, error) {
	var w storage.Write
	var body, base, accepted, sent, missed, next, done, reason, asked, allowed string
	err := row.Scan(&w.Seq, &w.ID, &w.StoreID, &w.Key, &w.Action, &w.Resource, &w.RecordID, &w.ParentID, &w.Force,
		&body,
		&base, &w.Policy, &w.State, &w.Epoch, &w.Attempts, &w.Lost, &w.Floor, &accepted, &sent, &missed, &next, &done,
		&reason, &asked, &allowed)
	if err != nil {
		return w, err
	}
	w.AcceptedAt, w.SentAt = column.ParseOurDate(accepted), column.ParseOurDate(sent)
	w.MissedAt = column.ParseOurDate(missed)
	w.NextAt, w.DoneAt = column.ParseOurDate(next), column.ParseOurDate(done)
	w.Body, w.Base, w.Asked = jsonOrNil(body), jsonOrNil(base), jsonOrNil(asked)
	if allowed != "" {
		w.Allowed = strings.Split(allowed, "\n")
	}
	if reason != "" {
		w.Reason = new(storage.WriteReason)
		if err := json.Unmarshal([]byte(reason), w.Reason); err != nil {
			return w, fmt.Errorf("reason of write %s: %w", w.ID, err)
		}
	}
	return w, nil
}

func jsonOrNil(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// AddWrites keeps the writes whose keys are new.
func (t *Tx) AddWrites(ctx context.Context, writes []storage.Write) ([]storage.Write, error) {
	stored := make([]storage.Write, len(writes))
	for i, w := range writes {
		values, err := writeValues(w)
		if err != nil {
			return nil, err
		}
		if _, err := t.exec(ctx, sqlAddWrite, append([]any{w.ID, w.StoreID, w.Key, w.Subject()},
			values...)...); err != nil {
			return nil, fmt.Errorf("sqlite: accept write %s: %w", w.ID, err)
		}
		if stored[i], err = writeByKey(ctx, t.tx, w.StoreID, w.Key); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// SaveWrites replaces writes, except their number, store, key and subject.
func (t *Tx) SaveWrites(ctx context.Context, writes []storage.Write) error {
	for _, w := range writes {
		values, err := writeValues(w)
		if err != nil {
			return err
		}
		res, err := t.exec(ctx, sqlSaveWrite, append(values, w.ID)...)
		if err := oneChanged(res, err, "write %s", w.ID); err != nil {
			return err
		}
	}
	return nil
}

// WriteByID is the write with an id.
func (db *DB) WriteByID(ctx context.Context, id string) (storage.Write, error) {
	w, err := scanWrite(db.readers.QueryRowContext(ctx, `SELECT `+writeColumns+` FROM writes WHERE id = ?`, id))
	return w, notFound(err, "write %s", id)
}

// WriteByKey is the write that was accepted under a caller's key.
func (db *DB) WriteByKey(ctx context.Context, storeID int64, key string) (storage.Write, error) {
	return writeByKey(ctx, db.readers, storeID, key)
}

func writeByKey(ctx context.Context, from querier, storeID int64, key string) (storage.Write, error) {
	w, err := scanWrite(from.QueryRowContext(ctx,
		`SELECT `+writeColumns+` FROM writes WHERE store_id = ? AND key = ?`, storeID, key))
	return w, notFound(err, "key %q", key)
}

// MadeBy returns, of the given records, those that a finished create has made, with the id of that write.
func (db *DB) MadeBy(
	ctx context.Context, storeID int64, resource storage.Resource, ids []int64,
) (map[int64]string, error) {
	made := map[int64]string{}
	for _, id := range ids {
		var write string
		err := db.readers.QueryRowContext(ctx, `SELECT id FROM writes WHERE store_id = ? AND resource = ? AND record_id = ?
			AND action = 'create' AND state = 'done' AND record_id <> 0 LIMIT 1`, storeID, string(resource), id).Scan(&write)
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

// SeenEffect is the record that last entered the mirror as the effect of a create. It may have been deleted since.
func (db *DB) SeenEffect(ctx context.Context, w storage.Write) (storage.Ref, error) {
	ref := storage.Ref{Resource: w.Resource}
	err := db.readers.QueryRowContext(ctx, `SELECT id FROM changes WHERE write_id = ? AND write_id <> '' AND store_id = ?
		AND resource = ? AND kind = 'created' ORDER BY seq DESC LIMIT 1`, w.ID, w.StoreID, string(w.Resource)).Scan(&ref.ID)
	return ref, notFound(err, "effect of write %s", w.ID)
}

const sqlOutbox = `SELECT epoch, settled_at, lessons FROM outboxes WHERE store_id = ?`

// Outbox is what is kept about sending to a store.
func (db *DB) Outbox(ctx context.Context, storeID int64) (storage.Outbox, error) {
	return scanOutbox(storeID, db.readers.QueryRowContext(ctx, sqlOutbox, storeID))
}

// OutboxOf is what is kept about sending to a store, as the transaction sees it.
func (t *Tx) OutboxOf(ctx context.Context, storeID int64) (storage.Outbox, error) {
	return scanOutbox(storeID, t.tx.QueryRowContext(ctx, sqlOutbox, storeID))
}

func scanOutbox(storeID int64, row scanner) (storage.Outbox, error) {
	o := storage.Outbox{StoreID: storeID}
	var settled, lessons string
	err := row.Scan(&o.Epoch, &settled, &lessons)
	if errors.Is(err, sql.ErrNoRows) {
		return o, nil
	}
	o.SettledAt, o.Lessons = column.ParseOurDate(settled), jsonOrNil(lessons)
	return o, err
}

// SaveOutbox replaces what is kept about sending to a store.
func (t *Tx) SaveOutbox(ctx context.Context, o storage.Outbox) error {
	_, err := t.exec(ctx, `INSERT INTO outboxes (store_id, epoch, settled_at, lessons) VALUES (?, ?, ?, ?)
		ON CONFLICT (store_id) DO UPDATE SET epoch = excluded.epoch, settled_at = excluded.settled_at,
			lessons = excluded.lessons`, o.StoreID, o.Epoch, column.OurDate(o.SettledAt), string(o.Lessons))
	return err
}
