package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage"
)

func wakeRunsTheTask(b *bundle) {
	ran := make(chan int64, 10)
	b.started(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		if left := time.Until(job.Until); left <= 0 || left > engine.Chunk {
			b.Errorf("asked to return in %v", left)
		}
		ran <- job.StoreID
		return engine.Outcome{}, nil
	}, nil)
	b.store("other")
	id := b.store("shop")
	b.wake(id)
	if got := receive(b, ran, "the task"); got != id {
		b.Errorf("ran for store %d", got)
	}
}

func wakeDuringAJob(b *bundle) {
	began, finish := make(chan struct{}, 10), make(chan struct{})
	b.started(func(context.Context, engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-finish
		return engine.Outcome{}, nil
	}, nil)
	id := b.store("shop")
	b.wake(id)
	receive(b, began, "the first run")
	b.wake(id) // while it runs: no second job may begin
	close(finish)
	receive(b, began, "the second run")
}

func jobKnowsWoken(b *bundle) {
	var runs atomic.Int32
	ran := make(chan bool, 10)
	b.started(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.Woken
		switch runs.Add(1) {
		case 1:
			return engine.Outcome{}, errors.New("failed, so the wake-up is not answered yet")
		case 2:
			return engine.Outcome{Next: time.Now()}, nil
		}
		return engine.Outcome{}, nil
	}, nil)
	id := b.store("shop")
	b.wake(id)
	receive(b, ran, "the failing run")
	b.wake(id)
	if !receive(b, ran, "the run after") {
		b.Error("the wake-up was forgotten by a failure")
	}
	if receive(b, ran, "the run that is due by itself") {
		b.Error("an answered wake-up counts again")
	}
}

