package stores

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/storage"
)

// Finder finds connected stores by the names that people give.
type Finder struct {
	db    storage.StoreReader
	where string
}

// NewFinder makes a Finder of a database that is only read. where names the database in the error of a search that
// finds nothing.
func NewFinder(db storage.StoreReader, where string) *Finder { return &Finder{db, where} }

// Stores lists the connected stores by name.
func (f *Finder) Stores(ctx context.Context) ([]storage.Store, error) { return f.db.Stores(ctx) }

// Store returns a store by its name. With an empty name it returns the only store there is.
func (f *Finder) Store(ctx context.Context, name string) (storage.Store, error) {
	if name != "" {
		st, err := f.db.StoreByName(ctx, name)
		if errors.Is(err, storage.ErrNotFound) {
			return st, f.unknownStore(ctx, name)
		}
		return st, err
	}
	stores, err := f.db.Stores(ctx)
	switch {
	case err != nil:
		return storage.Store{}, err
	case len(stores) == 0:
		return storage.Store{}, NothingConnected(f.where)
	case len(stores) > 1:
		return storage.Store{}, several(stores)
	}
	return stores[0], nil
}

func (f *Finder) unknownStore(ctx context.Context, name string) error {
	stores, err := f.db.Stores(ctx)
	if err != nil {
		return err
	}
	if len(stores) == 0 {
		return NothingConnected(f.where)
	}
	return notCalled(name, stores)
}

// Named returns the named store, or with an empty name all stores, paused ones included.
func (f *Finder) Named(ctx context.Context, name string) ([]storage.Store, error) {
	if name != "" {
		st, err := f.Store(ctx, name)
		if err != nil {
			return nil, err
		}
		return []storage.Store{st}, nil
	}
	stores, err := f.db.Stores(ctx)
	if err == nil && len(stores) == 0 {
		err = NothingConnected(f.where)
	}
	return stores, err
}

// Selected returns the named store, or with an empty name all stores that are not paused.
func (f *Finder) Selected(ctx context.Context, name string) ([]storage.Store, error) {
	if name != "" {
		st, err := f.Store(ctx, name)
		if err != nil {
			return nil, err
		}
		if st.Paused {
			return nil, paused(st)
		}
		return []storage.Store{st}, nil
	}
	stores, err := f.db.Stores(ctx)
	if err != nil {
		return nil, err
	}
	if len(stores) == 0 {
		return nil, NothingConnected(f.where)
	}
	var active []storage.Store
	for _, st := range stores {
		if !st.Paused {
			active = append(active, st)
		}
	}
	if len(active) == 0 {
		return nil, allPaused(stores[0])
	}
	return active, nil
}
