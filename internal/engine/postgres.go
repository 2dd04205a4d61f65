package engine

import (
	"context"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"github.com/waybillhq/waybill/internal/storage"
)

// postgresDatabase is a database whose transactions are those of pgx.
type postgresDatabase interface {
	storage.Database
	Pool() *pgxpool.Pool
}

type postgresTx interface{ PGX() pgx.Tx }

// newPostgresQueue returns River's queue in PostgreSQL. LISTEN brings the wake-ups. Regular looks also find the jobs of
// a process that was killed, or that had no worker free.
func newPostgresQueue(db postgresDatabase, logger *slog.Logger) (queue, error) {
	q, err := newRiverQueue(riverpgxv5.New(db.Pool()), func(tx storage.Tx) (pgx.Tx, error) {
		own, ok := tx.(postgresTx)
		if !ok {
			return nil, errForeign
		}
		return own.PGX(), nil
	}, time.Second, logger)
	if err != nil {
		return nil, err
	}
	q.once = func(ctx context.Context, work func() error) error {
		conn, err := db.Pool().Acquire(ctx)
		if err != nil {
			return err
		}
		defer conn.Release()
		if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext('waybill engine'))`); err != nil {
			return err
		}
		defer func() {
			_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(hashtext('waybill engine'))`)
		}()
		return work()
	}
	return q, nil
}
