package postgres

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/waybillhq/waybill/internal/storage"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	where string // the address without its password, for people
	pool  *pgxpool.Pool
	// questions opens the connections for people's SQL, which are apart from the work's.
	questions func() (*pgxpool.Pool, error)
	now       func() time.Time
	reading   bool
	notices   *notices
	closing   sync.Once
}

var _ storage.Database = (*DB)(nil)

// Pool gives connections for the job engine. A transaction on one of them must be short.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Where is the address of the database without its password, for people.
func (db *DB) Where() string { return db.where }

// Time limits on the server, so that a worker that hangs does not keep the others waiting. Every connection of Waybill
// has them, unless the address sets others.
const (
	// longestStatement bounds one statement. Long results are read in pages.
	longestStatement = time.Minute
	// longestLock bounds the wait for a lock. Waybill's transactions take milliseconds.
	longestLock = 20 * time.Second
	// longestIdle ends a transaction that is idle for so long.
	longestIdle = 30 * time.Second
	// longestQuestion bounds one statement of a person.
	longestQuestion = 5 * time.Minute
	connectTimeout  = 10 * time.Second
	// leastConnections serve the job engine and eight stores at a time.
	leastConnections = 10
)

// bound sets the time limits of a pool's connections. It sets them by a statement, because a pooler in front of the
// server refuses them as parameters of the connection.
func bound(config *pgxpool.Config, statement time.Duration) {
	settings := map[string]time.Duration{"statement_timeout": statement, "lock_timeout": longestLock,
		"idle_in_transaction_session_timeout": longestIdle}
	text := ""
	for name, limit := range settings {
		if _, given := config.ConnConfig.RuntimeParams[name]; !given {
			text += "SET " + name + " = " + milliseconds(limit) + ";"
		}
	}
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.PgConn().Exec(ctx, text).ReadAll()
		return err
	}
}
