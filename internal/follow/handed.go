package follow

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
	"github.com/waybillhq/waybill/internal/wait"
	"github.com/waybillhq/waybill/woo"
)

// A sync for which a command waits is handed to the process that works for the store, if there is one: as an errand of
// its next jobs. The types below are what both sides write into the errand.

// syncAsk is the errand of a command that wants a sync.
type syncAsk struct {
	How
	Pace string `json:"pace,omitempty"`
}

// syncState is how far a worker is with a sync. Each job of the worker leaves it to the next one.
type syncState struct {
	Progress *mirror.Progress `json:"progress,omitempty"`
	Report   handedReport     `json:"report"`
	Failures int              `json:"failures,omitempty"`
	// Silent is since when the store cannot be reached.
	Silent time.Time `json:"silent,omitzero"`
}

// syncAnswer says how a sync ended that was handed to a worker.
type syncAnswer struct {
	Report  handedReport     `json:"report"`
	Problem *problem.Problem `json:"problem,omitempty"`
}

// handedReport is a Report in the form in which it is passed between processes.
type handedReport struct {
	Applied   storage.Applied    `json:"applied"`
	Requests  int64              `json:"requests"`
	Swept     mirror.Swept       `json:"swept"`
	Warnings  []string           `json:"warnings,omitempty"`
	Diagnosis *storage.Diagnosis `json:"diagnosis,omitempty"`
}

func handed(r Report) handedReport {
	return handedReport{r.Applied, r.Requests, r.Swept, r.Warnings, r.Diagnosis}
}

func (h handedReport) report(st storage.Store) Report {
	return Report{Store: st, Applied: h.Applied, Requests: h.Requests, Swept: h.Swept, Warnings: h.Warnings,
		Diagnosis: h.Diagnosis}
}

// errWorkerGone says that the process that worked for the store has ended. What it did is kept.
var errWorkerGone = errors.New("the process that worked for the store has ended")

// syncByWorker hands a sync to the worker and reports its progress to watch.
func (f *Follower) syncByWorker(ctx context.Context, st storage.Store, how How, watch Watch) (Report, error) {
	began := f.opts.Now()
	ask, err := json.Marshal(syncAsk{How: how, Pace: f.opts.Pace})
	if err != nil {
		return Report{Store: st}, err
	}
	errand, err := f.ask(ctx, engine.Pull, st.ID, ask)
	if err != nil {
		return Report{Store: st}, shop.Explain(err)
	}
	defer func() {
		if err := f.engine.Withdraw(context.WithoutCancel(ctx), errand.ID); err != nil {
			f.opts.Logger.DebugContext(ctx, "cannot withdraw", "error", err)
		}
	}()
	answer, err := f.followErrand(ctx, errand, watch)
	report := answer.Report.report(st)
	report.Took = f.opts.Now().Sub(began)
	if err == nil && answer.Problem != nil {
		err = answer.Problem
	}
	return report, err
}

func (f *Follower) followErrand(ctx context.Context, errand storage.Errand, watch Watch) (syncAnswer, error) {
	var answer syncAnswer
	shown := ""
	for looks := 1; ; looks++ {
		now, err := through(ctx, func() (storage.Errand, error) { return f.db.Errand(ctx, errand.ID) })
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
			if alive, err := f.served(ctx, errand.StoreID); err != nil || !alive {
				return answer, errors.Join(err, errWorkerGone)
			}
		}
		if err := wait.For(ctx, lookAgain); err != nil {
			return answer, err
		}
	}
}

// errand does a part of a sync for which a person in another process waits.
func (f *Follower) errand(
	ctx context.Context, st storage.Store, client *shop.Client, job engine.Job,
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
	if err := client.Pace(ask.Pace); err != nil {
		return engine.Outcome{}, err
	}
	report := state.Report.report(st)
	teller := &teller{tell: func(p mirror.Progress) {
		told := state
		told.Progress = &p
		f.tellErrand(ctx, errand, told)
	}}
	began := f.opts.Now()
	work, line, drop := f.lifeline(ctx, client, state.Silent)
	defer drop()
	res, err := f.mirrors.of(line.telling(Watch(teller.watch).since(&report))).Pull(work, st.ID, line, mirror.Budget{
		Since: errand.AskedAt, Compare: true, Sweep: ask.Thorough, AcceptLoss: ask.AcceptLoss,
		For: max(job.Until.Sub(began)-5*time.Second, time.Second),
	})
	teller.end()
	if isGone(err) {
		return engine.Outcome{}, f.answerErrand(ctx, errand, report, err)
	}
	report.add(res)
	f.learnFacts(ctx, st.ID, res)
	state.Silent = line.silentSince()
	unreached := line.broke(work)
	looking := func(why error) { f.note(ctx, job, why) }
	switch {
	case ctx.Err() != nil:
		// The engine stops, or the hold was lost: the next job continues.
		state.Report = handed(report)
		f.tellErrand(context.WithoutCancel(ctx), errand, state)
		return engine.Outcome{}, ctx.Err()
	case err == nil && res.Idle:
		f.succeeded(ctx, st)
		lost := told(st, res)
		out := engine.Outcome{More: len(job.Errands) > 1, Next: res.Next}
		out.Report = f.roundReport(ctx, st, res, began, lost, nil)
		return out, f.answerErrand(ctx, errand, report, lost)
	case unreached != nil:
		report.Diagnosis, err = f.failed(ctx, st, unreached, true, looking)
		out := engine.Outcome{Report: f.roundReport(ctx, st, res, began, err, report.Diagnosis)}
		return out, errors.Join(err, f.answerErrand(ctx, errand, report, err))
	case errors.Is(err, storage.ErrUnavailable):
		return engine.Outcome{}, err // no failure of the store: it is tried again soon
	case err == nil:
		state.Failures = 0
	default:
		if res.Applied.Changes() > 0 {
			state.Failures = 0
		}
		if state.Failures++; state.Failures > patience || !woo.Passes(err) {
			report.Diagnosis, err = f.failed(ctx, st, err, true, looking)
			out := engine.Outcome{Report: f.roundReport(ctx, st, res, began, err, report.Diagnosis)}
			return out, errors.Join(err, f.answerErrand(ctx, errand, report, err))
		}
	}
	state.Report = handed(report)
	f.tellErrand(ctx, errand, state)
	if state.Failures > 0 {
		return engine.Outcome{Next: f.opts.Now().Add(firstPause << (state.Failures - 1))}, nil
	}
	return engine.Outcome{More: true}, nil
}

func (f *Follower) tellErrand(ctx context.Context, errand storage.Errand, state syncState) {
	var err error
	if errand.Progress, err = json.Marshal(state); err == nil {
		err = f.engine.Tell(ctx, errand)
	}
	if err != nil {
		f.opts.Logger.DebugContext(ctx, "cannot tell how a sync goes on", "error", err)
	}
}

func (f *Follower) answerErrand(ctx context.Context, errand storage.Errand, report Report, err error) error {
	answer := syncAnswer{Report: handed(report)}
	if err != nil {
		answer.Problem = problem.From(shop.Explain(err))
	}
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return f.engine.Answer(context.WithoutCancel(ctx), errand, text)
}

// tellEvery is how often a worker saves the progress of a sync that was handed to it.
const tellEvery = 400 * time.Millisecond

// teller passes progress on at intervals, from a goroutine of its own, so that the mirror's work does not wait.
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

// end waits until the last progress is passed on.
func (t *teller) end() { t.busy.Wait() }
