package writes

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/storage"
)

// Behind notes on each of the writes that waits to be sent the earlier write that holds it back.
func (v *Viewer) Behind(ctx context.Context, writes []outbox.Write) error {
	for i, w := range writes {
		if w.State != outbox.Pending {
			continue
		}
		by, err := ledger.HeldBackBy(ctx, v.db, w)
		switch {
		case errors.Is(err, storage.ErrNotFound):
		case err != nil:
			return err
		default:
			writes[i].Behind = &outbox.Behind{ID: by.ID, State: by.State}
		}
	}
	return nil
}
