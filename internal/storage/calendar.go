package storage

import (
	"context"
	"time"
)

// Task names a kind of work for a store, such as pulling or sending. Package engine knows them.
type Task string

// Turn is one line of the calendar: a task of a store, and when it is due.
type Turn struct {
	Task    Task
	StoreID int64
	// DueAt is when it is to be done; zero means only when woken.
	DueAt time.Time
	// Wakes counts how often it was woken so far, Answered how much of that a run has answered.
	Wakes, Answered int64
	// Failures counts the runs in a row that failed.
	Failures int64
}

// CalendarReader looks at what is due when.
type CalendarReader interface {
	// NextTurns lists turns that have a date, the earliest first.
	NextTurns(ctx context.Context, limit int) ([]Turn, error)
	// Turn is one line; [ErrNotFound] when the calendar does not have it.
	Turn(ctx context.Context, task Task, storeID int64) (Turn, error)
	// Woken is closed when a turn was made due by a transaction that has committed since the call, in this process or,
	// where the database tells, in another, or when the database is closed. Take it before looking at what is due, so
	// that nothing falls between.
	Woken() <-chan struct{}
}

// CalendarTx enters what is due.
type CalendarTx interface {
	// Enroll puts a task of a store into the calendar, due now, unless it is there already.
	Enroll(ctx context.Context, task Task, storeID int64) error
	// Wake makes a task of a store due now, whether it is in the calendar or not, and counts that.
	Wake(ctx context.Context, task Task, storeID int64) error
	// LockTurn reads a line and keeps others from changing it until the transaction ends; [ErrNotFound] when the calendar
	// does not have it.
	LockTurn(ctx context.Context, task Task, storeID int64) (Turn, error)
	// SaveTurn replaces a line that is locked.
	SaveTurn(ctx context.Context, turn Turn) error
	// Dismiss takes a store out of the calendar with all its tasks.
	Dismiss(ctx context.Context, storeID int64) error
}
