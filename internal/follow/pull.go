package follow

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// pull is one job of the engine.
func (f *Follower) pull(
	ctx context.Context, m *mirror.Mirror, job engine.Job, done func(Round),
) (engine.Outcome, error) {
	st, err := f.db.Store(ctx, job.StoreID)
	if errors.Is(err, storage.ErrNotFound) {
		f.shops.Forget(job.StoreID)
		return engine.Outcome{}, nil
	}
	if err == nil && st.Paused {
		// The store is paused. Resuming it wakes the task.
		for _, errand := range job.Errands {
			paused := pausedStore(st)
			if err := f.answerErrand(ctx, errand, Report{Store: st}, paused); err != nil {
				return engine.Outcome{}, err
			}
		}
		return engine.Outcome{}, nil
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	client, err := f.shops.Of(st)
	if err != nil {
		for _, errand := range job.Errands {
			if err := f.answerErrand(ctx, errand, Report{Store: st}, err); err != nil {
				return engine.Outcome{}, err
			}
		}
		return engine.Outcome{Report: f.roundReport(ctx, st, mirror.Result{}, f.opts.Now(), err, nil)}, err
	}
	if len(job.Errands) == 0 {
		err = client.Pace("") // an errand may have changed it
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	if len(job.Errands) > 0 {
		return f.errand(ctx, st, client, job)
	}
	everything, err := f.askedForEverything(ctx, job)
	if err != nil {
		return engine.Outcome{}, err
	}
	began := f.opts.Now()
	// Requests that are under way when the budget ends still need time.
	budget := mirror.Budget{For: max(job.Until.Sub(began)-5*time.Second, time.Second), Now: everything}
	last, _, err := lastRound(ctx, f.db, st.ID)
	if err != nil {
		return engine.Outcome{}, err
	}
	res, err := m.Pull(ctx, st.ID, mending(client, last.Problem, func() { f.note(ctx, job, nil) }), budget)
	if isGone(err) {
		return engine.Outcome{}, nil
	}
	out := engine.Outcome{More: err == nil && !res.Idle, Next: res.Next}
	if ctx.Err() == nil {
		f.learnFacts(ctx, st.ID, res)
		round := Round{Store: st, Result: res, Took: f.opts.Now().Sub(began), NextDue: res.Next}
		if err == nil {
			f.succeeded(ctx, st)
			if res.Idle {
				f.prepareViews(ctx)
			}
			round.Err = told(st, res) // reported, but no reason for a later round
		} else {
			round.Diagnosis, round.Err = f.failed(ctx, st, err, !woo.Passes(err),
				func(why error) { f.note(ctx, job, why) })
		}
		out.Report = f.roundReport(ctx, st, res, began, round.Err, round.Diagnosis)
		if f.opts.Applied != nil {
			f.opts.Applied(res.Applied)
		}
		if done != nil {
			done(round)
		}
	}
	return out, err
}

// askedForEverything says whether a job polls everything now, due or not. It does not when only webhooks of the store
// woke it and they named the records that changed: these are marked and read alone. Another wake-up that comes during
// the counting is handled by the next job, which is due at once.
func (f *Follower) askedForEverything(ctx context.Context, job engine.Job) (bool, error) {
	if f.opts.Told == nil || !job.Woken {
		return job.Woken, nil
	}
	wakes, unnamed, err := f.opts.Told(ctx, job.StoreID)
	return unnamed || wakes < job.Wakes, err
}
