package engine

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

const (
	// HoldFor is how long a hold lasts without being renewed. It is the longest time for which a killed process keeps
	// other processes from its stores.
	HoldFor = 20 * time.Second
	// renewEvery leaves room for several attempts before a hold lapses.
	renewEvery = 4 * time.Second
	// holdMargin is how long before the end of a hold that could not be renewed its work is stopped. The margin leaves
	// time for the requests under way, and for clocks that differ.
	holdMargin = 6 * time.Second
)

var (
	errHoldLost = errors.New("the hold on the store was lost")
	// ErrHeld says that another process, or another caller in this process, does the task for the store.
	ErrHeld = errors.New("another process does this for the store")
)

// holds are the turns that this process holds. One goroutine renews them as long as there are any.
type holds struct {
	engine *Engine
	mu     sync.Mutex
	kept   map[storage.TurnKey]*kept
	// empty ends that goroutine when closed; nil when none runs.
	empty chan struct{}
	loops sync.WaitGroup
}

type kept struct {
	lost context.CancelCauseFunc
	// until is when the work must have stopped, by the monotonic clock of this process.
	until time.Time
}

func (h *holds) init(e *Engine) {
	h.engine, h.kept = e, make(map[storage.TurnKey]*kept)
}

// keep renews the hold on a turn until drop is called. The returned context ends with the cause errHoldLost when the
// hold cannot be renewed.
func (h *holds) keep(ctx context.Context, turn storage.Turn) (_ context.Context, drop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	key := turn.Key()
	mine := &kept{lost: cancel, until: time.Now().Add(HoldFor - holdMargin)}
	h.mu.Lock()
	h.kept[key] = mine
	if h.empty == nil {
		h.empty = make(chan struct{})
		empty, ctx := h.empty, context.WithoutCancel(ctx)
		h.loops.Go(func() { h.renew(ctx, empty) })
	}
	h.mu.Unlock()
	return ctx, func() {
		h.mu.Lock()
		if h.kept[key] == mine {
			delete(h.kept, key)
		}
		if len(h.kept) == 0 && h.empty != nil {
			close(h.empty)
			h.empty = nil
		}
		h.mu.Unlock()
		cancel(nil)
	}
}

// rest waits for the renewing goroutine to end, unless a caller of [Engine.Hold] still needs it.
func (h *holds) rest() {
	h.mu.Lock()
	needed := len(h.kept) > 0
	h.mu.Unlock()
	if !needed {
		h.loops.Wait()
	}
}

func (h *holds) renew(ctx context.Context, empty <-chan struct{}) {
	ticker := time.NewTicker(renewEvery)
	defer ticker.Stop()
	for {
		select {
		case <-empty:
			return
		case <-ticker.C:
			h.renewAll(ctx)
		}
	}
}

// renewAll renews every hold and stops the work of those that are lost. While the database does not answer, no hold is
// lost: other processes cannot take the turn either. The work stops only shortly before the hold lapses, because the
// database may answer another process first.
func (h *holds) renewAll(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, renewEvery)
	defer cancel()
	asked := time.Now()
	h.mu.Lock()
	before := make(map[storage.TurnKey]*kept, len(h.kept))
	for key, k := range h.kept {
		before[key] = k
	}
	h.mu.Unlock()
	still := make(map[storage.TurnKey]bool, len(before))
	err := h.engine.db.WithinRelaxed(ctx, func(tx storage.Tx) error {
		clear(still)
		keys, err := tx.RenewHolds(ctx, h.engine.worker.ID, h.engine.opts.Now().Add(HoldFor))
		for _, key := range keys {
			still[key] = true
		}
		return err
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	for key, k := range before {
		switch {
		case err == nil && still[key]:
			k.until = asked.Add(HoldFor - holdMargin)
		case h.kept[key] != k: // dropped meanwhile
		case err == nil || !time.Now().Before(k.until):
			k.lost(errHoldLost)
			delete(h.kept, key)
		}
	}
}

// Hold is a task of a store that the caller does in place of a job. Until [Hold.Release] no job of any process does the
// task.
type Hold struct {
	// Context ends when the hold is lost.
	Context context.Context //nolint:containedctx // it is what a hold is
	// Report is saved in the calendar by [Hold.Release], like [Outcome].Report; nil keeps the last report.
	Report json.RawMessage
	engine *Engine
	turn   storage.Turn
	drop   func()
}

// Hold takes a task of a store for the caller, who does it in place of a job. The error is [ErrHeld] while a job or
// another caller does the task. The caller must call [Hold.Release].
func (e *Engine) Hold(ctx context.Context, task Task, storeID int64) (*Hold, error) {
	var turn storage.Turn
	err := e.db.WithinRelaxed(ctx, func(tx storage.Tx) (err error) {
		turn, err = tx.LockTurn(ctx, task, storeID)
		if errors.Is(err, storage.ErrNotFound) {
			// An older version of this program added the store without entering its tasks into the calendar.
			if err := tx.Enroll(ctx, task, storeID); err != nil {
				return err
			}
			turn, err = tx.LockTurn(ctx, task, storeID)
		}
		if err != nil {
			return err
		}
		if held(turn, e.opts.Now()) {
			return ErrHeld
		}
		turn = taken(turn, e.worker.ID, e.opts.Now())
		return tx.SaveTurn(ctx, turn)
	})
	if err != nil {
		return nil, err
	}
	h := &Hold{engine: e, turn: turn}
	h.Context, h.drop = e.holds.keep(ctx, turn)
	return h, nil
}

// Release gives the turn back. The turn is due when it was due before the hold, or now if the store was woken since.
func (h *Hold) Release(ctx context.Context) error {
	defer h.drop()
	_, err := h.engine.end(ctx, h.turn, nil, func(t storage.Turn) storage.Turn {
		if h.Report != nil {
			t.Report = h.Report
		}
		return free(t)
	})
	return err
}

// HoldLost says whether the context of a job or a [Hold] ended because the hold on the store was lost.
func HoldLost(ctx context.Context) bool { return errors.Is(context.Cause(ctx), errHoldLost) }
