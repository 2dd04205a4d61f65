package storagetest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

var people = map[string]func(*bundle){
	"users are kept with everything about them":    usersAreKept,
	"a user's address and subject are the user's":  usersAreUnique,
	"a user goes with its group and takes its own": usersGo,
	"sessions are kept until they end":             sessionsAreKept,
	"passkeys are kept with their users":           passkeysAreKept,
	"a ticket is good once":                        ticketsAreGoodOnce,
	"sign-ins that failed are counted":             attemptsAreCounted,
	"of many who take or count at a time each one": ticketsAtATime,
}

func (b *bundle) user(u storage.User) (made storage.User) {
	b.Helper()
	b.within(func(tx storage.Tx) {
		var err error
		made, err = tx.AddUser(b.ctx, u)
		b.ok(err)
	})
	return made
}

// tx runs one transaction and gives its error.
func (b *bundle) tx(work func(tx storage.Tx) error) error { return b.db.Within(b.ctx, work) }

func hashOf(text string) (h [storage.SecretHashSize]byte) {
	copy(h[:], text)
	return h
}

func usersAreKept(b *bundle) {
	g := b.group("acme")
	want := storage.User{Email: "sam@example.com", Name: "Säm <b>", Role: "administrator", GroupID: g.ID,
		Password: "$argon2id$…", TOTP: []byte{0, 255, 1}, TOTPStep: 58_000_000, Subject: "https://id.example 1",
		CreatedBy: "command line", SignedInAt: noon}
	made := b.user(want)
	want.ID, want.CreatedAt = made.ID, made.CreatedAt
	bare := b.user(storage.User{Email: "ann@example.com", Role: "viewer"})
	if made.ID == 0 || made.CreatedAt.IsZero() || made.ID == bare.ID {
		b.Errorf("made %+v and %+v", made, bare)
	}
	byID, err := b.db.User(b.ctx, made.ID)
	b.ok(err)
	byEmail, err := b.db.UserByEmail(b.ctx, "sam@example.com")
	b.ok(err)
	bySubject, err := b.db.UserBySubject(b.ctx, "https://id.example 1")
	b.ok(err)
	for _, got := range []storage.User{byID, byEmail, bySubject} {
		if !reflect.DeepEqual(got, want) {
			b.Errorf("got %+v, want %+v", got, want)
		}
	}
	for group, want := range map[int64][]storage.User{0: {bare, want}, g.ID: {want}, 999: {}} {
		got, err := b.db.Users(b.ctx, group)
		if got = append([]storage.User{}, got...); err != nil || !reflect.DeepEqual(got, want) {
			b.Errorf("users of group %d are %+v, %v", group, got, err)
		}
	}
	changed := storage.User{ID: made.ID, Email: "sam@other.example", Name: "Sam", Role: "viewer", TOTPStep: 1,
		CreatedBy: made.CreatedBy, CreatedAt: made.CreatedAt}
	b.within(func(tx storage.Tx) { b.ok(tx.SaveUser(b.ctx, changed)) })
	if got, err := b.db.User(b.ctx, made.ID); err != nil || !reflect.DeepEqual(got, changed) {
		b.Errorf("changed it is %+v, %v", got, err)
	}
	b.within(func(tx storage.Tx) {
		locked, err := tx.LockUsers(b.ctx)
		b.ok(err)
		if !reflect.DeepEqual(locked, []storage.User{changed, bare}) {
			b.Errorf("locked are %+v", locked)
		}
	})
}

func usersAreUnique(b *bundle) {
	g := b.group("gone")
	b.ok(b.tx(func(tx storage.Tx) error { return tx.DropGroup(b.ctx, g.ID) }))
	one := b.user(storage.User{Email: "one@example.com", Subject: "s 1"})
	two := b.user(storage.User{Email: "two@example.com"})
	b.user(storage.User{Email: "three@example.com"}) // another one without a subject
	add := func(u storage.User) error {
		return b.tx(func(tx storage.Tx) error {
			_, err := tx.AddUser(b.ctx, u)
			return err
		})
	}
	save := func(u storage.User) error {
		return b.tx(func(tx storage.Tx) error { return tx.SaveUser(b.ctx, u) })
	}
	b.fails(add(storage.User{Email: one.Email}), storage.ErrExists)
	b.fails(add(storage.User{Email: "four@example.com", Subject: "s 1"}), storage.ErrExists)
	b.fails(add(storage.User{Email: "four@example.com", GroupID: g.ID}), storage.ErrNotFound)
	two.Email = one.Email
	b.fails(save(two), storage.ErrExists)
	two.Email, two.Subject = "two@example.com", "s 1"
	b.fails(save(two), storage.ErrExists)
	two.Subject, two.GroupID = "", g.ID
	b.fails(save(two), storage.ErrNotFound)
	b.fails(save(storage.User{ID: 999, Email: "none@example.com"}), storage.ErrNotFound)
	for _, err := range []error{
		justError(b.db.User(b.ctx, 999)), justError(b.db.UserByEmail(b.ctx, "none@example.com")),
		justError(b.db.UserBySubject(b.ctx, "none")), justError(b.db.UserBySubject(b.ctx, "")),
	} {
		b.fails(err, storage.ErrNotFound)
	}
}

