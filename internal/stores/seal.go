package stores

import (
	"context"
	"errors"
	"strings"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Reseal seals with the present master key what an earlier one sealed. Credentials that cannot be read stay as they
// are: their key may come back, and a person is told when their store is used, not when another store is.
func (s *Connector) Reseal(ctx context.Context) error {
	return s.resealAll(ctx, s.ask.shops.Keys().Resealed(), false)
}

func (s *Connector) resealAll(ctx context.Context, reseal shop.Reseal, strict bool) error {
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return err
	}
	for _, st := range stores {
		// A look without a transaction comes first, because most starts change nothing.
		if _, changed, err := reseal.Store(st); err != nil {
			if strict {
				return err
			}
			s.ask.opts.Logger.WarnContext(ctx, "stored credentials cannot be read", "store", st.Name, "error", err)
			continue
		} else if !changed {
			continue
		}
		_, err := ledger.ChangeStore(ctx, s.db, st.ID, func(_ storage.Tx, st *storage.Store) error {
			st.Credentials, _, err = reseal.Store(*st)
			return err
		})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	if err := s.resealSubscriptions(ctx, reseal, strict); err != nil {
		return err
	}
	if err := s.resealUsers(ctx, reseal, strict); err != nil {
		return err
	}
	if err := s.resealChannels(ctx, reseal, strict); err != nil {
		return err
	}
	return s.resealConnections(ctx, reseal)
}

// resealUsers does the same for the secrets behind the codes of people's devices.
func (s *Connector) resealUsers(ctx context.Context, reseal shop.Reseal, strict bool) error {
	all, err := s.db.Users(ctx, 0)
	if err != nil {
		return err
	}
	stale := false
	for _, u := range all {
		if len(u.TOTP) == 0 {
			continue
		}
		_, changed, err := reseal.User(u)
		if err != nil && strict {
			return err
		}
		if err != nil {
			s.ask.opts.Logger.WarnContext(ctx, "what a user's codes are made of cannot be read", "user", u.ID, "error", err)
		}
		stale = stale || changed && err == nil
	}
	if !stale {
		return nil
	}
	return s.db.Within(ctx, func(tx storage.Tx) error {
		now, err := tx.LockUsers(ctx)
		if err != nil {
			return err
		}
		for _, u := range now {
			if len(u.TOTP) == 0 {
				continue
			}
			sealed, changed, err := reseal.User(u)
			if err != nil || !changed {
				continue // it was said above
			}
			u.TOTP = sealed
			if err := tx.SaveUser(ctx, u); err != nil {
				return err
			}
		}
		return nil
	})
}

// resealConnections does the same for shops that are being connected. A connection that cannot be read holds no key yet
// and keeps no master key in use. It fails when its key comes.
func (s *Connector) resealConnections(ctx context.Context, reseal shop.Reseal) error {
	all, err := s.db.Connections(ctx, 0)
	if err != nil {
		return err
	}
	for _, c := range all {
		if len(c.Sealed) == 0 {
			continue
		}
		if _, changed, err := reseal.Connection(c); err != nil || !changed {
			continue
		}
		err := s.db.Within(ctx, func(tx storage.Tx) error {
			now, err := tx.LockConnection(ctx, c.ID)
			if err != nil || len(now.Sealed) == 0 {
				return err
			}
			if now.Sealed, _, err = reseal.Connection(now); err != nil {
				return err
			}
			return tx.SaveConnection(ctx, now)
		})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return nil
}

// resealSubscriptions does the same for the credentials with which receivers of changes are reached.
func (s *Connector) resealSubscriptions(ctx context.Context, reseal shop.Reseal, strict bool) error {
	all, err := s.db.Subscriptions(ctx, 0)
	if err != nil {
		return err
	}
	for _, sub := range all {
		_, changed, err := reseal.Subscription(sub)
		if err != nil && strict {
			return err
		}
		if err != nil {
			s.ask.opts.Logger.WarnContext(ctx, "a receiver of changes cannot be read", "subscription", sub.Name, "error", err)
		}
		if err != nil || !changed {
			continue
		}
		err = s.db.Within(ctx, func(tx storage.Tx) error {
			now, err := tx.LockSubscription(ctx, sub.ID)
			if err != nil {
				return err
			}
			if now.Sealed, _, err = reseal.Subscription(now); err != nil {
				return err
			}
			return tx.SaveSubscription(ctx, now)
		})
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return err
		}
	}
	return nil
}

// RotateMasterKey makes a new master key, seals the credentials of all stores with it, and replaces the old key.
func (s *Connector) RotateMasterKey(ctx context.Context) error {
	err := s.ask.shops.Keys().Rotate(ctx, func(reseal shop.Reseal) error { return s.resealAll(ctx, reseal, true) })
	if err != nil {
		return err
	}
	return s.CheckKey(ctx, false)
}

// checkCredentials refuses texts that cannot be a key and a secret, before anything is sent.
func checkCredentials(key, secret string) error {
	switch {
	case key == "" || secret == "":
		return keyMissing()
	case strings.HasPrefix(key, "cs_") && strings.HasPrefix(secret, "ck_"):
		return keySwapped()
	case strings.ContainsAny(key+secret, " \t\r\n"):
		return keyWithBlank()
	}
	return CheckMarks(key, secret)
}

// CheckMarks refuses a key or secret with quotation marks around it, without asking the store.
func CheckMarks(key, secret string) error {
	if !quoted(key) && !quoted(secret) {
		return nil
	}
	return keyQuoted()
}

// quoted says whether a text begins or ends with a quotation mark, which no key or secret does.
func quoted(text string) bool { return strings.Trim(text, "'\"`“”„«»‘’") != text }
