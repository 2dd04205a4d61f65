package storage

import "context"

// StoreReader finds connected stores. What is not there is [ErrNotFound].
type StoreReader interface {
	// Stores lists all stores by name.
	Stores(ctx context.Context) ([]Store, error)
	Store(ctx context.Context, id int64) (Store, error)
	StoreByName(ctx context.Context, name string) (Store, error)
	StoreByHome(ctx context.Context, home string) (Store, error)
	// KeyCheck is what was sealed with the master key of those who work on the database, so that others can see whether
	// they have the same; nil when nobody has kept it yet.
	KeyCheck(ctx context.Context) ([]byte, error)
}

// StoreTx keeps connected stores.
type StoreTx interface {
	// CreateStore keeps a new store with its credentials, and gives it an ID that no store had before. It fails with
	// [ErrExists] when the name or the home is taken; the transaction is lost then.
	CreateStore(ctx context.Context, s Store) (Store, error)
	// LockStore reads a store and keeps every other transaction from writing for it until this one ends; [ErrNotFound]
	// when it is not there, or no longer.
	LockStore(ctx context.Context, id int64) (Store, error)
	// SaveStore replaces what is kept of a store that is locked, its credentials among it, but not its name and the
	// time of its creation, and sets UpdatedAt. [ErrExists] when its home is another store's; the transaction is lost
	// then.
	SaveStore(ctx context.Context, s Store) error
	// SaveKeyCheck keeps a check of the master key. replaces is the check that it takes the place of, nil for none. The
	// error is [ErrExists] when another check is there by now; the transaction is lost then.
	SaveKeyCheck(ctx context.Context, sealed, replaces []byte) error
	// RaiseEpoch voids every older claim on a store's mirror, and returns the new one. [ErrNotFound] when there is no
	// such store.
	RaiseEpoch(ctx context.Context, id int64) (Claim, error)
	// RemoveStore forgets a store: nothing finds it any more, its key is gone, no claim on it holds, the calendar does
	// not name it. Its mirror, changes and writes are removed by [Database.RemoveLeftovers] afterwards. [ErrNotFound]
	// when there is no such store.
	RemoveStore(ctx context.Context, id int64) error
}