func justError[T any](_ T, err error) error { return err }

func usersGo(b *bundle) {
	g := b.group("acme")
	u := b.user(storage.User{Email: "sam@example.com", GroupID: g.ID})
	b.within(func(tx storage.Tx) {
		b.ok(tx.AddUserSession(b.ctx, storage.UserSession{Hash: hashOf("s"), UserID: u.ID}))
		b.ok(tx.AddPasskey(b.ctx, storage.Passkey{ID: []byte("p"), UserID: u.ID}))
		b.ok(tx.AddTicket(b.ctx, storage.Ticket{Hash: hashOf("t"), Purpose: "reset", UserID: u.ID}))
	})
	b.ok(b.tx(func(tx storage.Tx) error { return tx.DropGroup(b.ctx, g.ID) }))
	_, _, sessionErr := b.db.UserSession(b.ctx, hashOf("s"))
	for _, err := range []error{justError(b.db.User(b.ctx, u.ID)), justError(b.db.Ticket(b.ctx, hashOf("t"))), sessionErr} {
		b.fails(err, storage.ErrNotFound)
	}
	if left, err := b.db.Passkeys(b.ctx, 0); err != nil || len(left) > 0 {
		b.Errorf("passkeys %+v, %v", left, err)
	}
	gone := storage.ErrNotFound
	b.fails(b.tx(func(tx storage.Tx) error {
		return tx.AddUserSession(b.ctx, storage.UserSession{Hash: hashOf("s"), UserID: u.ID})
	}), gone)
	b.fails(b.tx(func(tx storage.Tx) error {
		return tx.AddPasskey(b.ctx, storage.Passkey{ID: []byte("p"), UserID: u.ID})
	}), gone)
	b.fails(b.tx(func(tx storage.Tx) error {
		return tx.AddTicket(b.ctx, storage.Ticket{Hash: hashOf("t"), UserID: u.ID})
	}), gone)
	other := b.user(storage.User{Email: "ann@example.com"})
	for range 2 {
		b.within(func(tx storage.Tx) { b.ok(tx.DropUser(b.ctx, other.ID)) })
	}
	b.fails(justError(b.db.User(b.ctx, other.ID)), gone)
}

func sessionsAreKept(b *bundle) {
	u, other := b.user(storage.User{Email: "sam@example.com"}), b.user(storage.User{Email: "ann@example.com"})
	session := func(name string, userID int64, at time.Time) storage.UserSession {
		return storage.UserSession{Hash: hashOf(name), UserID: userID, How: "password", From: "10.0.0.1", Agent: "Ü",
			CreatedAt: at, SeenAt: at, ExpiresAt: at.Add(time.Hour)}
	}
	one, two, three := session("one", u.ID, noon), session("two", u.ID, noon.Add(time.Minute)),
		session("three", other.ID, noon)
	b.within(func(tx storage.Tx) {
		for _, s := range []storage.UserSession{one, two, three} {
			b.ok(tx.AddUserSession(b.ctx, s))
		}
		b.ok(tx.UseUserSession(b.ctx, one.Hash, noon.Add(time.Second)))
		b.ok(tx.UseUserSession(b.ctx, hashOf("none"), noon))
	})
	one.SeenAt = noon.Add(time.Second)
	got, of, err := b.db.UserSession(b.ctx, one.Hash)
	if err != nil || got != one || !reflect.DeepEqual(of, u) {
		b.Errorf("got %+v of %+v, %v", got, of, err)
	}
	b.wantSessions(u.ID, two, one)
	b.within(func(tx storage.Tx) { b.ok(tx.DropUserSessions(b.ctx, u.ID, one.Hash)) })
	b.wantSessions(u.ID, one)
	b.within(func(tx storage.Tx) { b.ok(tx.DropUserSessionsBefore(b.ctx, one.ExpiresAt, one.SeenAt)) })
	b.wantSessions(u.ID, one)
	b.wantSessions(other.ID)
	b.within(func(tx storage.Tx) { b.ok(tx.DropUserSessionsBefore(b.ctx, one.ExpiresAt.Add(time.Second), noon)) })
	b.wantSessions(u.ID)
	for range 2 {
		b.within(func(tx storage.Tx) { b.ok(tx.DropUserSession(b.ctx, one.Hash)) })
	}
	_, _, err = b.db.UserSession(b.ctx, one.Hash)
	b.fails(err, storage.ErrNotFound)
}

