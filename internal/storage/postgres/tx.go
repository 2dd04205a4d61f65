package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/waybillhq/waybill/internal/storage"
)

// Tx is a running transaction. It is bound to one goroutine and ends with the function it was given to.
type Tx struct {
	db *DB
	tx pgx.Tx
	// logged says that changes were logged, due that turns were made due. The commit then wakes those who wait for
	// these.
	logged, due bool
}

var _ storage.Tx = (*Tx)(nil)

// PGX is the transaction itself, for statements of other packages in it, such as the insertion of a job.
func (t *Tx) PGX() pgx.Tx { return t.tx }

// Now is the database's clock, in UTC.
func (t *Tx) Now() time.Time { return t.db.now().UTC() }

var errReadOnly = errors.New("postgres: the database was opened for reading only")

// undoneAtMost is how often a transaction runs when the server undoes it because of another one.
const undoneAtMost = 4

// Within runs work in one transaction and commits it, after which the disk has the data. It runs work again when the
// server undid the transaction because of a conflict with another one.
func (db *DB) Within(ctx context.Context, work func(tx storage.Tx) error) error {
	for runs := 1; ; runs++ {
		err := db.within(ctx, work)
		if runs == undoneAtMost || !undone(err) || ctx.Err() != nil {
			return told(err)
		}
	}
}

// WithinRelaxed is the same as Within. Commits of several processes share one wait for the disk. And a server that lost
// transactions could give numbers of changes twice.
func (db *DB) WithinRelaxed(ctx context.Context, work func(tx storage.Tx) error) error {
	return db.Within(ctx, work)
}

func (db *DB) within(ctx context.Context, work func(tx storage.Tx) error) error {
	if db.reading {
		return errReadOnly
	}
	tx, err := db.begin(ctx)
	if err != nil {
		return err
	}
	t := &Tx{db: db, tx: tx}
	defer func() {
		// After a commit the rollback does nothing. It runs even when the caller's context has ended, so that the
		// connection goes back clean.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = tx.Rollback(ending)
	}()
	if err := work(t); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil {
		return err
	}
	if t.logged {
		db.notices.wake(&db.notices.changes)
	}
	if t.due {
		db.notices.wake(&db.notices.due)
	}
	return nil
}

// begin begins a transaction. It waits a little for a server that restarts, because nothing has happened yet.
func (db *DB) begin(ctx context.Context) (pgx.Tx, error) {
	var tx pgx.Tx
	err := patiently(ctx, func() (err error) {
		tx, err = db.pool.Begin(ctx)
		return err
	})
	return tx, err
}

// restartTakes is how long an operation that is safe to repeat waits for a server that restarts.
const restartTakes = 5 * time.Second

// patiently repeats an operation that is safe to repeat while the server restarts.
func patiently(ctx context.Context, try func() error) error {
	pause := 50 * time.Millisecond
	for end := time.Now().Add(restartTakes); ; pause *= 2 {
		err := try()
		if !Passes(err) || time.Now().Add(pause).After(end) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// querier is a transaction or a pool.
type querier interface {
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
}

// pooled reads outside of transactions. A query whose connection breaks is sent again.
type pooled struct{ db *DB }

func (p pooled) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	return p.db.pool.Query(ctx, query, args...)
}

func (p pooled) Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error) {
	return p.db.pool.Exec(ctx, query, args...)
}

// list runs a query and scans every row.
func list[T any](
	ctx context.Context, from querier, scan func(pgx.CollectableRow) (T, error), query string, args ...any,
) ([]T, error) {
	var all []T
	ask := func() error {
		rows, err := from.Query(ctx, query, args...)
		if err == nil {
			all, err = pgx.CollectRows(rows, scan)
		}
		return err
	}
	if _, beside := from.(pooled); !beside {
		return all, told(ask())
	}
	return all, told(patiently(ctx, ask))
}

// one runs a query for one row; storage.ErrNotFound when there is none.
func one[T any](
	ctx context.Context, from querier, scan func(pgx.CollectableRow) (T, error), query string, args ...any,
) (T, error) {
	all, err := list(ctx, from, scan, query, args...)
	if err != nil || len(all) > 0 {
		var first T
		if len(all) > 0 {
			first = all[0]
		}
		return first, err
	}
	var none T
	return none, storage.ErrNotFound
}

// value scans a single column.
func value[T any](row pgx.CollectableRow) (T, error) {
	var v T
	err := row.Scan(&v)
	return v, err
}

// exec runs a statement and returns the number of rows that it changed.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := t.tx.Exec(ctx, query, args...)
	return tag.RowsAffected(), told(err)
}
