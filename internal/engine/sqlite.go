package engine

import (
	"database/sql"
	"log/slog"
	"time"

	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/waybillhq/waybill/internal/storage"
)

// sqliteDatabase is a database whose transactions are those of database/sql.
type sqliteDatabase interface {
	storage.Database
	Writer() *sql.DB
}

type sqliteTx interface{ SQL() *sql.Tx }

// newSQLiteQueue returns River's queue in an SQLite file. Another process on the file cannot announce new jobs, so the
// queue is looked into often. A look that finds nothing takes a tenth of a millisecond and writes nothing.
func newSQLiteQueue(db sqliteDatabase, logger *slog.Logger) (queue, error) {
	return newRiverQueue(riversqlite.New(db.Writer()), func(tx storage.Tx) (*sql.Tx, error) {
		own, ok := tx.(sqliteTx)
		if !ok {
			return nil, errForeign
		}
		return own.SQL(), nil
	}, 200*time.Millisecond, logger)
}
