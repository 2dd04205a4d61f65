package engine

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

const (
	shortestWait = 20 * time.Millisecond
	// requeueAfter is how long a turn may stay queued before the dispatcher checks that its job is still in the queue.
	requeueAfter = 25 * time.Second
	// atOneLook is the largest number of jobs that one transaction queues.
	atOneLook = 500
)

// dispatch queues jobs for the turns that are due, until the context ends. Every process with tasks runs a dispatcher.
// A queued turn is marked as queued, so that two processes that find the same turn queue one job.
func (e *Engine) dispatch(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	told := false
	for {
		woken := e.db.Woken() // taken before the look, so that no wake-up falls between
		untilDue, err := e.queueDue(ctx)
		if err != nil && ctx.Err() == nil {
			e.opts.Logger.WarnContext(ctx, "cannot queue what is due; trying again", "error", err)
		}
		if told {
			// Another process may have queued the job first, and may have no worker free.
			e.queue.ring(e.tasks()...)
		}
		timer.Reset(untilDue)
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			told = false
		case <-woken:
			told = true
			if ctx.Err() == nil {
				_ = wait.For(ctx, time.Millisecond) // one look serves several wake-ups
			}
		}
	}
}

// queueDue queues jobs for the due turns and returns the time until the next look.
func (e *Engine) queueDue(ctx context.Context) (time.Duration, error) {
	// A regular look finds what another process entered without telling. A turn whose time is known to come earlier is
	// not missed.
	every := e.queue.looks()
	now := e.opts.Now()
	turns, next, err := e.db.DueTurns(ctx, now, now.Add(-requeueAfter), atOneLook)
	if err != nil {
		return every, err
	}
	var own []storage.Turn
	for _, turn := range turns {
		if _, known := e.opts.Tasks[turn.Task]; known && e.serves(turn.StoreID) {
			own = append(own, turn)
		}
	}
	if len(own) > 0 {
		if err := e.queueTurns(ctx, own); err != nil {
			return every, err
		}
		e.queue.ring(e.tasks()...)
	}
	wait := every
	if !next.IsZero() {
		wait = min(wait, next.Sub(e.opts.Now()))
	}
	if len(turns) == atOneLook && len(own) > 0 {
		wait = 0
	}
	return max(wait, shortestWait), nil
}

func (e *Engine) queueTurns(ctx context.Context, turns []storage.Turn) error {
	return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		now := e.opts.Now()
		var jobs []jobArgs
		locked := make(map[jobArgs]storage.Turn, len(turns))
		for _, seen := range turns {
			turn, err := tx.LockTurn(ctx, seen.Task, seen.StoreID)
			switch {
			case isNotFound(err):
				continue
			case err != nil:
				return err
			case !due(turn, now), held(turn, now), turn.QueuedAt.After(now.Add(-requeueAfter)):
				continue // another process was faster
			}
			turn.QueuedAt = now
			job := jobArgs{turn.Task, turn.StoreID, turn.Run}
			jobs, locked[job] = append(jobs, job), turn
		}
		if len(jobs) == 0 {
			return nil
		}
		stuck, err := e.queue.insert(ctx, tx, jobs, now)
		if err != nil {
			return err
		}
		// The job was fetched by a process that died before it took the turn. River believes for minutes that such a
		// job runs. The turn therefore gets another number, and a new job with that number.
		var again []jobArgs
		for _, job := range stuck {
			turn := locked[job]
			delete(locked, job)
			turn.Run++
			job.Run++
			again, locked[job] = append(again, job), turn
		}
		if len(again) > 0 {
			if _, err := e.queue.insert(ctx, tx, again, now); err != nil {
				return err
			}
		}
		for _, turn := range locked {
			if err := tx.SaveTurn(ctx, turn); err != nil {
				return err
			}
		}
		return nil
	})
}

func (e *Engine) tasks() []Task {
	tasks := make([]Task, 0, len(e.opts.Tasks))
	for task := range e.opts.Tasks {
		tasks = append(tasks, task)
	}
	return tasks
}
