package service

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// A sync that somebody waits for is handed to the process that works for the store, where there is one: as an errand of
// its next jobs. What follows is what both sides write into it.

// syncAsk is what a command wants.
type syncAsk struct {
	Thorough bool `json:"thorough,omitempty"`
}

// syncState is how far the worker is. It outlives each of its jobs.
type syncState struct {
	Progress *mirror.Progress `json:"progress,omitempty"`
	Report   handedReport     `json:"report"`
	Failures int              `json:"failures,omitempty"`
}

// syncAnswer is how it ended.
type syncAnswer struct {
	Report  handedReport     `json:"report"`
	Problem *problem.Problem `json:"problem,omitempty"`
}

// handedReport is a SyncReport on its way between processes.
type handedReport struct {
	Applied   storage.Applied    `json:"applied"`
	Requests  int64              `json:"requests"`
	Swept     mirror.Swept       `json:"swept"`
	Warnings  []string           `json:"warnings,omitempty"`
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

func handed(r SyncReport) handedReport {
	return handedReport{r.Applied, r.Requests, r.Swept, r.Warnings, r.Diagnosis}
}

func (h handedReport) report(st storage.Store) SyncReport {
	return SyncReport{Store: st, Applied: h.Applied, Requests: h.Requests, Swept: h.Swept, Warnings: h.Warnings,
		Diagnosis: h.Diagnosis}
}

// errWorkerGone says that the process that worked for the store has ended; what it did is kept.
var errWorkerGone = errors.New("the process that worked for the store has ended")

// syncByWorker lets the worker do it and follows.
func (s *Service) syncByWorker(ctx context.Context, st storage.Store, watch Watch, thorough bool) (SyncReport, error) {
	began := s.opts.Now()
	ask, err := json.Marshal(syncAsk{Thorough: thorough})
	if err != nil {
		return SyncReport{Store: st}, err
	}
	errand, err := s.engine.Ask(ctx, engine.Pull, st.ID, ask)
	if err != nil {
		return SyncReport{Store: st}, shop.Explain(err)
	}
	defer func() {
		if err := s.engine.Withdraw(context.WithoutCancel(ctx), errand.ID); err != nil {
			s.opts.Logger.DebugContext(ctx, "cannot withdraw", "error", err)
		}
	}()
	answer, err := s.followErrand(ctx, errand, watch)
	report := answer.Report.report(st)
	report.Took = s.opts.Now().Sub(began)
	if err == nil && answer.Problem != nil {
		err = answer.Problem
	}
	return report, err
}

func (s *Service) followErrand(ctx context.Context, errand storage.Errand, watch Watch) (syncAnswer, error) {
	var answer syncAnswer
	shown := ""
	for looks := 1; ; looks++ {
		now, err := s.db.Errand(ctx, errand.ID)
		if err != nil {
			return answer, shop.Explain(err)
		}
		if !now.DoneAt.IsZero() {
			return answer, json.Unmarshal(now.Answer, &answer)
		}
		if text := string(now.Progress); watch != nil && text != shown {
			shown = text
			var state syncState
			if json.Unmarshal(now.Progress, &state) == nil && state.Progress != nil {
				watch(*state.Progress)
			}
		}
		if looks%20 == 0 {
			if _, alive, err := s.worker(ctx, errand.StoreID); err != nil || !alive {
				return answer, errors.Join(err, errWorkerGone)
			}
		}
		if err := pause(ctx, lookAgain); err != nil {
			return answer, err
		}
	}
}

// errand does a piece of a sync that somebody waits for.
func (s *Service) errand(
	ctx context.Context, st storage.Store, client woo.Doer, job engine.Job,
) (engine.Outcome, error) {
	errand := job.Errands[0]
	var ask syncAsk
	var state syncState
	if err := json.Unmarshal(errand.Ask, &ask); err != nil {
		return engine.Outcome{}, err
	}
	if errand.Progress != nil {
		if err := json.Unmarshal(errand.Progress, &state); err != nil {
			return engine.Outcome{}, err
		}
	}
	report := state.Report.report(st)
	teller := &teller{tell: func(p mirror.Progress) {
		told := state
		told.Progress = &p
		s.tellErrand(ctx, errand, told)
	}}
	began := s.opts.Now()
	res, err := s.newMirror(Watch(teller.watch).since(&report)).Pull(ctx, st.ID, client, mirror.Budget{
		Since: errand.AskedAt, Compare: true, Sweep: ask.Thorough,
		For: max(job.Until.Sub(began)-5*time.Second, time.Second),
	})
	teller.end()
	if isGone(err) {
		return engine.Outcome{}, s.answerErrand(ctx, errand, report, err)
	}
	report.add(res)
	s.learnFacts(ctx, st.ID, res)
	switch {
	case ctx.Err() != nil:
		// The engine stops, or the hold was lost: whoever is next goes on.
		state.Report = handed(report)
		s.tellErrand(context.WithoutCancel(ctx), errand, state)
		return engine.Outcome{}, ctx.Err()
	case err == nil && res.Idle:
		s.succeeded(ctx, st)
		out := engine.Outcome{More: len(job.Errands) > 1, Next: res.Next}
		out.Report = s.roundReport(st, res, began, nil, nil)
		return out, s.answerErrand(ctx, errand, report, nil)
	case err == nil:
		state.Failures = 0
	default:
		if res.Applied.Changes() > 0 {
			state.Failures = 0
		}
		if state.Failures++; state.Failures > patience || !woo.Passes(err) {
			report.Diagnosis, err = s.failed(ctx, st, err, true)
			out := engine.Outcome{Report: s.roundReport(st, res, began, err, report.Diagnosis)}
			return out, errors.Join(err, s.answerErrand(ctx, errand, report, err))
		}
	}
	state.Report = handed(report)
	s.tellErrand(ctx, errand, state)
	if state.Failures > 0 {
		return engine.Outcome{Next: s.opts.Now().Add(firstPause << (state.Failures - 1))}, nil
	}
	return engine.Outcome{More: true}, nil
}

func (s *Service) tellErrand(ctx context.Context, errand storage.Errand, state syncState) {
	var err error
	if errand.Progress, err = json.Marshal(state); err == nil {
		err = s.engine.Tell(ctx, errand)
	}
	if err != nil {
		s.opts.Logger.DebugContext(ctx, "cannot tell how a sync goes on", "error", err)
	}
}

func (s *Service) answerErrand(ctx context.Context, errand storage.Errand, report SyncReport, err error) error {
	answer := syncAnswer{Report: handed(report)}
	if err != nil {
		answer.Problem = problem.From(shop.Explain(err))
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return s.engine.Answer(context.WithoutCancel(ctx), errand, text)
}

// tellEvery is how often a worker writes down how a sync goes on that somebody watches.
const tellEvery = 400 * time.Millisecond

// teller passes progress on now and then, from its own goroutine: mirrors tell it while they work.
type teller struct {
	tell func(mirror.Progress)

	mu   sync.Mutex
	last time.Time
	busy sync.WaitGroup
}

func (t *teller) watch(p mirror.Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Since(t.last) < tellEvery {
		return
	}
	t.last = time.Now()
	t.busy.Go(func() { t.tell(p) })
}

// end waits for what is being told.
func (t *teller) end() { t.busy.Wait() }
