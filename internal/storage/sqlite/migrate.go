package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

var (
	errTooNew = errors.New("schema is newer than this program")
	errTooOld = errors.New("schema is older than this program")
)

func migrations() fs.FS {
	sub, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	return sub
}

// migrate brings the schema to the newest version that this program knows. It refuses a newer schema, because the newer
// program does not expect what this one would write.
func migrate(ctx context.Context, writer *sql.DB) error {
	provider, err := goose.NewProvider(
		goose.DialectSQLite3,
		writer,
		migrations(),
		goose.WithDisableGlobalRegistry(true),
	)
	if err != nil {
		return err
	}
	if err := refuseNewer(ctx, provider); err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

func refuseNewer(ctx context.Context, provider *goose.Provider) error {
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current > target {
		return fmt.Errorf("%w: version %d, known up to %d", errTooNew, current, target)
	}
	return nil
}

// checkVersion checks the schema for a reader, which cannot change it. An older schema is errTooOld, because a query
// might miss a column.
func checkVersion(ctx context.Context, readers *sql.DB) error {
	var current int64
	err := readers.QueryRowContext(ctx,
		`SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&current)
	if err != nil {
		return err
	}
	known, err := fs.Glob(migrations(), "*.sql")
	if err != nil {
		return err
	}
	switch {
	case current > int64(len(known)):
		return fmt.Errorf("%w: version %d, known up to %d", errTooNew, current, len(known))
	case current < int64(len(known)):
		return fmt.Errorf("%w: version %d, needed %d", errTooOld, current, len(known))
	}
	return nil
}
