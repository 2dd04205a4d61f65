package people

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// Attempt is somebody who signs in with a password.
type Attempt struct {
	Email, Password string
	In              Browser
}

// Step is where a sign-in stands.
type Step struct {
	// Session is what the browser bears from now on; empty where a second step is asked for.
	Session string
	// Second is what the browser bears until its second step; empty where there is none.
	Second string
}

// secondWithin is how long the second step of a sign-in may take.
const secondWithin = 10 * time.Minute

const purposeSecond = "second step"

// SignIn signs somebody in with a password. The error is a problem of code sign_in_refused or too_many_requests.
func (k *Keeper) SignIn(ctx context.Context, a Attempt) (Step, error) {
	email := tidy(a.Email)
	if err := k.mayTry(ctx, boundsOf(email, a.In.From)); err != nil {
		return Step{}, err
	}
	u, err := k.Database.UserByEmail(ctx, email)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return Step{}, err
	}
	fits, hashErr := k.fits(ctx, u.Password, a.Password)
	if hashErr != nil {
		return Step{}, hashErr
	}
	if err != nil || !fits {
		k.refused(ctx, u, a.In.From)
		return Step{}, wrongPassword()
	}
	second, err := k.second(ctx, u)
	if err != nil {
		return Step{}, err
	}
	if !second.any() {
		bears, err := k.signedIn(ctx, u.ID, byPassword, a.In)
		return Step{Session: bears}, err
	}
	ticket, err := k.ticket(ctx, storage.Ticket{Purpose: purposeSecond, UserID: u.ID}, secondWithin)
	return Step{Second: ticket}, err
}

// fits hashes a password, of which few are hashed at a time.
func (k *Keeper) fits(ctx context.Context, hash, password string) (bool, error) {
	if len(password) > longestPassword {
		password = ""
	}
	select {
	case k.hashing <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	defer func() { <-k.hashing }()
	return secret.Matches(hash, password), nil
}

// refused notes that somebody was not let in: as whom, where there is such a user, and nothing of what was typed.
func (k *Keeper) refused(ctx context.Context, u storage.User, from netip.Addr) {
	k.Access.NoteRefusal(ctx, storage.AuditEntry{Actor: u.Email, Name: u.Name, GroupID: u.GroupID, Action: "sign-in",
		From: text(from), Code: string(problem.SignInRefused), Status: problem.SignInRefused.HTTPStatus()})
}

// Second step.

// seconds are what a user has behind a password.
type seconds struct {
	code     bool
	passkeys []storage.Passkey
}

func (s seconds) any() bool { return s.code || len(s.passkeys) > 0 }

func (k *Keeper) second(ctx context.Context, u storage.User) (seconds, error) {
	keys, err := k.Database.Passkeys(ctx, u.ID)
	return seconds{code: len(u.TOTP) > 0, passkeys: keys}, err
}

// Waiting is a sign-in that waits for its second step.
type Waiting struct {
	// Code and Passkey say what the user can give.
	Code, Passkey bool

	user storage.User
}

// Waiting looks at a sign-in that waits for its second step. The error is a problem of code link_invalid.
func (k *Keeper) Waiting(ctx context.Context, second string) (Waiting, error) {
	t, err := k.look(ctx, second, purposeSecond)
	if err != nil {
		return Waiting{}, err
	}
	u, err := k.Database.User(ctx, t.UserID)
	if err != nil {
		return Waiting{}, gone(err)
	}
	has, err := k.second(ctx, u)
	return Waiting{Code: has.code, Passkey: len(has.passkeys) > 0, user: u}, err
}

// SignInCode ends a sign-in with the code of a device, and gives what the browser bears from now on. The error is a
// problem of code sign_in_refused, too_many_requests or link_invalid.
func (k *Keeper) SignInCode(ctx context.Context, second, code string, in Browser) (string, error) {
	w, err := k.Waiting(ctx, second)
	if err != nil {
		return "", err
	}
	if err := k.mayTry(ctx, boundsOf(w.user.Email, in.From)); err != nil {
		return "", err
	}
	err = k.useCode(ctx, w.user, code)
	if problem.Is(err, problem.SignInRefused) {
		k.refused(ctx, w.user, in.From)
	}
	if err != nil {
		return "", err
	}
	if _, err := k.take(ctx, second, purposeSecond); err != nil {
		return "", err
	}
	return k.signedIn(ctx, w.user.ID, byCode, in)
}

// useCode takes a code of a user, which is good once.
func (k *Keeper) useCode(ctx context.Context, u storage.User, code string) error {
	if len(u.TOTP) == 0 {
		return wrongCode()
	}
	seed, err := k.Keys.OpenUser(u.ID, u.TOTP)
	if err != nil {
		return err
	}
	return k.change(ctx, u.ID, func(tx storage.Tx, now *storage.User) error {
		step := secret.CodeStep(seed, digitsOf(code), k.opts.Now(), now.TOTPStep)
		if step == 0 {
			return wrongCode()
		}
		now.TOTPStep = step
		return tx.SaveUser(ctx, *now)
	})
}

// digitsOf leaves out what people put between digits.
func digitsOf(code string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, code)
}

// change changes a user, whom nobody else changes meanwhile. The error is a problem of code user_not_found where the
// user is gone.
func (k *Keeper) change(ctx context.Context, id int64, work func(tx storage.Tx, u *storage.User) error) error {
	return gone(k.Database.Within(ctx, func(tx storage.Tx) error {
		all, err := tx.LockUsers(ctx)
		if err != nil {
			return err
		}
		for i := range all {
			if all[i].ID == id {
				return work(tx, &all[i])
			}
		}
		return storage.ErrNotFound
	}))
}
