package engine

import (
	"context"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// An errand lets a command have its work done by a running worker. The command leaves the errand in the database. The
// task finds the errand in its next job, notes its progress there and answers. The command reads progress and answer
// from the database.

// Ask leaves an errand for a task of a store and wakes the store for the task.
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

// Withdraw removes an errand, whether it was answered or not.
func (e *Engine) Withdraw(ctx context.Context, id int64) error {
	return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.DropErrand(ctx, id) })
}

// Tell saves the progress of an errand for the command that asked. Telling about a withdrawn errand does nothing.
func (e *Engine) Tell(ctx context.Context, errand storage.Errand) error {
	return e.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		err := tx.SaveErrand(ctx, errand)
		if isNotFound(err) {
			return nil
		}
		return err
	})
}

// Answer saves the answer of an errand and marks the errand as done. Answering a withdrawn errand does nothing.
func (e *Engine) Answer(ctx context.Context, errand storage.Errand, answer json.RawMessage) error {
	errand.Answer, errand.DoneAt = answer, e.opts.Now().UTC()
	return e.Tell(ctx, errand)
}

const (
	// seenEvery is how often a worker shows that it is alive. After silentAfter without a sign the worker counts as
	// gone.
	seenEvery   = 4 * time.Second
	silentAfter = 15 * time.Second
)

// Workers lists the processes that run jobs now.
func (e *Engine) Workers(ctx context.Context) ([]storage.Worker, error) {
	return Workers(ctx, e.db, e.opts.Now())
}

// Workers lists the processes that were alive at a time. It serves callers without an engine.
func Workers(ctx context.Context, db storage.CalendarReader, now time.Time) ([]storage.Worker, error) {
	return db.Workers(ctx, now.Add(-silentAfter))
}

// appear enters this process into the list of workers, or renews its entry.
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

// sign writes a sign of life, and keeps and logs whether the database took it. On a full disk the database can still be
// read, so only a failed write shows the fault.
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

// Unwritten returns the error with which the database refused the last sign of life of this process; nil when the
// database took it. A sign is written every few seconds.
func (e *Engine) Unwritten() error {
	if err := e.unwritten.Load(); err != nil {
		return *err
	}
	return nil
}