func (b *bundle) wantSessions(userID int64, want ...storage.UserSession) {
	b.Helper()
	got, err := b.db.UserSessions(b.ctx, userID)
	if err != nil || !slices.Equal(got, want) {
		b.Errorf("sessions of user %d are %+v, %v, want %+v", userID, got, err, want)
	}
}

func passkeysAreKept(b *bundle) {
	u, other := b.user(storage.User{Email: "sam@example.com"}), b.user(storage.User{Email: "ann@example.com"})
	one := storage.Passkey{ID: []byte{1, 0, 255}, UserID: u.ID, Name: "Laptop", Site: "localhost",
		Credential: []byte(`{"a": 1.0}`), CreatedAt: noon}
	two := storage.Passkey{ID: []byte("two"), UserID: other.ID, Credential: []byte(`{}`), CreatedAt: noon.Add(time.Hour)}
	b.within(func(tx storage.Tx) {
		b.ok(tx.AddPasskey(b.ctx, one))
		b.ok(tx.AddPasskey(b.ctx, two))
	})
	b.fails(b.tx(func(tx storage.Tx) error { return tx.AddPasskey(b.ctx, one) }), storage.ErrExists)
	one.Name, one.Credential, one.UsedAt = "Phone", []byte(`{"a":2}`), noon.Add(time.Minute)
	b.within(func(tx storage.Tx) {
		b.ok(tx.SavePasskey(b.ctx, one))
		b.ok(tx.DropPasskey(b.ctx, u.ID, two.ID)) // of somebody else: it stays
	})
	for id, want := range map[int64][]storage.Passkey{0: {one, two}, u.ID: {one}, other.ID: {two}} {
		if got, err := b.db.Passkeys(b.ctx, id); err != nil || !reflect.DeepEqual(got, want) {
			b.Errorf("passkeys of %d are %+v, %v", id, got, err)
		}
	}
	b.within(func(tx storage.Tx) { b.ok(tx.DropPasskey(b.ctx, u.ID, one.ID)) })
	b.fails(b.tx(func(tx storage.Tx) error { return tx.SavePasskey(b.ctx, one) }), storage.ErrNotFound)
	b.within(func(tx storage.Tx) { b.ok(tx.DropPasskeys(b.ctx, u.ID)) })
	if left, err := b.db.Passkeys(b.ctx, 0); err != nil || !reflect.DeepEqual(left, []storage.Passkey{two}) {
		b.Errorf("left are %+v, %v", left, err)
	}
	b.within(func(tx storage.Tx) { b.ok(tx.DropPasskeys(b.ctx, other.ID)) })
	if left, err := b.db.Passkeys(b.ctx, 0); err != nil || len(left) > 0 {
		b.Errorf("left are %+v, %v", left, err)
	}
}

