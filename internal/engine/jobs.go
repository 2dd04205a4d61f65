package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"
)

// pullArgs and pushArgs name the store a job works on.
type pullArgs struct {
	StoreID int64 `json:"store_id"`
}

type pushArgs struct {
	StoreID int64 `json:"store_id"`
}

func (pullArgs) Kind() string { return string(Pull) }
func (pushArgs) Kind() string { return string(Push) }

func (a pullArgs) entry() entry { return entry{Pull, a.StoreID} }
func (a pushArgs) entry() entry { return entry{Push, a.StoreID} }

func argsFor(e entry) river.JobArgs {
	if e.task == Push {
		return pushArgs{e.storeID}
	}
	return pullArgs{e.storeID}
}

// unfinished are the states in which a second job of the same store is refused. Completed is not among them, so that a
// store can run again at once.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func insertOpts(queue string) *river.InsertOpts {
	return &river.InsertOpts{
		Queue:      queue,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished},
	}
}

// insert starts jobs; those that exist already are passed over.
func (e *Engine) insert(ctx context.Context, client *river.Client[*sql.Tx], entries []entry) error {
	params := make([]river.InsertManyParams, 0, len(entries))
	for _, en := range entries {
		if e.work[en.task] != nil {
			params = append(params, river.InsertManyParams{Args: argsFor(en), InsertOpts: insertOpts(string(en.task))})
		}
	}
	if len(params) == 0 {
		return nil
	}
	_, err := client.InsertMany(ctx, params)
	return err
}

// storeArgs are the arguments of a job that works on one store.
type storeArgs interface {
	river.JobArgs
	entry() entry
}

// storeWorker runs a task for one store.
type storeWorker[A storeArgs] struct {
	river.WorkerDefaults[A]
	engine *Engine
	work   Work
}

func (w *storeWorker[A]) Work(ctx context.Context, job *river.Job[A]) error {
	e, en := w.engine, job.Args.entry()
	e.countRunning(en, 1)
	defer e.countRunning(en, -1)
	seen, answered, listed, err := e.calendar.wakes(ctx, en)
	if err != nil {
		return err
	}
	if !listed {
		return nil
	}
	began := time.Now()
	out, workErr := protect(func() (Outcome, error) {
		return w.work(ctx, Job{StoreID: en.storeID, Until: e.opts.Now().Add(Chunk), Woken: seen != answered})
	})
	if errors.Is(ctx.Err(), context.Canceled) {
		// The engine stops. The store stays due, and this job is found again by the next start.
		return river.JobSnooze(0)
	}
	again, err := complete(ctx, e, job, seen, out, workErr != nil)
	if err != nil {
		return err
	}
	if e.opts.Observe != nil {
		e.opts.Observe(Report{Task: en.task, StoreID: en.storeID, Took: time.Since(began), Outcome: out, Err: workErr,
			Again: again})
	}
	if !again.IsZero() && !again.After(e.opts.Now()) {
		e.Nudge(ctx, en.task, en.storeID)
	}
	return nil
}

// complete ends the job and enters the calendar in one transaction.
func complete[A storeArgs](
	ctx context.Context, e *Engine, job *river.Job[A], seen int64, out Outcome, failed bool,
) (time.Time, error) {
	// A task that used up the hard limit leaves a context that has ended; the record of it must be written all the
	// same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	tx, err := e.opts.Writer.BeginTx(ctx, nil)
	if err != nil {
		return time.Time{}, err
	}
	defer func() { _ = tx.Rollback() }()
	again, err := e.calendar.finish(ctx, tx, job.Args.entry(), seen, out, failed)
	if err != nil {
		return time.Time{}, err
	}
	if _, err := river.JobCompleteTx[*riversqlite.Driver](ctx, tx, job); err != nil {
		return time.Time{}, err
	}
	return again, tx.Commit()
}

// protect turns a panic of a task into an error, so that it is delayed like any failure, and one store cannot stop the
// others.
func protect(work func() (Outcome, error)) (out Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = Outcome{}, fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return work()
}

// countRunning counts, because the next job of a store may begin before the last has quite ended.
func (e *Engine) countRunning(en entry, by int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.running[en] += by; e.running[en] == 0 {
		delete(e.running, en)
	}
}
