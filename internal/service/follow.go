package service

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
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
// is no error. Failures of a store are reported to done and tried again; they do not stop the others. With all, stores
// that are connected meanwhile are followed too.
//
// Where another process works for all of these stores, it is left to it, and done is told what that one does.
func (s *Service) Follow(ctx context.Context, stores []storage.Store, all bool, watch Watch, done func(Round)) error {
	// What was done before is not told again; what follows from the waking is.
	told, err := s.reports(ctx)
	if err != nil {
		return shop.Explain(err)
	}
	// A person who starts to follow wants to see the store as it is now, whenever it would be due.
	for _, st := range stores {
		err := s.db.Within(ctx, func(tx storage.Tx) error { return engine.WakeAll(ctx, tx, st.ID) })
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return shop.Explain(err)
		}
	}
	for ctx.Err() == nil {
		served, err := s.servedByOthers(ctx, stores)
		if err != nil {
			return shop.Explain(err)
		}
		if !served {
			break
		}
		if err := s.followWorker(ctx, stores, all, told, done); err != nil && ctx.Err() == nil {
			return shop.Explain(err)
		}
	}
	if ctx.Err() != nil {
		return nil
	}
	process := Process{Role: "sync", Watch: watch, Done: done}
	if !all {
		process.Only = []int64{}
		for _, st := range stores {
			process.Only = append(process.Only, st.ID)
		}
	}
	if err := s.Start(ctx, process); err != nil {
		return err
	}
	<-ctx.Done()
	return s.Stop(context.WithoutCancel(ctx))
}

func (s *Service) servedByOthers(ctx context.Context, stores []storage.Store) (bool, error) {
	for _, st := range stores {
		if _, served, err := s.worker(ctx, st.ID); err != nil || !served {
			return false, err
		}
	}
	return len(stores) > 0, nil
}

// followWorker tells of what a worker does, until the context ends or the worker has.
func (s *Service) followWorker(
	ctx context.Context, stores []storage.Store, all bool, told map[int64]string, done func(Round),
) error {
	mine := make(map[int64]bool, len(stores))
	for _, st := range stores {
		mine[st.ID] = true
	}
	turns, err := s.db.Turns(ctx, 0)
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
			if round, ok := s.roundOf(ctx, t); ok && done != nil {
				done(round)
			}
		}
		if looks%10 == 9 {
			if served, err := s.servedByOthers(ctx, stores); err != nil || !served {
				return err
			}
		}
		if err := pause(ctx, 2*lookAgain); err != nil {
			return err
		}
		turns, err = s.db.Turns(ctx, 0)
	}
	return err
}

// reports are what the last rounds of all stores left.
func (s *Service) reports(ctx context.Context) (map[int64]string, error) {
	turns, err := s.db.Turns(ctx, 0)
	last := make(map[int64]string, len(turns))
	for _, t := range turns {
		if t.Task == engine.Pull {
			last[t.StoreID] = string(t.Report)
		}
	}
	return last, err
}

// round is a Round on its way between processes. At tells two that did the same apart.
type round struct {
	At        time.Time          `json:"at"`
	Took      time.Duration      `json:"took"`
	Idle      bool               `json:"idle"`
	Next      time.Time          `json:"next,omitzero"`
	Applied   storage.Applied    `json:"applied"`
	Requests  int64              `json:"requests"`
	Swept     mirror.Swept       `json:"swept"`
	Warnings  []string           `json:"warnings,omitempty"`
	Problem   *problem.Problem   `json:"problem,omitempty"`
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

// roundReport is what is kept in the calendar of a round.
func (s *Service) roundReport(
	st storage.Store, res mirror.Result, began time.Time, err error, d *storage.Diagnosis,
) json.RawMessage {
	now := s.opts.Now()
	r := round{At: now.UTC(), Took: now.Sub(began), Idle: res.Idle, Next: res.Next, Applied: res.Applied,
		Requests: res.Requests, Swept: res.Swept, Warnings: res.Warnings, Diagnosis: d}
	if err != nil {
		r.Problem = problem.From(shop.Explain(err))
	}
	text, err := json.Marshal(r)
	if err != nil {
		s.opts.Logger.Warn("cannot keep what a round did", "store", st.Name, "error", err)
		return nil
	}
	return text
}

func (s *Service) roundOf(ctx context.Context, t storage.Turn) (Round, bool) {
	var r round
	st, err := s.db.Store(ctx, t.StoreID)
	if err != nil || json.Unmarshal(t.Report, &r) != nil {
		return Round{}, false
	}
	told := Round{Store: st, Took: r.Took, NextDue: r.Next, Diagnosis: r.Diagnosis, Result: mirror.Result{
		Idle: r.Idle, Next: r.Next, Applied: r.Applied, Requests: r.Requests, Swept: r.Swept, Warnings: r.Warnings}}
	if r.Problem != nil {
		told.Err = r.Problem
	}
	return told, true
}

// pull is one job of the engine.
func (s *Service) pull(
	ctx context.Context, m *mirror.Mirror, job engine.Job, done func(Round),
) (engine.Outcome, error) {
	st, err := s.db.Store(ctx, job.StoreID)
	if errors.Is(err, storage.ErrNotFound) {
		s.shops.Forget(job.StoreID)
		return engine.Outcome{}, nil
	}
	if err == nil && st.Paused {
		// Not ours to work on; resuming it wakes it.
		for _, errand := range job.Errands {
			paused := problem.New(problem.StorePaused, "store %s is paused", st.Name).
				Next("Resume it: waybill stores resume %s", st.Name)
			if err := s.answerErrand(ctx, errand, SyncReport{Store: st}, paused); err != nil {
				return engine.Outcome{}, err
			}
		}
		return engine.Outcome{}, nil
	}
	if err != nil {
		return engine.Outcome{}, err
	}
	client, err := s.shops.Of(st)
	if err != nil {
		for _, errand := range job.Errands {
			if err := s.answerErrand(ctx, errand, SyncReport{Store: st}, err); err != nil {
				return engine.Outcome{}, err
			}
		}
		return engine.Outcome{Report: s.roundReport(st, mirror.Result{}, s.opts.Now(), err, nil)}, err
	}
	if len(job.Errands) > 0 {
		return s.errand(ctx, st, client, job)
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
		out.Report = s.roundReport(st, res, began, round.Err, round.Diagnosis)
		s.count(res.Applied)
		if done != nil {
			done(round)
		}
	}
	return out, err
}

// count tells the metrics what was logged.
func (s *Service) count(done storage.Applied) {
	m := s.metrics.Load()
	if m == nil {
		return
	}
	for kind, n := range map[storage.Kind]int{storage.Created: done.Created, storage.Updated: done.Updated,
		storage.Trashed: done.Trashed, storage.Restored: done.Restored, storage.Deleted: done.Deleted} {
		m.Changes(string(kind), n)
	}
}
