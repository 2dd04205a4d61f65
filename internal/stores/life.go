package stores

import (
	"context"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
)

// Pause stops all work on a store; what is mirrored stays readable.
func (s *Connector) Pause(ctx context.Context, name string) (storage.Store, error) {
	return s.setPaused(ctx, name, true)
}

// Resume lets work on a store go on where it stopped.
func (s *Connector) Resume(ctx context.Context, name string) (storage.Store, error) {
	return s.setPaused(ctx, name, false)
}

func (s *Connector) setPaused(ctx context.Context, name string, paused bool) (storage.Store, error) {
	st, err := s.ask.find.Store(ctx, name)
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
func (s *Connector) Remove(ctx context.Context, name string) (storage.Store, error) {
	st, err := s.ask.find.Store(ctx, name)
	if err != nil {
		return st, err
	}
	s.ask.shops.Forget(st.ID)
	return st, ledger.RemoveStore(ctx, s.db, st.ID)
}
