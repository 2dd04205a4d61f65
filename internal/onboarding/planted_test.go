package onboarding_test

import (
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

var (
	madeUp       = "ck_" + strings.Repeat("0123456789abcdef", 3)[:40]
	madeUpSecret = "cs_" + strings.Repeat("fedcba9876543210", 3)[:40]
)

// TestNoKeyIsTakenFromSomebodyElse: callbacks that were planted, replayed, for another shop, after their time.
func TestNoKeyIsTakenFromSomebodyElse(t *testing.T) {
	t.Parallel()
	t.Run("an address that somebody guesses", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.begin(onboarding.Wanted{})
		for _, state := range []string{"", c.ID, strings.Repeat("A", 52), b.state(c)[:51] + "=", b.state(c) + "A"} {
			if status := b.plant(c, state, b.shop.Key, b.shop.Secret); status != 404 {
				t.Errorf("%q: %d", state, status)
			}
		}
		b.still(c)
	})
	t.Run("what is no key, or meant for another connection", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.begin(onboarding.Wanted{})
		for _, body := range []string{"", "{}", "[]", `{"user_id":"` + c.ID + `"}`,
			`{"key_id":1,"user_id":"other","consumer_key":"` + madeUp + `","consumer_secret":"` + madeUpSecret + `"}`,
			`{"key_id":1,"user_id":"` + c.ID + `","consumer_key":"` + madeUpSecret + `","consumer_secret":"` + madeUp + `"}`,
			`{"key_id":1,"user_id":"` + c.ID + `","consumer_key":"ck_` + "\n" + `","consumer_secret":"` + madeUpSecret + `"}`,
		} {
			if _, err := b.keeper.Take(t.Context(), b.state(c), []byte(body)); onboarding.StatusOf(err) != 400 {
				t.Errorf("%s: %v", body, err)
			}
		}
		b.still(c)
		// None of that has used the address up.
		b.approve(c, "adm")
		b.until(c, storage.ConnectionConnected)
	})
	t.Run("a key that somebody made up", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.begin(onboarding.Wanted{})
		if status := b.plant(c, b.state(c), madeUp, madeUpSecret); status != 200 {
			t.Fatalf("it was answered %d", status)
		}
		b.none(c, onboarding.KeyDoesNotWork)
	})
	t.Run("a key of another shop", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		// Its owner has seen the link, and follows it on his own shop.
		other := sandbox.Start(t, sandbox.WithSeed(2), sandbox.WithReceivers("example.com"),
			sandbox.WithTransport(b.way(b.server.Certificate())))
		c := b.begin(onboarding.Wanted{})
		link := strings.Replace(b.keeper.Link(c), b.shop.URL, other.URL, 1)
		if _, err := other.Approve(t.Context(), link, "adm", true); err != nil || <-b.statuses != 200 {
			t.Fatalf("the other shop handed no key over: %v", err)
		}
		b.none(c, onboarding.KeyDoesNotWork)
		for _, r := range other.Requests() {
			if strings.HasPrefix(r.Path, "/wp-json") {
				t.Errorf("the other shop was asked: %s %s", r.Method, r.Path)
			}
		}
	})
	t.Run("a shop on which any key seems to work", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.begin(onboarding.Wanted{Sure: true})
		state := b.state(c)
		_, err := b.shop.AddFault(sandbox.Fault{Match: sandbox.Match{Path: "/wc/v3/(orders|products|customers)$"},
			Answer: &sandbox.Answer{Status: 200, Body: "[]", Header: map[string]string{
				"Content-Type": "application/json; charset=UTF-8", "X-WP-Total": "0", "X-WP-TotalPages": "0"}}})
		b.ok(err)
		if status := b.plant(c, state, madeUp, madeUpSecret); status != 200 {
			t.Fatalf("it was answered %d", status)
		}
		now := b.until(c, storage.ConnectionFailed)
		if now.Reason != onboarding.KeyProvesNone || len(b.stores()) > 0 {
			t.Errorf("it is %s, and there are %d stores", now.Reason, len(b.stores()))
		}
	})
	t.Run("a second time", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		b.keeper.Stop()
		c := b.begin(onboarding.Wanted{})
		state := b.state(c)
		b.approve(c, "adm")
		for _, key := range []string{b.shop.Key, madeUp} {
			if status := b.plant(c, state, key, b.shop.Secret); status != 410 {
				t.Errorf("while the first is tried: %d", status)
			}
		}
		b.keeper.Start()
		done := b.until(c, storage.ConnectionConnected)
		if status := b.plant(c, state, b.shop.Key, b.shop.Secret); status != 410 {
			t.Errorf("when it is over: %d", status)
		}
		got, err := b.ask.Access(t.Context(), b.stores()[0].Name)
		b.ok(err)
		if got.Credentials.Key == b.shop.Key || got.Store.ID != done.StoreID {
			t.Error("the planted key took the place of the first")
		}
	})
	t.Run("after its time", func(t *testing.T) {
		t.Parallel()
		b := setup(t)
		c := b.begin(onboarding.Wanted{})
		state := b.state(c)
		b.ahead.Store(int64(onboarding.StandardTime))
		if status := b.plant(c, state, b.shop.Key, b.shop.Secret); status != 410 {
			t.Errorf("it was answered %d", status)
		}
		b.none(c, onboarding.Expired)
	})
}

// still fails unless a connection waits as before.
func (b *bundle) still(c storage.Connection) {
	b.Helper()
	now, err := b.keeper.Connection(b.Context(), 0, c.ID)
	b.ok(err)
	if now.State != storage.ConnectionWaiting || len(b.stores()) > 0 {
		b.Errorf("it is %s, and there are %d stores", now.State, len(b.stores()))
	}
}

// none fails unless a connection ends without a store and for a reason.
func (b *bundle) none(c storage.Connection, reason string) {
	b.Helper()
	now := b.until(c, storage.ConnectionFailed)
	if now.Reason != reason || len(now.Sealed) > 0 || len(b.stores()) > 0 {
		b.Errorf("it is %s (%s), %d bytes are sealed, and there are %d stores", now.Reason, now.Why, len(now.Sealed),
			len(b.stores()))
	}
}
