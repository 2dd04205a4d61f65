package engine

import (
	"context"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Errands let a command that runs beside a worker have its work done by it: the command asks, the task finds what is
// asked in its next job, tells how it goes on and answers, and the command follows that in the database.

// Ask leaves an errand for a task of a store and wakes it.
func (e *Engine) Ask(ctx context.Context, task Task, storeID int64, what json.RawMessage) (storage.Errand, error) {
	errand := storage.Errand{Task: task, StoreID: storeID, Ask: what, AskedAt: e.opts.Now().UTC()}
	err := e.db.Within(ctx, func(tx storage.Tx) (err error) {
		if errand, err = tx.AddErrand(ctx, errand); err != nil {
			return err
		}
		return tx.Wake(ctx, task, storeID)
	})
	return errand, err
}

// Withdraw takes an errand back, answered or not.
func (e *Engine) Withdraw(ctx context.Context, id int64) error {
	return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.DropErrand(ctx, id) })
}

// Tell keeps how an errand goes on, for the one who asked. One that was withdrawn is no error.
func (e *Engine) Tell(ctx context.Context, errand storage.Errand) error {
	return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		err := tx.SaveErrand(ctx, errand)
		if isNotFound(err) {
			return nil
		}
		return err
	})
}

// Answer ends an errand with an answer.
func (e *Engine) Answer(ctx context.Context, errand storage.Errand, answer json.RawMessage) error {
	errand.Answer, errand.DoneAt = answer, e.opts.Now().UTC()
	return e.Tell(ctx, errand)
}

const (
	// seenEvery is how often a worker shows that it is alive. After silentAfter without a sign it counts as gone.
	seenEvery   = 4 * time.Second
	silentAfter = 15 * time.Second
)

// Workers are the processes that run jobs now.
func (e *Engine) Workers(ctx context.Context) ([]storage.Worker, error) {
	return Workers(ctx, e.db, e.opts.Now())
}

// Workers lists the processes that were alive at a time, for whoever has no engine.
func Workers(ctx context.Context, db storage.CalendarReader, now time.Time) ([]storage.Worker, error) {
	return db.Workers(ctx, now.Add(-silentAfter))
}

// appear shows this process among the workers.
func (e *Engine) appear(ctx context.Context) error {
	worker := e.worker
	worker.SeenAt, worker.Only = e.opts.Now().UTC(), e.opts.Only
	return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.SeeWorker(ctx, worker) })
}

func (e *Engine) beAlive(ctx context.Context) {
	ticker := time.NewTicker(seenEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			e.sign(ctx)
		}
	}
}

// sign gives a sign of life, and keeps and tells whether the database took it. A database that cannot be written any
// more, on a full disk, can still be read, so that else nothing would show it.
func (e *Engine) sign(ctx context.Context) {
	err := e.appear(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		if e.unwritten.Swap(&err) == nil {
			e.opts.Logger.ErrorContext(ctx, "the database cannot be written; everything waits until it can",
				"error", err)
		}
	case e.unwritten.Swap(nil) != nil:
		e.opts.Logger.ErrorContext(ctx, "the database can be written again; the work goes on")
	}
}

// Unwritten is why the database did not take the last sign of life of this process, which is given every few seconds;
// nil when it did.
func (e *Engine) Unwritten() error {
	if err := e.unwritten.Load(); err != nil {
		return *err
	}
	return nil
}
