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
	// hardLimit is the time after which the context of a job ends. It stops a task that does not return by itself.
	hardLimit = 5 * time.Minute
	// rescueAfter is the time after which River queues a job again that it believes lost. The engine does not depend on
	// it: another process holds the turn by then, and the rescued job finds that its number has passed.
	rescueAfter = 6 * time.Minute
	// fetchCooldown is the shortest time between two looks into a queue.
	fetchCooldown = 5 * time.Millisecond
)

// jobArgs name the turn that a job is for.
type jobArgs struct {
	Task    Task  `json:"task"`
	StoreID int64 `json:"store_id"`
	Run     int64 `json:"run"`
}

// Kind is the same for all tasks: the arguments name the task, so that a further task needs no type of its own.
func (jobArgs) Kind() string { return "turn" }

// queueOf returns the queue of a task. Each task has a queue of its own, so that many pulls delay no write.
func queueOf(task Task) string { return string(task) }

// queue is River on one database.
type queue interface {
	// migrate brings River's tables up to date.
	migrate(ctx context.Context) error
	// insert queues one job for each turn, as part of a transaction; a turn that has a job gets no second one. insert
	// returns the turns whose job left the queue long ago although no process holds the turn: the process that took the
	// job has died.
	insert(ctx context.Context, tx storage.Tx, jobs []jobArgs, now time.Time) (stuck []jobArgs, err error)
	// start begins to call work with jobs. The completion that work gets ends the job within a transaction.
	start(ctx context.Context, tasks Tasks, work func(context.Context, jobArgs, completion) error) error
	// stop lets running jobs end and returns when every goroutine has ended. When the context ends first, stop cancels
	// the jobs.
	stop(ctx context.Context) error
	// looks is how often to look for turns and jobs that another process entered without telling.
	looks() time.Duration
	// ring makes this process look into a task's queue now.
	ring(tasks ...Task)
}

// completion marks a job as done in a transaction.
type completion func(ctx context.Context, tx storage.Tx) error

// riverQueue is River over any kind of transaction.
type riverQueue[TTx any] struct {
	driver *withBell[TTx]
	// native returns the database's own transaction that a transaction of package storage wraps.
	native func(storage.Tx) (TTx, error)
	// pollEvery is how often a queue is looked into without a ring, for jobs that another process queued without
	// telling.
	pollEvery time.Duration
	// once keeps two processes from updating River's tables at the same time.
	once   func(ctx context.Context, work func() error) error
	logger *slog.Logger
	// inserter only queues jobs. client also runs them; nil until start.
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

// unfinished are the states in which a job keeps a second job for the same turn out of the queue.
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
		// Finished jobs are kept briefly: the calendar holds what matters about them.
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
			return nil // River has given the job up; only the calendar counts
		}
		return err
	})
}

// NextRetry is the time of the next attempt of a job that could not take its turn, which is a fault of the database.
// The delays of a failed task are in the calendar.
func (w *turnWorker[TTx]) NextRetry(*river.Job[jobArgs]) time.Time {
	return time.Now().Add(time.Second)
}

// quiet passes River's warnings and errors on at the debug level, and drops its notices, which come every few seconds.
// River's errors are those of the database, which [Engine.sign] logs once.
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

// errForeign reports a programming error: the transaction belongs to another database than the engine's.
var errForeign = fmt.Errorf("the transaction is not of the engine's database")
