package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Tx is a running write transaction. It is bound to one goroutine and ends with the function it was given to.
type Tx struct {
	db *DB
	tx *sql.Tx
	// statements are prepared once per transaction.
	statements map[string]*sql.Stmt
	// wrote says that a change was logged, so that followers are woken.
	wrote bool
}

// SQL is the transaction itself, for what belongs into it but is not this package's business: a job inserted together
// with the write it is for.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Now is the database's clock, in UTC.
func (t *Tx) Now() time.Time { return t.db.now().UTC() }

var errReadOnly = errors.New("sqlite: the database was opened for reading only")

// Write runs work in one transaction on the writing connection and commits it. When work returns an error, everything
// is undone and the error comes back. Work must be short, and must not call Write again: there is one connection, and
// it is held.
func (db *DB) Write(ctx context.Context, work func(tx *Tx) error) error {
	if db.writer == nil {
		return errReadOnly
	}
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sqlite: begin: %w", err)
	}
	return db.run(tx, work)
}

// WriteDurable is Write that returns only when the disk has what was written: also a power cut cannot take it back. It
// is for promises given to others, such as an accepted write.
func (db *DB) WriteDurable(ctx context.Context, work func(tx *Tx) error) error {
	if db.writer == nil {
		return errReadOnly
	}
	conn, err := db.writer.Conn(ctx)
	if err != nil {
		return fmt.Errorf("sqlite: connection: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `PRAGMA synchronous = FULL`); err != nil {
		return fmt.Errorf("sqlite: switch to durable commits: %w", err)
	}
	// The connection serves everybody: it must go back as it was, also when the caller has given up meanwhile.
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = NORMAL`)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("sqlite: begin: %w", err)
	}
	return db.run(tx, work)
}

// run makes the Tx, gives it to work, and ends it.
func (db *DB) run(tx *sql.Tx, work func(tx *Tx) error) error {
	t := &Tx{db: db, tx: tx, statements: make(map[string]*sql.Stmt)}
	if err := work(t); err != nil {
		_ = tx.Rollback()
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlite: commit: %w", err)
	}
	if t.wrote {
		db.notifier.wake()
	}
	return nil
}

// Fence fails with storage.ErrFenced unless the claim is the newest one of its store, and with storage.ErrNotFound when
// the store is gone.
func (t *Tx) Fence(ctx context.Context, claim storage.Claim) error {
	var epoch int64
	err := t.tx.QueryRowContext(ctx, `SELECT epoch FROM stores WHERE id = ?`, claim.StoreID).Scan(&epoch)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return fmt.Errorf("store %d: %w", claim.StoreID, storage.ErrNotFound)
	case err != nil:
		return err
	case epoch != claim.Epoch:
		return fmt.Errorf("store %d, claim %d, now %d: %w", claim.StoreID, claim.Epoch, epoch, storage.ErrFenced)
	}
	return nil
}

// prepare gives the statement of a query that one transaction runs many times. Statements end with their transaction.
func (t *Tx) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if prepared, ok := t.statements[query]; ok {
		return prepared, nil
	}
	prepared, err := t.tx.PrepareContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("sqlite: prepare: %w", err)
	}
	t.statements[query] = prepared
	return prepared, nil
}

// exec runs a statement through prepare.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	prepared, err := t.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return prepared.ExecContext(ctx, args...)
}
