package service

import (
	"context"
	"errors"
	"strings"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Stores lists the connected stores by name.
func (r *Reader) Stores(ctx context.Context) ([]storage.Store, error) { return r.db.Stores(ctx) }

// Store finds a store by its name. Without a name it is the only one there is.
func (r *Reader) Store(ctx context.Context, name string) (storage.Store, error) {
	if name != "" {
		st, err := r.db.StoreByName(ctx, name)
		if errors.Is(err, storage.ErrNotFound) {
			return st, r.unknownStore(ctx, name)
		}
		return st, err
	}
	stores, err := r.db.Stores(ctx)
	switch {
	case err != nil:
		return storage.Store{}, err
	case len(stores) == 0:
		return storage.Store{}, nothingConnected()
	case len(stores) > 1:
		return storage.Store{}, problem.New(problem.StoreAmbiguous, "several stores are connected: %s", names(stores)).
			Next("Name one of them")
	}
	return stores[0], nil
}

func (r *Reader) unknownStore(ctx context.Context, name string) error {
	stores, err := r.db.Stores(ctx)
	if err != nil {
		return err
	}
	if len(stores) == 0 {
		return nothingConnected()
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

// Selected is the named store, or all that are not paused.
func (r *Reader) Selected(ctx context.Context, name string) ([]storage.Store, error) {
	if name != "" {
		st, err := r.Store(ctx, name)
		if err != nil {
			return nil, err
		}
		if st.Paused {
			return nil, problem.New(problem.StorePaused, "store %s is paused", st.Name).
				Next("Resume it: waybill stores resume %s", st.Name)
		}
		return []storage.Store{st}, nil
	}
	stores, err := r.db.Stores(ctx)
	if err != nil {
		return nil, err
	}
	if len(stores) == 0 {
		return nil, nothingConnected()
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

// Counts is how many records of a resource the mirror of a store holds.
func (r *Reader) Counts(ctx context.Context, storeID int64, resource storage.Resource) (storage.Count, error) {
	return r.db.Counts(ctx, storeID, resource)
}

// Pause stops all work on a store; what is mirrored stays readable.
func (s *Service) Pause(ctx context.Context, name string) (storage.Store, error) {
	return s.setPaused(ctx, name, true)
}

// Resume lets work on a store go on where it stopped.
func (s *Service) Resume(ctx context.Context, name string) (storage.Store, error) {
	return s.setPaused(ctx, name, false)
}

func (s *Service) setPaused(ctx context.Context, name string, paused bool) (storage.Store, error) {
	st, err := s.Store(ctx, name)
	if err != nil {
		return st, err
	}
	return ledger.ChangeStore(ctx, s.db, st.ID, func(tx storage.Tx, st *storage.Store) error {
		st.Paused = paused
		if paused {
			st.Epoch++ // a job that runs can no longer write
			return nil
		}
		return engine.WakeAll(ctx, tx, st.ID)
	})
}

// Remove forgets a store, its key and everything mirrored from it. Nothing changes on the store itself.
func (s *Service) Remove(ctx context.Context, name string) (storage.Store, error) {
	st, err := s.Store(ctx, name)
	if err != nil {
		return st, err
	}
	s.forget(st.ID)
	return st, ledger.RemoveStore(ctx, s.db, st.ID)
}
