package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const hookColumns = `SELECT store_id, path, state, why, webhooks, secret_sent, reached, checked_at, rotated_at, repairs, wakes,
	pings, refused, pinged_at, delivered_at, refused_at FROM hooks `

// Hooks lists all hooks by store.
func (db *DB) Hooks(ctx context.Context) ([]storage.Hook, error) {
	return rows(ctx, db.readers, scanHook, hookColumns+`ORDER BY store_id`)
}

// Hook is the hook of a store.
func (db *DB) Hook(ctx context.Context, storeID int64) (storage.Hook, error) {
	h, err := scanHook(db.readers.QueryRowContext(ctx, hookColumns+`WHERE store_id = ?`, storeID))
	return h, notFound(err, "hook of store %d", storeID)
}

// HookByPath is the hook at an address.
func (db *DB) HookByPath(ctx context.Context, path string) (storage.Hook, error) {
	h, err := scanHook(db.readers.QueryRowContext(ctx, hookColumns+`WHERE path = ?`, path))
	return h, notFound(err, "hook")
}

func scanHook(row scanner) (h storage.Hook, err error) {
	var webhooks, checked, rotated, pinged, delivered, refused string
	err = row.Scan(&h.StoreID, &h.Path, &h.State, &h.Why, &webhooks, &h.SecretSent, &h.Reached, &checked, &rotated,
		&h.Repairs, &h.Wakes, &h.Pings, &h.Refused, &pinged, &delivered, &refused)
	if err != nil {
		return h, err
	}
	h.CheckedAt, h.RotatedAt = column.ParseOurDate(checked), column.ParseOurDate(rotated)
	h.PingedAt, h.DeliveredAt = column.ParseOurDate(pinged), column.ParseOurDate(delivered)
	h.RefusedAt = column.ParseOurDate(refused)
	return h, json.Unmarshal([]byte(webhooks), &h.Webhooks)
}

// AddHook keeps a hook.
func (t *Tx) AddHook(ctx context.Context, h storage.Hook) error {
	_, err := t.exec(ctx, `INSERT INTO hooks (store_id, path, state) VALUES (?, ?, ?)`, h.StoreID, h.Path, string(h.State))
	if isUnique(err) || isPrimaryKey(err) {
		return fmt.Errorf("hook of store %d: %w", h.StoreID, storage.ErrExists)
	}
	if err := ofStore(err, h.StoreID); err != nil {
		return err
	}
	return t.SaveHook(ctx, h)
}

func isPrimaryKey(err error) bool {
	coded := (*sqlite.Error)(nil)
	return errors.As(err, &coded) && coded.Code() == sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY
}

// LockHook reads a hook. It needs no lock, because only one transaction writes at a time.
func (t *Tx) LockHook(ctx context.Context, storeID int64) (storage.Hook, error) {
	h, err := scanHook(t.tx.QueryRowContext(ctx, hookColumns+`WHERE store_id = ?`, storeID))
	return h, notFound(err, "hook of store %d", storeID)
}

// SaveHook replaces a hook, except its path and its counts.
func (t *Tx) SaveHook(ctx context.Context, h storage.Hook) error {
	webhooks, err := json.Marshal(append([]storage.HookWebhook{}, h.Webhooks...))
	if err != nil {
		return err
	}
	res, err := t.exec(ctx, `UPDATE hooks SET state = ?, why = ?, webhooks = ?, secret_sent = ?, reached = ?, checked_at = ?,
		rotated_at = ?, repairs = ? WHERE store_id = ?`, string(h.State), h.Why, string(webhooks), h.SecretSent, h.Reached,
		column.OurDate(h.CheckedAt), column.OurDate(h.RotatedAt), h.Repairs, h.StoreID)
	return oneChanged(res, err, "hook of store %d", h.StoreID)
}

// NoteHook adds to the counts of a hook. The times are texts that sort in the order of time.
func (t *Tx) NoteHook(ctx context.Context, storeID int64, n storage.HookNote) error {
	_, err := t.exec(ctx, `UPDATE hooks SET wakes = max(wakes + ?, 0), pings = pings + ?, refused = refused + ?,
		delivered_at = max(delivered_at, ?), pinged_at = max(pinged_at, ?), refused_at = max(refused_at, ?)
		WHERE store_id = ?`, n.Wakes, n.Pings, n.Refused, column.OurDate(n.DeliveredAt), column.OurDate(n.PingedAt),
		column.OurDate(n.RefusedAt), storeID)
	return err
}

// KeepDeliveries keeps the deliveries that are new.
func (t *Tx) KeepDeliveries(ctx context.Context, deliveries []storage.Delivery) ([]bool, error) {
	kept := make([]bool, len(deliveries))
	for i, d := range deliveries {
		res, err := t.exec(ctx, `INSERT INTO deliveries (store_id, key, resource, id, parent_id, received_at)
			VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, d.StoreID, d.Key[:], string(d.Resource), d.ID, d.ParentID,
			column.OurDate(d.ReceivedAt))
		if err != nil {
			return nil, fmt.Errorf("sqlite: deliveries: %w", err)
		}
		n, err := res.RowsAffected()
		if err != nil {
			return nil, err
		}
		kept[i] = n > 0
	}
	return kept, nil
}

// TakeDeliveries returns deliveries of a store that were not taken yet, the oldest first, and marks them taken.
func (t *Tx) TakeDeliveries(ctx context.Context, storeID int64, limit int) ([]storage.Delivery, error) {
	taken, err := rows(ctx, t.tx, scanDelivery, `SELECT store_id, key, resource, id, parent_id, received_at FROM deliveries
		WHERE store_id = ? AND taken = 0 ORDER BY received_at, key LIMIT ?`, storeID, limitOr(limit))
	if err != nil {
		return nil, err
	}
	for _, d := range taken {
		_, err := t.exec(ctx, `UPDATE deliveries SET taken = 1 WHERE store_id = ? AND key = ?`, storeID, d.Key[:])
		if err != nil {
			return nil, err
		}
	}
	return taken, nil
}

func scanDelivery(row scanner) (d storage.Delivery, err error) {
	var key []byte
	var received string
	err = row.Scan(&d.StoreID, &key, &d.Resource, &d.ID, &d.ParentID, &received)
	copy(d.Key[:], key)
	d.ReceivedAt = column.ParseOurDate(received)
	return d, err
}

// DropDeliveries removes the taken deliveries of a store that came before a time.
func (t *Tx) DropDeliveries(ctx context.Context, storeID int64, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM deliveries WHERE store_id = ? AND taken = 1 AND received_at < ?`, storeID,
		column.OurDate(before))
	return err
}

// DeliveryOf is when a webhook of a store first named a record.
func (db *DB) DeliveryOf(
	ctx context.Context, storeID int64, ref storage.Ref, from, until time.Time,
) (time.Time, error) {
	var first string
	err := db.readers.QueryRowContext(ctx, `SELECT COALESCE(MIN(received_at), '') FROM deliveries WHERE store_id = ?
		AND taken IN (0, 1) AND received_at >= ? AND received_at <= ? AND resource = ? AND id = ?`, storeID,
		column.OurDate(from), column.OurDate(until), string(ref.Resource), ref.ID).Scan(&first)
	return column.ParseOurDate(first), err
}
