package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var (
	_ storage.Database = (*DB)(nil)
	_ storage.Tx       = (*Tx)(nil)
)

// Tx is a running write transaction. It is bound to one goroutine and ends with the function it was given to.
type Tx struct {
	db *DB
	tx *sql.Tx
	// statements are prepared once per transaction.
	statements map[string]*sql.Stmt
	// changed says that a change was logged, woke that a turn became due. The commit then wakes those who wait for
	// these.
	changed, woke bool
}

// SQL is the transaction itself, for statements of other packages in it, such as the end of a job together with its
// turn.
func (t *Tx) SQL() *sql.Tx { return t.tx }

// Now is the database's clock, in UTC.
func (t *Tx) Now() time.Time { return t.db.now().UTC() }

var errReadOnly = errors.New("sqlite: the database was opened for reading only")

// WithinRelaxed runs work in one transaction on the writing connection and commits it. Work must not begin another
// transaction: it would wait for the only connection.
func (db *DB) WithinRelaxed(ctx context.Context, work func(tx storage.Tx) error) error {
	if db.writer == nil {
		return errReadOnly
	}
	tx, err := db.writer.BeginTx(ctx, nil)
	if err != nil {
		return db.explain(fmt.Errorf("sqlite: begin: %w", err))
	}
	return db.explain(db.run(tx, work))
}

// Within is WithinRelaxed that returns only when the disk has the data, so that even a power cut cannot undo them.
func (db *DB) Within(ctx context.Context, work func(tx storage.Tx) error) error {
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
	// All transactions share the connection, so its setting is restored even when the caller's context has ended.
	defer func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA synchronous = NORMAL`)
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return db.explain(fmt.Errorf("sqlite: begin: %w", err))
	}
	return db.explain(db.run(tx, work))
}

// run calls work with a Tx and ends the transaction.
func (db *DB) run(tx *sql.Tx, work func(tx storage.Tx) error) error {
	t := &Tx{db: db, tx: tx, statements: make(map[string]*sql.Stmt)}
	defer func() { _ = tx.Rollback() }() // after a panic of work the connection must go back too; else it does nothing
	if err := work(t); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("sqlite: commit: %w", err)
	}
	if t.changed {
		db.changes.wake()
	}
	if t.woke {
		db.calendar.wake()
	}
	return nil
}

// prepare returns the prepared statement of a query, which one transaction may run many times. Statements end with
// their transaction.
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

// exec runs a prepared statement.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	prepared, err := t.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return prepared.ExecContext(ctx, args...)
}

// row reads one row of a prepared statement into dest; found is false when there is none.
func (t *Tx) row(ctx context.Context, query string, args []any, dest ...any) (found bool, err error) {
	prepared, err := t.prepare(ctx, query)
	if err != nil {
		return false, err
	}
	err = prepared.QueryRowContext(ctx, args...).Scan(dest...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// querier is a transaction or a pool of readers.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

type scanner interface{ Scan(dest ...any) error }

// notFound turns "no rows" into storage.ErrNotFound.
func notFound(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf(format+": %w", append(args, storage.ErrNotFound)...)
	}
	return err
}
