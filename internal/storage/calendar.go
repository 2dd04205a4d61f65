package storage

import (
	"context"
	"encoding/json"
	"slices"
	"time"
)

// Task names a kind of work for a store, such as pulling or sending. Package engine knows them.
type Task string

// Turn is one line of the calendar: a task of a store, when it is due, and who does it.
type Turn struct {
	Task    Task
	StoreID int64
	// DueAt is when the task is to be done; zero when only a wake-up makes it due.
	DueAt time.Time
	// Wakes counts how often the turn was woken so far, and Answered how many of those wake-ups a run has answered.
	Wakes, Answered int64
	// Failures counts the runs in a row that failed.
	Failures int64
	// Run is the number of the next run: a job that was queued for an earlier one has come too late.
	Run int64
	// QueuedAt is when a job for Run was queued; zero when none was.
	QueuedAt time.Time
	// Holder is the process that does the task now, and HeldUntil when its hold ends by itself; empty when nobody does.
	Holder    string
	HeldUntil time.Time
	// Report is what the last run left for whoever follows, in the task's own words; nil when there is nothing.
	Report json.RawMessage
}

// TurnKey names a line of the calendar.
type TurnKey struct {
	Task    Task
	StoreID int64
}

// Key names the turn's line.
func (t Turn) Key() TurnKey { return TurnKey{t.Task, t.StoreID} }

// Errand is something that a command asks of a task that a running process does, and what became of it.
type Errand struct {
	ID      int64
	Task    Task
	StoreID int64
	AskedAt time.Time
	// Ask says what is wanted, Progress how it goes on, Answer how it ended: JSON in the task's own words. Until it has
	// ended, Answer is nil and DoneAt zero.
	Ask, Progress, Answer json.RawMessage
	DoneAt                time.Time
}

// Worker is a process that runs jobs.
type Worker struct {
	// ID is the name under which it holds turns.
	ID   string
	Host string
	PID  int
	// Role is what the process was started as, for people.
	Role string
	// Only are the stores that it works for; nil means all.
	Only      []int64
	StartedAt time.Time
	// SeenAt is when it last showed that it is alive.
	SeenAt time.Time
}

// Serves says whether the process works for a store.
func (w Worker) Serves(storeID int64) bool { return w.Only == nil || slices.Contains(w.Only, storeID) }

// CalendarReader looks at what is due when, and who does it.
type CalendarReader interface {
	// DueTurns lists up to limit turns that are due at a time, that nobody holds then, and that were not queued after
	// queuedSince, the longest overdue first. next is when the next other turn comes due or can be taken over; zero
	// when there is none.
	DueTurns(ctx context.Context, at, queuedSince time.Time, limit int) ([]Turn, time.Time, error)
	// Turns lists all lines of a store, or of all stores for 0.
	Turns(ctx context.Context, storeID int64) ([]Turn, error)
	// Woken is closed when a turn was made due by a transaction that has committed since the call, in this process or,
	// where the database tells, in another, or when the database is closed. Take it before looking at what is due, so
	// that nothing falls between.
	Woken() <-chan struct{}
	// Errand is one errand; [ErrNotFound] when it was withdrawn or its store is gone.
	Errand(ctx context.Context, id int64) (Errand, error)
	// Workers lists the processes that were seen after a time.
	Workers(ctx context.Context, since time.Time) ([]Worker, error)
}

// CalendarTx enters what is due. A line, and an errand, goes with its store: what is entered for a store that is not
// there is [ErrNotFound], and [StoreTx.RemoveStore] takes both away in its transaction. Nothing here needs the store's
// lock.
type CalendarTx interface {
	// Enroll puts a task of a store into the calendar, due now, unless it is there already.
	Enroll(ctx context.Context, task Task, storeID int64) error
	// Wake makes a task of a store due now, whether it is in the calendar or not, and counts that.
	Wake(ctx context.Context, task Task, storeID int64) error
	// LockTurn reads a turn and keeps others from changing it until the transaction ends; [ErrNotFound] when the
	// calendar does not have it.
	LockTurn(ctx context.Context, task Task, storeID int64) (Turn, error)
	// SaveTurn replaces a turn that is locked.
	SaveTurn(ctx context.Context, turn Turn) error
	// RenewHolds lets every hold of a process last until a time, and names the turns that it still holds.
	RenewHolds(ctx context.Context, holder string, until time.Time) ([]TurnKey, error)

	// AddErrand keeps an errand and gives it an ID. Errands that are older than a day are removed.
	AddErrand(ctx context.Context, e Errand) (Errand, error)
	// OpenErrands lists the errands of a task and store that are not answered, the oldest first.
	OpenErrands(ctx context.Context, task Task, storeID int64) ([]Errand, error)
	// SaveErrand keeps the progress or the answer of an errand; [ErrNotFound] when it is gone.
	SaveErrand(ctx context.Context, e Errand) error
	// DropErrand withdraws an errand; one that is gone is no error.
	DropErrand(ctx context.Context, id int64) error

	// SeeWorker notes that a process is alive. Workers that were not seen for a day are removed.
	SeeWorker(ctx context.Context, w Worker) error
	// ForgetWorker takes leave of a process.
	ForgetWorker(ctx context.Context, id string) error
}
