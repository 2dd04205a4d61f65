package enginetest

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage"
)

func twoProcesses(b *bundle) {
	const stores, rounds = 4, 15
	var running [stores]atomic.Int32
	var done [stores]atomic.Int32
	ids := map[int64]int{}
	for n := range stores {
		ids[b.store("shop"+strconv.Itoa(n))] = n
	}
	full := make(chan struct{}, stores)
	work := func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		n := ids[job.StoreID]
		if running[n].Add(1) > 1 {
			b.Errorf("two processes work for store %d", job.StoreID)
		}
		defer running[n].Add(-1)
		if done[n].Add(1) == rounds {
			full <- struct{}{}
		}
		return engine.Outcome{More: done[n].Load() < rounds}, nil
	}
	for range 2 {
		e := b.engineOn(b.bench.Open(b.T), engine.Options{Tasks: pulling(work)})
		b.ok(e.Start(b.Context()))
	}
	for id := range ids {
		b.wake(id)
	}
	for range stores {
		receive(b, full, "every store")
	}
}

func wakeAcrossProcesses(b *bundle) {
	ran := make(chan int64, 10)
	e := b.engineOn(b.bench.Open(b.T), engine.Options{
		Tasks: pulling(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
			ran <- job.StoreID
			return engine.Outcome{}, nil
		}),
	})
	b.ok(e.Start(b.Context()))
	id := b.store("shop")
	b.wake(id)
	if got := receive(b, ran, "the other process"); got != id {
		b.Errorf("store %d", got)
	}
}

// killedWhileWorking gives the second process a clock past the end of the first one's hold, as after a kill. The first
// process is alive and must notice that its hold is lost.
func killedWhileWorking(b *bundle) {
	began, told := make(chan struct{}, 1), make(chan error, 1)
	b.started(func(ctx context.Context, _ engine.Job) (engine.Outcome, error) {
		began <- struct{}{}
		<-ctx.Done()
		told <- context.Cause(ctx)
		return engine.Outcome{More: true}, ctx.Err()
	}, func(r engine.Report) { b.Errorf("a job that lost its store reported %+v", r) })
	id := b.store("shop")
	b.wake(id)
	receive(b, began, "the job")

	again, finish := make(chan int64, 1), make(chan struct{})
	second := b.engineOn(b.bench.Open(b.T), engine.Options{
		Tasks: pulling(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
			again <- job.StoreID
			<-finish
			return engine.Outcome{}, nil
		}),
		Now: func() time.Time { return time.Now().Add(engine.HoldFor + time.Second) },
	})
	b.ok(second.Start(b.Context()))
	if got := receive(b, again, "the job after the kill"); got != id {
		b.Errorf("store %d", got)
	}
	if err := receive(b, told, "the end of the first job"); err == nil || errors.Is(err, context.Canceled) {
		b.Errorf("the job was told %v", err)
	}
	close(finish)
}

// killedBeforeTaking leaves River with a job that counts as running although no process runs it.
func killedBeforeTaking(b *bundle) {
	ran := make(chan int64, 10)
	work := pulling(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.StoreID
		return engine.Outcome{}, nil
	})
	id := b.store("shop")
	now := time.Now()
	first := b.engine(engine.Options{Tasks: work, Now: func() time.Time { return now.Add(time.Hour) }})
	b.ok(first.Start(b.Context()))
	b.wake(id)
	receive(b, ran, "a first run, which shows that the queue works")
	b.ok(first.Stop(b.Context()))

	// A process that dies between fetching a job and taking its turn leaves a queued turn and a running job.
	b.bench.Exec(b.T, `INSERT INTO river_job (args, kind, max_attempts, queue, state, attempt, attempted_at, unique_key, unique_states)
		SELECT args, kind, max_attempts, queue, 'running', 1, attempted_at, unique_key, unique_states FROM river_job`)
	b.bench.Exec(b.T, `UPDATE calendar SET run = run - 1`)
	b.wake(id)
	second := b.engine(engine.Options{Tasks: work, Now: func() time.Time { return now.Add(2 * time.Hour) }})
	b.ok(second.Start(b.Context()))
	if got := receive(b, ran, "the job after the kill"); got != id {
		b.Errorf("store %d", got)
	}
}

