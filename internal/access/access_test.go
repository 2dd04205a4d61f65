package access_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
)

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	home = netip.MustParseAddr("192.0.2.7")
)

// bundle is a keeper with a clock that stands, and what it has logged.
type bundle struct {
	*testing.T
	*access.Keeper
	db    storage.Database
	ctx   context.Context //nolint:containedctx // the test's own
	clock *clock
	log   bytes.Buffer
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

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{T: t, db: databasetest.Open(t), ctx: t.Context(), clock: &clock{now: noon}}
	b.Keeper = access.New(b.db, access.Options{Logger: slog.New(slog.NewTextHandler(&b.log, nil)), Now: b.clock.Now,
		Keep: 24 * time.Hour})
	return b
}

func (b *bundle) make(by access.Caller, n access.NewToken) access.Made {
	b.Helper()
	if n.Name == "" {
		n.Name = "test"
	}
	if n.Scopes == nil {
		n.Scopes = access.Integration()
	}
	made, err := b.CreateToken(b.ctx, by, n)
	if err != nil {
		b.Fatal(err)
	}
	return made
}

func (b *bundle) identify(secret string) access.Caller {
	b.Helper()
	c, err := b.Identify(b.ctx, secret, home)
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func wants(t *testing.T, what string, err error, code problem.Code) {
	t.Helper()
	if !problem.Is(err, code) {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func TestATokenIsShownOnceAndKeptAsAHash(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.make(access.Local("sam"), access.NewToken{Name: "ERP"})
	if len(made.Secret) != 55 || !strings.HasPrefix(made.Secret, "wbt_"+made.Prefix) {
		t.Fatalf("the token is %d characters long", len(made.Secret))
	}
	caller := b.identify(made.Secret)
	if caller.Actor != made.Prefix || caller.Name != "ERP" || caller.GroupID != 0 {
		t.Errorf("identified %+v", caller)
	}
	// Nowhere in the database, in what was logged, in JSON.
	rows, err := b.db.Query(b.ctx, `SELECT * FROM tokens`, 0)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := json.Marshal(made.Token)
	if err != nil {
		t.Fatal(err)
	}
	secret := made.Secret[len("wbt_")+len(made.Prefix):]
	for where, text := range map[string]string{"table": fmt.Sprint(rows.Values), "json": string(kept),
		"log": b.log.String(), "printed": fmt.Sprintf("%+v", made.Token)} {
		if strings.Contains(text, secret) {
			t.Errorf("the secret stands in the %s", where)
		}
	}
}

func TestWhatIsNoTokenIsRefusedByName(t *testing.T) {
	t.Parallel()
	b := setup(t)
	good := b.make(access.Local(""), access.NewToken{ExpiresAt: noon.Add(time.Hour),
		Networks: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	other := b.make(access.Local(""), access.NewToken{})
	for what, c := range map[string]struct {
		secret string
		code   problem.Code
	}{
		"nothing":             {"", problem.TokenMissing},
		"another word":        {"hello", problem.TokenInvalid},
		"cut":                 {good.Secret[:54], problem.TokenInvalid},
		"longer":              {good.Secret + "x", problem.TokenInvalid},
		"another's secret":    {good.Secret[:12] + other.Secret[12:], problem.TokenInvalid},
		"the prefix unknown":  {"wbt_00000000" + good.Secret[12:], problem.TokenInvalid},
		"characters of SQL":   {"wbt_' OR 1=1" + good.Secret[12:], problem.TokenInvalid},
		"the hash of a token": {fmt.Sprintf("%x", good.Hash), problem.TokenInvalid},
	} {
		caller, err := b.Identify(b.ctx, c.secret, home)
		wants(t, what, err, c.code)
		if caller.Actor != "" {
			t.Errorf("%s: taken for %+v", what, caller)
		}
		if len(c.secret) > 12 && strings.Contains(fmt.Sprintf("%+v %v", problem.From(err), err), c.secret[12:]) {
			t.Errorf("%s: the error holds what was sent", what)
		}
	}
	_, err := b.Identify(b.ctx, good.Secret, netip.MustParseAddr("198.51.100.1"))
	wants(t, "another network", err, problem.AddressRefused)
	if _, err := b.Identify(b.ctx, good.Secret, netip.MustParseAddr("::ffff:192.0.2.9")); err != nil {
		t.Errorf("an IPv4 address written as IPv6: %v", err)
	}
	caller := b.identify(good.Secret)
	b.clock.pass(time.Hour)
	_, err = b.Identify(b.ctx, good.Secret, home)
	wants(t, "after its end", err, problem.TokenExpired)
	wants(t, "going on after its end", b.Still(b.ctx, caller, home), problem.TokenExpired)
	if _, err := b.RevokeToken(b.ctx, access.Local(""), other.Secret); err != nil {
		t.Fatal(err)
	}
	_, err = b.Identify(b.ctx, other.Secret, home)
	wants(t, "revoked", err, problem.TokenExpired)
}

func TestTheLastUseIsWrittenOnceAMinute(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.make(access.Local(""), access.NewToken{})
	used := func() time.Time {
		kept, err := b.db.TokenByPrefix(b.ctx, made.Prefix)
		if err != nil {
			t.Fatal(err)
		}
		return kept.UsedAt
	}
	for _, step := range []struct{ pass, want time.Duration }{
		{0, 0}, {59 * time.Second, 0}, {time.Second, time.Minute},
	} {
		b.clock.pass(step.pass)
		b.identify(made.Secret)
		if at := used(); !at.Equal(noon.Add(step.want)) {
			t.Errorf("after %v more: used at %v", step.pass, at)
		}
	}
}

func TestATokenGivesAwayNoMoreThanItHas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.CreateGroup(b.ctx, "acme"); err != nil {
		t.Fatal(err)
	}
	if _, err := b.CreateGroup(b.ctx, "other"); err != nil {
		t.Fatal(err)
	}
	maker := b.identify(b.make(access.Local(""), access.NewToken{Group: "acme",
		Scopes:    []access.Scope{access.TokensWrite, access.RecordsRead},
		Networks:  []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		ExpiresAt: noon.Add(time.Hour)}).Secret)
	child := b.make(maker, access.NewToken{Scopes: []access.Scope{access.RecordsRead}})
	if child.GroupID != maker.GroupID || !child.ExpiresAt.Equal(noon.Add(time.Hour)) || len(child.Networks) != 1 ||
		child.CreatedBy != maker.Actor {
		t.Errorf("what was left open became %+v", child.Token)
	}
	read := []access.Scope{access.RecordsRead}
	for what, c := range map[string]struct {
		n    access.NewToken
		code problem.Code
	}{
		"another scope": {access.NewToken{Scopes: []access.Scope{access.WritesWrite}}, problem.ScopeMissing},
		"everything":    {access.NewToken{Scopes: []access.Scope{access.Admin}}, problem.ScopeMissing},
		"beyond groups": {access.NewToken{Scopes: []access.Scope{access.GroupsWrite}}, problem.InputInvalid},
		"another group": {access.NewToken{Scopes: read, Group: "other"}, problem.GroupNotFound},
		"a longer life": {access.NewToken{Scopes: read, ExpiresAt: noon.Add(2 * time.Hour)}, problem.InputInvalid},
		"a wider network": {access.NewToken{Scopes: read,
			Networks: []netip.Prefix{netip.MustParsePrefix("192.0.0.0/16")}}, problem.InputInvalid},
		"an unknown scope": {access.NewToken{Scopes: []access.Scope{"everything"}}, problem.InputInvalid},
		"no scope":         {access.NewToken{Scopes: []access.Scope{}}, problem.InputInvalid},
		"an end that lies behind": {access.NewToken{Scopes: read, ExpiresAt: noon.Add(-time.Hour)},
			problem.InputInvalid},
	} {
		c.n.Name = "child"
		_, err := b.CreateToken(b.ctx, maker, c.n)
		wants(t, what, err, c.code)
	}
	narrower := netip.MustParsePrefix("192.0.2.128/25")
	b.make(maker, access.NewToken{Scopes: read, Networks: []netip.Prefix{narrower}})
}

func TestScopesDecideWhatIsAllowed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, err := b.CreateGroup(b.ctx, "acme"); err != nil {
		t.Fatal(err)
	}
	reader := b.identify(b.make(access.Local(""), access.NewToken{Scopes: []access.Scope{access.RecordsRead}}).Secret)
	root := b.identify(b.make(access.Local(""), access.NewToken{Scopes: []access.Scope{access.Admin}}).Secret)
	chief := b.identify(b.make(access.Local(""),
		access.NewToken{Scopes: []access.Scope{access.Admin}, Group: "acme"}).Secret)
	for _, s := range access.Scopes() {
		if err := access.Allowed(access.Local(""), s.Scope); err != nil {
			t.Errorf("the command line: %v", err)
		}
		if err := access.Allowed(root, s.Scope); err != nil {
			t.Errorf("admin: %v", err)
		}
		if err := access.Allowed(chief, s.Scope); (err != nil) != s.Installation {
			t.Errorf("admin of a group, %s: %v", s.Scope, err)
		}
		if err := access.Allowed(reader, s.Scope); (err == nil) != (s.Scope == access.RecordsRead) {
			t.Errorf("records:read, %s: %v", s.Scope, err)
		}
	}
	mine, others := storage.Store{GroupID: chief.GroupID}, storage.Store{}
	if !chief.Sees(mine) || chief.Sees(others) || !root.Sees(mine) || !root.Sees(others) {
		t.Error("a group is not what its token sees")
	}
}

func TestAGroupKnowsItselfOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, name := range []string{"acme", "other"} {
		if _, err := b.CreateGroup(b.ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	_, err := b.CreateGroup(b.ctx, "acme")
	wants(t, "the same name", err, problem.GroupExists)
	_, err = b.CreateGroup(b.ctx, "no group/../")
	wants(t, "a name that is none", err, problem.InputInvalid)
	all := []access.Scope{access.Admin}
	mine := b.make(access.Local(""), access.NewToken{Group: "acme", Scopes: all})
	theirs := b.make(access.Local(""), access.NewToken{Group: "other", Scopes: all})
	chief := b.identify(mine.Secret)
	if groups, err := b.Groups(b.ctx, chief); err != nil || len(groups) != 1 || groups[0].Name != "acme" {
		t.Errorf("groups %+v, %v", groups, err)
	}
	if tokens, err := b.Tokens(b.ctx, chief); err != nil || len(tokens) != 1 || tokens[0].Prefix != mine.Prefix {
		t.Errorf("tokens %+v, %v", tokens, err)
	}
	_, err = b.RevokeToken(b.ctx, chief, theirs.Prefix)
	wants(t, "another group's token", err, problem.TokenNotFound)
	b.identify(theirs.Secret)

	st := b.store("shop")
	if st, err = b.MoveStore(b.ctx, st.ID, "acme"); err != nil || !chief.Sees(st) {
		t.Fatalf("%+v, %v", st, err)
	}
	_, err = b.RemoveGroup(b.ctx, "acme")
	wants(t, "removing a group with a store", err, problem.GroupInUse)
	if p := problem.From(err); !strings.HasSuffix(p.Hint, "waybill groups take-store shop") {
		t.Errorf("the store that is in the way is not named: %q", p.Hint)
	}
	if _, err := b.MoveStore(b.ctx, st.ID, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := b.RemoveGroup(b.ctx, "acme"); err != nil {
		t.Fatal(err)
	}
	_, err = b.Identify(b.ctx, mine.Secret, home)
	wants(t, "a token of a group that is gone", err, problem.TokenInvalid)
	wants(t, "going on then", b.Still(b.ctx, chief, home), problem.TokenInvalid)
}

func (b *bundle) store(name string) (made storage.Store) {
	b.Helper()
	err := b.db.Within(b.ctx, func(tx storage.Tx) (err error) {
		made, err = tx.CreateStore(b.ctx, storage.Store{Name: name, HomeURL: "https://" + name + ".example"})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return made
}

func TestRefusalsCannotFillTheLog(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 50 {
		b.NoteRefusal(b.ctx, storage.AuditEntry{Action: "list-stores", From: "192.0.2.7", Code: "token_invalid",
			Status: 401})
	}
	b.NoteRefusal(b.ctx, storage.AuditEntry{Action: "list-stores", From: "192.0.2.8", Code: "token_invalid",
		Status: 401})
	b.clock.pass(time.Minute)
	b.NoteRefusal(b.ctx, storage.AuditEntry{Action: "list-stores", From: "192.0.2.7", Code: "token_invalid",
		Status: 401})
	entries, err := b.Audit(b.ctx, access.Local(""), storage.AuditQuery{})
	if err != nil || len(entries) != 3 || entries[0].Left != 49 || entries[2].Left != 0 {
		t.Errorf("the log is %+v, %v", entries, err)
	}
}

func TestTheLogShowsAGroupItsOwnAndForgetsWhatIsOld(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if err := b.Did(b.ctx, access.Local("sam"), "create-group", "acme"); err != nil {
		t.Fatal(err)
	}
	chief := access.Caller{Actor: "abcdefgh", GroupID: 7}
	if err := b.Did(b.ctx, chief, "pause-store", "shop"); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[*access.Caller]int{{}: 2, &chief: 1, {GroupID: 8}: 0} {
		if entries, err := b.Audit(b.ctx, *who, storage.AuditQuery{}); err != nil || len(entries) != want {
			t.Errorf("%+v sees %+v, %v", who, entries, err)
		}
	}
	b.clock.pass(25 * time.Hour)
	if err := b.Did(b.ctx, chief, "resume-store", "shop"); err != nil {
		t.Fatal(err)
	}
	entries, err := b.Audit(b.ctx, access.Local(""), storage.AuditQuery{})
	if err != nil || len(entries) != 1 || entries[0].Action != "resume-store" {
		t.Errorf("after a day more than entries are kept: %+v, %v", entries, err)
	}
}
