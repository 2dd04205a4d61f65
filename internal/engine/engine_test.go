package engine_test

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 20 * time.Second

func openDB(t *testing.T, path string) *sqlite.DB {
	t.Helper()
	db, err := sqlite.Open(t.Context(), path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func newEngine(t *testing.T, db *sqlite.DB, opts engine.Options) *engine.Engine {
	t.Helper()
	opts.Writer, opts.Readers, opts.Sole = db.Writer(), db.Readers(), true
	e, err := engine.New(t.Context(), opts)
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

// setup gives an engine on a new database, started.
func setup(t *testing.T, opts engine.Options) *engine.Engine {
	t.Helper()
	e := newEngine(t, openDB(t, filepath.Join(t.TempDir(), "waybill.db")), opts)
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return e
}

func wake(t *testing.T, e *engine.Engine, storeID int64) {
	t.Helper()
	if err := e.Wake(t.Context(), engine.Pull, storeID); err != nil {
		t.Fatal(err)
	}
}

func receive[T any](t *testing.T, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
	}
	panic("unreachable")
}

func TestWakeRunsTheTaskOfThatStore(t *testing.T) {
	t.Parallel()
	ran := make(chan int64, 10)
	e := setup(t, engine.Options{Pull: func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		if left := time.Until(job.Until); left <= 0 || left > engine.Chunk {
			t.Errorf("asked to return in %v", left)
		}
		ran <- job.StoreID
		return engine.Outcome{}, nil
	}})
	wake(t, e, 7)
	if got := receive(t, ran, "the task"); got != 7 {
		t.Errorf("ran for store %d", got)
	}
}

func TestWakeUpDuringAJobIsNotLost(t *testing.T) {
	t.Parallel()
	began, finish := make(chan struct{}, 10), make(chan struct{})
	e := setup(t, engine.Options{Pull: func(context.Context, engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-finish
		return engine.Outcome{}, nil
	}})
	wake(t, e, 1)
	receive(t, began, "the first run")
	wake(t, e, 1) // while it runs: River refuses a second job
	close(finish)
	receive(t, began, "the second run")
}

func TestJobKnowsWhetherSomebodyWokeItsStore(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	ran := make(chan bool, 10)
	e := setup(t, engine.Options{Pull: func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.Woken
		switch runs.Add(1) {
		case 1:
			return engine.Outcome{}, errors.New("failed, so the wake-up is not answered yet")
		case 2:
			return engine.Outcome{Next: time.Now()}, nil
		}
		return engine.Outcome{}, nil
	}})
	wake(t, e, 1)
	receive(t, ran, "the failing run")
	wake(t, e, 1)
	if !receive(t, ran, "the run after") {
		t.Error("the wake-up was forgotten by a failure")
	}
	if receive(t, ran, "the run that is due by itself") {
		t.Error("an answered wake-up counts again")
	}
}

