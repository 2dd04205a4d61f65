package people

import (
	"context"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/storage"
)

// User is a user with what there is to sign in by.
type User struct {
	storage.User
	HasPassword, HasCode bool
	Passkeys             int
}

// Users lists the users that a caller may know of, by their e-mail addresses.
func (k *Keeper) Users(ctx context.Context, by access.Caller) ([]User, error) {
	found, err := k.Database.Users(ctx, by.GroupID)
	if err != nil {
		return nil, err
	}
	keys, err := k.Database.Passkeys(ctx, 0)
	passkeys := map[int64]int{}
	for _, p := range keys {
		passkeys[p.UserID]++
	}
	all := make([]User, len(found))
	for i, u := range found {
		all[i] = User{User: u, HasPassword: u.Password != "", HasCode: len(u.TOTP) > 0, Passkeys: passkeys[u.ID]}
	}
	return all, err
}

// User finds a user by the e-mail address. One of another group does not exist for a caller. The error is a problem of
// code user_not_found.
func (k *Keeper) User(ctx context.Context, by access.Caller, email string) (storage.User, error) {
	u, err := k.Database.UserByEmail(ctx, tidy(email))
	if errors.Is(err, storage.ErrNotFound) || err == nil && by.GroupID != 0 && u.GroupID != by.GroupID {
		return storage.User{}, userNotFound(tidy(email))
	}
	return u, err
}

// Invited is who is to come.
type Invited struct {
	Email, Name string
	Role        access.Role
	// Group confines the user to a group; empty for the group of the caller.
	Group string
}

// Invite makes a user and a link, with which the user comes in within a week. The error is a problem of code
// user_exists, group_not_found or input_invalid.
func (k *Keeper) Invite(ctx context.Context, by access.Caller, n Invited) (u storage.User, link string, err error) {
	u = storage.User{Email: tidy(n.Email), Name: strings.TrimSpace(n.Name), Role: string(n.Role), GroupID: by.GroupID,
		CreatedBy: by.Actor}
	if n.Group != "" {
		g, err := k.Access.Group(ctx, by, n.Group)
		if err != nil {
			return u, "", err
		}
		u.GroupID = g.ID
	}
	if err := checkUser(u); err != nil {
		return u, "", err
	}
	link = secret.Token()
	err = k.Database.Within(ctx, func(tx storage.Tx) error {
		if u, err = tx.AddUser(ctx, u); err != nil {
			return err
		}
		return k.addTicket(ctx, tx, storage.Ticket{Purpose: purposeInvite, UserID: u.ID, CreatedBy: by.Actor},
			inviteWithin, link)
	})
	if errors.Is(err, storage.ErrExists) {
		return u, "", userExists(u.Email)
	}
	return u, link, err
}

// SetRole gives a user another role, and ends the user's sessions. The error is a problem of code user_not_found or
// input_invalid, also for the last administrator.
func (k *Keeper) SetRole(ctx context.Context, by access.Caller, email string, role access.Role) (storage.User, error) {
	if _, err := access.ParseRole(string(role)); err != nil {
		return storage.User{}, err
	}
	return k.changed(ctx, by, email, func(tx storage.Tx, u *storage.User) error {
		u.Role = string(role)
		return tx.SaveUser(ctx, *u)
	})
}

// Reset forgets by what a user signs in, ends the user's sessions, and makes a link with which a new password is set
// within a day. The error is a problem of code user_not_found.
func (k *Keeper) Reset(ctx context.Context, by access.Caller, email string) (u storage.User, link string, err error) {
	link = secret.Token()
	u, err = k.changed(ctx, by, email, func(tx storage.Tx, u *storage.User) error {
		u.Password, u.TOTP, u.Subject = "", nil, ""
		if err := tx.SaveUser(ctx, *u); err != nil {
			return err
		}
		if err := tx.DropPasskeys(ctx, u.ID); err != nil {
			return err
		}
		for _, purpose := range []string{purposeInvite, purposeReset, purposeSecond} {
			if _, err := tx.DropTickets(ctx, u.ID, purpose); err != nil {
				return err
			}
		}
		return k.addTicket(ctx, tx, storage.Ticket{Purpose: purposeReset, UserID: u.ID, CreatedBy: by.Actor},
			resetWithin,
			link)
	})
	return u, link, err
}

// Remove forgets a user, whose sessions end at once. The error is a problem of code user_not_found, or input_invalid
// for the last administrator.
func (k *Keeper) Remove(ctx context.Context, by access.Caller, email string) (storage.User, error) {
	return k.changed(ctx, by, email, func(tx storage.Tx, u *storage.User) error {
		u.Role = ""
		return tx.DropUser(ctx, u.ID)
	})
}

