package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const hookColumns = `SELECT store_id, path, state, why, webhooks, secret_sent <> 0, reached <> 0, checked_at, rotated_at, repairs,
	wakes, pings, refused, pinged_at, delivered_at, refused_at FROM hooks `

// Hooks lists all hooks by store.
func (db *DB) Hooks(ctx context.Context) ([]storage.Hook, error) {
	return list(ctx, pooled{db}, scanHook, hookColumns+`ORDER BY store_id`)
}

// Hook is the hook of a store.
func (db *DB) Hook(ctx context.Context, storeID int64) (storage.Hook, error) {
	h, err := one(ctx, pooled{db}, scanHook, hookColumns+`WHERE store_id = $1`, storeID)
	return h, named(err, "hook of store %d", storeID)
}

// HookByPath is the hook at an address.
func (db *DB) HookByPath(ctx context.Context, path string) (storage.Hook, error) {
	h, err := one(ctx, pooled{db}, scanHook, hookColumns+`WHERE path = $1`, clean(path))
	return h, named(err, "hook")
}

func scanHook(row pgx.CollectableRow) (h storage.Hook, err error) {
	var state, webhooks, checked, rotated, pinged, delivered, refused string
	err = row.Scan(&h.StoreID, &h.Path, &state, &h.Why, &webhooks, &h.SecretSent, &h.Reached, &checked, &rotated,
		&h.Repairs, &h.Wakes, &h.Pings, &h.Refused, &pinged, &delivered, &refused)
	if err != nil {
		return h, err
	}
	h.State = storage.HookState(state)
	h.CheckedAt, h.RotatedAt = column.ParseOurDate(checked), column.ParseOurDate(rotated)
	h.PingedAt, h.DeliveredAt = column.ParseOurDate(pinged), column.ParseOurDate(delivered)
	h.RefusedAt = column.ParseOurDate(refused)
	return h, json.Unmarshal([]byte(webhooks), &h.Webhooks)
}

// AddHook keeps a hook.
func (t *Tx) AddHook(ctx context.Context, h storage.Hook) error {
	_, err := t.exec(ctx, `INSERT INTO hooks (store_id, path, state) VALUES ($1, $2, $3)`, h.StoreID, h.Path,
		string(h.State))
	switch {
	case isUnique(err):
		return fmt.Errorf("hook of store %d: %w", h.StoreID, storage.ErrExists)
	case isForeign(err):
		return fmt.Errorf("store %d: %w", h.StoreID, storage.ErrNotFound)
	case err != nil:
		return err
	}
	return t.SaveHook(ctx, h)
}

// LockHook reads a hook and keeps other transactions from changing it until this one ends.
func (t *Tx) LockHook(ctx context.Context, storeID int64) (storage.Hook, error) {
	h, err := one(ctx, t.tx, scanHook, hookColumns+`WHERE store_id = $1 FOR NO KEY UPDATE`, storeID)
	return h, named(err, "hook of store %d", storeID)
}

// SaveHook replaces a hook, except its path and its counts.
func (t *Tx) SaveHook(ctx context.Context, h storage.Hook) error {
	webhooks, err := json.Marshal(append([]storage.HookWebhook{}, h.Webhooks...))
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `UPDATE hooks SET state = $2, why = $3, webhooks = $4, secret_sent = $5, reached = $6,
		checked_at = $7, rotated_at = $8, repairs = $9 WHERE store_id = $1`, h.StoreID, string(h.State), clean(h.Why),
		string(webhooks), flag(h.SecretSent), flag(h.Reached), column.OurDate(h.CheckedAt), column.OurDate(h.RotatedAt),
		h.Repairs)
	if err == nil && n == 0 {
		err = fmt.Errorf("hook of store %d: %w", h.StoreID, storage.ErrNotFound)
	}
	return err
}

