package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
)

const (
	storeColumns = `s.id, s.name, s.home_url, s.rest_root, s.auth, s.paused <> 0, s.epoch, COALESCE(s.group_id, 0), s.facts, s.created_at, s.updated_at,
		c.sealed, COALESCE(c.environment, ''), c.hook`
	fromStores = ` FROM stores s LEFT JOIN store_credentials c ON c.store_id = s.id `
)

func scanStore(row pgx.CollectableRow) (storage.Store, error) {
	var s storage.Store
	var facts, created, updated, auth string
	err := row.Scan(&s.ID, &s.Name, &s.HomeURL, &s.RESTRoot, &auth, &s.Paused, &s.Epoch, &s.GroupID, &facts, &created,
		&updated, &s.Credentials.Sealed, &s.Credentials.Environment, &s.Credentials.Hook)
	if err != nil {
		return s, err
	}
	s.Auth, s.CreatedAt, s.UpdatedAt = storage.AuthMode(auth), column.ParseOurDate(created),
		column.ParseOurDate(updated)
	return s, json.Unmarshal([]byte(facts), &s.Facts)
}

// Stores lists all stores by name.
func (db *DB) Stores(ctx context.Context) ([]storage.Store, error) {
	return list(ctx, pooled{db}, scanStore, `SELECT `+storeColumns+fromStores+`ORDER BY s.name`)
}

// Store finds a store by its ID, or fails with storage.ErrNotFound.
func (db *DB) Store(ctx context.Context, id int64) (storage.Store, error) {
	return oneStore(ctx, pooled{db}, `WHERE s.id = $1`, id)
}

// StoreByName finds a store by its name, or fails with storage.ErrNotFound.
func (db *DB) StoreByName(ctx context.Context, name string) (storage.Store, error) {
	return oneStore(ctx, pooled{db}, `WHERE s.name = $1`, clean(name))
}

// StoreByHome finds a store by its canonical home, or fails with storage.ErrNotFound.
func (db *DB) StoreByHome(ctx context.Context, home string) (storage.Store, error) {
	return oneStore(ctx, pooled{db}, `WHERE s.home_url = $1`, clean(home))
}

func oneStore(ctx context.Context, from querier, where string, arg any) (storage.Store, error) {
	s, err := one(ctx, from, scanStore, `SELECT `+storeColumns+fromStores+where, arg)
	if errors.Is(err, storage.ErrNotFound) {
		return storage.Store{}, fmt.Errorf("store %v: %w", arg, err)
	}
	return s, err
}

// CreateStore keeps a new store and gives it an ID that no store had before.
func (t *Tx) CreateStore(ctx context.Context, s storage.Store) (storage.Store, error) {
	facts, err := json.Marshal(s.Facts)
	if err != nil {
		return storage.Store{}, err
	}
	s.CreatedAt = t.Now().Truncate(time.Millisecond)
	s.UpdatedAt, s.Epoch = s.CreatedAt, 0
	s.ID, err = one(ctx, t.tx, value[int64], `INSERT INTO stores (name, home_url, rest_root, auth, paused, facts, created_at,
		updated_at, group_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $7, NULLIF($8::bigint, 0)) RETURNING id`, s.Name, s.HomeURL,
		s.RESTRoot, string(s.Auth), flag(s.Paused), string(facts), column.OurDate(s.CreatedAt), s.GroupID)
	if isUnique(err) {
		return storage.Store{}, fmt.Errorf("store %q (%s): %w", s.Name, s.HomeURL, storage.ErrExists)
	}
	if err != nil {
		return storage.Store{}, err
	}
	return s, t.setCredentials(ctx, s.ID, s.Credentials)
}

// LockStore reads a store and keeps every other transaction from writing for it until this one ends.
func (t *Tx) LockStore(ctx context.Context, id int64) (storage.Store, error) {
	// The lock and the query are two statements, sent together. In one statement, a join could read rows that are older
	// than a locked row which it had to wait for.
	var batch pgx.Batch
	batch.Queue(`SELECT FROM stores WHERE id = $1 FOR NO KEY UPDATE`, id)
	batch.Queue(`SELECT `+storeColumns+fromStores+`WHERE s.id = $1`, id)
	answers := t.tx.SendBatch(ctx, &batch)
	_, err := answers.Exec()
	var s storage.Store
	if err == nil {
		rows, _ := answers.Query() // its error comes with the rows
		s, err = pgx.CollectExactlyOneRow(rows, scanStore)
	}
	if err := told(errors.Join(err, answers.Close())); err != nil {
		return storage.Store{}, fmt.Errorf("store %d: %w", id, err)
	}
	return s, nil
}

// SaveStore replaces everything of a store that is locked, except its name and the time of its creation.
func (t *Tx) SaveStore(ctx context.Context, s storage.Store) error {
	facts, err := json.Marshal(s.Facts)
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `UPDATE stores SET home_url = $2, rest_root = $3, auth = $4, paused = $5, epoch = $6, facts = $7,
		updated_at = $8, group_id = NULLIF($9::bigint, 0) WHERE id = $1`, s.ID, s.HomeURL, s.RESTRoot, string(s.Auth),
		flag(s.Paused), s.Epoch, string(facts), column.OurDate(t.Now()), s.GroupID)
	if isUnique(err) {
		return fmt.Errorf("store %q (%s): %w", s.Name, s.HomeURL, storage.ErrExists)
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return fmt.Errorf("store %d: %w", s.ID, storage.ErrNotFound)
	}
	return t.setCredentials(ctx, s.ID, s.Credentials)
}

