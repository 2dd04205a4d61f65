package people

import (
	"context"
	"time"

	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/storage"
)

const (
	purposeCode = "code set-up"
	codeWithin  = 30 * time.Minute
	// Issuer is how apps and passkeys call this program.
	Issuer = "Waybill"
)

// CodeSetup is a device on its way of making codes.
type CodeSetup struct {
	// Ticket is shown again with the first code.
	Ticket string
	// Text is what is typed into an app, URL what an app reads from a picture.
	Text, URL string
}

// BeginCode begins to set up codes: nothing changes before the first code.
func (k *Keeper) BeginCode(ctx context.Context, s Session) (CodeSetup, error) {
	release, err := k.Keys.Hold(ctx)
	if err != nil {
		return CodeSetup{}, err
	}
	defer release()
	seed := secret.NewSeed()
	sealed, err := k.Keys.SealUser(s.User.ID, seed)
	if err != nil {
		return CodeSetup{}, err
	}
	ticket, err := k.ticket(ctx, storage.Ticket{Purpose: purposeCode, UserID: s.User.ID, Data: sealed}, codeWithin)
	return setupOf(ticket, seed, s.User), err
}

// CodeSetup is a set-up that was begun, as it was shown. The error is a problem of code link_invalid.
func (k *Keeper) CodeSetup(ctx context.Context, s Session, ticket string) (CodeSetup, error) {
	t, err := k.look(ctx, ticket, purposeCode)
	if err == nil && t.UserID != s.User.ID {
		err = linkInvalid()
	}
	if err != nil {
		return CodeSetup{}, err
	}
	seed, err := k.Keys.OpenUser(s.User.ID, t.Data)
	return setupOf(ticket, seed, s.User), err
}

func setupOf(ticket string, seed []byte, u storage.User) CodeSetup {
	return CodeSetup{Ticket: ticket, Text: secret.SeedText(seed), URL: secret.SeedURL(seed, Issuer, u.Email)}
}

// FinishCode lets a user's codes count, and ends the user's sessions in other browsers. The error is a problem of code
// sign_in_refused or link_invalid.
func (k *Keeper) FinishCode(ctx context.Context, s Session, ticket, code string) error {
	t, err := k.look(ctx, ticket, purposeCode)
	if err == nil && t.UserID != s.User.ID {
		err = linkInvalid()
	}
	if err != nil {
		return err
	}
	seed, err := k.Keys.OpenUser(s.User.ID, t.Data)
	if err != nil {
		return err
	}
	step := secret.CodeStep(seed, digitsOf(code), k.opts.Now(), 0)
	if step == 0 {
		return wrongCode()
	}
	release, err := k.Keys.Hold(ctx) // what was sealed with an earlier master key is sealed anew
	if err != nil {
		return err
	}
	defer release()
	sealed, err := k.Keys.SealUser(s.User.ID, seed)
	if err != nil {
		return err
	}
	if _, err := k.take(ctx, ticket, purposeCode); err != nil {
		return err
	}
	return k.change(ctx, s.User.ID, func(tx storage.Tx, u *storage.User) error {
		u.TOTP, u.TOTPStep = sealed, step
		if err := tx.SaveUser(ctx, *u); err != nil {
			return err
		}
		return tx.DropUserSessions(ctx, u.ID, s.hash)
	})
}

// DropCode forgets a user's codes. The error is a problem of code input_invalid where nothing else would be left behind
// a password that needs it.
func (k *Keeper) DropCode(ctx context.Context, s Session) error {
	has, err := k.second(ctx, s.User)
	if err != nil {
		return err
	}
	if len(has.passkeys) == 0 && k.wantsSecond(s.User) {
		return secondNeeded()
	}
	return k.change(ctx, s.User.ID, func(tx storage.Tx, u *storage.User) error {
		u.TOTP, u.TOTPStep = nil, 0
		return tx.SaveUser(ctx, *u)
	})
}
