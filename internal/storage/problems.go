package storage

import (
	"context"
	"time"
)

// Problem is something that stands since a time, affects stores or receivers, and needs somebody. The kinds of errors
// are another thing: package problem.
type Problem struct {
	ID int64
	ProblemKey
	State ProblemState
	// Grave says that data does not arrive, or is not written; else it only comes later or not as it might.
	Grave bool
	// Who must act. Until is when it is known whether it has healed itself, where nobody must; zero when not known.
	Who   string
	Until time.Time
	// Title is the problem in one line, Why what was seen, Fix what to do, Docs where more of it stands: for people,
	// without secrets and without names of anybody's customers. Empty where nothing is known.
	Title, Why, Fix, Docs string
	// Since is when it began, SeenAt when it was last seen anew, ChangedAt when its state last changed.
	Since, SeenAt, ChangedAt time.Time
	// By is who has given it its state; empty for itself. Note is what that person wrote.
	By, Note string
	// IgnoredUntil ends being ignored; zero for never.
	IgnoredUntil time.Time
	// Times counts how often it began: one that comes back soon is the same problem.
	Times int64
	// Affected counts what it affects now, of a group where one was asked for; Ever what it has affected at all. They
	// are counted when it is read.
	Affected, Ever int64
}

// ProblemKey is what one problem is: of each, one stands at a time.
type ProblemKey struct {
	// Kind is what is wrong, Cause of what, Host where: the host of shops, or that of receivers. Host is empty for all.
	Kind, Cause, Host string
}

// ProblemState is how a [Problem] stands.
type ProblemState string

// The states of problems. All but the last stand.
const (
	ProblemOpen         ProblemState = "open"
	ProblemAcknowledged ProblemState = "acknowledged" // somebody sees to it
	ProblemIgnored      ProblemState = "ignored"
	ProblemResolved     ProblemState = "resolved"
)

// Affected is something that a problem affects, or has affected.
type Affected struct {
	// Subject names it within its problem: its kind and its number.
	Subject string
	// What is its kind: store, writes, subscription, receipts or channel. Name is how people know it.
	What, Name string
	// StoreID and GroupID are whose it is; 0 for none.
	StoreID, GroupID int64
	// Count is how many things of it are meant, such as writes; 0 where it is one itself.
	Count int64
	// Since is when it became affected, EndedAt when it was no more; zero while it is.
	Since, EndedAt time.Time
	// Detail is what was seen of it alone; empty where that is what was seen of all.
	Detail string
}

// ProblemQuery selects problems. The zero value of a field does not filter.
type ProblemQuery struct {
	States []ProblemState
	Kind   string
	// Host is exact. StoreID is a store that the problem affects now, or has affected; GroupID is a group of which it
	// affects something, and confines what is counted.
	Host             string
	StoreID, GroupID int64
	// Before is exclusive; the newest come first.
	Before int64
	Limit  int // 0 means no limit
}

// AffectedQuery selects what a problem affects.
type AffectedQuery struct {
	ProblemID int64
	// GroupID confines it to a group.
	GroupID int64
	// Ended asks also for what is affected no more.
	Ended bool
	// After is exclusive; the list is in the order of subjects.
	After string
	Limit int // 0 means no limit
}

// Look is how far looking for problems has come: Number counts the looks, At is when the last one ended.
type Look struct {
	Number int64
	At     time.Time
}

// StuckWrites are writes of a store that wait for a person, or were refused.
type StuckWrites struct {
	StoreID int64
	State   WriteState
	// Code is that of their reason.
	Code  string
	Count int64
	// Oldest and Newest are when the first and the last of them were accepted.
	Oldest, Newest time.Time
}

// FailedEvents are events of a subscription that were given up.
type FailedEvents struct {
	SubscriptionID int64
	Count          int64
	// Oldest and Newest are when the first and the last of them were given up.
	Oldest, Newest time.Time
}

// Standing are the states of problems that stand.
func Standing() []ProblemState {
	return []ProblemState{ProblemOpen, ProblemAcknowledged, ProblemIgnored}
}

// ProblemReader looks at problems, and at what they are found in, in pieces: it never takes all stores at once.
type ProblemReader interface {
	Problems(ctx context.Context, q ProblemQuery) ([]Problem, error)
	// Problem is one by its ID; [ErrNotFound] when there is none, or when it affects, and has affected, nothing of the
	// group, where one is given.
	Problem(ctx context.Context, id, groupID int64) (Problem, error)
	// LastProblem is the newest of a key that is resolved; [ErrNotFound] when there is none.
	LastProblem(ctx context.Context, key ProblemKey) (Problem, error)
	Affected(ctx context.Context, q AffectedQuery) ([]Affected, error)
	// Look is the last look for problems.
	Look(ctx context.Context) (Look, error)

	// StoresAfter lists up to limit stores behind one, by their IDs.
	StoresAfter(ctx context.Context, after int64, limit int) ([]Store, error)
	// TurnsBetween lists the lines of the calendar of stores from one to another, by store and task.
	TurnsBetween(ctx context.Context, first, last int64) ([]Turn, error)
	// HooksBetween lists the hooks of stores from one to another, by store.
	HooksBetween(ctx context.Context, first, last int64) ([]Hook, error)
	// StuckWrites counts the parked and rejected writes of every store, by store, state and reason.
	StuckWrites(ctx context.Context) ([]StuckWrites, error)
	// FailedEvents counts the events that were given up and not sent again since, by subscription.
	FailedEvents(ctx context.Context) ([]FailedEvents, error)
}

// ProblemTx keeps problems. Nothing here needs the lock of a store. What a problem affects goes with its store, group
// and problem.
type ProblemTx interface {
	// LockLook reads the last look and keeps every other transaction from keeping a look until this one ends.
	LockLook(ctx context.Context) (Look, error)
	SaveLook(ctx context.Context, l Look) error

	// AddProblem keeps a problem and gives it an ID; [ErrExists] when one of its key stands. The transaction is lost
	// then.
	AddProblem(ctx context.Context, p Problem) (Problem, error)
	// LockProblem reads a problem and keeps others from changing it until the transaction ends; [ErrNotFound] when it
	// is gone.
	LockProblem(ctx context.Context, id int64) (Problem, error)
	// SaveProblem replaces what is kept of a problem, but not its key; [ErrExists] when it is to stand and another one
	// of its key does. The transaction is lost then.
	SaveProblem(ctx context.Context, p Problem) error
	// SaveAffected keeps what a problem affects, in place of what was kept of the same subjects. What belongs to a
	// store or group that is gone is left out.
	SaveAffected(ctx context.Context, problemID int64, affected []Affected) error
	// EndAffected notes that subjects are affected no more; nil means all that are.
	EndAffected(ctx context.Context, problemID int64, subjects []string, at time.Time) error
	// DropProblems forgets up to limit problems that were resolved before a time, and says how many.
	DropProblems(ctx context.Context, before time.Time, limit int) (int64, error)
}