func manyWakes(b *bundle) {
	const stores, wakes = 5, 40
	ids := map[int64]int{}
	for n := range stores {
		ids[b.store("shop"+strconv.Itoa(n))] = n
	}
	var arrived, seen [stores]atomic.Int64
	var running [stores]atomic.Int32
	reports := make(chan engine.Report, stores*wakes*2)
	b.started(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		n := ids[job.StoreID]
		if running[n].Add(1) > 1 {
			b.Errorf("store %d runs twice", job.StoreID)
		}
		defer running[n].Add(-1)
		seen[n].Store(arrived[n].Load())
		return engine.Outcome{}, nil
	}, func(r engine.Report) { reports <- r })
	var wg sync.WaitGroup
	for id, n := range ids {
		wg.Go(func() {
			for range wakes {
				arrived[n].Add(1)
				if err := b.db.WithinRelaxed(context.Background(), func(tx storage.Tx) error {
					return tx.Wake(context.Background(), engine.Pull, id)
				}); err != nil {
					b.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for left := true; left; {
		left = false
		for n := range seen {
			left = left || seen[n].Load() < wakes
		}
		if left {
			receive(b, reports, "the runs that see every wake-up")
		}
	}
}

// againAtOnceOrThen checks when a store is due again, not when its job runs: a busy machine may run a job late, but
// never too early.
func againAtOnceOrThen(b *bundle) {
	var runs atomic.Int32
	ran, reports := make(chan time.Time, 10), make(chan engine.Report, 10)
	b.started(func(context.Context, engine.Job) (engine.Outcome, error) {
		ran <- time.Now()
		switch runs.Add(1) {
		case 1:
			return engine.Outcome{More: true}, nil
		case 2:
			return engine.Outcome{Next: time.Now().Add(300 * time.Millisecond)}, nil
		}
		return engine.Outcome{}, nil
	}, func(r engine.Report) { reports <- r })
	b.wake(b.store("shop"))
	if r := receive(b, reports, "the report of run 1"); r.Again.IsZero() || r.Again.After(time.Now()) {
		b.Errorf("with more to do it is due at %v", r.Again)
	}
	receive(b, ran, "run 1")
	second := receive(b, ran, "run 2")
	if r := receive(b, reports, "the report of run 2"); !r.Again.Equal(r.Outcome.Next) || r.Outcome.Next.IsZero() {
		b.Errorf("due at %v, asked for %v", r.Again, r.Outcome.Next)
	}
	if gap := receive(b, ran, "run 3").Sub(second); gap < 295*time.Millisecond {
		b.Errorf("ran after %v, asked for 300 ms", gap)
	}
}

func failuresAreDelayed(b *bundle) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	reports := make(chan engine.Report, 10)
	var runs atomic.Int32
	b.start(engine.Options{
		Tasks: pulling(func(context.Context, engine.Job) (engine.Outcome, error) {
			switch runs.Add(1) {
			case 1:
				return engine.Outcome{}, errors.New("the store is down")
			case 2:
				panic("a fault of ours")
			}
			return engine.Outcome{}, nil
		}),
		Observe: func(r engine.Report) { reports <- r },
		Now:     func() time.Time { return now }, // the calendar's clock stands still
	})
	id := b.store("shop")
	for _, want := range []time.Duration{5 * time.Second, 10 * time.Second} {
		// A wake-up makes the store due at once, however long the delay.
		b.wakeAt(id, now)
		r := receive(b, reports, "a report")
		if r.Err == nil || r.Again.Sub(now) != want {
			b.Errorf("%v: due again after %v, want %v", r.Err, r.Again.Sub(now), want)
		}
	}
	b.wakeAt(id, now)
	if r := receive(b, reports, "success"); r.Err != nil || !r.Again.IsZero() {
		b.Errorf("%+v", r)
	}
}

// wakeAt wakes a store at a time of the engine's clock, which may differ from the database's.
func (b *bundle) wakeAt(storeID int64, at time.Time) {
	b.Helper()
	b.within(func(tx storage.Tx) error {
		if err := tx.Wake(b.Context(), engine.Pull, storeID); err != nil {
			return err
		}
		turn, err := tx.LockTurn(b.Context(), engine.Pull, storeID)
		if err != nil {
			return err
		}
		turn.DueAt = at
		return tx.SaveTurn(b.Context(), turn)
	})
}

func stopAndStart(b *bundle) {
	began := make(chan struct{}, 10)
	e := b.started(func(ctx context.Context, _ engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-ctx.Done()
		return engine.Outcome{}, ctx.Err()
	}, func(r engine.Report) { b.Errorf("a job that was stopped is no failure: %v", r.Err) })
	b.wake(b.store("shop"))
	receive(b, began, "the job")
	for range 2 {
		b.ok(e.Stop(b.Context()))
		b.ok(e.Start(b.Context()))
		receive(b, began, "the job after the restart")
	}
}

func stopIsSafe(b *bundle) {
	e := b.engine(engine.Options{Tasks: pulling(func(context.Context, engine.Job) (engine.Outcome, error) {
		return engine.Outcome{}, nil
	})})
	for _, step := range []func(context.Context) error{e.Stop, e.Start, e.Start, e.Stop, e.Stop} {
		b.ok(step(b.Context()))
	}
}

func enrolledBeforeStart(b *bundle) {
	ran := make(chan int64, 1)
	e := b.engine(engine.Options{Tasks: pulling(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.StoreID
		return engine.Outcome{}, nil
	})})
	id := b.store("shop")
	b.within(func(tx storage.Tx) error { return engine.Enroll(b.Context(), tx, id) })
	b.ok(e.Start(b.Context()))
	if got := receive(b, ran, "the job"); got != id {
		b.Errorf("store %d", got)
	}
}

// outagesAreNoFailures checks a job that the database did not answer: the job runs again soon, however often it has
// failed before, and its wake-up is kept.
func outagesAreNoFailures(b *bundle) {
	woken := make(chan bool, 10)
	reports := make(chan engine.Report, 10)
	b.started(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		woken <- job.Woken
		if len(woken) > 1 {
			return engine.Outcome{}, nil
		}
		return engine.Outcome{}, fmt.Errorf("a look at the store: %w", storage.ErrUnavailable)
	}, func(r engine.Report) { reports <- r })
	id := b.store("shop")
	b.wake(id)
	first := receive(b, reports, "the outage")
	if soon := time.Until(first.Again); first.Again.IsZero() || soon > 3*time.Second {
		b.Errorf("tried again in %v", soon)
	}
	turns, err := b.db.Turns(b.Context(), id)
	b.ok(err)
	for _, turn := range turns {
		if turn.Failures != 0 {
			b.Errorf("%d failures are counted", turn.Failures)
		}
	}
	receive(b, reports, "the second try")
	if <-woken; !<-woken {
		b.Error("the second try does not know that it was woken")
	}
}

// removedRunsNoMore checks that the job of a removed store, which ends with more to do, does not run again, while the
// job of another store does.
func removedRunsNoMore(b *bundle) {
	ran, finish := make(chan int64, 10), make(chan struct{})
	reports := make(chan engine.Report, 10)
	b.started(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.StoreID
		<-finish
		return engine.Outcome{More: true}, nil
	}, func(r engine.Report) { reports <- r })
	id := b.store("shop")
	b.wake(id)
	receive(b, ran, "the job")
	b.remove(id)
	close(finish)
	if r := receive(b, reports, "the end"); !r.Again.IsZero() {
		b.Errorf("due again at %v", r.Again)
	}
	other := b.store("other")
	b.wake(other)
	for range 5 { // the other store has more to do each time; a job that was due before would have run by then
		if got := receive(b, ran, "the other store"); got != other {
			b.Fatalf("store %d ran although it was removed", got)
		}
	}
}

