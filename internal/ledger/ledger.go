package ledger

import (
	"context"
	"fmt"

	"github.com/waybillhq/waybill/internal/mirror"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

var (
	_ mirror.Repository = (*Ledger)(nil)
	_ outbox.Repository = (*Ledger)(nil)
)

// Ledger enters events into a database. It keeps no state and is safe for concurrent use, by any number of processes.
type Ledger struct {
	storage.Database
}

// New makes a Ledger over a database.
func New(db storage.Database) *Ledger { return &Ledger{Database: db} }

// Claim takes a store's mirror for one job. Older claims can write no more: their calls fail with storage.ErrFenced.
func (l *Ledger) Claim(ctx context.Context, storeID int64) (claim storage.Claim, err error) {
	err = l.WithinRelaxed(ctx, func(tx storage.Tx) error {
		claim, err = tx.RaiseEpoch(ctx, storeID)
		return err
	})
	return claim, err
}

// fence locks the store and fails with storage.ErrFenced unless the claim is the newest one of its mirror.
func fence(ctx context.Context, tx storage.Tx, claim storage.Claim) error {
	st, err := tx.LockStore(ctx, claim.StoreID)
	if err != nil {
		return err
	}
	if st.Epoch != claim.Epoch {
		return fmt.Errorf("store %d, claim %d, now %d: %w", claim.StoreID, claim.Epoch, st.Epoch, storage.ErrFenced)
	}
	return nil
}

// fenceOutbox locks the store and fails with storage.ErrFenced unless the claim is the newest one of its outbox.
func fenceOutbox(ctx context.Context, tx storage.Tx, claim storage.Claim) (storage.Outbox, error) {
	if _, err := tx.LockStore(ctx, claim.StoreID); err != nil {
		return storage.Outbox{}, err
	}
	kept, err := tx.OutboxOf(ctx, claim.StoreID)
	if err == nil && kept.Epoch != claim.Epoch {
		err = fmt.Errorf("outbox of store %d, claim %d, now %d: %w", claim.StoreID, claim.Epoch, kept.Epoch,
			storage.ErrFenced)
	}
	return kept, err
}
