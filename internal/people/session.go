package people

import (
	"context"
	"errors"
	"net/netip"
	"time"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/storage"
)

// The ways of signing in, as sessions and the audit log name them.
const (
	byPassword = "password"
	byCode     = "password and code"
	byTouch    = "password and passkey"
	byPasskey  = "passkey"
	byProvider = "provider"
	byLink     = "link"
	byDemo     = "demo"
)

// Browser is where somebody is.
type Browser struct {
	From netip.Addr
	// Agent is how the browser calls itself.
	Agent string
}

// Session is a user in a browser.
type Session struct {
	User   storage.User
	Caller access.Caller
	// Unfinished says that the user must still set up a code or a passkey, and may do nothing else before.
	Unfinished bool
	// How says by what the user signed in.
	How                  string
	CreatedAt, ExpiresAt time.Time

	hash [storage.SecretHashSize]byte
}

const seenEvery = time.Minute

// Session finds the session of a browser by what it bears; false where there is none, or it has ended. Any other error
// is one of the database.
func (k *Keeper) Session(ctx context.Context, bears string) (Session, bool, error) {
	if !secret.IsToken(bears) {
		return Session{}, false, nil
	}
	s, u, err := k.Database.UserSession(ctx, secret.Digest(bears))
	if errors.Is(err, storage.ErrNotFound) {
		return Session{}, false, nil
	}
	now := k.opts.Now()
	if err != nil || !now.Before(s.ExpiresAt) || now.Sub(s.SeenAt) >= k.opts.Idle {
		return Session{}, false, err
	}
	if now.Sub(s.SeenAt) >= seenEvery {
		// One that cannot be noted is no reason to send anybody away.
		err := k.Database.WithinRelaxed(ctx, func(tx storage.Tx) error { return tx.UseUserSession(ctx, s.Hash, now) })
		if err != nil && ctx.Err() == nil {
			k.opts.Logger.WarnContext(ctx, "cannot note that a session was seen", "user", u.ID, "error", err)
		}
	}
	out := Session{User: u, Caller: callerOf(u), How: s.How, CreatedAt: s.CreatedAt, ExpiresAt: s.ExpiresAt,
		hash: s.Hash}
	if k.wantsSecond(u) && (s.How == byPassword || s.How == byLink) {
		second, err := k.second(ctx, u)
		if err != nil {
			return Session{}, false, err
		}
		out.Unfinished = !second.any()
	}
	return out, true, nil
}

// wantsSecond says whether the password of a user needs a code or a passkey behind it.
func (k *Keeper) wantsSecond(u storage.User) bool {
	return k.opts.Second == SecondEverybody ||
		k.opts.Second == SecondAdministrators && access.Role(u.Role) == access.Administrator
}

// begin makes a session of a user and gives what the browser bears. It takes part in a transaction.
func (k *Keeper) begin(ctx context.Context, tx storage.Tx, u *storage.User, how string, in Browser) (string, error) {
	bears, now := secret.Token(), k.opts.Now().UTC().Truncate(time.Millisecond)
	u.SignedInAt = now
	if err := tx.SaveUser(ctx, *u); err != nil {
		return "", err
	}
	return bears, tx.AddUserSession(ctx, storage.UserSession{Hash: secret.Digest(bears), UserID: u.ID, How: how,
		From: text(in.From), Agent: shortened(in.Agent), CreatedAt: now, SeenAt: now,
		ExpiresAt: now.Add(k.opts.Longest)})
}

// signedIn begins a session, and forgets what failed before.
func (k *Keeper) signedIn(ctx context.Context, userID int64, how string, in Browser) (string, error) {
	var bears string
	var u storage.User
	err := k.change(ctx, userID, func(tx storage.Tx, now *storage.User) (err error) {
		bears, err = k.begin(ctx, tx, now, how, in)
		u = *now
		if err != nil {
			return err
		}
		return forget(ctx, tx, u.Email, in.From)
	})
	if err == nil {
		k.note(ctx, callerOf(u), "sign-in", "by "+how, text(in.From))
		k.sweep(ctx)
	}
	return bears, err
}

// SignOut ends a session.
func (k *Keeper) SignOut(ctx context.Context, s Session, from netip.Addr) error {
	err := k.Database.Within(ctx, func(tx storage.Tx) error { return tx.DropUserSession(ctx, s.hash) })
	if err == nil {
		k.note(ctx, s.Caller, "sign-out", "", text(from))
	}
	return err
}

// Sessions lists the browsers in which a user is signed in, the newest first, and says which is this one.
func (k *Keeper) Sessions(ctx context.Context, s Session) (all []storage.UserSession, own int, err error) {
	found, err := k.Database.UserSessions(ctx, s.User.ID)
	own = -1
	now := k.opts.Now()
	for _, one := range found {
		if !now.Before(one.ExpiresAt) || now.Sub(one.SeenAt) >= k.opts.Idle {
			continue
		}
		if one.Hash == s.hash {
			own = len(all)
		}
		all = append(all, one)
	}
	return all, own, err
}

// SignOutOthers ends the sessions of a user in other browsers.
func (k *Keeper) SignOutOthers(ctx context.Context, s Session) error {
	return k.Database.Within(ctx, func(tx storage.Tx) error { return tx.DropUserSessions(ctx, s.User.ID, s.hash) })
}

// text is an address; empty for none.
func text(a netip.Addr) string {
	if !a.IsValid() {
		return ""
	}
	return a.String()
}

// shortened bounds what a browser says of itself.
func shortened(agent string) string {
	const longest = 200
	if len(agent) <= longest {
		return agent
	}
	cut := longest
	for cut > 0 && !utf8.RuneStart(agent[cut]) {
		cut--
	}
	return agent[:cut]
}
