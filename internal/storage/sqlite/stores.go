package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/waybillhq/waybill/internal/storage"
)

const storeColumns = `s.id, s.name, s.home_url, s.rest_root, s.auth, s.paused, s.epoch, s.facts, s.created_at, s.updated_at,
	c.sealed, COALESCE(c.environment, '')`

const fromStores = ` FROM stores s LEFT JOIN store_credentials c ON c.store_id = s.id `

// CreateStore keeps a new store and gives it an ID. It fails with storage.ErrExists when the name or the home is taken.
func (db *DB) CreateStore(ctx context.Context, s storage.Store) (storage.Store, error) {
	facts, err := json.Marshal(s.Facts)
	if err != nil {
		return storage.Store{}, err
	}
	err = db.WriteDurable(ctx, func(tx *Tx) error {
		s.CreatedAt = tx.Now().Truncate(time.Millisecond)
		s.UpdatedAt, s.Epoch = s.CreatedAt, 0
		res, err := tx.tx.ExecContext(
			ctx,
			`INSERT INTO stores (name, home_url, rest_root, auth, paused, facts, created_at, updated_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			s.Name,
			s.HomeURL,
			s.RESTRoot,
			string(s.Auth),
			s.Paused,
			string(facts),
			ourDate(s.CreatedAt),
			ourDate(s.UpdatedAt),
		)
		if isUnique(err) {
			return fmt.Errorf("store %q (%s): %w", s.Name, s.HomeURL, storage.ErrExists)
		}
		if err != nil {
			return err
		}
		if s.ID, err = res.LastInsertId(); err != nil {
			return err
		}
		return tx.setCredentials(ctx, s.ID, s.Credentials)
	})
	return s, err
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
	return db.oneStore(ctx, `WHERE s.id = ?`, id)
}

// StoreByName finds a store by its name, or fails with storage.ErrNotFound.
func (db *DB) StoreByName(ctx context.Context, name string) (storage.Store, error) {
	return db.oneStore(ctx, `WHERE s.name = ?`, name)
}

// StoreByHome finds a store by its canonical home, or fails with storage.ErrNotFound.
func (db *DB) StoreByHome(ctx context.Context, home string) (storage.Store, error) {
	return db.oneStore(ctx, `WHERE s.home_url = ?`, home)
}

func (db *DB) oneStore(ctx context.Context, where string, arg any) (storage.Store, error) {
	s, err := scanStore(db.readers.QueryRowContext(ctx, `SELECT `+storeColumns+fromStores+where, arg))
	if errors.Is(err, sql.ErrNoRows) {
		return storage.Store{}, fmt.Errorf("store %v: %w", arg, storage.ErrNotFound)
	}
	return s, err
}

type scanner interface{ Scan(dest ...any) error }

func scanStore(row scanner) (storage.Store, error) {
	var s storage.Store
	var facts, created, updated, auth string
	err := row.Scan(&s.ID, &s.Name, &s.HomeURL, &s.RESTRoot, &auth, &s.Paused, &s.Epoch, &facts, &created, &updated,
		&s.Credentials.Sealed, &s.Credentials.Environment)
	if err != nil {
		return s, err
	}
	s.Auth, s.CreatedAt, s.UpdatedAt = storage.AuthMode(auth), parseOurDate(created), parseOurDate(updated)
	return s, json.Unmarshal([]byte(facts), &s.Facts)
}

// SetCredentials replaces the key of a store and how it travels; everything else about the store stays.
func (db *DB) SetCredentials(ctx context.Context, id int64, auth storage.AuthMode, c storage.Credentials) error {
	return db.changeStore(ctx, id, func(tx *Tx) error {
		if _, err := tx.tx.ExecContext(ctx, `UPDATE stores SET auth = ? WHERE id = ?`, string(auth), id); err != nil {
			return err
		}
		return tx.setCredentials(ctx, id, c)
	})
}

func (t *Tx) setCredentials(ctx context.Context, id int64, c storage.Credentials) error {
	var sealed any
	if len(c.Sealed) > 0 {
		sealed = c.Sealed
	}
	_, err := t.tx.ExecContext(ctx, `INSERT INTO store_credentials (store_id, sealed, environment) VALUES (?, ?, ?)
		ON CONFLICT (store_id) DO UPDATE SET sealed = excluded.sealed, environment = excluded.environment`, id, sealed, c.Environment)
	return err
}

// SetPaused stops or resumes work on a store. Pausing raises the epoch, so that a job already running can no longer
// write.
func (db *DB) SetPaused(ctx context.Context, id int64, paused bool) error {
	return db.changeStore(ctx, id, func(tx *Tx) error {
		_, err := tx.tx.ExecContext(
			ctx,
			`UPDATE stores SET paused = ?, epoch = epoch + ? WHERE id = ?`,
			paused,
			paused,
			id,
		)
		return err
	})
}

// SetRoot keeps where the REST API of a store begins, after it moved on the same home.
func (db *DB) SetRoot(ctx context.Context, id int64, restRoot string) error {
	return db.changeStore(ctx, id, func(tx *Tx) error {
		_, err := tx.tx.ExecContext(ctx, `UPDATE stores SET rest_root = ? WHERE id = ?`, restRoot, id)
		return err
	})
}

// MoveStore keeps another address of a store, with all that depends on it: the root of its API, its facts, and its
// credentials, which are sealed for the address they may be sent to. One transaction, so that no crash leaves a store
// with credentials nobody can open.
func (db *DB) MoveStore(ctx context.Context, s storage.Store) error {
	facts, err := json.Marshal(s.Facts)
	if err != nil {
		return err
	}
	return db.changeStore(ctx, s.ID, func(tx *Tx) error {
		if _, err := tx.tx.ExecContext(ctx, `UPDATE stores SET home_url = ?, rest_root = ?, auth = ?, facts = ? WHERE id = ?`,
			s.HomeURL, s.RESTRoot, string(s.Auth), string(facts), s.ID); err != nil {
			return err
		}
		return tx.setCredentials(ctx, s.ID, s.Credentials)
	})
}

// SetFacts keeps what was learned about a store.
func (db *DB) SetFacts(ctx context.Context, id int64, facts storage.StoreFacts) error {
	text, err := json.Marshal(facts)
	if err != nil {
		return err
	}
	return db.changeStore(ctx, id, func(tx *Tx) error {
		_, err := tx.tx.ExecContext(ctx, `UPDATE stores SET facts = ? WHERE id = ?`, string(text), id)
		return err
	})
}

// changeStore runs change and notes the time, or fails with storage.ErrNotFound when there is no such store.
func (db *DB) changeStore(ctx context.Context, id int64, change func(tx *Tx) error) error {
	return db.WriteDurable(ctx, func(tx *Tx) error {
		res, err := tx.tx.ExecContext(ctx, `UPDATE stores SET updated_at = ? WHERE id = ?`, ourDate(tx.Now()), id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("store %d: %w", id, storage.ErrNotFound))
		}
		return change(tx)
	})
}

// Claim takes a store for one job: whatever claimed it before can no longer write. It fails with storage.ErrNotFound
// when there is no such store.
func (db *DB) Claim(ctx context.Context, id int64) (storage.Claim, error) {
	claim := storage.Claim{StoreID: id}
	err := db.Write(ctx, func(tx *Tx) error {
		err := tx.tx.QueryRowContext(ctx, `UPDATE stores SET epoch = epoch + 1 WHERE id = ? RETURNING epoch`, id).
			Scan(&claim.Epoch)
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("store %d: %w", id, storage.ErrNotFound)
		}
		return err
	})
	return claim, err
}

// RemoveStore forgets a store with everything mirrored from it. Its changes go too; their numbers are not given out
// again.
func (db *DB) RemoveStore(ctx context.Context, id int64) error {
	// The store goes first: from then on a running job is fenced off, and the rest can be removed in pieces that keep
	// nobody waiting for long.
	err := db.changeStore(ctx, id, func(tx *Tx) error {
		_, err := tx.tx.ExecContext(ctx, `DELETE FROM stores WHERE id = ?`, id)
		return err
	})
	if err != nil {
		return err
	}
	return db.sweepOrphans(ctx)
}

// orphanPiece is how many rows one transaction removes.
const orphanPiece = 5000

// sweepOrphans removes what belongs to stores that are gone. It also finishes a removal that was interrupted.
func (db *DB) sweepOrphans(ctx context.Context) error {
	for _, table := range []string{"cursors", "marks", "record_counts"} {
		err := db.Write(ctx, func(tx *Tx) error {
			_, err := tx.tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE store_id NOT IN (SELECT id FROM stores)`)
			return err
		})
		if err != nil {
			return err
		}
	}
	for _, table := range []string{"records", "changes"} {
		for {
			var removed int64
			err := db.Write(ctx, func(tx *Tx) error {
				res, err := tx.tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE rowid IN (
					SELECT rowid FROM `+table+` WHERE store_id NOT IN (SELECT id FROM stores) LIMIT ?)`, orphanPiece)
				if err != nil {
					return err
				}
				removed, err = res.RowsAffected()
				return err
			})
			if err != nil {
				return err
			}
			if removed < orphanPiece {
				break
			}
		}
	}
	return nil
}