// removedIsGone checks that a removed store is not due any more, whatever is queued for the store.
func removedIsGone(b *bundle) {
	ran := make(chan int64, 10)
	e := b.engine(engine.Options{Tasks: pulling(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.StoreID
		return engine.Outcome{}, nil
	})})
	gone, stays := b.store("gone"), b.store("stays")
	b.wake(gone)
	b.remove(gone)
	b.wake(stays)
	if err := b.db.Within(b.Context(), func(tx storage.Tx) error {
		return tx.Wake(b.Context(), engine.Pull, gone)
	}); !errors.Is(err, storage.ErrNotFound) {
		b.Errorf("waking a store that was removed: %v", err)
	}
	turns, err := b.db.Turns(b.Context(), gone)
	if b.ok(err); len(turns) > 0 {
		b.Errorf("still in the calendar: %v", turns)
	}
	b.ok(e.Start(b.Context()))
	if got := receive(b, ran, "the store that stays"); got != stays {
		b.Errorf("store %d ran", got)
	}
}

func tasksAreATable(b *bundle) {
	const tidy engine.Task = "tidy"
	ran := make(chan engine.Task, 10)
	work := func(task engine.Task) engine.Work {
		return func(context.Context, engine.Job) (engine.Outcome, error) {
			ran <- task
			return engine.Outcome{}, nil
		}
	}
	b.start(engine.Options{Tasks: engine.Tasks{tidy: {Work: work(tidy), AtOnce: 1}}})
	id := b.store("shop")
	b.wake(id) // a task that this process does not know stays due for another process
	b.within(func(tx storage.Tx) error { return tx.Wake(b.Context(), tidy, id) })
	if got := receive(b, ran, "the task"); got != tidy {
		b.Errorf("ran %q", got)
	}
	turns, err := b.db.Turns(b.Context(), id)
	b.ok(err)
	if !slices.ContainsFunc(turns, func(t storage.Turn) bool { return t.Task == engine.Pull && !t.DueAt.IsZero() }) {
		b.Error("the task that nobody here knows is due no more")
	}
}
