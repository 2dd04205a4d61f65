package postgres_test

import (
	"testing"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

// openMany gives handles on one database, each with connections of its own, as processes have them.
func openMany(t *testing.T, handles int) []storage.Database {
	t.Helper()
	url := pgtest.URL(t)
	all := make([]storage.Database, handles)
	for i := range all {
		db, err := postgres.Open(t.Context(), url, postgres.Options{Connections: 2})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		all[i] = db
	}
	return all
}

func TestNumbersOfChangesAreSeenInOrder(t *testing.T) {
	t.Parallel()
	storagetest.Numbers(t, openMany)
}
