package follow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

// served says whether a process works for a store now.
func (f *Follower) served(ctx context.Context, storeID int64) (bool, error) {
	workers, err := through(ctx, func() ([]storage.Worker, error) { return f.engine.Workers(ctx) })
	return slices.ContainsFunc(workers, func(w storage.Worker) bool { return w.Serves(storeID) }), err
}

// held runs work while this process holds a task of a store. While another process holds the task, held waits, and
// calls waiting repeatedly. The context of work ends when the hold is lost.
func (f *Follower) held(
	ctx context.Context, task engine.Task, storeID int64, waiting func(), work func(*engine.Hold) error,
) error {
	for {
		// A hold whose answer was lost in an outage looks like another process's until it lapses.
		hold, err := through(ctx, func() (*engine.Hold, error) { return f.engine.Hold(ctx, task, storeID) })
		if errors.Is(err, engine.ErrHeld) {
			waiting()
			if err := wait.For(ctx, lookAgain); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("taking the store: %w", err)
		}
		err = work(hold)
		if engine.HoldLost(hold.Context) {
			err = storage.ErrFenced
		}
		_, released := through(ctx, func() (any, error) { return nil, hold.Release(context.WithoutCancel(ctx)) })
		return errors.Join(err, released)
	}
}

// lookAgain is how often a command checks how far another process is.
const lookAgain = 100 * time.Millisecond
