package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/waybillhq/waybill/internal/storage"
)

const (
	// hardLimit is when a job's context ends, for a task that does not return.
	hardLimit = 5 * time.Minute
	// rescueAfter is when River gives a job that it believes lost to somebody else. Nobody waits for that: the turn is
	// in other hands by then, and the rescued job finds that its number has passed.
	rescueAfter = 6 * time.Minute
	// fetchCooldown is the shortest time between two looks into a queue.
	fetchCooldown = 5 * time.Millisecond
)

// jobArgs name the turn a job is for.
type jobArgs struct {
	Task    Task  `json:"task"`
	StoreID int64 `json:"store_id"`
	Run     int64 `json:"run"`
}

// Kind is the same for all tasks. The arguments say which task it is, so that a further task needs no type of its own.
func (jobArgs) Kind() string { return "turn" }

// queueOf is the queue of a task: each has its own, so that many pulls keep no write waiting.
func queueOf(task Task) string { return string(task) }

// queue is River on one database.
type queue interface {
	// migrate brings River's tables up to date.
	migrate(ctx context.Context) error
	// insert queues a job for each turn as part of a transaction, unless it has one. It returns the turns that nobody
	// holds although their job left the queue long ago: the process that took the job has died.
	insert(ctx context.Context, tx storage.Tx, jobs []jobArgs, now time.Time) (stuck []jobArgs, err error)
	// start begins to hand jobs to work. With each job work gets a way to complete the job within a transaction.
	start(ctx context.Context, tasks Tasks, work func(context.Context, jobArgs, completion) error) error
	// stop lets running jobs end and returns when everything is down. When the context ends first, their own contexts
	// are cancelled.
	stop(ctx context.Context) error
	// looks is how often to look for what another process has entered or queued without telling.
	looks() time.Duration
	// ring makes this process look into a task's queue now.
	ring(tasks ...Task)
}

// completion marks a job as done in a transaction.
type completion func(ctx context.Context, tx storage.Tx) error

// riverQueue is River over any kind of transaction.
type riverQueue[TTx any] struct {
	driver *withBell[TTx]
	// native gives the database's own transaction that is inside one of package storage.
	native func(storage.Tx) (TTx, error)
	// pollEvery is how often a queue is looked into without a ring: for jobs that another process queued without
	// telling.
	pollEvery time.Duration
	// once keeps two processes from bringing River's tables up to date at the same time.
	once   func(ctx context.Context, work func() error) error
	logger *slog.Logger
	// inserter only puts jobs in; client runs them as well, and is nil until started.
	inserter, client *river.Client[TTx]
}

func newRiverQueue[TTx any](
	driver riverdriver.Driver[TTx], native func(storage.Tx) (TTx, error), pollEvery time.Duration, logger *slog.Logger,
) (*riverQueue[TTx], error) {
	q := &riverQueue[TTx]{
		driver: &withBell[TTx]{Driver: driver, bell: newBell()},
		native: native, pollEvery: pollEvery, logger: quiet(logger),
	}
	var err error
	q.inserter, err = river.NewClient(q.driver, &river.Config{Logger: q.logger})
	return q, err
}

func (q *riverQueue[TTx]) migrate(ctx context.Context) error {
	migrator, err := rivermigrate.New(q.driver, &rivermigrate.Config{Logger: q.logger})
	if err != nil {
		return err
	}
	up := func() error {
		_, err := migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
		return err
	}
	if q.once == nil {
		return up()
	}
	return q.once(ctx, up)
}

func (q *riverQueue[TTx]) insert(
	ctx context.Context, tx storage.Tx, jobs []jobArgs, now time.Time,
) ([]jobArgs, error) {
	native, err := q.native(tx)
	if err != nil {
		return nil, err
	}
	params := make([]river.InsertManyParams, len(jobs))
	for i, job := range jobs {
		params[i] = river.InsertManyParams{Args: job, InsertOpts: &river.InsertOpts{
			Queue:      queueOf(job.Task),
			UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: unfinished},
		}}
	}
	inserted, err := q.inserter.InsertManyTx(ctx, native, params)
	if err != nil {
		return nil, err
	}
	var stuck []jobArgs
	for i, result := range inserted {
		job := result.Job
		if result.UniqueSkippedAsDuplicate && job.State == rivertype.JobStateRunning && job.AttemptedAt != nil &&
			now.Sub(*job.AttemptedAt) >= requeueAfter {
			stuck = append(stuck, jobs[i])
		}
	}
	return stuck, nil
}

