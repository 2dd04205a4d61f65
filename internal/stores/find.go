package stores

import (
	"context"
	"errors"
	"strings"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Finder finds connected stores by the names that people give.
type Finder struct {
	db    storage.StoreReader
	where string
}

// NewFinder makes a Finder of a database that is only looked at. The error of a search that finds nothing names where.
func NewFinder(db storage.StoreReader, where string) *Finder { return &Finder{db, where} }

// Stores lists the connected stores by name.
func (f *Finder) Stores(ctx context.Context) ([]storage.Store, error) { return f.db.Stores(ctx) }

// Store finds a store by its name. Without a name it is the only one there is.
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
		return storage.Store{}, problem.New(problem.StoreAmbiguous, "several stores are connected: %s", names(stores)).
			Next("Name one of them")
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
	return problem.New(problem.StoreNotFound, "no store is called %q here", name).
		Next("Connected are: %s", names(stores))
}

func names(stores []storage.Store) string {
	list := make([]string, len(stores))
	for i, st := range stores {
		list[i] = st.Name
	}
	return strings.Join(list, ", ")
}

// Named is the named store, or all there are, paused ones too.
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

// Selected is the named store, or all that are not paused.
func (f *Finder) Selected(ctx context.Context, name string) ([]storage.Store, error) {
	if name != "" {
		st, err := f.Store(ctx, name)
		if err != nil {
			return nil, err
		}
		if st.Paused {
			return nil, problem.New(problem.StorePaused, "store %s is paused", st.Name).
				Next("Resume it: waybill stores resume %s", st.Name)
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
		return nil, problem.New(problem.StorePaused, "every store is paused").
			Next("Resume one: waybill stores resume %s", stores[0].Name)
	}
	return active, nil
}

// NothingConnected is the problem of a person who has no store yet, or who looks in the wrong place.
func NothingConnected(where string) *problem.Problem {
	return problem.New(problem.StoreNotFound, "no store is connected yet in %s", where).
		Next("Connect one: waybill connect https://shop.example, or see how it works with: waybill demo. If one is "+
			"connected elsewhere, name its directory with --data or WAYBILL_DATA").
		Detail("looked_in", where)
}
