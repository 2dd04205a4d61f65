package people

import (
	"context"
	"errors"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people/internal/secret"
	"github.com/waybillhq/waybill/internal/storage"
)

// Purposes of links.
const (
	purposeFirst  = "first administrator"
	purposeInvite = "invitation"
	purposeReset  = "reset"
	purposeDemo   = "demo"
)

// How long links are good.
const (
	firstWithin  = 24 * time.Hour
	inviteWithin = 7 * 24 * time.Hour
	resetWithin  = 24 * time.Hour
	demoWithin   = 30 * 24 * time.Hour
)

// ticket keeps a ticket and gives what its bearer shows.
func (k *Keeper) ticket(ctx context.Context, t storage.Ticket, within time.Duration) (string, error) {
	bears := secret.Token()
	err := k.Database.Within(ctx, func(tx storage.Tx) error { return k.addTicket(ctx, tx, t, within, bears) })
	return bears, gone(err)
}

func (k *Keeper) addTicket(
	ctx context.Context, tx storage.Tx, t storage.Ticket, within time.Duration, bears string,
) error {
	t.Hash, t.CreatedAt = secret.Digest(bears), k.opts.Now().UTC().Truncate(time.Millisecond)
	t.ExpiresAt = t.CreatedAt.Add(within)
	return tx.AddTicket(ctx, t)
}

// look finds a ticket that is still good for one of some purposes. The error is a problem of code link_invalid.
func (k *Keeper) look(ctx context.Context, bears string, purposes ...string) (storage.Ticket, error) {
	if !secret.IsToken(bears) {
		return storage.Ticket{}, linkInvalid()
	}
	t, err := k.Database.Ticket(ctx, secret.Digest(bears))
	if errors.Is(err, storage.ErrNotFound) {
		return t, linkInvalid()
	}
	if err != nil {
		return t, err
	}
	for _, p := range purposes {
		if t.Purpose == p && k.opts.Now().Before(t.ExpiresAt) {
			return t, nil
		}
	}
	return storage.Ticket{}, linkInvalid()
}

// take takes a ticket, which is good no more then. The error is a problem of code link_invalid.
func (k *Keeper) take(ctx context.Context, bears, purpose string) (t storage.Ticket, err error) {
	err = k.Database.Within(ctx, func(tx storage.Tx) error {
		t, err = tx.TakeTicket(ctx, secret.Digest(bears), purpose)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) || err == nil && !k.opts.Now().Before(t.ExpiresAt) {
		return t, linkInvalid()
	}
	return t, err
}

// Nobody says that there is no user yet.
func (k *Keeper) Nobody(ctx context.Context) (bool, error) {
	all, err := k.Database.Users(ctx, 0)
	return len(all) == 0, err
}

// First makes a link with which the first administrator comes in; empty where there is a user already. Links that were
// made before stay good until one is used.
func (k *Keeper) First(ctx context.Context) (string, error) {
	nobody, err := k.Nobody(ctx)
	if err != nil || !nobody {
		return "", err
	}
	return k.ticket(ctx, storage.Ticket{Purpose: purposeFirst, CreatedBy: "waybill serve"}, firstWithin)
}

// Link is what a link is for.
type Link struct {
	// First says that it is for the first administrator, who is nobody yet; Reset that the user was there before.
	First, Reset bool
	// Email, Name and Role are the user's; empty for the first administrator.
	Email, Name string
	Role        access.Role
	ExpiresAt   time.Time

	ticket storage.Ticket
}

// Link looks at a link, which stays good. The error is a problem of code link_invalid.
func (k *Keeper) Link(ctx context.Context, bears string) (Link, error) {
	t, err := k.look(ctx, bears, purposeFirst, purposeInvite, purposeReset)
	if err != nil {
		return Link{}, err
	}
	link := Link{First: t.Purpose == purposeFirst, Reset: t.Purpose == purposeReset, Role: access.Administrator,
		ExpiresAt: t.ExpiresAt, ticket: t}
	if link.First {
		return link, nil
	}
	u, err := k.Database.User(ctx, t.UserID)
	if err != nil {
		return Link{}, gone(err)
	}
	link.Email, link.Name, link.Role = u.Email, u.Name, access.Role(u.Role)
	return link, nil
}

// Accepted is what somebody says who follows a link.
type Accepted struct {
	// Email counts for the first administrator only.
	Email, Name, Password string
}

// Accept follows a link: it makes the first administrator, or gives a user a password, and signs that user in. The
// error is a problem of code link_invalid or input_invalid.
func (k *Keeper) Accept(ctx context.Context, bears string, a Accepted, in Browser) (string, error) {
	link, err := k.Link(ctx, bears)
	if err != nil {
		return "", err
	}
	u := storage.User{Email: link.Email, Name: a.Name, Role: string(link.Role)}
	if link.First {
		u.Email, u.CreatedBy = tidy(a.Email), "first start"
	}
	if err := checkUser(u); err != nil {
		return "", err
	}
	if err := checkPassword(a.Password, u); err != nil {
		return "", err
	}
	hash, err := k.hash(ctx, a.Password)
	if err != nil {
		return "", err
	}
	var session string
	err = k.Database.Within(ctx, func(tx storage.Tx) error {
		if u, err = k.accepted(ctx, tx, link, u); err != nil {
			return err
		}
		u.Name, u.Password = a.Name, hash
		if err := tx.DropUserSessions(ctx, u.ID, [storage.SecretHashSize]byte{}); err != nil {
			return err
		}
		session, err = k.begin(ctx, tx, &u, byLink, in)
		return err
	})
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrExists) {
		return "", linkInvalid()
	}
	if err == nil {
		k.note(ctx, callerOf(u), "accept-"+map[bool]string{true: "first", false: "link"}[link.First], u.Email,
			text(in.From))
	}
	return session, err
}

