package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

// logOne writes one change and gives its number.
func logOne(t *testing.T, db *sqlite.DB, id int64) int64 {
	t.Helper()
	store, err := db.StoreByName(t.Context(), "shop")
	if errors.Is(err, storage.ErrNotFound) {
		store, err = ledger.AddStore(t.Context(), db, storage.Store{Name: "shop", HomeURL: "https://shop.example"})
	}
	if err != nil {
		t.Fatal(err)
	}
	entries := ledger.New(db)
	claim, err := entries.Claim(t.Context(), store.ID)
	if err != nil {
		t.Fatal(err)
	}
	applied, err := entries.Apply(t.Context(), claim, storage.Batch{Records: []storage.Record{
		{Ref: storage.Ref{Resource: storage.Orders, ID: id}, Raw: []byte(`{}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return applied.LastSeq
}

func TestChangeNumbersLeaveAGapAfterACrashOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "waybill.db")
	open := func() *sqlite.DB {
		db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return db
	}
	db := open()
	first := logOne(t, db, 1)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open()
	second := logOne(t, db, 2)
	if second != first+1 {
		t.Errorf("after a proper end: %d follows %d", second, first)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	// What a crash leaves behind: nobody said good-bye.
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.ExecContext(t.Context(), `UPDATE process SET open = 1`); err != nil {
		t.Fatal(err)
	}
	_ = raw.Close()
	db = open()
	defer db.Close()
	if third := logOne(t, db, 3); third < second+1_000_000 {
		t.Errorf("after a crash: %d follows %d, which a power cut may have taken", third, second)
	}
}

func TestANewerSchemaIsLeftAlone(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	path := db.Path()
	if _, err := db.Writer().
		ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); !problem.Is(err, problem.DataTooNew) {
		t.Errorf("Open: got %v, want %s", err, problem.DataTooNew)
	}
	if _, err := sqlite.OpenReader(t.Context(), path, sqlite.Options{}); !problem.Is(err, problem.DataTooNew) {
		t.Errorf("OpenReader: got %v, want %s", err, problem.DataTooNew)
	}
}

func TestFilesThatAreNoDatabaseAreRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "notes.txt")
	notes := "these are my notes, long enough to have a header of their own, and then some more of them to come"
	if err := os.WriteFile(path, []byte(notes), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), path, sqlite.Options{}); !problem.Is(err, problem.DataUnusable) {
		t.Errorf("got %v, want %s", err, problem.DataUnusable)
	}
	if _, err := sqlite.OpenReader(t.Context(), filepath.Join(dir, "none.db"), sqlite.Options{}); !errors.Is(
		err,
		os.ErrNotExist,
	) {
		t.Errorf("a reader of nothing: %v", err)
	}
}

// Pages in the middle of the file hold something else: whoever opens it is led to the last backup.
func TestADamagedDatabaseLeadsToTheBackup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "waybill.db")
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(bytes.Repeat([]byte{0xa5}, 60*4096), 4096); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = sqlite.Open(t.Context(), path, sqlite.Options{})
	p := problem.From(err)
	if p == nil || p.Code != problem.DataUnusable || !strings.Contains(p.Hint, "waybill restore") {
		t.Errorf("got %+v", p)
	}
}

func TestTheDatabaseIsPrivate(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	logOne(t, db, 1)
	files, err := filepath.Glob(db.Path() + "*")
	if err != nil || len(files) < 2 {
		t.Fatalf("files %v (%v)", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s can be read by others: %v", filepath.Base(file), info.Mode())
		}
	}
}

func TestADurableWriteGivesTheConnectionBackAsItWas(t *testing.T) {
	t.Parallel()
	db := openTest(t)
	boom := errors.New("boom")
	for range 2 {
		if err := db.Within(t.Context(), func(storage.Tx) error { return boom }); !errors.Is(err, boom) {
			t.Fatalf("got %v", err)
		}
	}
	var mode int
	if err := db.Writer().QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&mode); err != nil || mode != 1 {
		t.Errorf("synchronous is %d (%v), want 1", mode, err)
	}
	if logOne(t, db, 1) == 0 {
		t.Error("nothing was written afterwards")
	}
}
