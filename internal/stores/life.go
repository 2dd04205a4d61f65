package stores

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/storage"
)

// Pause stops all work on a store. Its mirror can still be read.
func (s *Connector) Pause(ctx context.Context, name string) (storage.Store, error) {
	return s.setPaused(ctx, name, true)
}

// Resume lets work on a store continue where it stopped.
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
			st.Epoch++ // a running job can write no more
			return nil
		}
		return engine.WakeAll(ctx, tx, st.ID)
	})
}

// leaveWithin is how long removing our webhooks from a store may take when the store is removed.
const leaveWithin = 20 * time.Second

// Remove removes a store, its key and its mirror. On the store itself only Waybill's webhooks are removed. A store that
// cannot be reached is removed nevertheless; left then says what stays on it, and is empty otherwise.
func (s *Connector) Remove(ctx context.Context, name string) (st storage.Store, left string, err error) {
	if st, err = s.ask.find.Store(ctx, name); err != nil {
		return st, "", err
	}
	leaving, cancel := context.WithTimeout(ctx, leaveWithin)
	defer cancel()
	if err := s.leave(leaving, st); err != nil {
		if ctx.Err() != nil {
			return st, "", ctx.Err()
		}
		s.ask.opts.Logger.WarnContext(ctx, "the webhooks on a store that is removed could not be taken away", "store",
			st.Name, "error", err)
		left = "Its webhooks (named Waybill: …) could not be removed from it. They reach nobody any more, and the " +
			"store switches them off by itself after some failures. To delete them at once: WooCommerce > Settings > " +
			"Advanced > Webhooks."
	}
	s.ask.shops.Forget(st.ID)
	return st, left, ledger.RemoveStore(ctx, s.db, st.ID)
}