// accepted takes a link away and gives the user that it is for. Of several who follow links for the first
// administrator at a time one gets through: all such links go together.
func (k *Keeper) accepted(ctx context.Context, tx storage.Tx, link Link, u storage.User) (storage.User, error) {
	if !link.First {
		if _, err := tx.TakeTicket(ctx, link.ticket.Hash, link.ticket.Purpose); err != nil {
			return u, err
		}
		all, err := tx.LockUsers(ctx)
		if err != nil {
			return u, err
		}
		for _, there := range all {
			if there.ID == link.ticket.UserID {
				return there, nil
			}
		}
		return u, storage.ErrNotFound
	}
	links, err := tx.DropTickets(ctx, 0, purposeFirst)
	if err != nil {
		return u, err
	}
	there, err := tx.LockUsers(ctx)
	if err != nil {
		return u, err
	}
	for _, l := range links {
		if l.Hash == link.ticket.Hash && len(there) == 0 {
			return tx.AddUser(ctx, u)
		}
	}
	return u, storage.ErrNotFound
}

// hash hashes a password, of which few are hashed at a time.
func (k *Keeper) hash(ctx context.Context, password string) (string, error) {
	select {
	case k.hashing <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-k.hashing }()
	return secret.Hash(password), nil
}

// Demo makes an administrator where there is none, and a link that signs a browser in as that one, as often as it is
// opened. It is for a demonstration, whose data is thrown away.
func (k *Keeper) Demo(ctx context.Context) (string, error) {
	u := storage.User{Email: "demo@localhost", Name: "Demo", Role: string(access.Administrator),
		CreatedBy: "waybill demo"}
	there, err := k.Database.UserByEmail(ctx, u.Email)
	if errors.Is(err, storage.ErrNotFound) {
		err = k.Database.Within(ctx, func(tx storage.Tx) error {
			there, err = tx.AddUser(ctx, u)
			return err
		})
	}
	if err != nil {
		return "", err
	}
	return k.ticket(ctx, storage.Ticket{Purpose: purposeDemo, UserID: there.ID, CreatedBy: u.CreatedBy}, demoWithin)
}

// EnterDemo signs a browser of this machine in by a link of [Keeper.Demo]. The error is a problem of code link_invalid.
func (k *Keeper) EnterDemo(ctx context.Context, bears string, in Browser) (string, error) {
	if !in.From.IsLoopback() {
		return "", linkInvalid()
	}
	t, err := k.look(ctx, bears, purposeDemo)
	if err != nil {
		return "", err
	}
	return k.signedIn(ctx, t.UserID, byDemo, in)
}
