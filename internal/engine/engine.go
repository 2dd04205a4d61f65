package engine

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

const (
	// Chunk is how long a task is asked to run at most.
	Chunk = 45 * time.Second
	// hardLimit is when a job's context ends, for a task that does not return.
	hardLimit = 5 * time.Minute
	// rescueAfter is when another process may take over a job; it must exceed hardLimit, or two would run.
	rescueAfter = 6 * time.Minute
	// firstDelay is the time until a failed task is tried again; it doubles with each failure.
	firstDelay = 5 * time.Second
	// LongestDelay bounds that time.
	LongestDelay = 15 * time.Minute
)

// Task names a kind of work.
type Task string

// The tasks.
const (
	Pull Task = "pull" // bring the mirror of a store up to date
	Push Task = "push" // send what waits in the outbox of a store
)

// Work does a task for one store. The context ends when the engine stops.
type Work func(ctx context.Context, job Job) (Outcome, error)

// Job is one run of a task.
type Job struct {
	StoreID int64
	// Until is when it should return, with [Outcome.More] set when there is more to do.
	Until time.Time
	// Woken says that somebody woke the store since a run last succeeded: it is not the calendar alone that asks.
	Woken bool
}

// Outcome is what a piece of work left behind.
type Outcome struct {
	// More asks to be run again at once.
	More bool
	// Next is when to run again. The zero time means only when woken.
	Next time.Time
}

// Report tells an observer how a job ended.
type Report struct {
	Task    Task
	StoreID int64
	Took    time.Duration
	Outcome Outcome
	Err     error
	// Again is when the store is due again; zero means when woken.
	Again time.Time
}

// Options make an Engine. Writer, Readers and at least one of Pull and Push are needed.
type Options struct {
	// Writer is a pool of one connection that writes, Readers one that reads.
	Writer, Readers *sql.DB
	Pull, Push      Work
	// AtOnce is how many stores are worked on side by side, per task; 0 is 8.
	AtOnce int
	// Sole says that no other process works on this database, as SQLite's lock file guarantees: jobs found running were
	// left by a killed process.
	Sole bool
	// Observe is told about every finished job, on the job's goroutine.
	Observe func(Report)
	Logger  *slog.Logger
	// Now is the clock of the calendar; nil means time.Now.
	Now func() time.Time
}

// Engine runs tasks. Make it with [New].
type Engine struct {
	opts     Options
	calendar calendar
	work     map[Task]Work

	// life lets one Start or Stop run at a time; mu guards what follows and is held for moments only.
	life   sync.Mutex
	mu     sync.Mutex
	client *river.Client[*sql.Tx]
	// dispatch belongs to the running client.
	dispatch *dispatcher
	running  map[entry]int
}

// entry is one line of the calendar.
type entry struct {
	task    Task
	storeID int64
}

// New prepares an Engine and its tables. It starts nothing.
func New(ctx context.Context, opts Options) (*Engine, error) {
	if opts.AtOnce == 0 {
		opts.AtOnce = 8
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	e := &Engine{
		opts:     opts,
		calendar: calendar{writer: opts.Writer, readers: opts.Readers, now: opts.Now},
		work:     make(map[Task]Work),
		running:  make(map[entry]int),
	}
	for task, work := range map[Task]Work{Pull: opts.Pull, Push: opts.Push} {
		if work != nil {
			e.work[task] = work
		}
	}
	migrator, err := rivermigrate.New(riversqlite.New(opts.Writer), &rivermigrate.Config{Logger: quiet(opts.Logger)})
	if err != nil {
		return nil, fmt.Errorf("preparing the job tables: %w", err)
	}
	if _, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return nil, fmt.Errorf("preparing the job tables: %w", err)
	}
	if err := e.calendar.create(ctx); err != nil {
		return nil, fmt.Errorf("preparing the calendar: %w", err)
	}
	return e, nil
}

// Start begins to run what is due. Starting a running engine does nothing.
// The context bounds the start only; the engine runs until [Engine.Stop].
func (e *Engine) Start(ctx context.Context) error {
	e.life.Lock()
	defer e.life.Unlock()
	if e.current() != nil {
		return nil
	}
	if e.opts.Sole {
		if err := e.calendar.dropOrphans(ctx); err != nil {
			return fmt.Errorf("clearing what a killed process left: %w", err)
		}
	}
	client, err := e.newClient()
	if err != nil {
		return err
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the job engine: %w", err)
	}
	e.setCurrent(client)
	e.dispatch = e.newDispatcher(client)
	return nil
}

// Stop cancels the contexts of running jobs and waits until everything is down. Stopping twice or before Start does
// nothing. The error is the context's, when it ended first.
func (e *Engine) Stop(ctx context.Context) error {
	e.life.Lock()
	defer e.life.Unlock()
	client := e.current()
	if client == nil {
		return nil
	}
	e.setCurrent(nil)
	e.dispatch.stop()
	return client.StopAndCancel(ctx)
}

// current is the running client, nil when the engine is stopped.
func (e *Engine) current() *river.Client[*sql.Tx] {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.client
}

func (e *Engine) setCurrent(client *river.Client[*sql.Tx]) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.client = client
}

// Wake makes a store due now. It returns once that is stored; the work begins at once when the engine runs, else when
// it starts.
func (e *Engine) Wake(ctx context.Context, task Task, storeID int64) error {
	tx, err := e.opts.Writer.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if err := e.WakeTx(ctx, tx, task, storeID); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	e.Nudge(ctx, task, storeID)
	return nil
}

// WakeTx is Wake as part of a transaction: the store is due if and only if the transaction commits. Call [Engine.Nudge]
// afterwards to save the second until the calendar is looked at.
func (e *Engine) WakeTx(ctx context.Context, tx *sql.Tx, task Task, storeID int64) error {
	return e.calendar.wake(ctx, tx, entry{task, storeID})
}

// Nudge starts the job of a store that is due without waiting for the next look at the calendar. It is an optimisation
// and cannot fail.
func (e *Engine) Nudge(ctx context.Context, task Task, storeID int64) {
	client := e.current()
	if client == nil {
		return
	}
	if err := e.insert(ctx, client, []entry{{task, storeID}}); err != nil {
		// The calendar holds the wake-up, so the dispatcher finds it.
		e.opts.Logger.DebugContext(ctx, "nudge failed", "task", task, "store_id", storeID, "error", err)
	}
}

// Enroll puts a store into the calendar, due now, unless it is there already.
func (e *Engine) Enroll(ctx context.Context, task Task, storeID int64) error {
	return e.calendar.enroll(ctx, entry{task, storeID})
}

// Dismiss takes a store out of the calendar. A job that runs is not stopped,
// but does not run again.
func (e *Engine) Dismiss(ctx context.Context, storeID int64) error {
	return e.calendar.dismiss(ctx, storeID)
}
