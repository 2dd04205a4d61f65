package onboarding_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

// TestNobodyIsSentWhereAShopCannotCallUs: what is wrong with our public address is found before anybody is sent to a
// shop's page, and a key made by hand is offered.
func TestNobodyIsSentWhereAShopCannotCallUs(t *testing.T) {
	t.Parallel()
	b := setup(t)
	private := func(address string) func(context.Context, string) ([]netip.Addr, error) {
		return func(context.Context, string) ([]netip.Addr, error) {
			return []netip.Addr{netip.MustParseAddr(address)}, nil
		}
	}
	unknown := func(context.Context, string) ([]netip.Addr, error) { return nil, errors.New("no such host") }
	for _, c := range []struct {
		reason, public string
		lookup         func(context.Context, string) ([]netip.Addr, error)
	}{
		{onboarding.PublicMissing, "", nil},
		{onboarding.PublicNotHTTPS, "http://example.com", nil},
		{onboarding.PublicPort, "https://example.com:8443", nil},
		{onboarding.PublicUnknown, public, unknown},
		{onboarding.PublicUnknown, "https://[2001:db8::1]", nil},
		{onboarding.PublicPrivate, public, private("10.1.2.3")},
		{onboarding.PublicPrivate, public, private("::ffff:192.168.1.1")},
		{onboarding.PublicPrivate, public, private("100.64.0.1")},
		{onboarding.PublicPrivate, public, private("2001:db8::1")},
	} {
		opts := b.opts
		opts.PublicURL = c.public
		if c.lookup != nil {
			opts.Lookup = c.lookup
		}
		b.keeper = onboarding.New(b.parts, opts)
		if p := b.refused(onboarding.Wanted{}); p.Details["reason"] != c.reason {
			t.Errorf("%s: %s: %s", c.public, p.Details["reason"], p.Message)
		}
	}
	for _, sure := range []string{"", "http://example.com"} {
		opts := b.opts
		opts.PublicURL = sure
		b.keeper = onboarding.New(b.parts, opts)
		if p := b.refused(onboarding.Wanted{Sure: true}); p.Details["sure"] != "does not help" {
			t.Errorf("who is sure of %q is told %v", sure, p.Details)
		}
	}
}

// TestNobodyIsSentWhereOurAddressLeadsElsewhere asks what is behind the public address.
func TestNobodyIsSentWhereOurAddressLeadsElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answer := func(f http.HandlerFunc) { b.answer.Store(&f) }
	answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	if p := b.refused(onboarding.Wanted{}); p.Details["reason"] != onboarding.PublicElsewhere {
		t.Errorf("another server: %v", p)
	}
	answer(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://www.example.com"+r.URL.Path, http.StatusMovedPermanently)
	})
	if p := b.refused(onboarding.Wanted{}); p.Details["reason"] != onboarding.PublicRedirects {
		t.Errorf("a redirect: %v", p)
	}
	b.answer.Store(nil)
	opts := b.opts
	opts.Transport = b.way(b.shop.CertificateAuthority)
	b.keeper = onboarding.New(b.parts, opts)
	if p := b.refused(onboarding.Wanted{}); p.Details["reason"] != onboarding.PublicCertificate {
		t.Errorf("a certificate that nobody trusts: %v", p)
	}
	b.server.Close()
	b.keeper = onboarding.New(b.parts, b.opts)
	if p := b.refused(onboarding.Wanted{}); p.Details["reason"] != onboarding.PublicSilent {
		t.Errorf("nobody there: %v", p)
	}
}

// TestNobodyIsSentToAPageThatIsNotThere: the shop, its approval page and its login are looked at first.
func TestNobodyIsSentToAPageThatIsNotThere(t *testing.T) {
	t.Parallel()
	page := func(path string, status int, header map[string]string, body string) func(*sandbox.Server) {
		return func(s *sandbox.Server) {
			_, err := s.AddFault(sandbox.Fault{Match: sandbox.Match{Path: path},
				Answer: &sandbox.Answer{Status: status, Header: header, Body: body}})
			if err != nil {
				panic(err)
			}
		}
	}
	broken := func(id string) func(*sandbox.Server) {
		return func(s *sandbox.Server) {
			if err := s.Break(id); err != nil {
				panic(err)
			}
		}
	}
	for reason, how := range map[string]func(*sandbox.Server){
		onboarding.PageMissing: func(s *sandbox.Server) {
			page("^/wc-auth/", 404, nil, "<title>Not found</title>")(s)
			_, _ = s.AddFault(sandbox.Fault{Match: sandbox.Match{Query: "wc-auth-route"},
				Answer: &sandbox.Answer{Status: 404}})
		},
		onboarding.PageHidden:  page("^/wc-auth/v1/login", 200, nil, "<title>Hello world</title>"),
		onboarding.PageBlocked: page("^/wc-auth/", 403, nil, "<title>Attention Required!</title>"),
		onboarding.PageLoops: page("^/wc-auth/", 302,
			map[string]string{"Location": "https://{host}/wc-auth/v1/login/"}, ""),
		onboarding.PageRefuses: page("^/wc-auth/", 401, nil,
			"<title>Access denied</title><p>Error: Keys are switched off.</p>"),
		"not-wordpress": broken("not-wordpress"), "redirect-www": broken("redirect-www"),
		"maintenance-core": broken("maintenance-core"),
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			how(b.shop)
			if p := b.refused(onboarding.Wanted{}); p.Details["reason"] != reason {
				t.Errorf("it is %s: %s", p.Details["reason"], p.Message)
			}
		})
	}
}

