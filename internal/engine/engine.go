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

// Chunk is the time within which a task is asked to return.
const Chunk = 45 * time.Second

// Options say how to make an Engine.
type Options struct {
	// Tasks are the kinds of work that this process can do. A process that only enrols, wakes and asks leaves Tasks
	// empty.
	Tasks Tasks
	// Role is the name under which [Engine.Workers] shows this process.
	Role string
	// Only restricts the work to the stores with these ids; nil means all stores.
	Only []int64
	// Observe is called with the report of every finished job, on the job's goroutine; nil means no observer.
	Observe func(Report)
	Logger  *slog.Logger
	// Now is the clock of the calendar; nil means time.Now. The clocks of all processes must agree to a few seconds.
	Now func() time.Time
}

// Engine decides when the tasks of stores are due and runs them. Make an Engine with [New].
type Engine struct {
	db     storage.Database
	opts   Options
	queue  queue
	only   map[int64]bool
	worker storage.Worker
	holds  holds
	// unwritten is the error with which the database refused the last sign of life; nil when the database took it.
	unwritten atomic.Pointer[error]

	// life lets one Start or Stop run at a time.
	life sync.Mutex
	// running is nil when the engine is stopped.
	running *running
}

// running is the part of an Engine that exists from Start to Stop.
type running struct {
	// stopping is the parent of the contexts of jobs. Its end makes jobs return after the request that is under way.
	stopping context.Context //nolint:containedctx // the life of the engine, not of a call
	stop     context.CancelCauseFunc
	loops    sync.WaitGroup
	// quit ends the loops. The loops keep running while jobs end.
	quit context.CancelFunc
}

// New prepares an Engine and creates or updates the tables of its queue. No job runs before [Engine.Start].
func New(ctx context.Context, db storage.Database, opts Options) (*Engine, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	host, _ := os.Hostname() // shown to people only
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
		return e, nil // this process queues nothing
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

// Start begins to run due tasks. Starting a running engine does nothing. The context bounds only the start; the engine
// runs until [Engine.Stop].
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

// errStopping is the cause with which the contexts of jobs end when the engine stops.
var errStopping = errors.New("the engine stops")

// Stop lets running jobs end after the request that is under way, and waits until every goroutine has ended. Stopping
// an engine that does not run does nothing. When the context ends first, Stop cancels the jobs and returns the
// context's error.
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
	// A worker that could not be removed from the list counts as gone once it has been silent for silentAfter.
	if err := e.db.WithinRelaxed(last, func(tx storage.Tx) error {
		return tx.ForgetWorker(last, e.worker.ID)
	}); err != nil {
		e.opts.Logger.DebugContext(ctx, "cannot take leave", "error", err)
	}
	return err
}