func holdKeepsJobsOff(b *bundle) {
	ran := make(chan int64, 10)
	e := b.engine(engine.Options{Tasks: pulling(func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.StoreID
		return engine.Outcome{}, nil
	})})
	id, other := b.store("shop"), b.store("other")
	beside := b.engineOn(b.bench.Open(b.T), engine.Options{})
	hold, err := beside.Hold(b.Context(), engine.Pull, id)
	b.ok(err)
	if _, err := e.Hold(b.Context(), engine.Pull, id); !errors.Is(err, engine.ErrHeld) {
		b.Errorf("held twice: %v", err)
	}
	b.wake(id)
	b.wake(other)
	b.ok(e.Start(b.Context()))
	if got := receive(b, ran, "the store that is free"); got != other {
		b.Fatalf("store %d ran while it was held", got)
	}
	b.ok(hold.Release(b.Context()))
	if got := receive(b, ran, "the store that was held"); got != id {
		b.Errorf("store %d", got)
	}
}

func errandIsAnswered(b *bundle) {
	e := b.engine(engine.Options{})
	worker := b.engineOn(b.bench.Open(b.T), engine.Options{})
	id := b.store("shop")
	seen := make(chan string, 10)
	runs := b.engineOn(b.bench.Open(b.T), engine.Options{
		Tasks: pulling(func(ctx context.Context, job engine.Job) (engine.Outcome, error) {
			for _, errand := range job.Errands {
				seen <- string(errand.Ask)
				errand.Progress = json.RawMessage(`{"half":true}`)
				if err := worker.Tell(ctx, errand); err != nil {
					return engine.Outcome{}, err
				}
				if err := worker.Answer(ctx, errand, json.RawMessage(`{"all":true}`)); err != nil {
					return engine.Outcome{}, err
				}
			}
			return engine.Outcome{}, nil
		}),
	})
	b.ok(runs.Start(b.Context()))
	errand, err := e.Ask(b.Context(), engine.Pull, id, json.RawMessage(`{"what":"all"}`))
	b.ok(err)
	if ask := receive(b, seen, "the errand"); ask != `{"what":"all"}` {
		b.Errorf("asked %s", ask)
	}
	for limit := time.Now().Add(patience); errand.DoneAt.IsZero() && time.Now().Before(limit); {
		errand, err = b.db.Errand(b.Context(), errand.ID)
		b.ok(err)
	}
	if string(errand.Progress) != `{"half":true}` || string(errand.Answer) != `{"all":true}` {
		b.Errorf("came back as %s, %s", errand.Progress, errand.Answer)
	}
	b.ok(e.Withdraw(b.Context(), errand.ID))
	if _, err := b.db.Errand(b.Context(), errand.ID); !errors.Is(err, storage.ErrNotFound) {
		b.Errorf("withdrawn, and still there: %v", err)
	}
}

func workersAreListed(b *bundle) {
	e := b.engine(engine.Options{Role: "worker", Tasks: pulling(
		func(context.Context, engine.Job) (engine.Outcome, error) { return engine.Outcome{}, nil })})
	count := func() int {
		workers, err := e.Workers(b.Context())
		b.ok(err)
		for _, w := range workers {
			if w.Role != "worker" || w.PID == 0 || w.ID == "" {
				b.Errorf("%+v", w)
			}
		}
		return len(workers)
	}
	before := count()
	b.ok(e.Start(b.Context()))
	during := count()
	b.ok(e.Stop(b.Context()))
	if after := count(); before != 0 || during != 1 || after != 0 {
		b.Errorf("%d workers before, %d while it ran, %d after", before, during, after)
	}
}

func onlySomeStores(b *bundle) {
	mine, others := b.store("mine"), b.store("others")
	ran := make(chan int64, 10)
	work := func(_ context.Context, job engine.Job) (engine.Outcome, error) {
		ran <- job.StoreID
		return engine.Outcome{}, nil
	}
	some := b.engine(engine.Options{Tasks: pulling(work), Only: []int64{mine}})
	b.ok(some.Start(b.Context()))
	b.wake(others)
	b.wake(mine)
	if got := receive(b, ran, "its own store"); got != mine {
		b.Errorf("store %d ran", got)
	}
	b.ok(some.Stop(b.Context()))
	all := b.engine(engine.Options{Tasks: pulling(work)})
	b.ok(all.Start(b.Context()))
	if got := receive(b, ran, "the other store, by a process for all"); got != others {
		b.Errorf("store %d ran", got)
	}
}