// NoteHook adds to the counts of a hook. The times are texts that sort in the order of time.
func (t *Tx) NoteHook(ctx context.Context, storeID int64, n storage.HookNote) error {
	_, err := t.exec(ctx, `UPDATE hooks SET wakes = GREATEST(wakes + $2, 0), pings = pings + $3, refused = refused + $4,
		delivered_at = GREATEST(delivered_at, $5), pinged_at = GREATEST(pinged_at, $6),
		refused_at = GREATEST(refused_at, $7) WHERE store_id = $1`, storeID, n.Wakes, n.Pings, n.Refused,
		column.OurDate(n.DeliveredAt), column.OurDate(n.PingedAt), column.OurDate(n.RefusedAt))
	return err
}

// KeepDeliveries keeps the deliveries that are new.
func (t *Tx) KeepDeliveries(ctx context.Context, deliveries []storage.Delivery) ([]bool, error) {
	n := len(deliveries)
	stores, keys, resources := make([]int64, n), make([][]byte, n), make([]string, n)
	ids, parents, received := make([]int64, n), make([]int64, n), make([]string, n)
	for i, d := range deliveries {
		stores[i], keys[i], resources[i] = d.StoreID, d.Key[:], string(d.Resource)
		ids[i], parents[i], received[i] = d.ID, d.ParentID, column.OurDate(d.ReceivedAt)
	}
	// Of a delivery that is given twice the first is kept. Every transaction adds rows in the same order, so that two
	// with the same deliveries cannot deadlock.
	places, err := list(ctx, t.tx, value[int64], `WITH given AS (
			SELECT DISTINCT ON (store_id, key) * FROM unnest($1::bigint[], $2::bytea[], $3::text[], $4::bigint[], $5::bigint[],
				$6::text[]) WITH ORDINALITY AS g (store_id, key, resource, id, parent_id, received_at, place)
			ORDER BY store_id, key, place),
		kept AS (INSERT INTO deliveries (store_id, key, resource, id, parent_id, received_at)
			SELECT store_id, key, resource, id, parent_id, received_at FROM given ORDER BY store_id, key
			ON CONFLICT DO NOTHING RETURNING store_id, key)
		SELECT place FROM given JOIN kept USING (store_id, key)`, stores, keys, resources, ids, parents, received)
	kept := make([]bool, n)
	for _, place := range places {
		kept[place-1] = true
	}
	return kept, err
}

// TakeDeliveries returns deliveries of a store that were not taken yet, the oldest first, and marks them taken.
func (t *Tx) TakeDeliveries(ctx context.Context, storeID int64, limit int) ([]storage.Delivery, error) {
	return list(ctx, t.tx, scanDelivery, `WITH oldest AS (SELECT store_id, key FROM deliveries
			WHERE store_id = $1 AND taken = 0 ORDER BY received_at, key`+limited(limit)+` FOR UPDATE),
		took AS (UPDATE deliveries d SET taken = 1 FROM oldest o WHERE d.store_id = o.store_id AND d.key = o.key
			RETURNING d.store_id, d.key, d.resource, d.id, d.parent_id, d.received_at)
		SELECT * FROM took ORDER BY received_at, key`, storeID)
}

func scanDelivery(row pgx.CollectableRow) (d storage.Delivery, err error) {
	var key []byte
	var resource, received string
	err = row.Scan(&d.StoreID, &key, &resource, &d.ID, &d.ParentID, &received)
	copy(d.Key[:], key)
	d.Resource, d.ReceivedAt = storage.Resource(resource), column.ParseOurDate(received)
	return d, err
}

// DropDeliveries removes the taken deliveries of a store that came before a time.
func (t *Tx) DropDeliveries(ctx context.Context, storeID int64, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM deliveries WHERE store_id = $1 AND taken = 1 AND received_at < $2`, storeID,
		column.OurDate(before))
	return err
}

// DeliveryOf is when a webhook of a store first named a record.
func (db *DB) DeliveryOf(
	ctx context.Context, storeID int64, ref storage.Ref, from, until time.Time,
) (time.Time, error) {
	first, err := one(ctx, pooled{db}, value[string], `SELECT COALESCE(MIN(received_at), '') FROM deliveries WHERE store_id = $1
		AND taken IN (0, 1) AND received_at >= $2 AND received_at <= $3 AND resource = $4 AND id = $5`, storeID,
		column.OurDate(from), column.OurDate(until), string(ref.Resource), ref.ID)
	return column.ParseOurDate(first), err
}
