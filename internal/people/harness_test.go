package people_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/people"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	home = people.Browser{From: netip.MustParseAddr("192.0.2.7"), Agent: "Firefox"}
	root = access.Local("sam")
)

const (
	email    = "sam@example.com"
	password = "four words are enough"
)

// bundle is a keeper with a clock that stands, and what it has logged.
type bundle struct {
	*testing.T
	*people.Keeper
	db    storage.Database
	keys  *shop.Keys
	audit *access.Keeper
	ctx   context.Context //nolint:containedctx // the test's own
	clock *clock
	log   *safeBuffer
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type safeBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func setup(t *testing.T, adjust ...func(*people.Options)) *bundle {
	t.Helper()
	b := &bundle{T: t, db: databasetest.Open(t), ctx: t.Context(), clock: &clock{now: noon}, log: &safeBuffer{}}
	keys, err := shop.OpenKeys(t.TempDir(), func(string) string { return "" }, "")
	b.ok(err)
	b.keys = keys
	b.Keeper = b.another(adjust...)
	return b
}

// another is the keeper of another process on the same database.
func (b *bundle) another(adjust ...func(*people.Options)) *people.Keeper {
	logger := slog.New(slog.NewTextHandler(b.log, nil))
	b.audit = access.New(b.db, access.Options{Logger: logger, Now: b.clock.Now})
	opts := people.Options{Logger: logger, Now: b.clock.Now, Second: people.SecondNobody}
	for _, a := range adjust {
		a(&opts)
	}
	return people.New(people.Parts{Database: b.db, Keys: b.keys, Access: b.audit}, opts)
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) fails(err error, want problem.Code) {
	b.Helper()
	if !problem.Is(err, want) {
		b.Fatalf("got %v, want a problem of code %s", err, want)
	}
}

// user makes a user with a password.
func (b *bundle) user(email string, role access.Role) storage.User {
	b.Helper()
	_, link, err := b.Invite(b.ctx, root, people.Invited{Email: email, Role: role})
	b.ok(err)
	_, err = b.Accept(b.ctx, link, people.Accepted{Name: "Sam", Password: password}, home)
	b.ok(err)
	u, err := b.User(b.ctx, root, email)
	b.ok(err)
	return u
}

// signIn signs a user in and gives what the browser bears.
func (b *bundle) signIn(email string) string {
	b.Helper()
	step, err := b.SignIn(b.ctx, people.Attempt{Email: email, Password: password, In: home})
	b.ok(err)
	if step.Session == "" {
		b.Fatalf("%s is asked for more: %+v", email, step)
	}
	return step.Session
}

// session is the session of a browser, which there must be.
func (b *bundle) session(bears string) people.Session {
	b.Helper()
	s, there, err := b.Session(b.ctx, bears)
	b.ok(err)
	if !there {
		b.Fatal("nobody is signed in")
	}
	return s
}

func (b *bundle) signedOut(bears string) {
	b.Helper()
	if s, there, err := b.Session(b.ctx, bears); err != nil || there {
		b.Fatalf("still signed in: %+v, %v", s, err)
	}
}

// seedIn is what the codes of a set-up are made of, read from the address that apps read.
func seedIn(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Query().Get("secret") == "" {
		t.Fatalf("%q: %v", address, err)
	}
	return u.Query().Get("secret")
}

// holdsNowhere fails where a text that must not be kept is in a table, or was logged.
func (b *bundle) holdsNowhere(secrets ...string) {
	b.Helper()
	var all strings.Builder
	for _, table := range []string{"users", "user_sessions", "user_passkeys", "user_tickets", "sign_in_attempts",
		"audit"} {
		rows, err := b.db.Query(b.ctx, "SELECT * FROM "+table, 0)
		b.ok(err)
		for _, row := range rows.Values {
			for _, value := range row {
				if bytes, is := value.([]byte); is {
					value = string(bytes)
				}
				fmt.Fprintln(&all, value)
			}
		}
	}
	kept := all.String() + b.log.String()
	for _, s := range secrets {
		if s == "" || strings.Contains(kept, s) {
			b.Errorf("%q is kept, or is empty", s)
		}
	}
}
