package databasetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

// Chosen names the database that tests run on.
const Chosen = "WAYBILL_TEST_DATABASE"

// Fresh is a place for a new, empty database, which goes with the test.
func Fresh(t testing.TB) storagetest.Place {
	t.Helper()
	switch kind := os.Getenv(Chosen); kind {
	case "", "sqlite":
		return SQLite(t)
	case "postgres":
		return Postgres(t)
	default:
		t.Fatalf("%s=%s: there is no such database", Chosen, kind)
		return storagetest.Place{}
	}
}

// Open opens a new, empty database until the test ends.
func Open(t testing.TB) storage.Database {
	t.Helper()
	return storagetest.Open(t, Fresh(t))
}

// SQLite is a place for a file. The file is there, empty and with the schema of today: running all migrations for each
// test would take longer than most tests do.
func SQLite(t testing.TB) storagetest.Place {
	t.Helper()
	empty, err := emptyFile()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "waybill.db")
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return At("sqlite:" + path)
}

// emptyFile is a new SQLite database as it is closed, made once for each test binary.
var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "waybill-empty-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "waybill.db")
	db, err := sqlite.Open(context.Background(), path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres is a place for a database on the server of this test binary.
func Postgres(t testing.TB) storagetest.Place { return postgresAt(pgtest.URL(t)) }

func postgresAt(url string) storagetest.Place {
	return storagetest.Place{
		Address: url,
		Open: func(ctx context.Context) (storage.Database, error) {
			return postgres.Open(ctx, url, postgres.Options{})
		},
		OpenReader: func(ctx context.Context) (storage.Reader, error) {
			return postgres.OpenReader(ctx, url, postgres.Options{})
		},
		Tables: `SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema,
			table_name) WHERE c.table_schema = current_schema() AND c.column_name = 'store_id' AND t.table_type = 'BASE TABLE'`,
	}
}

// At is the place with an address, for a test's other processes.
func At(address string) storagetest.Place {
	path, file := strings.CutPrefix(address, "sqlite:")
	if !file {
		return postgresAt(address)
	}
	return storagetest.Place{
		Address: address,
		Open: func(ctx context.Context) (storage.Database, error) {
			return sqlite.Open(ctx, path, sqlite.Options{})
		},
		OpenReader: func(ctx context.Context) (storage.Reader, error) {
			return sqlite.OpenReader(ctx, path, sqlite.Options{})
		},
		Tables: `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'store_id'`,
	}
}
