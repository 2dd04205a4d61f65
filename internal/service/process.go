package service

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/telemetry"
	"github.com/waybillhq/waybill/internal/vitals"
)

// Process is what a Service does once it is started: it works for stores until it is stopped.
type Process struct {
	// Role is how the process appears to others.
	Role string
	// Only restricts the work to some stores; nil means all, also those that are connected later.
	Only []int64
	// Idle says that the process does no work for stores, and API that it serves the HTTP API.
	Idle, API bool
	// Gate knows who is signed in at the dashboard, which is served beside the API; nil stands for the people who may
	// sign in.
	Gate frame.Gate
	// Listen is where health, metrics, the HTTP API and the dashboard are served; empty for nowhere.
	Listen string
	// Version is that of the program.
	Version string
	// Tracer makes spans of the work; nil makes none. Who gives it stops it, after the Service.
	Tracer *telemetry.Tracer
	// Watch is told how the work goes on, Done of each piece of work on a mirror. Either may be nil.
	Watch follow.Watch
	Done  func(follow.Round)
}

// works is a started Service.
type works struct {
	mu       sync.Mutex
	started  bool
	engine   atomic.Pointer[engine.Engine] // nil where the process does no work
	vitals   *vitals.Server
	lookout  *lookout
	stopping atomic.Bool
}

// Start begins to work for stores: it pulls and sends what is due, whoever made it due, until [Service.Stop]. Starting
// twice does nothing. The context bounds the start only.
func (s *Service) Start(ctx context.Context, p Process) error {
	w := &s.works
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.started {
		return nil
	}
	if err := s.enrollAll(ctx); err != nil {
		return shop.Explain(err)
	}
	w.stopping.Store(false)
	metrics := vitals.New(p.Version)
	s.metrics.Store(metrics)
	s.tracer.Store(p.Tracer)
	metrics.Watch(s.lookAtStores, s.opts.Now)
	if err := s.listen(ctx, p, metrics); err != nil {
		return err
	}
	if !p.Idle {
		if err := s.work(ctx, p, metrics); err != nil {
			return errors.Join(shop.Explain(err), s.stopVitals(ctx))
		}
	}
	w.lookout = s.lookOut()
	w.started = true
	return nil
}

// work starts the engine.
func (s *Service) work(ctx context.Context, p Process, metrics *vitals.Metrics) error {
	e, err := engine.New(ctx, s.db, engine.Options{
		Role: p.Role, Only: p.Only, Logger: s.opts.Logger, Now: s.opts.Now,
		Tasks: s.tasks(p),
		Observe: func(r engine.Report) {
			metrics.Job(string(r.Task), r.Waited, r.Took, r.Err != nil)
		},
	})
	if err != nil {
		return err
	}
	if err := e.Start(ctx); err != nil {
		return err
	}
	s.works.engine.Store(e)
	return nil
}

// listen serves health and metrics, and the HTTP API where the process has it.
func (s *Service) listen(ctx context.Context, p Process, metrics *vitals.Metrics) error {
	if p.Listen == "" {
		return nil
	}
	var face vitals.Face
	if p.API {
		api, err := s.api(p)
		if err != nil {
			return err
		}
		face = api
		s.Onboarding.Start()
	}
	server := vitals.NewServer(p.Listen, metrics, s.ready, face)
	if err := server.Start(ctx); err != nil {
		s.Onboarding.Stop()
		return cannotListen(err, p.Listen)
	}
	s.works.vitals = server
	return nil
}

// Stop ends the work after what is under way and returns when everything is down. Stopping twice, or before Start, does
// nothing. When the context ends first, what is under way is cut off; nothing is lost by that.
func (s *Service) Stop(ctx context.Context) error {
	w := &s.works
	w.stopping.Store(true)
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.started {
		return nil
	}
	w.started = false
	w.lookout.stop()
	if w.vitals != nil {
		w.vitals.Drain()
	}
	var err error
	if e := w.engine.Swap(nil); e != nil {
		err = e.Stop(ctx)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return errors.Join(err, s.stopVitals(last))
}

// Follow keeps the mirrors of stores up to date until the context ends, and returns when everything is down. Ending so
// is no error. Failures of a store are reported to done and tried again; they do not stop the others. With all, stores
// that are connected meanwhile are followed too.
//
// Where another process works for all of these stores, it is left to it, and done is told what that one does.
func (s *Service) Follow(
	ctx context.Context, stores []storage.Store, all bool, watch follow.Watch, done func(follow.Round),
) error {
	if err := s.FollowOthers(ctx, stores, all, done); err != nil || ctx.Err() != nil {
		return err
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

func (s *Service) stopVitals(ctx context.Context) error {
	w := &s.works
	if w.vitals == nil {
		return nil
	}
	err := w.vitals.Stop(ctx)
	w.vitals = nil
	s.receiver.Wait()
	s.Onboarding.Stop()
	return err
}

// Listening is where health and metrics are shown; empty when nowhere.
func (s *Service) Listening() string {
	s.works.mu.Lock()
	defer s.works.mu.Unlock()
	if s.works.vitals == nil {
		return ""
	}
	return s.works.vitals.Address()
}

// enrollAll enters stores into the calendar that were connected by older versions, which had no calendar.
func (s *Service) enrollAll(ctx context.Context) error {
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return err
	}
	for _, st := range stores {
		turns, err := s.db.Turns(ctx, st.ID)
		if err != nil {
			return err
		}
		if len(turns) >= len(engine.Every) {
			continue
		}
		err = s.db.Within(ctx, func(tx storage.Tx) error { return engine.Enroll(ctx, tx, st.ID) })
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return nil
}

// ready says why the process should not be counted on.
func (s *Service) ready(ctx context.Context) error {
	if s.works.stopping.Load() {
		return errors.New("the process is stopping")
	}
	if _, err := s.db.LastSeq(ctx); err != nil {
		return errors.New("the database does not answer")
	}
	if e := s.works.engine.Load(); e != nil && e.Unwritten() != nil {
		return errors.New("the database cannot be written: is the disk full?")
	}
	return nil
}

// lookAtStores is what the metrics show of stores.
func (s *Service) lookAtStores(ctx context.Context) ([]vitals.Store, int, error) {
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return nil, 0, err
	}
	turns, err := s.db.Turns(ctx, 0)
	if err != nil {
		return nil, 0, err
	}
	workers, err := s.engine.Workers(ctx)
	if err != nil {
		return nil, 0, err
	}
	seen := make([]vitals.Store, len(stores))
	at := make(map[int64]*vitals.Store, len(stores))
	for i, st := range stores {
		seen[i] = vitals.Store{Name: st.Name, Paused: st.Paused, Failures: map[string]int64{},
			DueAt: map[string]time.Time{}}
		at[st.ID] = &seen[i]
	}
	for _, t := range turns {
		if st := at[t.StoreID]; st != nil {
			st.Failures[string(t.Task)], st.DueAt[string(t.Task)] = t.Failures, t.DueAt
		}
	}
	return seen, len(workers), nil
}
