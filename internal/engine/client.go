package engine

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
)

// fetchEvery is how often a queue is looked at, and with it the delay between a wake-up and its job. On SQLite a look
// that finds nothing takes a tenth of a millisecond and writes nothing.
const fetchEvery = 200 * time.Millisecond

// newClient sets River up.
func (e *Engine) newClient() (*river.Client[*sql.Tx], error) {
	workers := river.NewWorkers()
	queues := make(map[string]river.QueueConfig)
	if work := e.work[Pull]; work != nil {
		river.AddWorker(workers, &storeWorker[pullArgs]{engine: e, work: work})
		queues[string(Pull)] = river.QueueConfig{MaxWorkers: e.opts.AtOnce}
	}
	if work := e.work[Push]; work != nil {
		river.AddWorker(workers, &storeWorker[pushArgs]{engine: e, work: work})
		queues[string(Push)] = river.QueueConfig{MaxWorkers: e.opts.AtOnce}
	}
	return river.NewClient(riversqlite.New(e.opts.Writer), &river.Config{
		Queues:  queues,
		Workers: workers,
		Logger:  quiet(e.opts.Logger),
		// On SQLite a listener is a poll as well, of a table that every insert then has to write to.
		PollOnly:          true,
		FetchCooldown:     10 * time.Millisecond,
		FetchPollInterval: fetchEvery,
		JobTimeout:        hardLimit,
		// Finished jobs say little that the mirror does not say better.
		CompletedJobRetentionPeriod: 10 * time.Minute,
		DiscardedJobRetentionPeriod: 24 * time.Hour,
		RescueStuckJobsAfter:        rescueAfter,
	})
}

// quiet passes River's warnings and errors on and drops its notices, which come every few seconds.
func quiet(logger *slog.Logger) *slog.Logger {
	return slog.New(warnOnly{logger.Handler()})
}

type warnOnly struct{ slog.Handler }

func (h warnOnly) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && h.Handler.Enabled(ctx, level)
}

func (h warnOnly) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnOnly{h.Handler.WithAttrs(attrs)}
}
func (h warnOnly) WithGroup(name string) slog.Handler { return warnOnly{h.Handler.WithGroup(name)} }
