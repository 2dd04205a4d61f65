package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/internal/column"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const storeColumns = `s.id, s.name, s.home_url, s.rest_root, s.auth, s.paused, s.epoch, COALESCE(s.group_id, 0), s.facts, s.created_at, s.updated_at,
	c.sealed, COALESCE(c.environment, ''), c.hook`

const fromStores = ` FROM stores s LEFT JOIN store_credentials c ON c.store_id = s.id `

// CreateStore keeps a new store and gives it an ID. It fails with storage.ErrExists when the name or the home is taken.
func (t *Tx) CreateStore(ctx context.Context, s storage.Store) (storage.Store, error) {
	facts, err := json.Marshal(s.Facts)
	if err != nil {
		return storage.Store{}, err
	}
	s.CreatedAt = t.Now().Truncate(time.Millisecond)
	s.UpdatedAt, s.Epoch = s.CreatedAt, 0
	res, err := t.tx.ExecContext(ctx,
		`INSERT INTO stores (name, home_url, rest_root, auth, paused, group_id, facts, created_at, updated_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.Name, s.HomeURL, s.RESTRoot, string(s.Auth), s.Paused, idOrNull(s.GroupID), string(facts),
		column.OurDate(s.CreatedAt), column.OurDate(s.UpdatedAt))
	if isUnique(err) {
		return storage.Store{}, fmt.Errorf("store %q (%s): %w", s.Name, s.HomeURL, storage.ErrExists)
	}
	if err != nil {
		return storage.Store{}, err
	}
	if s.ID, err = res.LastInsertId(); err != nil {
		return storage.Store{}, err
	}
	return s, t.setCredentials(ctx, s.ID, s.Credentials)
}

func isUnique(err error) bool {
	coded := (*sqlite.Error)(nil)
	return errors.As(err, &coded) && coded.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}