func (t *Tx) setCredentials(ctx context.Context, id int64, c storage.Credentials) error {
	var sealed, hook []byte // nil becomes NULL
	if len(c.Sealed) > 0 {
		sealed = c.Sealed
	}
	if len(c.Hook) > 0 {
		hook = c.Hook
	}
	_, err := t.exec(ctx, `INSERT INTO store_credentials AS c (store_id, sealed, environment, hook) VALUES ($1, $2, $3, $4)
		ON CONFLICT (store_id) DO UPDATE SET sealed = excluded.sealed, environment = excluded.environment,
			hook = excluded.hook
		WHERE (c.sealed, c.environment, c.hook) IS DISTINCT FROM (excluded.sealed, excluded.environment, excluded.hook)`,
		id, sealed, c.Environment, hook)
	return err
}

// KeyCheck is a value sealed with the master key in use; nil when none was kept yet.
func (db *DB) KeyCheck(ctx context.Context) ([]byte, error) {
	sealed, err := one(ctx, pooled{db}, pgx.RowTo[[]byte], `SELECT sealed FROM key_check`)
	if errors.Is(err, storage.ErrNotFound) {
		return nil, nil
	}
	return sealed, err
}

// SaveKeyCheck replaces the key check. It fails with storage.ErrExists when another check than the given one is kept by
// now.
func (t *Tx) SaveKeyCheck(ctx context.Context, sealed, replaces []byte) error {
	statement, args := `INSERT INTO key_check (one, sealed) VALUES (1, $1) ON CONFLICT DO NOTHING`, []any{sealed}
	if replaces != nil {
		statement, args = `UPDATE key_check SET sealed = $1 WHERE sealed = $2`, []any{sealed, replaces}
	}
	changed, err := t.exec(ctx, statement, args...)
	if err == nil && changed == 0 {
		err = fmt.Errorf("the key check: %w", storage.ErrExists)
	}
	return err
}

// RaiseEpoch voids every older claim on a store's mirror, and returns the new claim.
func (t *Tx) RaiseEpoch(ctx context.Context, id int64) (storage.Claim, error) {
	claim := storage.Claim{StoreID: id}
	var err error
	claim.Epoch, err = one(ctx, t.tx, value[int64], `UPDATE stores SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch`,
		id)
	if errors.Is(err, storage.ErrNotFound) {
		err = fmt.Errorf("store %d: %w", id, err)
	}
	return claim, err
}

// RemoveStore removes a store.
func (t *Tx) RemoveStore(ctx context.Context, id int64) error {
	n, err := t.exec(ctx, `DELETE FROM stores WHERE id = $1`, id)
	if err == nil && n > 0 {
		_, err = t.exec(ctx, `DELETE FROM outboxes WHERE store_id = $1`, id)
	}
	if err == nil && n > 0 {
		err = t.dropConfined(ctx)
	}
	if err != nil || n > 0 {
		return err
	}
	return fmt.Errorf("store %d: %w", id, storage.ErrNotFound)
}

// dropConfined removes subscriptions that were confined to stores, once the last of these stores is gone.
func (t *Tx) dropConfined(ctx context.Context) error {
	_, err := t.exec(ctx, `DELETE FROM subscriptions WHERE confined = 1 AND NOT EXISTS
		(SELECT 1 FROM subscription_stores c WHERE c.subscription_id = subscriptions.id)`)
	return err
}

// leftoverPiece is how many rows one transaction removes.
const leftoverPiece = 5000

// RemoveLeftovers removes, in pieces, the rows of removed stores.
func (db *DB) RemoveLeftovers(ctx context.Context) error {
	for _, table := range []string{"writes", "outboxes", "cursors", "marks", "record_counts", "product_lines", "deliveries",
		"event_deliveries", "receipts", "records", "changes"} {
		// The query steps from store to store through the index, so that it does not read tables of millions of rows.
		gone, err := list(ctx, pooled{db}, value[int64], `WITH RECURSIVE held (id) AS (
				SELECT MIN(store_id) FROM `+table+`
				UNION ALL SELECT (SELECT MIN(store_id) FROM `+table+` WHERE store_id > held.id) FROM held WHERE held.id IS NOT NULL)
			SELECT id FROM held WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stores WHERE stores.id = held.id)`)
		if err != nil {
			return err
		}
		for _, id := range gone {
			if err := db.removeFrom(ctx, table, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func (db *DB) removeFrom(ctx context.Context, table string, storeID int64) error {
	for removed := int64(leftoverPiece); removed == leftoverPiece; {
		err := db.within(ctx, func(tx storage.Tx) (err error) {
			removed, err = tx.(*Tx).exec(ctx, `DELETE FROM `+table+` WHERE ctid = ANY (ARRAY(
				SELECT ctid FROM `+table+` WHERE store_id = $1 LIMIT $2))`, storeID, leftoverPiece)
			return err
		})
		if err != nil {
			return told(err)
		}
	}
	return nil
}
