package relocation_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/relocation"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

// database is what the tests move between.
type database interface {
	storage.Database
	storage.Archive
}

func file(t *testing.T, path string) database {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{Moving: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func server(t *testing.T, url string) database {
	t.Helper()
	db, err := postgres.Open(t.Context(), url, postgres.Options{Moving: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// orders is how many orders the tests move: several transactions' worth.
const orders = 2300

// fill puts a store with orders, marks and cursors into a database, and two writes: one that waits and one under way.
func fill(t *testing.T, db storage.Database) storage.Store {
	t.Helper()
	ctx := t.Context()
	var st storage.Store
	err := db.Within(ctx, func(tx storage.Tx) (err error) {
		st, err = tx.CreateStore(ctx, storage.Store{Name: "shop", HomeURL: "https://shop.example",
			Auth:        storage.AuthBasic,
			Credentials: storage.Credentials{Sealed: []byte{0, 1, 255}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	l := ledger.New(db)
	claim, err := l.Claim(ctx, st.ID)
	if err != nil {
		t.Fatal(err)
	}
	hard := []string{`{"id":%d,"z":1.0,"z":2,"s":"\u0000"}`, "{\"id\":%d,\"s\":\"\xff\"}", ` { "id":%d, "n":1E400 }`}
	batch := storage.Batch{Cursors: []storage.Cursor{{Name: "orders", Value: []byte(`{"a":1}`)}},
		Marks: []storage.Mark{{Resource: storage.Orders, ID: 3, Reason: "r"}}}
	for i := range orders {
		raw := fmt.Appendf(nil, hard[i%len(hard)], i+1)
		batch.Records = append(batch.Records,
			storage.Record{Ref: storage.Ref{Resource: storage.Orders, ID: int64(i + 1)},
				Status: "processing", Created: time.Date(2026, 1, 1, 0, 0, i, 0, time.UTC), Raw: raw})
	}
	batch.Records = append(batch.Records, storage.Record{Raw: []byte(`{}`),
		Ref: storage.Ref{Resource: storage.Settings, Slug: "general/ü"}})
	if _, err := l.Apply(ctx, claim, batch); err != nil {
		t.Fatal(err)
	}
	now := time.Now().UTC().Truncate(time.Millisecond)
	for i, key := range []string{"under way", "waits"} {
		_, err := l.AcceptWrites(ctx,
			[]outbox.Write{{ID: fmt.Sprint("w", i), StoreID: st.ID, Key: key, Action: storage.ActionUpdate,
				Resource: storage.Orders, RecordID: int64(i + 1), Body: []byte(`{"status":"completed"}`),
				Policy: storage.PolicyMerge,
				State:  storage.WritePending, AcceptedAt: now}})
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			continue
		}
		sender, err := l.ClaimOutbox(ctx, st.ID)
		if err != nil {
			t.Fatal(err)
		}
		if claimed, err := l.ClaimWrites(ctx, sender, now.Add(time.Second), 10); err != nil || len(claimed) != 1 {
			t.Fatalf("claimed %v (%v)", claimed, err)
		}
	}
	return st
}

// dying is a database whose process is killed after some transactions.
type dying struct {
	database
	left int
}

var errKilled = errors.New("killed")

func (d *dying) AddRows(ctx context.Context, t storage.Table, rows [][]any, now storage.Move) error {
	if d.left--; d.left < 0 {
		return errKilled
	}
	return d.database.AddRows(ctx, t, rows, now)
}

func TestEverythingMovesAndNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	ctx, path, url := t.Context(), filepath.Join(t.TempDir(), "waybill.db"), pgtest.URL(t)
	from, to := file(t, path), server(t, url)
	st := fill(t, from)
	opts := relocation.Options{From: "the file", To: "the server"}

	for killedAfter := 0; ; killedAfter++ {
		report, err := relocation.Run(ctx, from, &dying{to, killedAfter}, opts)
		if err == nil {
			if killedAfter < 4 || !report.Resumed || report.Waiting != 2 ||
				len(report.Tables) != len(storage.Tables()) {
				t.Errorf("after %d kills: %+v", killedAfter, report)
			}
			break
		}
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		// In the middle nobody can work on either.
		if err := tryClaim(ctx, from, st.ID); err == nil {
			t.Fatal("a write was claimed in the database that is being left")
		}
		if _, err := postgres.Open(ctx, url, postgres.Options{}); !problem.Is(err, problem.DataMoved) {
			t.Fatalf("the database that is being filled can be opened: %v", err)
		}
	}

	// Who had the file open, and whoever opens it, sends nothing from there any more.
	if err := tryClaim(ctx, from, st.ID); err == nil {
		t.Error("a write was claimed in the database that was left")
	}
	_ = from.Close()
	if _, err := sqlite.Open(ctx, path, sqlite.Options{}); !problem.Is(err, problem.DataMoved) ||
		!strings.Contains(err.Error(), "the server") {
		t.Errorf("the file that was left can be opened: %v", err)
	}
	if _, err := sqlite.OpenReader(ctx, path, sqlite.Options{}); !problem.Is(err, problem.DataMoved) {
		t.Errorf("the file that was left can be read: %v", err)
	}

	// The other side takes up what was under way by looking for it, and sends what waits.
	l := ledger.New(to)
	sender, err := l.ClaimOutbox(ctx, st.ID)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := l.InterruptedWrites(ctx, sender, time.Now()); err != nil || n != 1 {
		t.Errorf("%d writes are to be looked for (%v), want 1", n, err)
	}
	claimed, err := l.ClaimWrites(ctx, sender, time.Now().Add(time.Minute), 10)
	if err != nil || len(claimed) != 1 || claimed[0].Key != "waits" {
		t.Errorf("claimed are %+v (%v)", claimed, err)
	}
	if turn, err := storagetest.TurnOf(ctx, to, "push", st.ID); err != nil || turn.DueAt.IsZero() {
		t.Errorf("the turn of sending is %+v (%v)", turn, err)
	}
	last, err := to.LastSeq(ctx)
	if err != nil || last != orders+1 {
		t.Errorf("the last change is %d (%v)", last, err)
	}
	claim, err := l.Claim(ctx, st.ID)
	if err != nil {
		t.Fatal(err)
	}
	applied, err := l.Apply(ctx, claim, storage.Batch{Records: []storage.Record{{Raw: []byte(`{"id":9999}`),
		Ref: storage.Ref{Resource: storage.Orders, ID: 9999}}}})
	if err != nil || applied.LastSeq <= last {
		t.Errorf("the next change is %d (%v), after %d", applied.LastSeq, err, last)
	}
}

// tryClaim is what a process does before it sends.
func tryClaim(ctx context.Context, db storage.Database, storeID int64) error {
	_, err := ledger.New(db).ClaimOutbox(ctx, storeID)
	return err
}

func TestAMoveGoesBackToAFile(t *testing.T) {
	t.Parallel()
	from, to := server(t, pgtest.URL(t)), file(t, filepath.Join(t.TempDir(), "waybill.db"))
	st := fill(t, from)
	report, err := relocation.Run(t.Context(), from, to, relocation.Options{From: "the server", To: "the file"})
	if err != nil || report.Waiting != 2 {
		t.Fatalf("%+v, %v", report, err)
	}
	if err := tryClaim(t.Context(), from, st.ID); err == nil {
		t.Error("a write was claimed in the database that was left")
	}
	if err := tryClaim(t.Context(), to, st.ID); err != nil {
		t.Error(err)
	}
}

func TestAMoveCanBeTakenBackWhileItHasNotEnded(t *testing.T) {
	t.Parallel()
	from, to := file(t, filepath.Join(t.TempDir(), "waybill.db")), server(t, pgtest.URL(t))
	st := fill(t, from)
	if err := relocation.Abandon(t.Context(), from); !problem.Is(err, problem.MoveRefused) {
		t.Errorf("a move that has not begun: %v", err)
	}
	if _, err := relocation.Run(t.Context(), from, &dying{to, 2}, relocation.Options{}); !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if err := relocation.Abandon(t.Context(), from); err != nil {
		t.Fatal(err)
	}
	if err := tryClaim(t.Context(), from, st.ID); err != nil {
		t.Errorf("taken back: %v", err)
	}
	if _, err := relocation.Run(t.Context(), from, to, relocation.Options{}); !problem.Is(err, problem.MoveRefused) {
		t.Errorf("into what is filled in part: %v", err)
	}
}

func TestDataThatIsWorkedOnDoesNotMove(t *testing.T) {
	t.Parallel()
	from, to := server(t, pgtest.URL(t)), server(t, pgtest.URL(t))
	err := to.Within(t.Context(), func(tx storage.Tx) error {
		return tx.SeeWorker(t.Context(), storage.Worker{ID: "a", Host: "blue", PID: 7, Role: "worker",
			StartedAt: tx.Now(),
			SeenAt:    tx.Now()})
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = relocation.Run(t.Context(), from, to, relocation.Options{})
	if !problem.Is(err, problem.MoveRefused) || !strings.Contains(err.Error(), "worker on blue (number 7)") {
		t.Errorf("got %v", err)
	}
}

// altering is a database that does not keep what it is given.
type altering struct{ database }

func (a altering) AddRows(ctx context.Context, t storage.Table, rows [][]any, now storage.Move) error {
	if t.Name == "records" {
		rows[len(rows)-1] = append([]any{}, rows[len(rows)-1]...)
		rows[len(rows)-1][5] = "lost"
	}
	return a.database.AddRows(ctx, t, rows, now)
}

func TestADatabaseThatDoesNotHoldTheSameIsNotOpened(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	from, to := file(t, filepath.Join(t.TempDir(), "waybill.db")), server(t, url)
	fill(t, from)
	report, err := relocation.Run(t.Context(), from, altering{to}, relocation.Options{})
	if !problem.Is(err, problem.MoveDiffers) || len(report.Differences) == 0 ||
		!strings.Contains(report.Differences[0], "differs in status") {
		t.Errorf("got %v, %+v", err, report)
	}
	if _, err := postgres.Open(t.Context(), url, postgres.Options{}); !problem.Is(err, problem.DataMoved) {
		t.Errorf("it can be opened: %v", err)
	}
}
