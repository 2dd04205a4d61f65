package service

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// push is the engine's task: it sends what waits for one store. Why it cannot be sent at all is told to whoever waits
// for it.
func (s *Service) push(ctx context.Context, job engine.Job) (engine.Outcome, error) {
	st, err := s.db.Store(ctx, job.StoreID)
	if errors.Is(err, storage.ErrNotFound) {
		return engine.Outcome{}, nil
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	out, err := s.pushStore(ctx, st, job)
	if err == nil || ctx.Err() != nil {
		return out, err
	}
	for _, errand := range job.Errands {
		if err := s.answerErrand(ctx, errand, SyncReport{Store: st}, err); err != nil {
			return engine.Outcome{}, err
		}
	}
	if problem.Is(err, problem.StorePaused) {
		return engine.Outcome{}, nil // resuming it wakes it
	}
	return out, err
}

func (s *Service) pushStore(ctx context.Context, st storage.Store, job engine.Job) (engine.Outcome, error) {
	if st.Paused {
		return engine.Outcome{}, problem.New(problem.StorePaused, "the store %s is paused, so nothing is sent to it",
			st.Name).Next("Resume it: waybill stores resume %s", st.Name)
	}
	client, err := s.shops.Of(st)
	if err != nil {
		return engine.Outcome{}, err
	}
	box := s.outbox()
	for {
		round, err := box.Step(ctx, st.ID, client)
		s.countWrites(round)
		if isGone(err) {
			return engine.Outcome{}, nil
		}
		if err != nil {
			return engine.Outcome{}, shop.Explain(err)
		}
		now := s.opts.Now()
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

// countWrites tells the metrics what became of writes.
func (s *Service) countWrites(r outbox.Round) {
	m := s.metrics.Load()
	if m == nil {
		return
	}
	for outcome, n := range map[outbox.State]int{outbox.Done: r.Done, outbox.Rejected: r.Rejected,
		outbox.Parked: r.Parked, outbox.Unknown: r.Unknown} {
		m.Writes(string(outcome), n)
	}
}
