package storage

import (
	"context"
	"time"
)

// Consumer is a named reader of the log of changes. How far it is, is kept here.
type Consumer struct {
	ID int64
	// Name is unique within its group.
	Name string
	// GroupID is the group whose changes the consumer reads; 0 for those of all stores.
	GroupID int64
	// StoreID confines it to a store, Resources to kinds of records; zero values do not.
	StoreID   int64
	Resources []Resource
	// Seq is its position: every change up to this number was acknowledged.
	Seq int64
	// Idle is how long it may be silent before it is forgotten; 0 for ever.
	Idle      time.Duration
	CreatedAt time.Time
	// SeenAt is when it last read, to the minute; AckedAt when it last acknowledged. Zero for never.
	SeenAt, AckedAt time.Time
}

// FeedReader looks at who reads the log of changes.
type FeedReader interface {
	// Consumers lists the consumers of a group by name; for 0 those of all groups and of none.
	Consumers(ctx context.Context, groupID int64) ([]Consumer, error)
	// Consumer is one by its name: of a group, or of none for 0; [ErrNotFound] when there is none.
	Consumer(ctx context.Context, groupID int64, name string) (Consumer, error)
}

// FeedTx keeps who reads the log of changes. Nothing here needs the lock of a store. A consumer goes with its group,
// and with the store that it is confined to.
type FeedTx interface {
	// AddConsumer keeps a consumer and gives it an ID; [ErrExists] when its group has one of its name, [ErrNotFound]
	// when its group or store is gone. The transaction is lost then.
	AddConsumer(ctx context.Context, c Consumer) (Consumer, error)
	// LockConsumer reads a consumer and keeps others from changing it until the transaction ends; [ErrNotFound] when it
	// is gone.
	LockConsumer(ctx context.Context, id int64) (Consumer, error)
	// SaveConsumer replaces its position and the times at which it was seen and acknowledged.
	SaveConsumer(ctx context.Context, c Consumer) error
	// DropConsumer forgets a consumer; one that is gone is no error.
	DropConsumer(ctx context.Context, id int64) error
}
