package follow

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// push is the engine's task that sends the waiting writes of one store. When none can be sent, the callers that wait
// for them are told why.
func (f *Follower) push(ctx context.Context, job engine.Job) (engine.Outcome, error) {
	st, err := f.db.Store(ctx, job.StoreID)
	if errors.Is(err, storage.ErrNotFound) {
		return engine.Outcome{}, nil
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	out, err := f.pushStore(ctx, st, job)
	if err == nil || ctx.Err() != nil || errors.Is(err, storage.ErrUnavailable) {
		return out, err
	}
	for _, errand := range job.Errands {
		if err := f.answerErrand(ctx, errand, Report{Store: st}, err); err != nil {
			return engine.Outcome{}, err
		}
	}
	switch {
	case problem.Is(err, problem.StorePaused):
		return engine.Outcome{}, nil // resuming the store wakes it
	case problem.Is(err, problem.RecordsVanished):
		return out, nil // the pull reports it
	}
	return out, err
}

// heldPause is the time until it is checked again whether writes are still held back.
const heldPause = time.Minute

func (f *Follower) pushStore(ctx context.Context, st storage.Store, job engine.Job) (engine.Outcome, error) {
	if st.Paused {
		return engine.Outcome{}, sendsNothing(st)
	}
	client, err := f.shops.Of(st)
	if err != nil {
		return engine.Outcome{}, err
	}
	box := f.box
	for {
		if err := f.writesHeld(ctx, st); err != nil {
			return engine.Outcome{Next: f.opts.Now().Add(heldPause)}, err
		}
		round, err := box.Step(ctx, st.ID, client)
		if f.opts.Sent != nil {
			f.opts.Sent(round)
		}
		if isGone(err) {
			return engine.Outcome{}, nil
		}
		if err != nil {
			return engine.Outcome{}, shop.Explain(err)
		}
		now := f.opts.Now()
		switch {
		case round.Next.IsZero():
			return engine.Outcome{}, nil
		case ctx.Err() != nil:
			return engine.Outcome{}, ctx.Err()
		case round.Next.After(now):
			return engine.Outcome{Next: round.Next}, nil
		case now.After(job.Until):
			return engine.Outcome{More: true}, nil
		}
	}
}