// unfinished are the states of a job that keep a second job of the same turn out.
var unfinished = []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled,
}

func (q *riverQueue[TTx]) start(
	ctx context.Context, tasks Tasks, work func(context.Context, jobArgs, completion) error,
) error {
	workers := river.NewWorkers()
	river.AddWorker(workers, &turnWorker[TTx]{queue: q, work: work})
	queues := make(map[string]river.QueueConfig, len(tasks))
	for task, kind := range tasks {
		queues[queueOf(task)] = river.QueueConfig{MaxWorkers: kind.AtOnce}
	}
	client, err := river.NewClient(q.driver, &river.Config{
		Queues:            queues,
		Workers:           workers,
		Logger:            q.logger,
		FetchCooldown:     fetchCooldown,
		FetchPollInterval: q.pollEvery,
		JobTimeout:        hardLimit,
		// Finished jobs say little that the calendar does not say better.
		CompletedJobRetentionPeriod: 10 * time.Minute,
		DiscardedJobRetentionPeriod: 24 * time.Hour,
		RescueStuckJobsAfter:        rescueAfter,
	})
	if err != nil {
		return err
	}
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	q.client = client
	return nil
}

func (q *riverQueue[TTx]) stop(ctx context.Context) error {
	client := q.client
	if client == nil {
		return nil
	}
	q.client = nil
	err := client.Stop(ctx)
	if ctx.Err() == nil {
		return err
	}
	hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), hardStop)
	defer cancel()
	return errors.Join(ctx.Err(), client.StopAndCancel(hard))
}

func (q *riverQueue[TTx]) looks() time.Duration { return q.pollEvery }

// hardStop is how long cancelled jobs have to end.
const hardStop = 30 * time.Second

func (q *riverQueue[TTx]) ring(tasks ...Task) {
	for _, task := range tasks {
		q.driver.bell.ring(queueOf(task))
	}
}

// turnWorker hands River's jobs to the engine.
type turnWorker[TTx any] struct {
	river.WorkerDefaults[jobArgs]
	queue *riverQueue[TTx]
	work  func(context.Context, jobArgs, completion) error
}

func (w *turnWorker[TTx]) Work(ctx context.Context, job *river.Job[jobArgs]) error {
	return w.work(ctx, job.Args, func(ctx context.Context, tx storage.Tx) error {
		native, err := w.queue.native(tx)
		if err != nil {
			return err
		}
		_, err = river.JobCompleteTx[*withBell[TTx]](ctx, native, job)
		if errors.Is(err, rivertype.ErrNotFound) {
			return nil // River has given the job up; the calendar counts
		}
		return err
	})
}

// NextRetry is for a job that could not take its turn. That is a fault of the database; failures of a task have their
// delays in the calendar.
func (w *turnWorker[TTx]) NextRetry(*river.Job[jobArgs]) time.Time {
	return time.Now().Add(time.Second)
}

// quiet passes River's warnings and errors on where details are wanted, and drops its notices, which come every few
// seconds. Its errors are the database's, which [Engine.sign] tells of once, in the words of this program.
func quiet(logger *slog.Logger) *slog.Logger {
	return slog.New(warnOnly{logger.Handler()})
}

type warnOnly struct{ slog.Handler }

func (h warnOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, slog.LevelDebug)
}

func (h warnOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnOnly{h.Handler.WithAttrs(attrs)}
}
func (h warnOnly) WithGroup(name string) slog.Handler { return warnOnly{h.Handler.WithGroup(name)} }

// errForeign is a programming error: a transaction of another database than the engine's.
var errForeign = fmt.Errorf("the transaction is not of the engine's database")
