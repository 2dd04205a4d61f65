package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// asNobody takes from this thread, until the test ends, the right to write what belongs to others, where root runs the
// tests.
func asNobody(t *testing.T, dir string) {
	t.Helper()
	runtime.LockOSThread() // never unlocked: the thread ends with the test
	if os.Geteuid() != 0 {
		return
	}
	if err := errors.Join(os.Chmod(filepath.Dir(dir), 0o755), syscall.Setfsuid(65534)); err != nil {
		t.Skipf("rights cannot be given up here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Setfsuid(0) })
	if _, err := os.ReadDir(dir); err != nil {
		t.Skipf("the temporary folder is for root alone: %v", err)
	}
}

func TestADirectoryThatMayOnlyBeReadCanBeRead(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "waybill.db")
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Within(t.Context(), func(tx storage.Tx) error {
		_, err := tx.CreateStore(t.Context(), storage.Store{Name: "shop", HomeURL: "https://shop.example",
			Auth: storage.AuthBasic})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for path, mode := range map[string]os.FileMode{path: 0o444, dir: 0o555} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o755) })
	asNobody(t, dir)
	reader, err := sqlite.OpenReader(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	stores, err := reader.Stores(t.Context())
	if err != nil || len(stores) != 1 {
		t.Errorf("%d stores, %v", len(stores), err)
	}
	if err := os.WriteFile(path+"-wal", nil, 0o600); err == nil {
		t.Error("the directory can be written all the same")
	}
}

func TestAFullDiskIsNamedWithItsPath(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "waybill.db")
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// SQLite's own limit ends a transaction as a full disk does.
	if _, err := db.Writer().ExecContext(t.Context(), `PRAGMA max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
	err = db.Within(t.Context(), func(tx storage.Tx) error {
		_, err := tx.CreateStore(t.Context(), storage.Store{Name: "shop", HomeURL: "https://shop.example/" +
			strings.Repeat("x", 1<<20), Auth: storage.AuthBasic})
		return err
	})
	p := problem.From(err)
	if p == nil || p.Code != problem.DataUnusable || p.ExitStatus() != problem.ExitLocal ||
		!strings.Contains(p.Message, path) || !strings.Contains(p.Message, "the disk is full") {
		t.Errorf("%v", err)
	}
}
