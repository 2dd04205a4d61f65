package storage

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// Task names a kind of work for a store, such as pulling or sending. Package engine lists the tasks.
type Task string

// Turn is one line of the calendar: a task of a store, when it is due, and which process does it.
type Turn struct {
	Task    Task
	StoreID int64
	// DueAt is when the task is to be done; zero when only a wake-up makes it due.
	DueAt time.Time
	// Wakes counts how often the turn was woken so far. Answered counts how many of these wake-ups a run has answered.
	Wakes, Answered int64
	// Failures counts the runs in a row that failed.
	Failures int64
	// Run is the number of the next run. A job that was queued for an earlier run is too late.
	Run int64
	// QueuedAt is when a job for Run was queued; zero when none was.
	QueuedAt time.Time
	// Holder is the process that does the task now; empty for none. Its hold ends by itself at HeldUntil.
	Holder    string
	HeldUntil time.Time
	// Report is what the last run left for its readers, in the task's own JSON; nil for nothing.
	Report json.RawMessage
}

// TurnKey identifies a line of the calendar.
type TurnKey struct {
	Task    Task
	StoreID int64
}

// Key names the turn's line.
func (t Turn) Key() TurnKey { return TurnKey{t.Task, t.StoreID} }

// Errand is a request of a command to a task that another process runs, with its outcome.
type Errand struct {
	ID      int64
	Task    Task
	StoreID int64
	AskedAt time.Time
	// Ask is what is wanted, Progress how far it is, Answer how it ended, all in the task's own JSON. Until the end
	// Answer is nil and DoneAt zero.
	Ask, Progress, Answer json.RawMessage
	DoneAt                time.Time
}

// Worker is a process that runs jobs.
type Worker struct {
	// ID is the name under which the process holds turns.
	ID   string
	Host string
	PID  int
	// Role says to people what the process was started as.
	Role string
	// Only are the stores that it works for; nil means all.
	Only      []int64
	StartedAt time.Time
	// SeenAt is when the process last showed that it is alive.
	SeenAt time.Time
}

// Serves says whether the process works for a store.
func (w Worker) Serves(storeID int64) bool { return w.Only == nil || slices.Contains(w.Only, storeID) }

// CalendarReader reads what is due when, and which process does it.
type CalendarReader interface {
	// DueTurns lists up to limit turns, the longest overdue first. They are due at a time, held by nobody then, and not
	// queued after queuedSince. next is when the next other turn becomes due or can be taken over; zero when there is
	// none.
	DueTurns(ctx context.Context, at, queuedSince time.Time, limit int) ([]Turn, time.Time, error)
	// Turns lists all lines of a store, or of all stores for 0.
	Turns(ctx context.Context, storeID int64) ([]Turn, error)
	// Woken is closed when a transaction that commits after the call makes a turn due, or when the database is closed.
	// The transaction may be in this process or, where the database tells, in another. Call Woken before looking at
	// what is due, so that nothing is missed in between.
	Woken() <-chan struct{}
	// Errand is one errand; [ErrNotFound] when it was withdrawn or its store is gone.
	Errand(ctx context.Context, id int64) (Errand, error)
	// Workers lists the processes that were seen after a time.
	Workers(ctx context.Context, since time.Time) ([]Worker, error)
}

// CalendarTx changes what is due. Lines and errands of a store that is not there are [ErrNotFound].
// [StoreTx.RemoveStore] removes those of its store in the same transaction. None of these methods needs the store's
// lock.
type CalendarTx interface {
	// Enroll puts a task of a store into the calendar, due now, unless it is there already.
	Enroll(ctx context.Context, task Task, storeID int64) error
	// Wake makes a task of a store due now, even if the calendar does not have it yet, and counts the wake-up.
	Wake(ctx context.Context, task Task, storeID int64) error
	// LockTurn reads a turn and keeps others from changing it until the transaction ends; [ErrNotFound] when the
	// calendar does not have it.
	LockTurn(ctx context.Context, task Task, storeID int64) (Turn, error)
	// SaveTurn replaces a turn that is locked.
	SaveTurn(ctx context.Context, turn Turn) error
	// RenewHolds makes every hold of a process last until a time, and names the turns that the process still holds.
	RenewHolds(ctx context.Context, holder string, until time.Time) ([]TurnKey, error)

	// AddErrand keeps an errand and gives it an ID. Errands that are older than a day are removed.
	AddErrand(ctx context.Context, e Errand) (Errand, error)
	// OpenErrands lists the errands of a task and store that are not answered, the oldest first.
	OpenErrands(ctx context.Context, task Task, storeID int64) ([]Errand, error)
	// SaveErrand keeps the progress or the answer of an errand; [ErrNotFound] when it is gone.
	SaveErrand(ctx context.Context, e Errand) error
	// DropErrand withdraws an errand. A missing errand is no error.
	DropErrand(ctx context.Context, id int64) error

	// SeeWorker notes that a process is alive. Workers that were not seen for a day are removed.
	SeeWorker(ctx context.Context, w Worker) error
	// ForgetWorker removes a process from the list.
	ForgetWorker(ctx context.Context, id string) error
}
