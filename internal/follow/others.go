package follow

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wait"
)

// FollowOthers calls done with the work that other processes do for stores. It continues as long as one process works
// for all of them, and returns when none does or the context ends; neither is an error. It first wakes the stores, so
// that a person sees them as they are now. With all, stores that are connected meanwhile are followed too.
func (f *Follower) FollowOthers(ctx context.Context, stores []storage.Store, all bool, done func(Round)) error {
	// Earlier rounds are not reported again; the rounds that follow the wake-up are.
	told, err := f.reports(ctx)
	if err != nil {
		return shop.Explain(err)
	}
	for _, st := range stores {
		err := f.db.Within(ctx, func(tx storage.Tx) error { return engine.WakeAll(ctx, tx, st.ID) })
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return shop.Explain(err)
		}
	}
	for ctx.Err() == nil {
		served, err := f.servedByOthers(ctx, stores)
		if err != nil {
			return shop.Explain(err)
		}
		if !served {
			break
		}
		if err := f.followWorker(ctx, stores, all, told, done); err != nil && ctx.Err() == nil {
			return shop.Explain(err)
		}
	}
	return nil
}

func (f *Follower) servedByOthers(ctx context.Context, stores []storage.Store) (bool, error) {
	for _, st := range stores {
		if served, err := f.served(ctx, st.ID); err != nil || !served {
			return false, err
		}
	}
	return len(stores) > 0, nil
}

// followWorker reports what a worker does, until the context or the worker ends.
func (f *Follower) followWorker(
	ctx context.Context, stores []storage.Store, all bool, told map[int64]string, done func(Round),
) error {
	mine := make(map[int64]bool, len(stores))
	for _, st := range stores {
		mine[st.ID] = true
	}
	turns, err := f.turns(ctx)
	for looks := 0; err == nil; looks++ {
		for _, t := range turns {
			if t.Task != engine.Pull || !all && !mine[t.StoreID] {
				continue
			}
			text := string(t.Report)
			if told[t.StoreID] == text {
				continue
			}
			told[t.StoreID] = text
			if round, ok := f.roundOf(ctx, t); ok && done != nil {
				done(round)
			}
		}
		if looks%10 == 9 {
			if served, err := f.servedByOthers(ctx, stores); err != nil || !served {
				return err
			}
		}
		if err := wait.For(ctx, 2*lookAgain); err != nil {
			return err
		}
		turns, err = f.turns(ctx)
	}
	return err
}

// reports returns the reports of the last round of each store.
func (f *Follower) reports(ctx context.Context) (map[int64]string, error) {
	turns, err := f.turns(ctx)
	last := make(map[int64]string, len(turns))
	for _, t := range turns {
		if t.Task == engine.Pull {
			last[t.StoreID] = string(t.Report)
		}
	}
	return last, err
}

func (f *Follower) turns(ctx context.Context) ([]storage.Turn, error) {
	return through(ctx, func() ([]storage.Turn, error) { return f.db.Turns(ctx, 0) })
}
