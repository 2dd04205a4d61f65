package stores

import (
	"context"
	"errors"

	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// resealChannels seals anew how people are told of problems.
func (s *Connector) resealChannels(ctx context.Context, reseal shop.Reseal, strict bool) error {
	all, err := s.db.Channels(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		_, changed, err := reseal.Channel(c)
		if err != nil && strict {
			return err
		}
		if err != nil {
			s.ask.opts.Logger.WarnContext(ctx, "a channel of alerts cannot be read", "channel", c.Name, "error", err)
		}
		if err != nil || !changed {
			continue
		}
		err = s.db.Within(ctx, func(tx storage.Tx) error {
			now, err := tx.LockChannel(ctx, c.ID)
			if err != nil {
				return err
			}
			if now.Sealed, _, err = reseal.Channel(now); err != nil {
				return err
			}
			return tx.SaveChannel(ctx, now)
		})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return nil
}
