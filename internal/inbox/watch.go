package inbox

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// How long until the webhooks of a store are looked at again: as a rule, when nothing of it has come for the first time
// (it may have been slow), and when its key may not have any.
const (
	lookAgain        = 30 * time.Minute
	lookAgainSoon    = 20 * time.Second
	lookAgainRefused = 6 * time.Hour
	// overlap is how long an old secret stays valid after the store was told the new one. Deliveries are signed when
	// they are sent, so it need only outlast a delivery on its way.
	overlap = 24 * time.Hour
	// keysKept is how long a delivery is recognised that comes again.
	keysKept = 24 * time.Hour
)

// Watch looks at the webhooks of a store and mends what is wrong with them: one that is missing, switched off by the
// store, changed, there twice, left over from an earlier connection, or sent elsewhere. One that somebody paused stays
// so. It says when to look again; zero when not before somebody asks.
//
// A look may stop anywhere: the next one sees on the store what was done. Polling goes on meanwhile, so nothing is
// lost, and a key that may not have webhooks is no failure.
func (k *Keeper) Watch(ctx context.Context, st storage.Store, shop woo.Doer) (next time.Time, err error) {
	if !k.Wanted() {
		return time.Time{}, nil
	}
	h, s, err := k.open(ctx, st)
	if err != nil {
		return time.Time{}, err
	}
	l := &look{Keeper: k, st: st, shop: shop, hook: h, secrets: s, now: k.opts.Now()}
	before := h.State
	err = l.mend(ctx)
	switch {
	case refusedBy(err):
		l.hook.State, l.hook.Why = storage.HookRefused, refusedWhy(err)
		next = l.now.Add(lookAgainRefused)
	case err != nil:
		return time.Time{}, err // as it stood, until the store answers
	case l.hook.State == storage.HookUnreachable && before != storage.HookUnreachable:
		next = l.now.Add(lookAgainSoon)
	default:
		next = l.now.Add(lookAgain)
	}
	return next, l.save(ctx)
}

// open returns the state of a store's webhooks and their secrets. It makes both when there are none, or when the
// secrets cannot be read any more.
func (k *Keeper) open(ctx context.Context, st storage.Store) (h storage.Hook, s secrets, err error) {
	h, there, err := k.Hook(ctx, st.ID)
	if err != nil {
		return h, s, err
	}
	if there {
		if s, err = secretsOf(k.keys, st); err == nil && s.Current != "" {
			return h, s, nil
		}
		k.opts.Logger.WarnContext(ctx, "the secret of a store's webhooks cannot be read; a new one is made", "store",
			st.Name, "error", err)
	}
	release, err := k.keys.Hold(ctx)
	if err != nil {
		return h, s, err
	}
	defer release()
	err = k.db.Within(ctx, func(tx storage.Tx) error {
		st, err := tx.LockStore(ctx, st.ID)
		if err != nil {
			return err
		}
		s = secrets{Current: newSecret()}
		if err := k.saveSecrets(ctx, tx, &st, s); err != nil {
			return err
		}
		if there {
			h.SecretSent = false
			return tx.SaveHook(ctx, h)
		}
		h = storage.Hook{StoreID: st.ID, Path: newPath(), State: storage.HookPending}
		return tx.AddHook(ctx, h)
	})
	return h, s, err
}

// save saves what was seen and done.
func (l *look) save(ctx context.Context) error {
	l.hook.CheckedAt = l.now
	drop := l.hook.SecretSent && l.secrets.Previous != "" && l.now.Sub(l.hook.RotatedAt) > overlap
	if drop {
		release, err := l.keys.Hold(ctx)
		if err != nil {
			return err
		}
		defer release()
	}
	err := l.db.Within(ctx, func(tx storage.Tx) error {
		st, err := tx.LockStore(ctx, l.st.ID)
		if err != nil {
			return err
		}
		kept, err := tx.LockHook(ctx, l.st.ID)
		if err != nil {
			return err
		}
		now, err := secretsOf(l.keys, st)
		if err != nil {
			return err
		}
		if now.Current != l.secrets.Current {
			l.hook.SecretSent = kept.SecretSent // another one was made meanwhile: the store has not heard of it
		} else if drop {
			if err := l.saveSecrets(ctx, tx, &st, secrets{Current: now.Current}); err != nil {
				return err
			}
		}
		if err := tx.DropDeliveries(ctx, l.st.ID, l.now.Add(-keysKept)); err != nil {
			return err
		}
		return tx.SaveHook(ctx, l.hook)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return nil // its store is gone
	}
	return err
}

// Leave removes our webhooks from a store before the store is removed. A missing webhook is no error.
func (k *Keeper) Leave(ctx context.Context, st storage.Store, shop woo.Doer) error {
	h, there, err := k.Hook(ctx, st.ID)
	if err != nil || !there {
		return err
	}
	for _, w := range h.Webhooks {
		if err := remove(ctx, shop, w.ID); err != nil {
			return err
		}
	}
	return nil
}

// refusedBy says whether a store does not let the key have webhooks. A key that is not valid at all is refused
// everywhere, which the pull reports.
func refusedBy(err error) bool {
	e, ok := woo.AsError(err)
	if !ok {
		return false
	}
	status := e.EffectiveStatus()
	return status == http.StatusUnauthorized || status == http.StatusForbidden
}

func refusedWhy(err error) string {
	e, _ := woo.AsError(err)
	return fmt.Sprintf("the store does not let the key have webhooks (%d %s)", e.EffectiveStatus(), e.Code)
}
