package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Keeper keeps the webhooks of stores in order. It is safe for concurrent use. Several processes may have a Keeper
// each, if only one at a time looks after a store.
type Keeper struct {
	db   storage.Database
	keys Keys
	opts KeeperOptions
}

// KeeperOptions adjust a Keeper. All are needed but PublicURL.
type KeeperOptions struct {
	// PublicURL is the address under which stores reach the server with the Receiver; empty makes no webhooks.
	PublicURL string
	Logger    *slog.Logger
	Now       func() time.Time
	// Task is the task to wake when the webhooks of a store have to be looked after.
	Task storage.Task
}

// NewKeeper makes a Keeper that works on a database. The error is a problem with code config_invalid.
func NewKeeper(db storage.Database, keys Keys, opts KeeperOptions) (*Keeper, error) {
	opts.PublicURL = strings.TrimRight(opts.PublicURL, "/")
	if opts.PublicURL != "" {
		u, err := url.Parse(opts.PublicURL)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.RawQuery != "" ||
			u.Fragment != "" || u.User != nil {
			return nil, noPublicURL()
		}
	}
	return &Keeper{db, keys, opts}, nil
}

// Wanted says whether stores get webhooks.
func (k *Keeper) Wanted() bool { return k.opts.PublicURL != "" }

// Address returns the address to which a store sends its webhooks; empty when stores cannot reach Waybill.
func (k *Keeper) Address(h storage.Hook) string {
	if !k.Wanted() {
		return ""
	}
	return k.opts.PublicURL + Prefix + h.Path
}

// Hook returns the state of a store's webhooks; false when none were made.
func (k *Keeper) Hook(ctx context.Context, storeID int64) (storage.Hook, bool, error) {
	h, err := k.db.Hook(ctx, storeID)
	if errors.Is(err, storage.ErrNotFound) {
		return h, false, nil
	}
	return h, err == nil, err
}

// Check wakes the task that looks after the webhooks of a store. The error is a problem with code webhooks_off when
// stores get none.
func (k *Keeper) Check(ctx context.Context, storeID int64) error {
	if !k.Wanted() {
		return webhooksOff()
	}
	return k.db.Within(ctx, func(tx storage.Tx) error { return tx.Wake(ctx, k.opts.Task, storeID) })
}

// Rotate makes a new secret for the webhooks of a store, which a later look sends to the store. The old secret stays
// valid for a day after that. While an earlier new secret has not reached the store yet, Rotate keeps that one.
func (k *Keeper) Rotate(ctx context.Context, storeID int64) error {
	if !k.Wanted() {
		return webhooksOff()
	}
	release, err := k.keys.Hold(ctx)
	if err != nil {
		return err
	}
	defer release()
	return k.db.Within(ctx, func(tx storage.Tx) error {
		st, err := tx.LockStore(ctx, storeID)
		if err != nil {
			return err
		}
		h, err := tx.LockHook(ctx, storeID)
		if errors.Is(err, storage.ErrNotFound) {
			return tx.Wake(ctx, k.opts.Task, storeID) // its first secret is to be made yet
		}
		if err != nil {
			return err
		}
		if h.SecretSent {
			s, err := secretsOf(k.keys, st)
			if err != nil {
				return err
			}
			if err := k.saveSecrets(ctx, tx, &st, secrets{Current: newSecret(), Previous: s.Current}); err != nil {
				return err
			}
			h.SecretSent = false
			if err := tx.SaveHook(ctx, h); err != nil {
				return err
			}
		}
		return tx.Wake(ctx, k.opts.Task, storeID)
	})
}

func (k *Keeper) saveSecrets(ctx context.Context, tx storage.Tx, st *storage.Store, s secrets) (err error) {
	plain, err := json.Marshal(s)
	if err != nil {
		return err
	}
	if st.Credentials.Hook, err = k.keys.SealHook(*st, plain); err != nil {
		return err
	}
	return tx.SaveStore(ctx, *st)
}
