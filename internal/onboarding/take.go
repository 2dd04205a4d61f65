package onboarding

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Why a key is not taken.
var (
	// ErrUnknown: nothing waits for a key at this address.
	ErrUnknown = errors.New("onboarding: nothing waits here")
	// ErrOver: a key came before, or the time is up.
	ErrOver = errors.New("onboarding: no key is taken here any more")
	// ErrUnusable: what came is no key, or is meant for another connection.
	ErrUnusable = errors.New("onboarding: no key for this connection")
)

// StatusOf is what a shop is answered: it keeps the key that it has made when that is exactly 200.
func StatusOf(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, ErrUnknown):
		return http.StatusNotFound
	case errors.Is(err, ErrOver):
		return http.StatusGone
	case errors.Is(err, ErrUnusable):
		return http.StatusBadRequest
	}
	return http.StatusServiceUnavailable
}

var (
	stateForm  = regexp.MustCompile(`^[A-Z2-7]{52}$`)
	idForm     = regexp.MustCompile(`^[A-Z2-7]{26}$`)
	keyForm    = regexp.MustCompile(`^ck_[0-9a-zA-Z]{20,64}$`)
	secretForm = regexp.MustCompile(`^cs_[0-9a-zA-Z]{20,64}$`)
)

// handed is what a shop sends.
type handed struct {
	// KeyID is the number of the key on the shop: 0 where the shop could not keep it.
	KeyID       json.Number `json:"key_id"`
	UserID      string      `json:"user_id"`
	Key         string      `json:"consumer_key"`
	Secret      string      `json:"consumer_secret"`
	Permissions string      `json:"key_permissions"`
}

// Take takes the key that a shop sends to the address with a state, once, and keeps it. It returns when the disk has
// it; that it works is found out afterwards. The errors are [ErrUnknown], [ErrOver] and [ErrUnusable], of which none
// has taken anything, or those of a database.
//
// Failure policy: at most once. A key of which the shop does not see that it was taken, it deletes; then the key does
// not work when it is tried, and the owner is asked again. A key that came a second time is refused even when it is the
// same, because nobody can tell who sends it.
func (k *Keeper) Take(ctx context.Context, state string, body []byte) (storage.Connection, error) {
	if !stateForm.MatchString(state) {
		return storage.Connection{}, ErrUnknown
	}
	c, err := k.Database.ConnectionByState(ctx, sha256.Sum256([]byte(state)))
	if errors.Is(err, storage.ErrNotFound) {
		return c, ErrUnknown
	}
	if err != nil {
		return c, err
	}
	var h handed
	if err := json.Unmarshal(body, &h); err != nil || h.UserID != c.ID || !keyForm.MatchString(h.Key) ||
		!secretForm.MatchString(h.Secret) {
		return c, ErrUnusable
	}
	release, err := k.Keys.Hold(ctx)
	if err != nil {
		return c, err
	}
	defer release()
	err = k.Database.Within(ctx, func(tx storage.Tx) (err error) {
		if c, err = tx.LockConnection(ctx, c.ID); err != nil {
			return err
		}
		return k.accept(ctx, tx, &c, h)
	})
	if errors.Is(err, storage.ErrNotFound) {
		return c, ErrUnknown // it was given up a moment ago
	}
	if err == nil && c.State == storage.ConnectionFailed {
		return c, ErrUnusable
	}
	if err == nil {
		k.wake()
	}
	return c, err
}

// accept decides about a key and keeps it.
func (k *Keeper) accept(ctx context.Context, tx storage.Tx, c *storage.Connection, h handed) error {
	now := k.opts.Now().UTC().Truncate(time.Millisecond)
	if c.State != storage.ConnectionWaiting || !now.Before(c.ExpiresAt) {
		return ErrOver
	}
	if id, err := h.KeyID.Int64(); err == nil && id == 0 {
		k.fail(c, keyNotKept())
		return tx.SaveConnection(ctx, *c)
	}
	s, err := k.open(*c)
	if err != nil {
		return err
	}
	s.Link, s.Key, s.Secret = "", h.Key, h.Secret
	if err := k.seal(c, s); err != nil {
		return err
	}
	c.State, c.ArrivedAt, c.Reason, c.Why, c.Next = storage.ConnectionArrived, now, "", "", ""
	return tx.SaveConnection(ctx, *c)
}
