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
	// logged and due say that changes were logged and turns made due, so that who waits is woken.
	logged, due bool
}

var _ storage.Tx = (*Tx)(nil)

// PGX is the transaction itself, for what belongs into it but is not this package's business: a job inserted together
// with what it is for.
func (t *Tx) PGX() pgx.Tx { return t.tx }

// Now is the database's clock, in UTC.
func (t *Tx) Now() time.Time { return t.db.now().UTC() }

var errReadOnly = errors.New("postgres: the database was opened for reading only")

// undoneAtMost is how often a transaction runs that the server undoes because of another one.
const undoneAtMost = 4

// Within runs work in one transaction and commits it; the disk has it then. It runs work again when the server undid
// the transaction because it came into another one's way.
func (db *DB) Within(ctx context.Context, work func(tx storage.Tx) error) error {
	for runs := 1; ; runs++ {
		err := db.within(ctx, work)
		if runs == undoneAtMost || !undone(err) || ctx.Err() != nil {
			return told(err)
		}
	}
}

// WithinRelaxed is Within: commits of several processes share a wait for the disk, and numbers of changes must never be
// given twice, which a server that lost transactions would do.
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
		// After a commit this does nothing. The context may have ended: the connection goes back clean all the same.
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

// begin begins a transaction. Nothing has happened yet, so a server that restarts is waited for a little.
func (db *DB) begin(ctx context.Context) (pgx.Tx, error) {
	var tx pgx.Tx
	err := patiently(ctx, func() (err error) {
		tx, err = db.pool.Begin(ctx)
		return err
	})
	return tx, err
}

// restartTakes is how long a server that is being restarted is waited for, by who loses nothing by it.
const restartTakes = 5 * time.Second

// patiently repeats what can be repeated while the server restarts.
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

// pooled reads beside transactions. A question whose connection breaks is asked again.
type pooled struct{ db *DB }

func (p pooled) Query(ctx context.Context, query string, args ...any) (pgx.Rows, error) {
	return p.db.pool.Query(ctx, query, args...)
}

func (p pooled) Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error) {
	return p.db.pool.Exec(ctx, query, args...)
}

// list asks a question and scans every row of the answer.
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

// one is list for an answer of one row; storage.ErrNotFound when there is none.
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

// exec runs a statement and counts the rows it touched.
func (t *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := t.tx.Exec(ctx, query, args...)
	return tag.RowsAffected(), told(err)
}
