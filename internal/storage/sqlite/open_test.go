package sqlite_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

func openTest(t *testing.T) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "waybill.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestASecondProcessOnTheSameDataIsToldSo(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	_, err := sqlite.Open(t.Context(), db.Path(), sqlite.Options{})
	if !problem.Is(err, problem.DataInUse) {
		t.Fatalf("got %v, want %s", err, problem.DataInUse)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlite.Open(t.Context(), db.Path(), sqlite.Options{})
	if err != nil {
		t.Fatalf("after the first one closed: %v", err)
	}
	_ = again.Close()
}

func TestAReaderWorksBesideAWriterAndCannotWrite(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	store, err := db.CreateStore(
		t.Context(),
		storage.Store{Name: "shop", HomeURL: "https://shop.example", Auth: storage.AuthBasic},
	)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := sqlite.OpenReader(t.Context(), db.Path(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if got, err := reader.StoreByName(t.Context(), "shop"); err != nil || got.ID != store.ID {
		t.Errorf("reader sees %v, %v", got, err)
	}
	if _, err := reader.Readers().ExecContext(context.Background(), `DELETE FROM stores`); err == nil {
		t.Error("a reader deleted the stores")
	}
	if _, err := reader.Claim(t.Context(), store.ID); err == nil {
		t.Error("a reader claimed a store")
	}
}
