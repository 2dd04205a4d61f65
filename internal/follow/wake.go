package follow

import (
	"context"

	"github.com/waybillhq/waybill/internal/engine"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Wake makes the mirror of a store due now, for whoever works for it.
func (f *Follower) Wake(ctx context.Context, storeID int64) error {
	return shop.Explain(f.db.Within(ctx, func(tx storage.Tx) error { return tx.Wake(ctx, engine.Pull, storeID) }))
}
