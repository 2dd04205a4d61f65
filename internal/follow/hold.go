package follow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/storage"
)

// worker is a process that works for a store now; false when there is none.
func (f *Follower) worker(ctx context.Context, storeID int64) (storage.Worker, bool, error) {
	workers, err := f.engine.Workers(ctx)
	if err != nil {
		return storage.Worker{}, false, err
	}
	for _, w := range workers {
		if w.Serves(storeID) {
			return w, true, nil
		}
	}
	return storage.Worker{}, false, nil
}

// held runs work with a task of a store in this process's hands, and waits for it while another has it. The hold has a
// context that ends when it is lost.
func (f *Follower) held(ctx context.Context, task engine.Task, storeID int64, work func(*engine.Hold) error) error {
	for {
		hold, err := f.engine.Hold(ctx, task, storeID)
		if errors.Is(err, engine.ErrHeld) {
			if err := pause(ctx, lookAgain); err != nil {
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
		return errors.Join(err, hold.Release(context.WithoutCancel(ctx)))
	}
}

// lookAgain is how often a command looks how far another process is.
const lookAgain = 100 * time.Millisecond
