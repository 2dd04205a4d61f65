package service_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/internal/storage/postgres/pgtest"
)

// TestARestartOfTheDatabaseIsNobodysFailure: the server is started anew under a process that works for a store. It goes
// on by itself, no failure of the store is counted, and whoever waits for a sync gets it.
func TestARestartOfTheDatabaseIsNobodysFailure(t *testing.T) {
	t.Parallel()
	if testing.Short() || os.Getenv(databasetest.Chosen) != "" {
		t.Skip("starts a PostgreSQL of its own")
	}
	own := pgtest.Start(t)
	b := setup(t)
	b.database = own.URL
	worker, asker := b.open(t), b.open(t)
	st := b.connect(t, worker).Store
	b.order(t, `{}`)
	rounds := make(chan follow.Round, 1000)
	err := worker.Start(t.Context(), service.Process{Role: "worker", Done: func(r follow.Round) { rounds <- r }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := worker.Stop(context.Background()); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	type synced struct {
		report follow.Report
		err    error
	}
	done := make(chan synced, 1)
	b.order(t, `{}`)
	go func() {
		report, err := asker.SyncThoroughly(t.Context(), st, nil)
		done <- synced{report, err}
	}()
	own.Restart(t, 500*time.Millisecond)
	if got := <-done; got.err != nil {
		t.Errorf("a sync that was waited for: %v", got.err)
	}
	rows, err := asker.Query(t.Context(), `SELECT COALESCE(SUM(failures), 0) FROM calendar`, 1)
	if err != nil {
		t.Fatal(err)
	}
	if failed := fmt.Sprint(rows.Values[0][0]); failed != "0" {
		t.Errorf("%s failures of the store are counted", failed)
	}
	if n, err := asker.CountRecords(t.Context(), storage.Query{StoreID: st.ID, Resource: storage.Orders}); err != nil ||
		n != 2 {
		t.Errorf("%d orders are mirrored (%v), want 2", n, err)
	}
}

func TestADatabaseThatIsAwayIsSaidSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.database = "postgres://waybill:hunter2@127.0.0.1:1/waybill?connect_timeout=2" // nobody listens there
	for name, open := range map[string]func(context.Context, service.Options) error{
		"Open": func(ctx context.Context, opts service.Options) error { _, err := service.Open(ctx, opts); return err },
		"OpenBeside": func(ctx context.Context, opts service.Options) error {
			_, err := service.OpenBeside(ctx, opts)
			return err
		},
		"OpenReader": func(ctx context.Context, opts service.Options) error {
			_, err := service.OpenReader(ctx, opts)
			return err
		},
	} {
		err := open(t.Context(), b.options(t, nil))
		p := problem.From(err)
		if code(err) != problem.DatabaseUnreachable || !errors.Is(err, storage.ErrUnavailable) || p.Hint == "" {
			t.Errorf("%s: %v; %s", name, err, p.Hint)
		}
		if strings.Contains(err.Error()+p.Hint, "hunter2") {
			t.Errorf("%s shows the password: %v", name, err)
		}
	}
}
