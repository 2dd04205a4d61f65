package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
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

// TestSeveralProcessesWorkOnOneFile: each sees what the others write, and numbers of changes have no gap but where the
// last process has not closed the file.
func TestSeveralProcessesWorkOnOneFile(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	add := func(db *sqlite.DB, name string) {
		t.Helper()
		_, err := ledger.AddStore(t.Context(), db, storage.Store{Name: name, HomeURL: "https://" + name + ".example",
			Auth: storage.AuthBasic}, "pull")
		if err != nil {
			t.Fatal(err)
		}
	}
	open := func() *sqlite.DB {
		t.Helper()
		other, err := sqlite.Open(t.Context(), db.Path(), sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = other.Close() })
		return other
	}
	second := open()
	add(db, "one")
	add(second, "two")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	third := open()
	add(third, "three")
	if stores, err := second.Stores(t.Context()); err != nil || len(stores) != 3 {
		t.Errorf("%d stores, %v", len(stores), err)
	}
	for _, one := range []*sqlite.DB{second, third} {
		if err := one.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if markedOpen(t, db.Path()) {
		t.Error("the file is marked as open after all have closed it")
	}
}

func markedOpen(t *testing.T, path string) (is bool) {
	t.Helper()
	db, err := sqlite.OpenReader(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Readers().QueryRowContext(t.Context(), `SELECT open FROM process`).Scan(&is); err != nil {
		t.Fatal(err)
	}
	return is
}

// TestWhoIsAloneFreesWhatTheDeadHeld: while another process lives, what it holds stays its own.
func TestWhoIsAloneFreesWhatTheDeadHeld(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	st, err := ledger.AddStore(t.Context(), db, storage.Store{Name: "shop", HomeURL: "https://shop.example",
		Auth: storage.AuthBasic}, "pull")
	if err != nil {
		t.Fatal(err)
	}
	err = db.Within(t.Context(), func(tx storage.Tx) error {
		turn, err := tx.LockTurn(t.Context(), "pull", st.ID)
		if err != nil {
			return err
		}
		turn.Holder, turn.HeldUntil = "somebody", time.Now().Add(time.Hour)
		return tx.SaveTurn(t.Context(), turn)
	})
	if err != nil {
		t.Fatal(err)
	}
	holder := func(db *sqlite.DB) string {
		t.Helper()
		turn, err := storagetest.TurnOf(t.Context(), db, "pull", st.ID)
		if err != nil {
			t.Fatal(err)
		}
		return turn.Holder
	}
	beside, err := sqlite.Open(t.Context(), db.Path(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if holder(beside) != "somebody" {
		t.Error("a process that came beside freed what a living one holds")
	}
	if err := errors.Join(db.Close(), beside.Close()); err != nil {
		t.Fatal(err)
	}
	alone, err := sqlite.Open(t.Context(), db.Path(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer alone.Close()
	if held := holder(alone); held != "" {
		t.Errorf("still held by %q, of whom nobody is left", held)
	}
}

func TestAReaderWorksBesideAWriterAndCannotWrite(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	store, err := ledger.AddStore(t.Context(), db, storage.Store{Name: "shop", HomeURL: "https://shop.example",
		Auth: storage.AuthBasic})
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
	if _, err := ledger.New(reader).Claim(t.Context(), store.ID); err == nil {
		t.Error("a reader claimed a store")
	}
}

// older is a database of the first version of the schema.
func older(t *testing.T) (path string) {
	t.Helper()
	return of(t, 1)
}

// of is a database of a version of the schema, with what the statements put into it.
func of(t *testing.T, version int64, statements ...string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "waybill.db")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"),
		goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = provider.UpTo(t.Context(), version)
	}
	for _, statement := range statements {
		if err == nil {
			_, err = db.ExecContext(t.Context(), statement)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAReaderBringsAnOlderDatabaseUpToDate(t *testing.T) {
	t.Parallel()
	path := older(t)
	reader, err := sqlite.OpenReader(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if _, err := reader.StoreByName(t.Context(), "shop"); !errors.Is(err, storage.ErrNotFound) {
		t.Error(err)
	}
	if _, err := ledger.New(reader).Claim(t.Context(), 1); err == nil {
		t.Error("a reader claimed a store")
	}
}

func TestAnOlderDatabaseThatAProcessHasIsLeftAloneAndSaysWhatToDo(t *testing.T) {
	t.Parallel()
	path := older(t)
	holder, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{}) // holds the lock
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	beside := filepath.Join(filepath.Dir(path), "beside.db")
	if err := os.WriteFile(beside, holder, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(path+".lock", beside+".lock"); err != nil {
		t.Fatal(err)
	}
	_, err = sqlite.OpenReader(t.Context(), beside, sqlite.Options{})
	if !problem.Is(err, problem.DataInUse) || !strings.Contains(err.Error(), "older Waybill") ||
		strings.Contains(problem.From(err).Hint, "writable") {
		t.Errorf("%v; %s", err, problem.From(err).Hint)
	}
}

// Marks for the orders with a product were kept under the name of orders.
func TestOldMarksOfTheLinesOfOrdersBearTheirNameAfterAnUpgrade(t *testing.T) {
	t.Parallel()
	path := of(t, 9, `INSERT INTO marks (store_id, resource, id, parent_id, reason, attempts) VALUES
		(1, 'orders', 0, 7, 'lines of a product', 2), (1, 'orders', 0, 8, 'lines of a product', 0),
		(1, 'order_lines', 0, 8, 'of a newer process', 0), (1, 'orders', 5, 0, 'an order', 1),
		(1, 'order_notes', 0, 5, 'its notes', 0), (2, 'orders', 0, 7, 'of another store', 0)`)
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for store, want := range map[int64]map[storage.Resource]int{
		1: {storage.OrderLines: 2, storage.Orders: 1, storage.OrderNotes: 1}, 2: {storage.OrderLines: 1},
	} {
		got, err := db.MarkCounts(t.Context(), store)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("store %d has the marks %v (%v), want %v", store, got, err, want)
		}
	}
	marks, err := db.Marks(t.Context(), 1, storage.OrderLines, time.Now(), 0)
	if err != nil || len(marks) != 2 || marks[0].ParentID != 7 || marks[0].Attempts != 2 || marks[1].ParentID != 8 {
		t.Errorf("the lines to look at are those of %+v (%v)", marks, err)
	}
}
