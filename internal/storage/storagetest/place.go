package storagetest

import (
	"context"
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
)

// Place is where a database lives: it can be closed and opened again there, by another process too.
type Place struct {
	// Address is the address by which another process opens the database.
	Address string
	// Open opens the database for writing and makes it when it is missing. OpenReader opens the database for reading.
	Open       func(ctx context.Context) (storage.Database, error)
	OpenReader func(ctx context.Context) (storage.Reader, error)
	// Tables is the SQL question for the names of all tables with a column store_id.
	Tables string
}

// Open opens the database of a place until the test ends.
func Open(t testing.TB, place Place) storage.Database {
	t.Helper()
	db, err := place.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("closing the database: %v", err)
		}
	})
	return db
}
