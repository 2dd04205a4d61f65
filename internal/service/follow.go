package service

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/sqlite"
	"github.com/waybillhq/waybill/woo"
)

// Round is one piece of work on a followed store.
type Round struct {
	Store   storage.Store
	Result  mirror.Result
	Took    time.Duration
	Err     error
	NextDue time.Time
	// Diagnosis is why it failed, where the doctor was asked.
	Diagnosis *storage.Diagnosis
}

// Follow keeps the mirrors of stores up to date until the context ends, and returns when everything is down. Ending so
// is no error. Failures of a store are reported to done and tried again; they do not stop the others.
func (s *Service) Follow(ctx context.Context, stores []storage.Store, watch Watch, done func(Round)) error {
	m := s.newMirror(watch)
	e, err := engine.New(ctx, engine.Options{
		Writer: s.db.(*sqlite.DB).Writer(), Readers: s.db.(*sqlite.DB).Readers(), Sole: true,
		AtOnce: s.opts.Config.Sync.StoresAtOnce, Logger: s.opts.Logger, Now: s.opts.Now,
		Pull: func(ctx context.Context, job engine.Job) (engine.Outcome, error) {
			return s.pull(ctx, m, job, done)
		},
		Push: s.push,
	})
	if err != nil {
		return err
	}
	for _, st := range stores {
		// A person who starts to follow wants to see the store as it is now,
		// whenever it would be due.
		for _, task := range []engine.Task{engine.Pull, engine.Push} {
			if err := e.Wake(ctx, task, st.ID); err != nil {
				return err
			}
		}
	}
	if err := e.Start(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return e.Stop(context.WithoutCancel(ctx))
}

// pull is one job of the engine.
func (s *Service) pull(
	ctx context.Context, m *mirror.Mirror, job engine.Job, done func(Round),
) (engine.Outcome, error) {
	st, err := s.db.Store(ctx, job.StoreID)
	if errors.Is(err, storage.ErrNotFound) || err == nil && st.Paused {
		// Not ours to work on; whoever resumes it wakes it.
		return engine.Outcome{}, nil
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	client, err := s.clientOf(st)
	if err != nil {
		return engine.Outcome{}, err
	}
	began := s.opts.Now()
	// Requests that are under way when the budget ends still take their time.
	budget := mirror.Budget{For: max(job.Until.Sub(began)-5*time.Second, time.Second), Now: job.Woken}
	res, err := m.Pull(ctx, st.ID, client, budget)
	if isGone(err) {
		return engine.Outcome{}, nil
	}
	out := engine.Outcome{More: err == nil && !res.Idle, Next: res.Next}
	if ctx.Err() == nil {
		s.learnFacts(ctx, st.ID, res)
		round := Round{Store: st, Result: res, Took: s.opts.Now().Sub(began), NextDue: res.Next}
		if err == nil {
			s.succeeded(ctx, st)
		} else {
			round.Diagnosis, round.Err = s.failed(ctx, st, err, !woo.Passes(err))
		}
		if done != nil {
			done(round)
		}
	}
	return out, err
}
