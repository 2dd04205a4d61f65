package postgres

import (
	"context"
	"net/url"
	"runtime"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Options adjust a database. The zero value is right for most uses.
type Options struct {
	// Connections is the most connections that the process works with. 0 means the highest of 10, twice the number of
	// processors, and the number in the address (pool_max_conns). A follower of changes and questions in SQL use
	// further connections.
	Connections int
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Moving also opens a database that is being moved, or was moved (storage.Archive).
	Moving bool
}

// Open opens a database for reading and writing and brings its schema up to date. The error is a *problem.Problem:
// database_unreachable, data_too_new or data_unusable.
func Open(ctx context.Context, address string, opts Options) (*DB, error) {
	config, err := parse(address)
	if err != nil {
		return nil, err
	}
	where := Shown(address)
	if err := migrate(ctx, config.ConnConfig.Copy()); err != nil {
		return nil, unusable(where, err)
	}
	db, err := open(ctx, config, where, opts)
	if err != nil || opts.Moving {
		return db, err
	}
	if err := refuseMoving(ctx, pooled{db}); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// OpenReader opens a database for reading only. Everything that would write fails. The error satisfies errors.Is(err,
// fs.ErrNotExist) when there is no schema yet.
func OpenReader(ctx context.Context, address string, opts Options) (*DB, error) {
	config, err := parse(address)
	if err != nil {
		return nil, err
	}
	setDefault(config.ConnConfig.RuntimeParams, "default_transaction_read_only", "on")
	where := Shown(address)
	db, err := open(ctx, config, where, opts)
	if err != nil {
		return nil, err
	}
	db.reading = true
	err = checkVersion(ctx, db.pool)
	if err == nil && !opts.Moving {
		err = refuseMoving(ctx, pooled{db})
	}
	if err != nil {
		_ = db.Close()
		return nil, unusable(where, err)
	}
	return db, nil
}

func open(ctx context.Context, config *pgxpool.Config, where string, opts Options) (*DB, error) {
	now := opts.Now
	if now == nil {
		now = time.Now
	}
	switch {
	case opts.Connections > 0:
		config.MaxConns = int32(opts.Connections)
	case config.MaxConns < leastConnections:
		config.MaxConns = int32(max(leastConnections, 2*runtime.NumCPU()))
	}
	questions := config.Copy()
	bound(config, longestStatement)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, unusable(where, err)
	}
	db := &DB{where: where, pool: pool, now: now}
	db.questions = sync.OnceValues(func() (*pgxpool.Pool, error) { return openQuestions(questions) })
	db.notices = &notices{config: config.ConnConfig.Copy()}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, unusable(where, err)
	}
	return db, nil
}

// parse reads an address. Its error does not repeat the address, which may hold a password.
func parse(address string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, addressUnusable()
	}
	c := config.ConnConfig
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = connectTimeout
	}
	setDefault(c.RuntimeParams, "application_name", "waybill")
	// The pool checks idle connections before it uses them. So a restart of the server in a quiet hour causes no error.
	config.MaxConnIdleTime = 5 * time.Minute
	return config, nil
}

func setDefault(params map[string]string, name, value string) {
	if _, given := params[name]; !given {
		params[name] = value
	}
}

// Shown is the address of a database without its password, for people.
func Shown(address string) string {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return "postgres://…"
	}
	c := config.ConnConfig
	shown := url.URL{Scheme: "postgres", User: url.User(c.User), Host: c.Host, Path: "/" + c.Database}
	if len(c.Host) > 0 && c.Host[0] == '/' {
		shown.Host, shown.RawQuery = "", "host="+c.Host
	}
	return shown.String()
}

// Close closes the connections when their work is done. Closing twice is safe; the second call returns nil.
func (db *DB) Close() error {
	db.closing.Do(func() {
		db.notices.close()
		if asked, err := db.questions(); err == nil {
			asked.Close()
		}
		db.pool.Close()
	})
	return nil
}
