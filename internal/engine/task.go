package engine

import (
	"context"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Task names a kind of work for a store.
type Task = storage.Task

// The tasks. A further task is a name here and a row of [Options.Tasks] where the process is wired.
const (
	Pull  Task = "pull"  // bring the mirror of a store up to date
	Push  Task = "push"  // send what waits in the outbox of a store
	Hooks Task = "hooks" // keep the webhooks on a store in order

	Deliver Task = "deliver" // send the changes of a store to its subscribers
)

// Every lists all tasks, in the order in which a store is enrolled in them.
var Every = []Task{Pull, Push, Hooks, Deliver}

// Tasks names each task that a process can do with the function that does it.
type Tasks map[Task]Kind

// Kind is one kind of work.
type Kind struct {
	Work Work
	// AtOnce is how many stores this process works on side by side; 0 means 8.
	AtOnce int
}

// Work does a task for one store. Its context ends when the engine stops or the hold on the store is lost. Work must
// then return after the request that is under way; it is called again later and continues from its own checkpoints.
type Work func(ctx context.Context, job Job) (Outcome, error)

// Job is one run of a task.
type Job struct {
	StoreID int64
	// Until is when the run should return, with [Outcome.More] set when there is more to do.
	Until time.Time
	// Woken says that the store was woken since a run last succeeded. When false, the store is due by the calendar
	// alone.
	Woken bool
	// Wakes counts the wake-ups since a run last succeeded.
	Wakes int64
	// Errands are the open requests of commands to this task, the oldest first.
	Errands []storage.Errand
	// Note keeps a report in the calendar before the run ends, because looking for the cause of a failure may take
	// another minute. The report is dropped without an error when another process holds the turn.
	Note func(ctx context.Context, report json.RawMessage) error
}

// Outcome is how a run of a task ended.
type Outcome struct {
	// More asks for another run at once.
	More bool
	// Next is when the task should run again. The zero time means only when woken.
	Next time.Time
	// Report is kept in the calendar for readers in other processes; nil keeps the last report.
	Report json.RawMessage
}

// Report tells [Options.Observe] how a job ended.
type Report struct {
	Task    Task
	StoreID int64
	Took    time.Duration
	// Waited is the time from the moment the turn was due until its job began.
	Waited  time.Duration
	Outcome Outcome
	Err     error
	// Again is when the store is due again; the zero time means only when woken.
	Again time.Time
}