// changed changes a user whom the caller may know of, ends the user's sessions, and refuses what would leave no
// administrator.
func (k *Keeper) changed(
	ctx context.Context, by access.Caller, email string, work func(tx storage.Tx, u *storage.User) error,
) (out storage.User, err error) {
	email = tidy(email)
	err = k.Database.Within(ctx, func(tx storage.Tx) error {
		all, err := tx.LockUsers(ctx)
		if err != nil {
			return err
		}
		for i := range all {
			u := &all[i]
			if u.Email != email || by.GroupID != 0 && u.GroupID != by.GroupID {
				continue
			}
			before := headed(all)
			out = *u
			if err := work(tx, u); err != nil {
				return err
			}
			if before && !headed(all) {
				return lastAdministrator(email)
			}
			if u.Role != "" {
				out = *u
			}
			return tx.DropUserSessions(ctx, u.ID, [storage.SecretHashSize]byte{})
		}
		return userNotFound(email)
	})
	return out, err
}

// headed says whether there is an administrator of the whole installation.
func headed(all []storage.User) bool {
	for _, u := range all {
		if access.Role(u.Role) == access.Administrator && u.GroupID == 0 {
			return true
		}
	}
	return false
}

// Rename changes how a user is called.
func (k *Keeper) Rename(ctx context.Context, s Session, name string) error {
	name = strings.TrimSpace(name)
	if err := checkUser(storage.User{Email: s.User.Email, Name: name, Role: s.User.Role}); err != nil {
		return err
	}
	return k.change(ctx, s.User.ID, func(tx storage.Tx, u *storage.User) error {
		u.Name = name
		return tx.SaveUser(ctx, *u)
	})
}

// SetPassword gives a user another password, and ends the user's sessions in other browsers. Who has no password yet
// gives none. The error is a problem of code sign_in_refused, too_many_requests or input_invalid.
func (k *Keeper) SetPassword(ctx context.Context, s Session, old, password string, in Browser) error {
	if err := k.mayTry(ctx, boundsOf(s.User.Email, in.From)); err != nil {
		return err
	}
	if s.User.Password != "" {
		if fits, err := k.fits(ctx, s.User.Password, old); err != nil || !fits {
			return errors.Join(err, wrongOldPassword())
		}
	}
	if err := checkPassword(password, s.User); err != nil {
		return err
	}
	hash, err := k.hash(ctx, password)
	if err != nil {
		return err
	}
	return k.change(ctx, s.User.ID, func(tx storage.Tx, u *storage.User) error {
		u.Password = hash
		if err := tx.SaveUser(ctx, *u); err != nil {
			return err
		}
		if err := forget(ctx, tx, u.Email, in.From); err != nil {
			return err
		}
		return tx.DropUserSessions(ctx, u.ID, s.hash)
	})
}

// Bounds of what people type.
const (
	shortestPassword = 10
	longestPassword  = 1000
	longestName      = 100
	longestEmail     = 254
)

// tidy is an e-mail address as it is kept.
func tidy(email string) string { return strings.ToLower(strings.TrimSpace(email)) }

// checkUser refuses what cannot be a user.
func checkUser(u storage.User) error {
	name, domain, found := strings.Cut(u.Email, "@")
	odd := func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("@<>\"'(),;:\\", r)
	}
	if !found || name == "" || domain == "" || len(u.Email) > longestEmail || !utf8.ValidString(u.Email) ||
		strings.ContainsFunc(name, odd) || strings.ContainsFunc(domain, odd) {
		return noEmail()
	}
	if len(u.Name) > longestName || strings.ContainsFunc(u.Name, unicode.IsControl) || !utf8.ValidString(u.Name) {
		return noName()
	}
	_, err := access.ParseRole(u.Role)
	return err
}

// checkPassword refuses passwords that are guessed first.
func checkPassword(password string, u storage.User) error {
	local, _, _ := strings.Cut(u.Email, "@")
	easy := strings.ToLower(password)
	switch {
	case utf8.RuneCountInString(password) < shortestPassword, len(password) > longestPassword:
		return passwordLength()
	case easy == u.Email, strings.Trim(easy, easy[:1]) == "", strings.TrimRight(easy, "0123456789!.") == local,
		strings.TrimRight(easy, "0123456789!.") == "password", strings.HasPrefix("1234567890123456", easy):
		return passwordEasy()
	}
	return nil
}

// gone makes a user that is not there any more a problem.
func gone(err error) error {
	if errors.Is(err, storage.ErrNotFound) {
		return userGone(err)
	}
	return err
}
