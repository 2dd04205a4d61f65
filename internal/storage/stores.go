package storage

import "context"

// StoreReader finds connected stores. A missing store is [ErrNotFound].
type StoreReader interface {
	// Stores lists all stores by name.
	Stores(ctx context.Context) ([]Store, error)
	Store(ctx context.Context, id int64) (Store, error)
	StoreByName(ctx context.Context, name string) (Store, error)
	StoreByHome(ctx context.Context, home string) (Store, error)
	// KeyCheck is a value sealed with the master key of those who work on the database. A process finds out by it
	// whether it has the same key. It is nil when none was kept yet.
	KeyCheck(ctx context.Context) ([]byte, error)
}

// StoreTx changes connected stores.
type StoreTx interface {
	// CreateStore keeps a new store with its credentials, and gives it an ID that no store had before. It fails with
	// [ErrExists] when the name or the home is taken, and the transaction is lost then.
	CreateStore(ctx context.Context, s Store) (Store, error)
	// LockStore reads a store and keeps every other transaction from writing for it until this one ends. [ErrNotFound]
	// when there is no such store, or it was removed.
	LockStore(ctx context.Context, id int64) (Store, error)
	// SaveStore replaces everything of a store that is locked, its credentials included, except its name and the time
	// of its creation. It sets UpdatedAt. [ErrExists] when another store has its home; the transaction is lost then.
	SaveStore(ctx context.Context, s Store) error
	// SaveKeyCheck keeps a check of the master key. replaces is the old check, nil for none. The error is [ErrExists]
	// when another check is kept by now; the transaction is lost then.
	SaveKeyCheck(ctx context.Context, sealed, replaces []byte) error
	// RaiseEpoch voids every older claim on a store's mirror, and returns the new claim. [ErrNotFound] when there is no
	// such store.
	RaiseEpoch(ctx context.Context, id int64) (Claim, error)
	// RemoveStore removes a store. Nothing finds it any more, its key is deleted, its claims are void and the calendar
	// does not name it. [Database.RemoveLeftovers] removes its mirror, changes and writes afterwards. [ErrNotFound]
	// when there is no such store.
	RemoveStore(ctx context.Context, id int64) error
}
