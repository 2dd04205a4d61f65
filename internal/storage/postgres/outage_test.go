package postgres_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/postgres"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
	"github.com/waybillhq/waybill/internal/storage/storagetest"
)

func wake(ctx context.Context, db storage.Database, id int64) error {
	return db.Within(ctx, func(tx storage.Tx) error { return tx.Wake(ctx, "pull", id) })
}

func TestWorkGoesOnAfterARestartOfTheServer(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	db, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	st := shop(t, db, order(1, `{}`))

	// In the middle of a transaction: the work is told so in a way it knows, and nothing was kept.
	var mend func()
	err = db.Within(t.Context(), func(tx storage.Tx) error {
		if err := tx.Wake(t.Context(), "pull", st.ID); err != nil {
			return err
		}
		mend = pgtest.Cut(t, url)
		_, err := tx.LockStore(t.Context(), st.ID)
		return err
	})
	if !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("a transaction that lost its connection: %v", err)
	}

	// While nobody is let in: what can be asked again waits, and is answered when the server is back.
	answered := make(chan error, 2)
	go func() { _, err := db.Store(t.Context(), st.ID); answered <- err }()
	go func() { answered <- wake(t.Context(), db, st.ID) }()
	select {
	case err := <-answered:
		t.Fatalf("answered by a server that is down: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	mend()
	for range 2 {
		if err := <-answered; err != nil {
			t.Errorf("after the restart: %v", err)
		}
	}
	if turn, err := storagetest.TurnOf(t.Context(), db, "pull", st.ID); err != nil || turn.Wakes != 1 {
		t.Errorf("woken %d times (%v), want once: the lost transaction counts", turn.Wakes, err)
	}
}

func TestFollowersAreWokenByOtherProcessesAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	handles := make([]*postgres.DB, 2)
	for i := range handles {
		db, err := postgres.Open(t.Context(), url, postgres.Options{Connections: 3})
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		handles[i] = db
	}
	follower, writer := handles[0], handles[1]
	st := shop(t, writer)
	for round := range 2 {
		woken := follower.Woken()
		if round == 0 {
			// The connection that listens is made at the first wait: what is written before it stands is found by its
			// first wake, so a second one is needed to prove that notices arrive.
			<-woken
			woken = follower.Woken()
		}
		if err := wake(t.Context(), writer, st.ID); err != nil {
			t.Fatal(err)
		}
		select {
		case <-woken:
		case <-time.After(20 * time.Second):
			t.Fatalf("round %d: not woken", round)
		}
		pgtest.Cut(t, url)()
	}
}

func TestADatabaseThatCannotBeOpenedIsExplained(t *testing.T) {
	t.Parallel()
	there := pgtest.EmptyURL(t)
	_, err := postgres.OpenReader(t.Context(), there, postgres.Options{})
	if !problem.Is(err, problem.DataUnusable) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a reader of an empty database: %v", err)
	}
	missing := strings.Replace(there, "/test_", "/nobody_", 1)
	if _, err = postgres.Open(t.Context(), missing, postgres.Options{}); !problem.Is(err, problem.DataUnusable) {
		t.Errorf("a database that is not there: %v", err)
	}
	nobody := "postgres://anna:s3cret@127.0.0.1:1/x?connect_timeout=2"
	_, err = postgres.Open(t.Context(), nobody, postgres.Options{})
	if !problem.Is(err, problem.DatabaseUnreachable) || !errors.Is(err, storage.ErrUnavailable) {
		t.Errorf("a server that is not there: %v", err)
	}
	p := problem.From(err)
	if all := p.Message + p.Hint + p.Err.Error(); strings.Contains(all, "s3cret") ||
		!strings.Contains(p.Message, "anna@127.0.0.1") {
		t.Errorf("the message reads %q", all)
	}
	if _, err = postgres.Open(t.Context(), "postgres://anna:s3cret@h:port/x", postgres.Options{}); !problem.Is(err,
		problem.ConfigInvalid) || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("an address with a mistake: %v", err)
	}
}

func TestEveryConnectionOfTheWorkHasItsBounds(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	for setting, want := range map[string]string{
		"statement_timeout": "1min", "lock_timeout": "20s", "idle_in_transaction_session_timeout": "30s",
	} {
		var got string
		if err := db.Pool().QueryRow(t.Context(), `SELECT current_setting($1)`, setting).
			Scan(&got); err != nil || got != want {
			t.Errorf("%s is %s (%v), want %s", setting, got, err, want)
		}
	}
}

func TestAReaderCannotWrite(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	db, err := postgres.OpenReader(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Within(t.Context(), func(storage.Tx) error { return nil }); err == nil {
		t.Error("a reader began a transaction that writes")
	}
	if _, err := db.Pool().Exec(t.Context(), `DELETE FROM stores`); err == nil {
		t.Error("a reader deleted the stores")
	}
}

func TestProcessesThatStartTogetherMakeTheSchemaOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.EmptyURL(t)
	done := make(chan error, 4)
	for range cap(done) {
		go func() {
			db, err := postgres.Open(t.Context(), url, postgres.Options{})
			if err == nil {
				err = db.Close()
			}
			done <- err
		}()
	}
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func TestANewerSchemaIsLeftAlone(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	db, err := postgres.Open(t.Context(), url, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Pool().Exec(t.Context(),
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)`); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	if _, err := postgres.Open(t.Context(), url, postgres.Options{}); !problem.Is(err, problem.DataTooNew) {
		t.Errorf("Open: got %v, want %s", err, problem.DataTooNew)
	}
	if _, err := postgres.OpenReader(t.Context(), url, postgres.Options{}); !problem.Is(err, problem.DataTooNew) {
		t.Errorf("OpenReader: got %v, want %s", err, problem.DataTooNew)
	}
}
