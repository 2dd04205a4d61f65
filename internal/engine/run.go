package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

// work runs one job: it takes the turn, does the task and saves how the task ended.
func (e *Engine) work(ctx context.Context, r *running, job jobArgs, done completion) error {
	kind, known := e.opts.Tasks[job.Task]
	if !known {
		return fmt.Errorf("this process does not know the task %q", job.Task)
	}
	turn, errands, mine, err := e.take(ctx, job, done)
	if err != nil || !mine {
		return err
	}
	workCtx, drop := e.holds.keep(ctx, turn)
	defer drop()
	workCtx, stopWatching := endWith(workCtx, r.stopping)
	defer stopWatching()

	began := e.opts.Now()
	out, workErr := protect(func() (Outcome, error) {
		return kind.Work(workCtx, Job{StoreID: job.StoreID, Until: began.Add(Chunk), Woken: turn.Wakes != turn.Answered,
			Wakes: turn.Wakes - turn.Answered, Errands: errands, Note: e.noter(turn)})
	})
	if errors.Is(context.Cause(workCtx), errHoldLost) {
		e.opts.Logger.WarnContext(ctx, "lost the hold on a store; another process goes on", "task", job.Task,
			"store_id", job.StoreID)
		return nil
	}
	stopped := r.stopping.Err() != nil && workErr != nil
	report := Report{Task: job.Task, StoreID: job.StoreID, Took: e.opts.Now().Sub(began), Outcome: out, Err: workErr,
		Waited: began.Sub(turn.DueAt)}
	again, err := e.end(ctx, turn, done, func(t storage.Turn) storage.Turn {
		if stopped {
			return givenBack(t, e.opts.Now())
		}
		if errors.Is(workErr, storage.ErrUnavailable) {
			return interrupted(t, e.opts.Now())
		}
		return ended(t, turn.Wakes, out, workErr != nil, e.opts.Now())
	})
	if err != nil {
		return err
	}
	if e.opts.Observe != nil && !stopped {
		report.Again = again
		e.opts.Observe(report)
	}
	return nil
}

// take makes a turn this process's own and fetches the errands for its run. mine is false when the turn was done,
// removed or taken by another process meanwhile.
func (e *Engine) take(
	ctx context.Context, job jobArgs, done completion,
) (turn storage.Turn, errands []storage.Errand, mine bool, err error) {
	err = e.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		mine = false
		turn, err = tx.LockTurn(ctx, job.Task, job.StoreID)
		if errors.Is(err, storage.ErrNotFound) {
			return done(ctx, tx) // the store was removed
		}
		if err != nil {
			return err
		}
		now := e.opts.Now()
		if turn.Run != job.Run || held(turn, now) {
			return done(ctx, tx)
		}
		if !e.serves(job.StoreID) {
			// The job was queued by a process that works on all stores, and this process must leave the store alone. A
			// dispatcher that may do the turn finds it free at its next look.
			turn.Run++
			turn.QueuedAt = time.Time{}
			return errors.Join(tx.SaveTurn(ctx, turn), done(ctx, tx))
		}
		if errands, err = tx.OpenErrands(ctx, job.Task, job.StoreID); err != nil {
			return err
		}
		mine = true
		turn = taken(turn, e.worker.ID, now)
		return tx.SaveTurn(ctx, turn)
	})
	return turn, errands, mine && err == nil, err
}

// noter returns the function [Job].Note of a turn. The function does nothing once another process holds the turn.
func (e *Engine) noter(held storage.Turn) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, report json.RawMessage) error {
		return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
			turn, err := tx.LockTurn(ctx, held.Task, held.StoreID)
			if err != nil || turn.Holder != held.Holder || turn.Run != held.Run {
				return err
			}
			turn.Report = report
			return tx.SaveTurn(ctx, turn)
		})
	}
}

// end saves how a turn that this process holds has ended. When the store is due again, end queues the next job in the
// same transaction. The work is done already, so end waits for a silent database as long as the hold lasts.
func (e *Engine) end(
	ctx context.Context, held storage.Turn, done completion, leave func(storage.Turn) storage.Turn,
) (again time.Time, err error) {
	// The context of a task that used up the hard limit has ended; the outcome must be saved all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), HoldFor)
	defer cancel()
	for {
		again, err = e.tryEnd(ctx, held, done, leave)
		if err == nil || ctx.Err() != nil {
			break
		}
		e.opts.Logger.WarnContext(ctx, "cannot write down the end of a job; trying again", "task", held.Task, "store_id",
			held.StoreID, "error", err)
		_ = wait.For(ctx, time.Second) // the loop checks ctx itself
	}
	if err == nil && e.queue != nil && due(storage.Turn{DueAt: again}, e.opts.Now()) {
		e.queue.ring(held.Task)
	}
	return again, err
}

func (e *Engine) tryEnd(
	ctx context.Context, held storage.Turn, done completion, leave func(storage.Turn) storage.Turn,
) (again time.Time, err error) {
	err = e.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		again = time.Time{}
		turn, err := tx.LockTurn(ctx, held.Task, held.StoreID)
		switch {
		case errors.Is(err, storage.ErrNotFound): // the store was removed during the job
		case err != nil:
			return err
		case turn.Holder != held.Holder || turn.Run != held.Run: // another process took it over
		default:
			turn = leave(turn)
			again = turn.DueAt
			if err := e.put(ctx, tx, turn); err != nil {
				return err
			}
		}
		if done == nil {
			return nil
		}
		return done(ctx, tx)
	})
	return again, err
}

// put saves a turn, and queues a job when the turn is due and no process holds it.
func (e *Engine) put(ctx context.Context, tx storage.Tx, turn storage.Turn) error {
	now := e.opts.Now()
	if e.queue != nil && due(turn, now) && !held(turn, now) {
		turn.QueuedAt = now
		job := jobArgs{turn.Task, turn.StoreID, turn.Run}
		if _, err := e.queue.insert(ctx, tx, []jobArgs{job}, now); err != nil {
			return err
		}
	}
	return tx.SaveTurn(ctx, turn)
}

func (e *Engine) serves(storeID int64) bool { return e.only == nil || e.only[storeID] }

// protect turns a panic of a task into an error. A panic then delays the store like any failure, and cannot stop the
// work for other stores.
func protect(work func() (Outcome, error)) (out Outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			out, err = Outcome{}, fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	return work()
}

// endWith returns a context that also ends when another one does, with the other's cause.
func endWith(ctx, other context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	stop := context.AfterFunc(other, func() { cancel(context.Cause(other)) })
	return ctx, func() { stop(); cancel(nil) }
}