func TestOneStoreNeverRunsTwiceAtOnceAndNoWakeUpIsLostUnderLoad(t *testing.T) {
	t.Parallel()
	const stores, wakes = 5, 40
	var arrived, seen [stores]atomic.Int64
	var running [stores]atomic.Int32
	reports := make(chan engine.Report, stores*wakes*2)
	e := setup(t, engine.Options{
		Pull: func(_ context.Context, job engine.Job) (engine.Outcome, error) {
			if running[job.StoreID].Add(1) > 1 {
				t.Errorf("store %d runs twice", job.StoreID)
			}
			defer running[job.StoreID].Add(-1)
			seen[job.StoreID].Store(arrived[job.StoreID].Load())
			return engine.Outcome{}, nil
		},
		Observe: func(r engine.Report) { reports <- r },
	})
	var wg sync.WaitGroup
	for id := range int64(stores) {
		wg.Go(func() {
			for range wakes {
				arrived[id].Add(1)
				if err := e.Wake(context.Background(), engine.Pull, id); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for left := true; left; {
		left = false
		for id := range seen {
			left = left || seen[id].Load() < wakes
		}
		if left {
			receive(t, reports, "the runs that see every wake-up")
		}
	}
}

// TestTaskWithMoreToDoRunsAgainAtOnceAndOneWithATimeThen looks at when a store is due again, not at when a busy machine
// comes to run it; only too early can be told from the clock on the wall.
func TestTaskWithMoreToDoRunsAgainAtOnceAndOneWithATimeThen(t *testing.T) {
	t.Parallel()
	var runs atomic.Int32
	ran, reports := make(chan time.Time, 10), make(chan engine.Report, 10)
	e := setup(t, engine.Options{
		Pull: func(context.Context, engine.Job) (engine.Outcome, error) {
			ran <- time.Now()
			switch runs.Add(1) {
			case 1:
				return engine.Outcome{More: true}, nil
			case 2:
				return engine.Outcome{Next: time.Now().Add(300 * time.Millisecond)}, nil
			}
			return engine.Outcome{}, nil
		},
		Observe: func(r engine.Report) { reports <- r },
	})
	wake(t, e, 1)
	if r := receive(t, reports, "the report of run 1"); r.Again.IsZero() || r.Again.After(time.Now()) {
		t.Errorf("with more to do it is due at %v", r.Again)
	}
	receive(t, ran, "run 1")
	second := receive(t, ran, "run 2")
	if r := receive(t, reports, "the report of run 2"); !r.Again.Equal(r.Outcome.Next) || r.Outcome.Next.IsZero() {
		t.Errorf("due at %v, asked for %v", r.Again, r.Outcome.Next)
	}
	if gap := receive(t, ran, "run 3").Sub(second); gap < 300*time.Millisecond {
		t.Errorf("ran after %v, asked for 300 ms", gap)
	}
}

func TestFailedAndPanickingTasksAreDelayedLongerEachTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	reports := make(chan engine.Report, 10)
	var runs atomic.Int32
	e := setup(t, engine.Options{
		Pull: func(context.Context, engine.Job) (engine.Outcome, error) {
			switch runs.Add(1) {
			case 1:
				return engine.Outcome{}, errors.New("the store is down")
			case 2:
				panic("a fault of ours")
			}
			return engine.Outcome{}, nil
		},
		Observe: func(r engine.Report) { reports <- r },
		Now:     func() time.Time { return now }, // the calendar's clock stands still
	})
	for _, want := range []time.Duration{5 * time.Second, 10 * time.Second} {
		// A wake-up tries at once, however long the delay.
		wake(t, e, 1)
		r := receive(t, reports, "a report")
		if r.Err == nil || r.Again.Sub(now) != want {
			t.Errorf("%v: due again after %v, want %v", r.Err, r.Again.Sub(now), want)
		}
	}
	wake(t, e, 1)
	if r := receive(t, reports, "success"); r.Err != nil || !r.Again.IsZero() {
		t.Errorf("%+v", r)
	}
}

// TestWorkOfAKilledProcessStartsAnewAtOnce: River itself would find it after six minutes, longer than the test waits.
func TestWorkOfAKilledProcessStartsAnewAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := openDB(t, filepath.Join(dir, "first.db"))
	began, finish := make(chan struct{}, 1), make(chan struct{})
	first := newEngine(t, db, engine.Options{Pull: func(context.Context, engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-finish
		return engine.Outcome{}, nil
	}})
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	wake(t, first, 3)
	receive(t, began, "the job")
	defer close(finish)
	// What the disk holds at this moment is what a killed process leaves.
	left := filepath.Join(dir, "second.db")
	if _, err := db.Writer().ExecContext(t.Context(), `VACUUM INTO ?`, left); err != nil {
		t.Fatal(err)
	}

	again := make(chan int64, 1)
	second := newEngine(t, openDB(t, left),
		engine.Options{Pull: func(_ context.Context, job engine.Job) (engine.Outcome, error) {
			again <- job.StoreID
			return engine.Outcome{}, nil
		}})
	if err := second.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, again, "the job after the kill"); got != 3 {
		t.Errorf("store %d", got)
	}
}

func TestStopCancelsWorkWhichTheNextStartTakesUp(t *testing.T) {
	t.Parallel()
	began := make(chan struct{}, 10)
	e := setup(t, engine.Options{Pull: func(ctx context.Context, _ engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-ctx.Done()
		return engine.Outcome{}, ctx.Err()
	}})
	wake(t, e, 1)
	receive(t, began, "the job")
	for range 2 {
		if err := e.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := e.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		receive(t, began, "the job after the restart")
	}
}

func TestStopIsSafeBeforeStartAndTwice(t *testing.T) {
	t.Parallel()
	e := newEngine(t, openDB(t, filepath.Join(t.TempDir(), "waybill.db")), engine.Options{
		Pull: func(context.Context, engine.Job) (engine.Outcome, error) { return engine.Outcome{}, nil },
	})
	for _, step := range []func(context.Context) error{e.Stop, e.Start, e.Start, e.Stop, e.Stop} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWakeBeforeStartIsRunByStart(t *testing.T) {
	t.Parallel()
	ran := make(chan int64, 1)
	e := newEngine(t, openDB(t, filepath.Join(t.TempDir(), "waybill.db")), engine.Options{
		Pull: func(_ context.Context, job engine.Job) (engine.Outcome, error) {
			ran <- job.StoreID
			return engine.Outcome{}, nil
		},
	})
	if err := e.Enroll(t.Context(), engine.Pull, 5); err != nil {
		t.Fatal(err)
	}
	if err := e.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, ran, "the job"); got != 5 {
		t.Errorf("store %d", got)
	}
}

func TestDismissedStoreRunsNoMore(t *testing.T) {
	t.Parallel()
	began, finish := make(chan struct{}, 10), make(chan struct{})
	reports := make(chan engine.Report, 10)
	e := setup(t, engine.Options{
		Pull: func(context.Context, engine.Job) (engine.Outcome, error) {
			began <- struct{}{}
			<-finish
			return engine.Outcome{More: true}, nil
		},
		Observe: func(r engine.Report) { reports <- r },
	})
	wake(t, e, 1)
	receive(t, began, "the job")
	if err := e.Dismiss(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	close(finish)
	if r := receive(t, reports, "the end"); !r.Again.IsZero() {
		t.Errorf("due again at %v", r.Again)
	}
}

func TestAQuietEngineWritesLittle(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("watches for three seconds")
	}
	path := filepath.Join(t.TempDir(), "waybill.db")
	db := openDB(t, path)
	e := newEngine(t, db, engine.Options{Pull: func(context.Context, engine.Job) (engine.Outcome, error) {
		return engine.Outcome{Next: time.Now().Add(time.Hour)}, nil
	}})
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
