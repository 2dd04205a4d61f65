package engine

import (
	"context"
	"encoding/json"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Task names a kind of work for a store.
type Task = storage.Task

// The tasks. A further kind is a name here and a row of [Options.Tasks] where the process is wired.
const (
	Pull  Task = "pull"  // bring the mirror of a store up to date
	Push  Task = "push"  // send what waits in the outbox of a store
	Hooks Task = "hooks" // keep the webhooks on a store in order

	Deliver Task = "deliver" // send the changes of a store to who has subscribed to them
)

// Every is all tasks, in the order in which a store is enrolled in them.
var Every = []Task{Pull, Push, Hooks, Deliver}

// Tasks is the table of what a process can do.
type Tasks map[Task]Kind

// Kind is one kind of work.
type Kind struct {
	Work Work
	// AtOnce is how many stores are worked on side by side; 0 is 8.
	AtOnce int
}

// Work does a task for one store. The context ends when the engine stops or the hold on the store is lost; the work
// then ends after what is under way, and is run again from its own checkpoints.
type Work func(ctx context.Context, job Job) (Outcome, error)

// Job is one run of a task.
type Job struct {
	StoreID int64
	// Until is when it should return, with [Outcome.More] set when there is more to do.
	Until time.Time
	// Woken says that somebody has woken the store since a run last succeeded. Otherwise it is only due by the
	// calendar.
	Woken bool
	// Wakes counts how often the store was woken since then.
	Wakes int64
	// Errands are what commands ask of this task and nobody has answered yet, the oldest first.
	Errands []storage.Errand
	// Note keeps a report before the run ends: looking for the cause of a failure may take a minute more.
	Note func(ctx context.Context, report json.RawMessage) error
}

// Outcome is how a run of a task ended.
type Outcome struct {
	// More asks to be run again at once.
	More bool
	// Next is when to run again. The zero time means only when woken.
	Next time.Time
	// Report is kept in the calendar for whoever follows from another process; nil leaves the last one.
	Report json.RawMessage
}

// Report tells an observer how a job ended.
type Report struct {
	Task    Task
	StoreID int64
	Took    time.Duration
	// Waited is how long after the turn was due its job began.
	Waited  time.Duration
	Outcome Outcome
	Err     error
	// Again is when the store is due again; zero means when woken.
	Again time.Time
}
