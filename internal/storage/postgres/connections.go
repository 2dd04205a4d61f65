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

const connectionColumns = `SELECT id, COALESCE(group_id, 0), home_url, name, scopes, home, return_url, state_hash, sealed, state,
	reason, why, next, notes, COALESCE(store_id, 0), created_at, expires_at, arrived_at, done_at, busy_until
	FROM connections `

// Connections lists connections, the newest first.
func (db *DB) Connections(ctx context.Context, groupID int64) ([]storage.Connection, error) {
	return list(ctx, pooled{db}, scanConnection, connectionColumns+
		`WHERE $1::bigint = 0 OR group_id = $1 ORDER BY created_at DESC, id`, groupID)
}

// Connection is the connection with an ID.
func (db *DB) Connection(ctx context.Context, id string) (storage.Connection, error) {
	c, err := one(ctx, pooled{db}, scanConnection, connectionColumns+`WHERE id = $1`, clean(id))
	return c, named(err, "connection %s", id)
}

// ConnectionByState is the connection with a hash of its state.
func (db *DB) ConnectionByState(
	ctx context.Context, hash [storage.StateHashSize]byte,
) (storage.Connection, error) {
	c, err := one(ctx, pooled{db}, scanConnection, connectionColumns+`WHERE state_hash = $1`, hash[:])
	return c, named(err, "connection")
}

func scanConnection(row pgx.CollectableRow) (c storage.Connection, err error) {
	var scopes, notes, created, expires, arrived, done, busy string
	var hash []byte
	err = row.Scan(&c.ID, &c.GroupID, &c.HomeURL, &c.Name, &scopes, &c.Home, &c.ReturnURL, &hash, &c.Sealed, &c.State,
		&c.Reason, &c.Why, &c.Next, &notes, &c.StoreID, &created, &expires, &arrived, &done, &busy)
	if err != nil {
		return c, err
	}
	copy(c.StateHash[:], hash)
	c.Scopes = column.ParseWords[string](scopes)
	c.CreatedAt, c.ExpiresAt = column.ParseOurDate(created), column.ParseOurDate(expires)
	c.ArrivedAt, c.DoneAt = column.ParseOurDate(arrived), column.ParseOurDate(done)
	c.BusyUntil = column.ParseOurDate(busy)
	return c, json.Unmarshal([]byte(notes), &c.Notes)
}

// AddConnection keeps a connection.
func (t *Tx) AddConnection(ctx context.Context, c storage.Connection) (storage.Connection, error) {
	c.CreatedAt = t.Now().Truncate(time.Millisecond)
	_, err := t.exec(ctx, `INSERT INTO connections (id, group_id, home_url, name, scopes, home, return_url, state_hash, state,
		created_at, expires_at) VALUES ($1, NULLIF($2::bigint, 0), $3, $4, $5, $6, $7, $8, $9, $10, $11)`, clean(c.ID),
		c.GroupID, clean(c.HomeURL), clean(c.Name), column.Words(c.Scopes), clean(c.Home), clean(c.ReturnURL),
		c.StateHash[:], string(c.State), column.OurDate(c.CreatedAt), column.OurDate(c.ExpiresAt))
	switch {
	case isUnique(err):
		return c, fmt.Errorf("connection %s: %w", c.ID, storage.ErrExists)
	case isForeign(err):
		return c, fmt.Errorf("group of connection %s: %w", c.ID, storage.ErrNotFound)
	case err != nil:
		return c, err
	}
	return c, t.SaveConnection(ctx, c)
}

// LockConnection reads a connection and keeps other transactions from changing it until this one ends.
func (t *Tx) LockConnection(ctx context.Context, id string) (storage.Connection, error) {
	c, err := one(ctx, t.tx, scanConnection, connectionColumns+`WHERE id = $1 FOR NO KEY UPDATE`, clean(id))
	return c, named(err, "connection %s", id)
}

// SaveConnection replaces what changes in a connection.
func (t *Tx) SaveConnection(ctx context.Context, c storage.Connection) error {
	notes, err := json.Marshal(append([]string{}, c.Notes...))
	if err != nil {
		return err
	}
	n, err := t.exec(ctx, `UPDATE connections SET sealed = $2, state = $3, reason = $4, why = $5, next = $6, notes = $7,
		store_id = NULLIF($8::bigint, 0), expires_at = $9, arrived_at = $10, done_at = $11, busy_until = $12 WHERE id = $1`,
		clean(c.ID), c.Sealed, string(c.State), clean(c.Reason), clean(c.Why), clean(c.Next), clean(string(notes)),
		c.StoreID, column.OurDate(c.ExpiresAt), column.OurDate(c.ArrivedAt), column.OurDate(c.DoneAt),
		column.OurDate(c.BusyUntil))
	if isForeign(err) {
		return fmt.Errorf("store of connection %s: %w", c.ID, storage.ErrNotFound)
	}
	if err == nil && n == 0 {
		err = fmt.Errorf("connection %s: %w", c.ID, storage.ErrNotFound)
	}
	return err
}

// DropConnection removes a connection.
func (t *Tx) DropConnection(ctx context.Context, id string) error {
	_, err := t.exec(ctx, `DELETE FROM connections WHERE id = $1`, clean(id))
	return err
}

// DropConnections removes the connections that were over before a time.
func (t *Tx) DropConnections(ctx context.Context, before time.Time) error {
	_, err := t.exec(ctx, `DELETE FROM connections WHERE done_at <> '' AND done_at < $1`, column.OurDate(before))
	return err
}
