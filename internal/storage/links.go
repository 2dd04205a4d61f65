package storage

import (
	"context"
	"time"
)

// LinkHashSize is the length of [Link.Hash] in bytes.
const LinkHashSize = 32

// Link shows the way of one order to whoever has its token.
type Link struct {
	// Hash is the SHA-256 of the token; the token itself is kept nowhere.
	Hash [LinkHashSize]byte
	// ID names the link to who looks after links; it opens nothing.
	ID string
	// GroupID is the group of who made it, whose receivers it shows; 0 for everybody's.
	GroupID int64
	StoreID int64
	// OrderID is the only order that it shows.
	OrderID int64
	// By is who made it.
	By                   string
	CreatedAt, ExpiresAt time.Time
}

// LinkReader looks at links to the way of an order.
type LinkReader interface {
	// Link is the one whose token has a hash; [ErrNotFound] when there is none. One that has expired is given too.
	Link(ctx context.Context, hash [LinkHashSize]byte) (Link, error)
	// Links lists those of a group, of all groups and of none for 0, the newest first.
	Links(ctx context.Context, groupID int64) ([]Link, error)
}

// LinkTx keeps links. Nothing here needs the lock of a store. A link goes with its group and with its store.
type LinkTx interface {
	// AddLink keeps a link; [ErrExists] when its hash or ID is taken, [ErrNotFound] when its store or group is gone.
	// The transaction is lost then.
	AddLink(ctx context.Context, l Link) error
	// DropLink forgets a link by its ID; one that is gone is no error.
	DropLink(ctx context.Context, id string) error
	// DropLinks forgets those that expired before a time.
	DropLinks(ctx context.Context, before time.Time) error
}
