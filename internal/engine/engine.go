package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Chunk is how long a task is asked to run at most.
const Chunk = 45 * time.Second

// Options make an Engine.
type Options struct {
	// Tasks are what this process can do; empty for one that only enrols, wakes and asks.
	Tasks Tasks
	// Role is how the process appears among the workers.
	Role string
	// Only restricts the work to some stores; nil means all.
	Only []int64
	// Observe is told about every finished job, on the job's goroutine.
	Observe func(Report)
	Logger  *slog.Logger
	// Now is the clock of the calendar; nil means time.Now. The clocks of all processes must agree to a few seconds.
	Now func() time.Time
}

// Engine runs tasks. Make it with [New].
type Engine struct {
	db     storage.Database
	opts   Options
	queue  queue
	only   map[int64]bool
	worker storage.Worker
	holds  holds
	// unwritten is why the database did not take the last sign of life; nil when it did.
	unwritten atomic.Pointer[error]

	// life lets one Start or Stop run at a time.
	life sync.Mutex
	// running is nil when the engine is stopped.
	running *running
}

// running is what lives from Start to Stop.
type running struct {
	// stopping ends the contexts of jobs, so that they end after what is under way.
	stopping context.Context //nolint:containedctx // the life of the engine, not of a call
	stop     context.CancelCauseFunc
	loops    sync.WaitGroup
	// quit ends the loops: they go on while jobs end.
	quit context.CancelFunc
}

// New prepares an Engine and the tables of its queue. It starts nothing.
func New(ctx context.Context, db storage.Database, opts Options) (*Engine, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	host, _ := os.Hostname() // only shown
	e := &Engine{db: db, opts: opts, worker: storage.Worker{
		ID: rand.Text(), Host: host, PID: os.Getpid(), Role: opts.Role, StartedAt: opts.Now().UTC(),
	}}
	e.holds.init(e)
	e.opts.Tasks = make(Tasks, len(opts.Tasks))
	for task, kind := range opts.Tasks {
		if kind.AtOnce == 0 {
			kind.AtOnce = 8
		}
		e.opts.Tasks[task] = kind
	}
	if opts.Only != nil {
		e.only = make(map[int64]bool, len(opts.Only))
		for _, id := range opts.Only {
			e.only[id] = true
		}
	}
	if len(e.opts.Tasks) == 0 {
		return e, nil // nothing is queued here
	}
	if err := e.makeQueue(ctx); err != nil {
		return nil, fmt.Errorf("preparing the job queue: %w", err)
	}
	return e, nil
}

func (e *Engine) makeQueue(ctx context.Context) (err error) {
	switch db := e.db.(type) {
	case sqliteDatabase:
		e.queue, err = newSQLiteQueue(db, e.opts.Logger)
	case postgresDatabase:
		e.queue, err = newPostgresQueue(db, e.opts.Logger)
	default:
		return fmt.Errorf("no job queue is known for a %T", db)
	}
	if err != nil {
		return err
	}
	return e.queue.migrate(ctx)
}

// Start begins to run what is due. Starting a running engine does nothing. The context bounds the start only; the
// engine runs until [Engine.Stop].
func (e *Engine) Start(ctx context.Context) error {
	e.life.Lock()
	defer e.life.Unlock()
	if e.running != nil {
		return nil
	}
	if e.queue == nil {
		return errors.New("starting the job engine: it knows no task")
	}
	if err := e.appear(ctx); err != nil {
		return fmt.Errorf("starting the job engine: %w", err)
	}
	r := &running{}
	r.stopping, r.stop = context.WithCancelCause(context.WithoutCancel(ctx))
	loops, quit := context.WithCancel(context.WithoutCancel(ctx))
	r.quit = quit
	work := func(ctx context.Context, job jobArgs, done completion) error { return e.work(ctx, r, job, done) }
	if err := e.queue.start(ctx, e.opts.Tasks, work); err != nil {
		quit()
		return fmt.Errorf("starting the job engine: %w", err)
	}
	r.loops.Go(func() { e.dispatch(loops) })
	r.loops.Go(func() { e.beAlive(loops) })
	e.running = r
	return nil
}

// errStopping is why the contexts of jobs end when the engine stops.
var errStopping = errors.New("the engine stops")

// Stop ends running jobs after what they have under way, and waits until everything is down. Stopping twice or before
// Start does nothing. When the context ends first, the jobs are cancelled; the error is the context's then.
func (e *Engine) Stop(ctx context.Context) error {
	e.life.Lock()
	defer e.life.Unlock()
	r := e.running
	if r == nil {
		return nil
	}
	e.running = nil
	r.stop(errStopping)
	err := e.queue.stop(ctx)
	r.quit()
	r.loops.Wait()
	e.holds.rest()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	// Whoever looks for a worker finds out by its silence too.
	if err := e.db.WithinRelaxed(last, func(tx storage.Tx) error {
		return tx.ForgetWorker(last, e.worker.ID)
	}); err != nil {
		e.opts.Logger.DebugContext(ctx, "cannot take leave", "error", err)
	}
	return err
}