func ticketsAreGoodOnce(b *bundle) {
	u := b.user(storage.User{Email: "sam@example.com"})
	ticket := storage.Ticket{Hash: hashOf("one"), Purpose: "invite", UserID: u.ID, Data: []byte{0, 1},
		CreatedBy: "ann@example.com", CreatedAt: noon, ExpiresAt: noon.Add(time.Hour)}
	add := func(ts ...storage.Ticket) {
		b.within(func(tx storage.Tx) {
			for _, t := range ts {
				b.ok(tx.AddTicket(b.ctx, t))
			}
		})
	}
	take := func(name, purpose string) (got storage.Ticket, err error) {
		err = b.tx(func(tx storage.Tx) error {
			got, err = tx.TakeTicket(b.ctx, hashOf(name), purpose)
			return err
		})
		return got, err
	}
	add(ticket)
	if got, err := b.db.Ticket(b.ctx, ticket.Hash); err != nil || !reflect.DeepEqual(got, ticket) {
		b.Errorf("got %+v, %v", got, err)
	}
	b.fails(justError(take("one", "reset")), storage.ErrNotFound)
	if got, err := take("one", "invite"); err != nil || !reflect.DeepEqual(got, ticket) {
		b.Errorf("taken is %+v, %v", got, err)
	}
	b.fails(justError(take("one", "invite")), storage.ErrNotFound)
	b.fails(justError(b.db.Ticket(b.ctx, ticket.Hash)), storage.ErrNotFound)
	add(ticket, storage.Ticket{Hash: hashOf("two"), Purpose: "first", ExpiresAt: noon},
		storage.Ticket{Hash: hashOf("three"), Purpose: "first", ExpiresAt: noon.Add(2 * time.Hour)})
	b.within(func(tx storage.Tx) {
		for _, want := range []int{2, 0} {
			if gone, err := tx.DropTickets(b.ctx, 0, "first"); err != nil || len(gone) != want {
				b.Errorf("dropped %+v, %v, want %d", gone, err, want)
			}
		}
		if gone, err := tx.DropTickets(b.ctx, u.ID, "first"); err != nil || len(gone) > 0 {
			b.Errorf("dropped %+v, %v", gone, err)
		}
		b.ok(tx.DropTicketsBefore(b.ctx, ticket.ExpiresAt))
	})
	b.ok(justError(b.db.Ticket(b.ctx, ticket.Hash)))
	b.within(func(tx storage.Tx) { b.ok(tx.DropTicketsBefore(b.ctx, ticket.ExpiresAt.Add(time.Second))) })
	b.fails(justError(b.db.Ticket(b.ctx, ticket.Hash)), storage.ErrNotFound)
}

func attemptsAreCounted(b *bundle) {
	count := func(key string, n int64, at time.Time) {
		b.within(func(tx storage.Tx) {
			a, err := tx.LockAttempts(b.ctx, key)
			b.ok(err)
			if a.Key != key || a.Count != n || n == 0 && !a.At.IsZero() || n > 0 && !a.At.Equal(at.Add(-time.Minute)) {
				b.Errorf("%s: %+v, want %d", key, a, n)
			}
			a.Count, a.At = a.Count+1, at
			b.ok(tx.SaveAttempts(b.ctx, a))
		})
	}
	count("user sam@example.com", 0, noon)
	count("user sam@example.com", 1, noon.Add(time.Minute))
	count("address 10.0.0.1", 0, noon)
	b.within(func(tx storage.Tx) { b.ok(tx.DropAttemptsBefore(b.ctx, noon.Add(time.Second))) })
	count("user sam@example.com", 2, noon.Add(2*time.Minute))
	count("address 10.0.0.1", 0, noon)
}

func ticketsAtATime(b *bundle) {
	const many = 8
	b.within(func(tx storage.Tx) {
		for i := range many {
			b.ok(tx.AddTicket(b.ctx, storage.Ticket{Hash: hashOf(fmt.Sprint(i)), Purpose: "first", ExpiresAt: noon}))
		}
	})
	var mu sync.Mutex
	var all sync.WaitGroup
	told, counted := 0, int64(0)
	for range many {
		all.Go(func() {
			err := b.tx(func(tx storage.Tx) error {
				gone, err := tx.DropTickets(b.ctx, 0, "first")
				if err == nil && len(gone) != many {
					err = storage.ErrNotFound
				}
				return err
			})
			countErr := b.tx(func(tx storage.Tx) error {
				a, err := tx.LockAttempts(b.ctx, "one key")
				if err != nil {
					return err
				}
				a.Count++
				return tx.SaveAttempts(b.ctx, a)
			})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				told++
			} else if !errors.Is(err, storage.ErrNotFound) {
				b.Error(err)
			}
			if countErr != nil {
				b.Error(countErr)
			}
		})
	}
	all.Wait()
	b.within(func(tx storage.Tx) {
		a, err := tx.LockAttempts(b.ctx, "one key")
		b.ok(err)
		counted = a.Count
	})
	if told != 1 || counted != many {
		b.Errorf("%d had a ticket, want 1; %d were counted, want %d", told, counted, many)
	}
}