// TestPlainPermalinksAreNamed: the approval page leads nowhere with them, whatever the doctor says of the rest.
func TestPlainPermalinksAreNamed(t *testing.T) {
	t.Parallel()
	b := setup(t, sandbox.WithPermalinks(sandbox.PermalinksPlain))
	p := b.refused(onboarding.Wanted{})
	if r := p.Details["reason"]; r != onboarding.PagePermalinks && r != "permalinks-plain" {
		t.Errorf("it is %s: %s", r, p.Message)
	}
	if !strings.Contains(p.Hint, "Permalinks") {
		t.Errorf("what helps is %s", p.Hint)
	}
}

// TestKeysThatDoNotComeOrDoNotWorkAreExplained: every way in which handing a key over fails on a shop.
func TestKeysThatDoNotComeOrDoNotWorkAreExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault  sandbox.KeyFault
		state  storage.ConnectionState
		reason string
		// back says that the owner is sent back to us.
		back bool
	}{
		{sandbox.KeyUnsent, storage.ConnectionFailed, onboarding.Expired, false},
		{sandbox.KeyAnswerLost, storage.ConnectionFailed, onboarding.KeyDoesNotWork, false},
		{sandbox.KeyNotKept, storage.ConnectionFailed, onboarding.KeyNotKept, false},
		{sandbox.KeyAnsweredElsewhere, storage.ConnectionWaiting, onboarding.KeyElsewhere, true},
		{sandbox.KeyTwice, storage.ConnectionConnected, "", true},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.shop.SetKeyFault(c.fault)
			// The key is tried when the shop is through with it: before that it works still.
			b.keeper.Stop()
			begun := b.begin(onboarding.Wanted{})
			v := b.approve(begun, "adm")
			if (v.Back != "") != c.back {
				t.Errorf("the owner sees %d and comes back to %q", v.Status, v.Back)
			}
			if c.back {
				_, err := b.keeper.Returned(t.Context(), begun.ID, true)
				b.ok(err)
			}
			b.keeper.Start()
			if c.reason == onboarding.Expired {
				b.ahead.Store(int64(2 * onboarding.StandardTime))
			}
			now := b.until(begun, c.state)
			if now.Reason != c.reason || c.reason != "" && (now.Why == "" || now.Next == "") {
				t.Errorf("it is %q: %s -> %s", now.Reason, now.Why, now.Next)
			}
			if c.state == storage.ConnectionFailed && len(b.stores()) > 0 {
				t.Error("it was connected")
			}
		})
	}
}

func TestAnOwnerWhoSaysNoIsUnderstood(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.begin(onboarding.Wanted{})
	v, err := b.shop.Approve(t.Context(), b.keeper.Link(c), "sm", false)
	b.ok(err)
	if !strings.HasPrefix(v.Back, public+onboarding.Prefix+c.ID+"?success=0") {
		t.Fatalf("no leads to %s", v.Back)
	}
	said, err := b.keeper.Returned(t.Context(), c.ID, false)
	b.ok(err)
	if said.State != storage.ConnectionWaiting || said.Reason != onboarding.Declined {
		t.Errorf("it is %s, %s", said.State, said.Reason)
	}
	// He thinks again, and the link is good still.
	b.approve(c, "sm")
	if done := b.until(c, storage.ConnectionConnected); done.Reason != "" {
		t.Errorf("it ends as %s", done.Reason)
	}
}

func TestWhoMayNotApproveGivesNoKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.begin(onboarding.Wanted{})
	if v, err := b.shop.Approve(t.Context(), b.keeper.Link(c), "cust", true); err == nil || v.Status != 401 {
		t.Errorf("a customer sees %d, %v", v.Status, err)
	}
	b.ahead.Store(int64(onboarding.StandardTime + time.Second))
	if over := b.until(c, storage.ConnectionFailed); over.Reason != onboarding.Expired ||
		!strings.Contains(over.Next, "Shop manager") {
		t.Errorf("it ends as %s: %s", over.Reason, over.Next)
	}
}

// TestAShopThatDoesNotAnswerIsTriedAgain: a key that came is not thrown away because the shop is slow for a moment.
func TestAShopThatDoesNotAnswerIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.keeper.Stop()
	c := b.begin(onboarding.Wanted{})
	b.approve(c, "adm")
	_, err := b.shop.AddFault(sandbox.Fault{Name: "silent", Drop: sandbox.BeforeCommit})
	b.ok(err)
	b.keeper.Start()
	for now := c; now.Reason != onboarding.ShopSilent; {
		now, err = b.keeper.Connection(t.Context(), 0, c.ID)
		b.ok(err)
		if now.State != storage.ConnectionWaiting && now.State != storage.ConnectionArrived {
			t.Fatalf("it is %s: %s", now.State, now.Why)
		}
		<-time.After(5 * time.Millisecond)
	}
	b.keeper.Stop()
	b.shop.RemoveFault("silent")
	b.ahead.Store(int64(time.Minute))
	b.keeper.Start()
	b.until(c, storage.ConnectionConnected)
}
