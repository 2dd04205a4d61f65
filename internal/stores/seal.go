package stores

import (
	"context"
	"errors"
	"strings"

	"github.com/waybillhq/waybill/internal/ledger"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
)

// Reseal seals anew what an earlier master key sealed. Credentials that cannot be read stay as they are: the key may
// come back, and a person must be told when the store is used, not when another one is.
func (s *Connector) Reseal(ctx context.Context) error {
	return s.resealAll(ctx, s.ask.shops.Keys().Resealed(), false)
}

func (s *Connector) resealAll(ctx context.Context, reseal shop.Reseal, strict bool) error {
	stores, err := s.db.Stores(ctx)
	if err != nil {
		return err
	}
	for _, st := range stores {
		// Looked at outside a transaction first: most starts change nothing.
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
	return s.resealConnections(ctx, reseal)
}

// resealUsers does the same for what the codes of people's devices are made of.
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

// resealConnections does the same for shops on their way of being connected. One that cannot be read holds nothing
// that anybody has yet, and keeps no master key alive: it fails when its key comes.
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

// resealSubscriptions does the same for how receivers of changes are reached.
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

// RotateMasterKey makes a new master key, encrypts the credentials of all stores with it in the database, and keeps the
// key in place of the old one.
func (s *Connector) RotateMasterKey(ctx context.Context) error {
	err := s.ask.shops.Keys().Rotate(ctx, func(reseal shop.Reseal) error { return s.resealAll(ctx, reseal, true) })
	if err != nil {
		return err
	}
	return s.CheckKey(ctx, false)
}

// checkCredentials refuses what cannot be a key and a secret, before anything is sent anywhere.
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

// CheckMarks refuses a key or secret with quotation marks around it, which can be known before the store is asked.
func CheckMarks(key, secret string) error {
	if !quoted(key) && !quoted(secret) {
		return nil
	}
	return keyQuoted()
}

// quoted says whether a text begins or ends with a quotation mark, as no key and no secret does.
func quoted(text string) bool { return strings.Trim(text, "'\"`“”„«»‘’") != text }
