package engine_test

import (
	"context"
	"flag"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/engine/enginetest"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

func TestMain(m *testing.M) {
	// These tests wait for jobs more than they compute.
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}

func openDB(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func TestOnSQLite(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, func(t *testing.T) enginetest.Bench {
		path := filepath.Join(t.TempDir(), "waybill.db")
		return enginetest.Bench{
			Open: func(t *testing.T) storage.Database { return openDB(t, path) },
			Exec: func(t *testing.T, statement string) {
				t.Helper()
				if _, err := openDB(t, path).Writer().ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

func TestOnPostgreSQL(t *testing.T) {
	t.Parallel()
	enginetest.Run(t, func(t *testing.T) enginetest.Bench {
		url := pgtest.URL(t)
		open := func(t *testing.T) *postgres.DB {
			t.Helper()
			db, err := postgres.Open(t.Context(), url, postgres.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = db.Close() })
			return db
		}
		return enginetest.Bench{
			Open: func(t *testing.T) storage.Database { return open(t) },
			Exec: func(t *testing.T, statement string) {
				t.Helper()
				if _, err := open(t).Pool().Exec(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			},
		}
	})
}

// TestWorkOfAKilledProcessStartsAnewAtOnce: where the only process with the file is new, nobody can hold a store.
func TestWorkOfAKilledProcessStartsAnewAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDB(t, filepath.Join(dir, "first.db"))
	began, finish := make(chan struct{}, 1), make(chan struct{})
	first := newEngine(t, db, func(context.Context, engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-finish
		return engine.Outcome{}, nil
	})
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := wakeNewStore(t, db)
	<-began
	defer close(finish)
	// What the disk holds at this moment is what a killed process leaves.
	left := filepath.Join(dir, "second.db")
	if _, err := db.Writer().ExecContext(t.Context(), `VACUUM INTO ?`, left); err != nil {
		t.Fatal(err)
	}

	again := make(chan int64, 1)
	// Its clock stands still, so no hold ever falls by itself.
	now := time.Now()
	second := newEngineAt(t, openDB(t, left), func() time.Time { return now },
		func(_ context.Context, job engine.Job) (engine.Outcome, error) {
			again <- job.StoreID
			return engine.Outcome{}, nil
		})
	if err := second.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-again:
		if got != id {
			t.Errorf("store %d", got)
		}
	case <-time.After(2 * time.Minute):
		t.Error("it never began anew")
	}
}

func newEngine(t *testing.T, db storage.Database, pull engine.Work) *engine.Engine {
	t.Helper()
	return newEngineAt(t, db, nil, pull)
}

// newEngineAt is newEngine by a clock of its own.
func newEngineAt(t *testing.T, db storage.Database, now func() time.Time, pull engine.Work) *engine.Engine {
	t.Helper()
	e, err := engine.New(t.Context(), db, engine.Options{Now: now, Tasks: engine.Tasks{engine.Pull: {Work: pull}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return e
}

func wakeNewStore(t *testing.T, db storage.Database) int64 {
	t.Helper()
	var id int64
	err := db.Within(t.Context(), func(tx storage.Tx) error {
		st, err := tx.CreateStore(t.Context(), storage.Store{Name: "shop", HomeURL: "https://shop.example",
			RESTRoot: "https://shop.example/wp-json/", Auth: storage.AuthBasic})
		id = st.ID
		if err != nil {
			return err
		}
		return tx.Wake(t.Context(), engine.Pull, st.ID)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAQuietEngineWritesLittle(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("watches for three seconds")
	}
	db := openDB(t, filepath.Join(t.TempDir(), "waybill.db"))
	e := newEngine(t, db, func(context.Context, engine.Job) (engine.Outcome, error) {
		return engine.Outcome{Next: time.Now().Add(time.Hour)}, nil
	})
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	changes := func() (n int64) {
		if err := db.Writer().QueryRowContext(t.Context(), `SELECT total_changes()`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := changes()
	<-time.After(3 * time.Second)
	if rows := changes() - before; rows > 20 {
		t.Errorf("%d rows written in three seconds with nothing to do", rows)
	}
}
