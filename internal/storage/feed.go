package storage

import (
	"context"
	"time"
)

// Consumer is a named reader of the log of changes, whose position is kept.
type Consumer struct {
	ID int64
	// Name is unique within its group.
	Name string
	// GroupID is the group whose changes the consumer reads; 0 for those of all stores.
	GroupID int64
	// StoreID confines the consumer to a store, Resources to kinds of records. Zero values do not confine.
	StoreID   int64
	Resources []Resource
	// Seq is the consumer's position: it has acknowledged every change up to this number.
	Seq int64
	// Idle is how long the consumer may be silent before it is removed; 0 for ever.
	Idle      time.Duration
	CreatedAt time.Time
	// SeenAt is when the consumer last read, to the minute. AckedAt is when it last acknowledged. Both are zero for
	// never.
	SeenAt, AckedAt time.Time
}

// FeedReader reads the consumers of the log of changes.
type FeedReader interface {
	// Consumers lists the consumers of a group by name, or all for 0.
	Consumers(ctx context.Context, groupID int64) ([]Consumer, error)
	// Consumer is the consumer with a name in a group, or in none for 0; [ErrNotFound] when there is none.
	Consumer(ctx context.Context, groupID int64, name string) (Consumer, error)
}

// FeedTx changes the consumers of the log of changes. None of its methods needs the lock of a store. A consumer is
// removed with its group, and with the store that it is confined to.
type FeedTx interface {
	// AddConsumer keeps a consumer and gives it an ID. [ErrExists] when its group has a consumer of that name,
	// [ErrNotFound] when its group or store is gone; the transaction is lost then.
	AddConsumer(ctx context.Context, c Consumer) (Consumer, error)
	// LockConsumer reads a consumer and keeps other transactions from changing it until this one ends; [ErrNotFound]
	// when it is gone.
	LockConsumer(ctx context.Context, id int64) (Consumer, error)
	// SaveConsumer replaces the consumer's position and the times at which it was seen and acknowledged.
	SaveConsumer(ctx context.Context, c Consumer) error
	// DropConsumer removes a consumer. A missing one is no error.
	DropConsumer(ctx context.Context, id int64) error
}
