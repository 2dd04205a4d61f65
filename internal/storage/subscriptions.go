package storage

import (
	"context"
	"slices"
	"time"
)

// Subscription is a receiver that changes are sent to.
type Subscription struct {
	ID int64
	// Key is the subscription's part of the ids of its events. It is unique and never used again.
	Key string
	// Name is unique within its group.
	Name string
	// GroupID is the group whose changes the subscription gets; 0 for those of all stores.
	GroupID int64
	// Stores confine the subscription to stores, Resources and Kinds to kinds of changes. Empty lists do not confine. A
	// subscription is removed with the last of its stores.
	Stores    []int64
	Resources []Resource
	Kinds     []Kind
	// Filter is an expression that a change must fulfil; empty for none.
	Filter string
	// Thin leaves the record out of events. Fields are the members of the record in events; empty for all.
	Thin   bool
	Fields []string
	// Sink is the kind of the receiver. Target is its address, without parts that may be secret. Sealed holds,
	// encrypted, how the receiver is reached and what signs its events.
	Sink, Target string
	Sealed       []byte
	// ReceiptWithin is how long the receiver may take to give a receipt for what it was sent, in whole seconds; 0 where
	// it need not give any.
	ReceiptWithin time.Duration
	// State is the subscription's state. Why says to people what is wrong; it is empty when nothing is.
	State SubscriptionState
	Why   string
	// From is the number of a change. The subscription gets the changes after it.
	From int64
	// Failures counts the failed attempts in a row, and FailingSince is the first of them. Nothing is sent before
	// RestUntil. All are zero for none.
	Failures                int64
	FailingSince, RestUntil time.Time
	// DeliveredAt is when the receiver last took an event, to the minute; zero for never.
	DeliveredAt time.Time
	CreatedAt   time.Time
}

// Wants says whether a change is of a kind that the subscription gets. It ignores store and filter.
func (s Subscription) Wants(c Change) bool {
	return (len(s.Resources) == 0 || slices.Contains(s.Resources, c.Resource)) &&
		(len(s.Kinds) == 0 || slices.Contains(s.Kinds, c.Kind))
}

// SubscriptionState is the state of a subscription.
type SubscriptionState string

// The states of subscriptions.
const (
	SubscriptionActive SubscriptionState = "active"
	SubscriptionPaused SubscriptionState = "paused" // by a person, or because the receiver took nothing for long
	SubscriptionEnded  SubscriptionState = "ended"  // the receiver wants no more events
)

// Event is a change on its way to a subscription, or its outcome.
type Event struct {
	SubscriptionID int64
	Change
	State EventState
	// Attempts counts the attempts since the event last became pending. Redeliveries counts how often it was sent again
	// on request.
	Attempts, Redeliveries int64
	// NextAt is the time of the next attempt, DoneAt when the event was taken or given up.
	NextAt, DoneAt time.Time
	// Status is that of the last answer, 0 when none came. Error says why the last attempt failed. Took is how long it
	// took, to the millisecond.
	Status int
	Error  string
	Took   time.Duration
}

// EventState is the state of an event.
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
	// OldestFirst sorts by ascending numbers. The default is the newest first. After and Before are exclusive.
	OldestFirst   bool
	After, Before int64
	Limit         int // 0 means no limit
}

// SubscriptionReader reads receivers of changes and their events.
type SubscriptionReader interface {
	// Subscriptions lists the subscriptions of a group by name, or all for 0.
	Subscriptions(ctx context.Context, groupID int64) ([]Subscription, error)
	// Subscription is the subscription with a name in a group, or in none for 0. SubscriptionByKey is that with a key.
	// [ErrNotFound] when there is none.
	Subscription(ctx context.Context, groupID int64, name string) (Subscription, error)
	SubscriptionByKey(ctx context.Context, key string) (Subscription, error)
	// SubscriptionsOf lists the subscriptions that get the changes of a store, in whatever state, by their IDs.
	SubscriptionsOf(ctx context.Context, storeID int64) ([]Subscription, error)
	// SubscriptionPlace is the number of the last change of a store that was looked at for a subscription. When none
	// was, it is the subscription's From.
	SubscriptionPlace(ctx context.Context, subscriptionID, storeID int64) (int64, error)
	// Events lists events in the order of their numbers.
	Events(ctx context.Context, q EventQuery) ([]Event, error)
	// Event is one event of a subscription; [ErrNotFound] when there is none.
	Event(ctx context.Context, subscriptionID, seq int64) (Event, error)
}

// SubscriptionTx changes receivers of changes. None of its methods needs the lock of a store. A subscription is removed
// with its group and with the last store that it is confined to. Its events are removed with it, and with their store
// ([Database.RemoveLeftovers]).
type SubscriptionTx interface {
	// AddSubscription keeps a subscription and gives it an ID. [ErrExists] when its group has one of that name,
	// [ErrNotFound] when its group or one of its stores is gone; the transaction is lost then.
	AddSubscription(ctx context.Context, s Subscription) (Subscription, error)
	// LockSubscription reads a subscription and keeps other transactions from changing it until this one ends;
	// [ErrNotFound] when it is gone.
	LockSubscription(ctx context.Context, id int64) (Subscription, error)
	// SaveSubscription replaces everything of a subscription except its key, name, group, stores, From and the time of
	// its creation.
	SaveSubscription(ctx context.Context, s Subscription) error
	// DropSubscription removes a subscription with its events. A missing one is no error.
	DropSubscription(ctx context.Context, id int64) error
	// WakeSubscribed makes a task of a store due now, if an active subscription gets the store's changes.
	WakeSubscribed(ctx context.Context, task Task, storeID int64) error
	// WakeStoresOf makes a task due now for every store whose changes a subscription gets.
	WakeStoresOf(ctx context.Context, task Task, subscriptionID int64) error

	// AddEvents keeps the events that are new.
	AddEvents(ctx context.Context, events []Event) error
	// SaveEvents replaces the outcome of events. It leaves events alone that are gone, or were reopened since they were
	// read.
	SaveEvents(ctx context.Context, events []Event) error
	// ReopenEvents makes events of a subscription pending, due at a time, as if nothing had been tried. It counts a
	// redelivery of each.
	ReopenEvents(ctx context.Context, subscriptionID int64, seqs []int64, at time.Time) error
	// SetSubscriptionPlace keeps the number of the last change of a store that was looked at. A missing subscription or
	// store is [ErrNotFound]; the transaction is lost then.
	SetSubscriptionPlace(ctx context.Context, subscriptionID, storeID, seq int64) error
	// DropEvents removes up to limit events of a store that were taken or given up before a time, and returns how many.
	DropEvents(ctx context.Context, storeID int64, before time.Time, limit int) (int64, error)
	// DropEventsOf removes up to limit events of a subscription, and returns how many.
	DropEventsOf(ctx context.Context, subscriptionID int64, limit int) (int64, error)
}
