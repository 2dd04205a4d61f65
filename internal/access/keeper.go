package access

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Keeper keeps tokens, groups and the audit log. It is safe for concurrent use.
type Keeper struct {
	db   storage.Database
	opts Options

	mu sync.Mutex
	// refused counts, for each kind of refusal, the refusals left out since one was written.
	refused map[refusal]left
	// swept is when old entries were last removed.
	swept time.Time
}

// Options adjust a Keeper. All are needed but Keep.
type Options struct {
	Logger *slog.Logger
	Now    func() time.Time
	// Keep is how long audit entries are kept; 0 keeps them without limit.
	Keep time.Duration
}

// New makes a Keeper that works on a database.
func New(db storage.Database, opts Options) *Keeper {
	return &Keeper{db: db, opts: opts, refused: map[refusal]left{}}
}

// usedEvery is how often the last use of a token is written, often enough to show which tokens are not used any more.
const usedEvery = time.Minute

// Identify finds the caller that sends a token from an address. The error is a problem with code token_missing,
// token_invalid, token_expired (also for a revoked token) or address_refused. Only a sender of the whole token is told
// that it has ended.
func (k *Keeper) Identify(ctx context.Context, secret string, from netip.Addr) (Caller, error) {
	secret = strings.TrimSpace(secret)
	if secret == "" {
		return Caller{}, tokenMissing()
	}
	var kept storage.Token
	prefix := prefixOf(secret)
	if prefix != "" {
		var err error
		if kept, err = k.db.TokenByPrefix(ctx, prefix); err != nil && !errors.Is(err, storage.ErrNotFound) {
			return Caller{}, err
		}
	}
	// A text that cannot be a token is compared too, so that no answer comes sooner than another.
	if !matches(kept, secret) || kept.ID == 0 {
		return Caller{}, tokenUnknown()
	}
	caller, now := callerOf(kept), k.opts.Now()
	if err := usable(kept, now, from); err != nil {
		return caller, err
	}
	if now.Sub(kept.UsedAt) >= usedEvery {
		// A last use that cannot be written is no reason to refuse the request.
		err := k.db.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.UseToken(ctx, kept.ID, now) })
		if err != nil && ctx.Err() == nil {
			k.opts.Logger.WarnContext(ctx, "cannot note that a token was used", "token", kept.Prefix, "error", err)
		}
	}
	return caller, nil
}

// usable says why a token cannot be used now from an address.
func usable(t storage.Token, now time.Time, from netip.Addr) error {
	switch {
	case !t.RevokedAt.IsZero():
		return tokenEnded("was revoked", t.RevokedAt)
	case !t.ExpiresAt.IsZero() && !now.Before(t.ExpiresAt):
		return tokenEnded("expired", t.ExpiresAt)
	}
	return Networks(t.Networks).Admit(from)
}

// Still says why a token that was identified before is not valid any more; nil when it is, and for a caller without a
// token.
func (k *Keeper) Still(ctx context.Context, c Caller, from netip.Addr) error {
	if c.token == nil {
		return nil
	}
	now, err := k.db.TokenByPrefix(ctx, c.token.Prefix)
	if errors.Is(err, storage.ErrNotFound) {
		return tokenForgotten()
	}
	if err != nil {
		return err
	}
	return usable(now, k.opts.Now(), from)
}
