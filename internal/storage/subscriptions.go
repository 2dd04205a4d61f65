package storage

import (
	"context"
	"slices"
	"time"
)

// Subscription is a receiver that changes are sent to.
type Subscription struct {
	ID int64
	// Key is its part of the ids of its events: unique, and never another one's.
	Key string
	// Name is unique within its group.
	Name string
	// GroupID is the group whose changes the subscription gets; 0 for those of all stores.
	GroupID int64
	// Stores confine it, Resources and Kinds too; empty ones do not. It goes with the last of its stores.
	Stores    []int64
	Resources []Resource
	Kinds     []Kind
	// Filter is an expression that a change must meet; empty for none.
	Filter string
	// Thin leaves the record out of events. Fields are the members of the record that events hold; empty for all.
	Thin   bool
	Fields []string
	// Sink is what kind of receiver it is, Target where, without what may be secret. Sealed is how it is reached and
	// what its events are signed with, encrypted.
	Sink, Target string
	Sealed       []byte
	// ReceiptWithin is how long the receiver may take to give a receipt for what it was sent, in whole seconds; 0 where
	// it need not give any.
	ReceiptWithin time.Duration
	// State is how it stands, Why says for people what is wrong; empty when nothing is.
	State SubscriptionState
	Why   string
	// From is the number of the change behind which it begins.
	From int64
	// Failures counts the attempts in a row that nothing came of, FailingSince is the first of them. Nothing is sent
	// before RestUntil. Zero for none.
	Failures                int64
	FailingSince, RestUntil time.Time
	// DeliveredAt is when an event was last taken, to the minute; zero for never.
	DeliveredAt time.Time
	CreatedAt   time.Time
}

// Wants says whether a change is of the kinds that the subscription gets, whatever its store and filter.
func (s Subscription) Wants(c Change) bool {
	return (len(s.Resources) == 0 || slices.Contains(s.Resources, c.Resource)) &&
		(len(s.Kinds) == 0 || slices.Contains(s.Kinds, c.Kind))
}

// SubscriptionState is how a subscription stands.
type SubscriptionState string

// The states of subscriptions.
const (
	SubscriptionActive SubscriptionState = "active"
	SubscriptionPaused SubscriptionState = "paused" // by a person, or because nothing was taken for long
	SubscriptionEnded  SubscriptionState = "ended"  // its receiver wants nothing any more
)

// Event is a change on its way to a subscription, or what became of it.
type Event struct {
	SubscriptionID int64
	Change
	State EventState
	// Attempts counts those since it was last made pending, Redeliveries how often it was sent again on request.
	Attempts, Redeliveries int64
	// NextAt is when it is tried next, DoneAt when it was taken or given up.
	NextAt, DoneAt time.Time
	// Status is that of the last answer, 0 when none came; Error says why the last attempt failed, Took how long it
	// took, to the millisecond.
	Status int
	Error  string
	Took   time.Duration
}

// EventState is what became of an event.
type EventState string

// The states of events.
const (
	EventPending   EventState = "pending"
	EventDelivered EventState = "delivered"
	EventFailed    EventState = "failed" // given up
)

// EventQuery selects events of a subscription. The zero value of a field does not filter.
type EventQuery struct {
	SubscriptionID, StoreID int64
	State                   EventState
	// DoneFrom is inclusive.
	DoneFrom time.Time
	// After is exclusive and lists the oldest first; without it, Before is, and the newest come first.
	OldestFirst   bool
	After, Before int64
	Limit         int // 0 means no limit
}

// SubscriptionReader looks at receivers of changes and at their events.
type SubscriptionReader interface {
	// Subscriptions lists the subscriptions of a group by name; for 0 those of all groups and of none.
	Subscriptions(ctx context.Context, groupID int64) ([]Subscription, error)
	// Subscription is one by its name: of a group, or of none for 0; SubscriptionByKey one by its key; [ErrNotFound]
	// when there is none.
	Subscription(ctx context.Context, groupID int64, name string) (Subscription, error)
	SubscriptionByKey(ctx context.Context, key string) (Subscription, error)
	// SubscriptionsOf lists those that get the changes of a store, whatever their state, by their IDs.
	SubscriptionsOf(ctx context.Context, storeID int64) ([]Subscription, error)
	// SubscriptionPlace is the number of the last change of a store that was looked at for a subscription; where it
	// begins when none was.
	SubscriptionPlace(ctx context.Context, subscriptionID, storeID int64) (int64, error)
	// Events lists events in the order of their numbers.
	Events(ctx context.Context, q EventQuery) ([]Event, error)
	// Event is one of a subscription; [ErrNotFound] when there is none.
	Event(ctx context.Context, subscriptionID, seq int64) (Event, error)
}

// SubscriptionTx keeps receivers of changes. Nothing here needs the lock of a store. A subscription goes with its group
// and with the last store that it is confined to; its events go with it, and with their store
// ([Database.RemoveLeftovers]).
type SubscriptionTx interface {
	// AddSubscription keeps a subscription and gives it an ID; [ErrExists] when its group has one of its name,
	// [ErrNotFound] when its group or one of its stores is gone. The transaction is lost then.
	AddSubscription(ctx context.Context, s Subscription) (Subscription, error)
	// LockSubscription reads a subscription and keeps others from changing it until the transaction ends;
	// [ErrNotFound] when it is gone.
	LockSubscription(ctx context.Context, id int64) (Subscription, error)
	// SaveSubscription replaces what is kept of a subscription, but not its key, name, group, stores, place of
	// beginning and the time of its creation.
	SaveSubscription(ctx context.Context, s Subscription) error
	// DropSubscription forgets it with its events; one that is gone is no error.
	DropSubscription(ctx context.Context, id int64) error
	// WakeSubscribed makes a task of a store due now where an active subscription gets its changes.
	WakeSubscribed(ctx context.Context, task Task, storeID int64) error
	// WakeStoresOf makes a task due now of every store whose changes a subscription gets.
	WakeStoresOf(ctx context.Context, task Task, subscriptionID int64) error

	// AddEvents keeps the events that are not there yet.
	AddEvents(ctx context.Context, events []Event) error
	// SaveEvents replaces what became of events. Those that are gone, or were reopened since they were read, are left
	// alone.
	SaveEvents(ctx context.Context, events []Event) error
	// ReopenEvents makes events of a subscription pending, due at a time, as if nothing had been tried, and counts
	// that.
	ReopenEvents(ctx context.Context, subscriptionID int64, seqs []int64, at time.Time) error
	// SetSubscriptionPlace keeps how far the changes of a store were looked at. A subscription or store that is gone is
	// [ErrNotFound]; the transaction is lost then.
	SetSubscriptionPlace(ctx context.Context, subscriptionID, storeID, seq int64) error
	// DropEvents removes up to limit events of a store that were taken or given up before a time, and says how many.
	DropEvents(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error)
	// DropEventsOf removes up to limit events of a subscription, and says how many.
	DropEventsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error)
}