// Stores lists all stores by name.
func (db *DB) Stores(ctx context.Context) ([]storage.Store, error) {
	rows, err := db.readers.QueryContext(ctx, `SELECT `+storeColumns+fromStores+`ORDER BY s.name`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var stores []storage.Store
	for rows.Next() {
		s, err := scanStore(rows)
		if err != nil {
			return nil, err
		}
		stores = append(stores, s)
	}
	return stores, rows.Err()
}

// Store finds a store by its ID, or fails with storage.ErrNotFound.
func (db *DB) Store(ctx context.Context, id int64) (storage.Store, error) {
	return oneStore(ctx, db.readers, `WHERE s.id = ?`, id)
}

// StoreByName finds a store by its name, or fails with storage.ErrNotFound.
func (db *DB) StoreByName(ctx context.Context, name string) (storage.Store, error) {
	return oneStore(ctx, db.readers, `WHERE s.name = ?`, name)
}

// StoreByHome finds a store by its canonical home, or fails with storage.ErrNotFound.
func (db *DB) StoreByHome(ctx context.Context, home string) (storage.Store, error) {
	return oneStore(ctx, db.readers, `WHERE s.home_url = ?`, home)
}

func oneStore(ctx context.Context, from querier, where string, arg any) (storage.Store, error) {
	s, err := scanStore(from.QueryRowContext(ctx, `SELECT `+storeColumns+fromStores+where, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return storage.Store{}, fmt.Errorf("store %v: %w", arg, storage.ErrNotFound)
	}
	return s, err
}

func scanStore(row scanner) (storage.Store, error) {
	var s storage.Store
	var facts, created, updated, auth string
	err := row.Scan(&s.ID, &s.Name, &s.HomeURL, &s.RESTRoot, &auth, &s.Paused, &s.Epoch, &s.GroupID, &facts, &created,
		&updated, &s.Credentials.Sealed, &s.Credentials.Environment, &s.Credentials.Hook)
	if err != nil {
		return s, err
	}
	s.Auth = storage.AuthMode(auth)
	s.CreatedAt, s.UpdatedAt = column.ParseOurDate(created), column.ParseOurDate(updated)
	return s, json.Unmarshal([]byte(facts), &s.Facts)
}

// LockStore reads a store. It needs no lock, because only one transaction writes at a time.
func (t *Tx) LockStore(ctx context.Context, id int64) (storage.Store, error) {
	return oneStore(ctx, t.tx, `WHERE s.id = ?`, id)
}

// SaveStore replaces everything of a store except its name and the time of its creation.
func (t *Tx) SaveStore(ctx context.Context, s storage.Store) error {
	facts, err := json.Marshal(s.Facts)
	if err != nil {
		return err
	}
	res, err := t.tx.ExecContext(ctx, `UPDATE stores SET home_url = ?, rest_root = ?, auth = ?, paused = ?, epoch = ?,
		group_id = ?, facts = ?, updated_at = ? WHERE id = ?`, s.HomeURL, s.RESTRoot, string(s.Auth), s.Paused, s.Epoch,
		idOrNull(s.GroupID), string(facts), column.OurDate(t.Now()), s.ID)
	if isUnique(err) {
		return fmt.Errorf("store %q (%s): %w", s.Name, s.HomeURL, storage.ErrExists)
	}
	if err := oneChanged(res, err, "store %d", s.ID); err != nil {
		return err
	}
	return t.setCredentials(ctx, s.ID, s.Credentials)
}

func (t *Tx) setCredentials(ctx context.Context, id int64, c storage.Credentials) error {
	var sealed any
	if len(c.Sealed) > 0 {
		sealed = c.Sealed
	}
	var hook any
	if len(c.Hook) > 0 {
		hook = c.Hook
	}
	_, err := t.tx.ExecContext(ctx, `INSERT INTO store_credentials (store_id, sealed, environment, hook) VALUES (?, ?, ?, ?)
		ON CONFLICT (store_id) DO UPDATE SET sealed = excluded.sealed, environment = excluded.environment,
			hook = excluded.hook`,
		id, sealed, c.Environment, hook)
	return err
}

// KeyCheck is a value sealed with the master key in use; nil when none was kept yet.
func (db *DB) KeyCheck(ctx context.Context) (sealed []byte, err error) {
	err = db.readers.QueryRowContext(ctx, `SELECT sealed FROM key_check`).Scan(&sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return sealed, err
}

// SaveKeyCheck replaces the key check. It fails with storage.ErrExists when another check than the given one is kept by
// now.
func (t *Tx) SaveKeyCheck(ctx context.Context, sealed, replaces []byte) error {
	statement, args := `INSERT INTO key_check (one, sealed) VALUES (1, ?) ON CONFLICT DO NOTHING`, []any{sealed}
	if replaces != nil {
		statement, args = `UPDATE key_check SET sealed = ? WHERE sealed = ?`, []any{sealed, replaces}
	}
	res, err := t.exec(ctx, statement, args...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fmt.Errorf("the key check: %w", storage.ErrExists)
}

// oneChanged is storage.ErrNotFound when a statement changed no row.
func oneChanged(res sql.Result, err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf(format+": %w", append(args, storage.ErrNotFound)...))
	}
	return nil
}

// RaiseEpoch voids every older claim on a store's mirror, and returns the new claim.
func (t *Tx) RaiseEpoch(ctx context.Context, id int64) (storage.Claim, error) {
	claim := storage.Claim{StoreID: id}
	err := t.tx.QueryRowContext(ctx, `UPDATE stores SET epoch = epoch + 1 WHERE id = ? RETURNING epoch`, id).
		Scan(&claim.Epoch)
	return claim, notFound(err, "store %d", id)
}

// RemoveStore removes a store. Its id is never given again.
func (t *Tx) RemoveStore(ctx context.Context, id int64) error {
	// The store's key, turns and outbox are removed with the row (ON DELETE CASCADE).
	res, err := t.tx.ExecContext(ctx, `DELETE FROM stores WHERE id = ?`, id)
	if err := oneChanged(res, err, "store %d", id); err != nil {
		return err
	}
	return t.dropConfined(ctx)
}

// dropConfined removes subscriptions that were confined to stores, once the last of these stores is gone.
func (t *Tx) dropConfined(ctx context.Context) error {
	_, err := t.exec(ctx, `DELETE FROM subscriptions WHERE confined = 1 AND NOT EXISTS
		(SELECT 1 FROM subscription_stores c WHERE c.subscription_id = subscriptions.id)`)
	return err
}

// leftovers are the tables whose rows belong to a store but are not removed with its row. The index of texts is removed
// with the records, so the numbers of its parts come after them.
var leftovers = []string{"writes", "cursors", "marks", "record_counts", "product_lines", "deliveries",
	"event_deliveries", "receipts", "records", "search_parts", "changes"}

// leftoverPiece is how many rows one transaction removes.
const leftoverPiece = 5000

// RemoveLeftovers removes the rows of removed stores. It also finishes a removal that was interrupted.
func (db *DB) RemoveLeftovers(ctx context.Context) error {
	for _, table := range leftovers {
		gone, err := db.removedIn(ctx, table)
		if err != nil {
			return err
		}
		for _, id := range gone {
			if err := db.removeFrom(ctx, table, id); err != nil {
				return fmt.Errorf("sqlite: removing what is left of store %d in %s: %w", id, table, err)
			}
		}
	}
	return nil
}

// removedIn lists the removed stores that still have rows in a table. It steps from store to store through an index, so
// that it does not read tables of millions of rows. The table of changes has no such index, and is read.
func (db *DB) removedIn(ctx context.Context, table string) ([]int64, error) {
	rows, err := db.readers.QueryContext(ctx, `WITH RECURSIVE held (id) AS (
			SELECT MIN(store_id) FROM `+table+`
			UNION ALL SELECT (SELECT MIN(store_id) FROM `+table+` WHERE store_id > held.id) FROM held WHERE held.id IS NOT NULL)
		SELECT id FROM held WHERE id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stores WHERE stores.id = held.id)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var gone []int64
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		gone = append(gone, id)
	}
	return gone, rows.Err()
}

func (db *DB) removeFrom(ctx context.Context, table string, storeID int64) error {
	piece := ` AND rowid IN (SELECT rowid FROM ` + table + ` WHERE store_id = ?1 LIMIT ?2)`
	if !slices.Contains([]string{"records", "changes", "writes", "event_deliveries", "receipts"}, table) {
		piece = "" // they are small, and have no rowid
	}
	for removed := int64(leftoverPiece); removed == leftoverPiece; {
		err := db.WithinRelaxed(ctx, func(tx storage.Tx) error {
			res, err := tx.(*Tx).tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE store_id = ?1`+piece, storeID,
				leftoverPiece)
			if err != nil {
				return err
			}
			removed, err = res.RowsAffected()
			return err
		})
		if err != nil {
			return err
		}
		if piece == "" {
			return nil
		}
	}
	return nil
}

// idOrNull is NULL for no id.
func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}
