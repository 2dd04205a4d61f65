package postgres

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

func migrations() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// migrate brings the schema to the newest version that this program knows, one process at a time. It refuses a newer
// schema, because the newer program does not expect what this one would write.
func migrate(ctx context.Context, config *pgx.ConnConfig) error {
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()
	if current, err := version(ctx, db.QueryRowContext); err == nil && current == newest() {
		return nil // nothing to do, and nobody to wait for
	}
	var encoding string
	if err := db.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return fmt.Errorf("its encoding is %s, and records of stores need UTF8: make it with ENCODING 'UTF8'", encoding)
	}
	// Processes that start at the same time wait for the first of them.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations(), goose.WithSessionLocker(locker),
		goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return newer(current)
	}
	_, err = provider.Up(ctx)
	return err
}

func newer(current int64) error {
	return fmt.Errorf("%w: version %d, known up to %d", errTooNew, current, newest())
}

// newest is the newest version of the schema that this program knows.
func newest() int64 {
	known, err := fs.Glob(migrations(), "*.sql")
	if err != nil {
		panic(err) // the pattern is ours
	}
	return int64(len(known))
}

const sqlVersion = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`

func version(ctx context.Context, ask func(context.Context, string, ...any) *sql.Row) (current int64, err error) {
	err = ask(ctx, sqlVersion).Scan(&current)
	return current, err
}

// checkVersion checks the schema for a reader, which cannot change it. An older schema is refused too, because a query
// might miss a column.
func checkVersion(ctx context.Context, pool *pgxpool.Pool) error {
	var current int64
	err := pool.QueryRow(ctx, sqlVersion).Scan(&current)
	if coded, ok := errors.AsType[*pgconn.PgError](err); ok && coded.Code == undefinedTable {
		return fmt.Errorf("it has no schema yet: %w", fs.ErrNotExist)
	}
	switch {
	case err != nil:
		return err
	case current > newest():
		return newer(current)
	case current < newest():
		return fmt.Errorf("its schema has version %d, this program needs %d: run `waybill sync` once to bring it up "+
			"to date",
			current, newest())
	}
	return nil
}
