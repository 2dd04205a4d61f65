package databasetest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
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

// SQLite is a place for a file.
func SQLite(t testing.TB) storagetest.Place {
	return At("sqlite:" + filepath.Join(t.TempDir(), "waybill.db"))
}

// At is the place with an address, for a test's other processes.
func At(address string) storagetest.Place {
	path := strings.TrimPrefix(address, "sqlite:")
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
