package onboarding_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
)

func TestAnApprovedShopIsConnected(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.begin(onboarding.Wanted{Name: "acme"})
	v := b.approve(c, "sm")
	if v.Back != public+onboarding.Prefix+c.ID+"?success=1&user_id="+c.ID {
		t.Errorf("the owner comes back to %s", v.Back)
	}
	if status := <-b.statuses; status != 200 {
		t.Errorf("the key was answered %d", status)
	}
	done := b.until(c, storage.ConnectionConnected)
	all := b.stores()
	if len(all) != 1 || all[0].Name != "acme" || all[0].ID != done.StoreID {
		t.Fatalf("there are %+v for %+v", all, done)
	}
	if len(done.Sealed) > 0 || b.keeper.Link(done) != "" {
		t.Error("what was secret is kept")
	}
	if len(done.Notes) == 0 || !strings.Contains(done.Notes[len(done.Notes)-1], "waybill role --for orders:read") {
		t.Errorf("no lesser role is offered: %q", done.Notes)
	}
	got, err := b.ask.Access(t.Context(), "acme")
	b.ok(err)
	if got.Credentials.Key == b.shop.Key || !strings.HasPrefix(got.Credentials.Key, "ck_") {
		t.Errorf("it has the key %.6s", got.Credentials.Key)
	}
	if turns, err := b.db.Turns(t.Context(), done.StoreID); err != nil || len(turns) == 0 {
		t.Errorf("the sync does not begin: %v, %v", turns, err)
	}
	_, err = b.keeper.Begin(t.Context(), onboarding.Wanted{URL: b.shop.URL})
	if !problem.Is(err, problem.StoreExists) {
		t.Errorf("connected again: %v", err)
	}
}

// TestAKeyThatCameIsTriedByWhoeverRuns: the process that took the key dies before it has tried it, or before it has
// written down what came of it.
func TestAKeyThatCameIsTriedByWhoeverRuns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.keeper.Stop()
	c := b.begin(onboarding.Wanted{})
	b.approve(c, "adm")
	b.until(c, storage.ConnectionArrived)
	b.open()
	done := b.until(c, storage.ConnectionConnected)
	b.ok(b.db.Within(t.Context(), func(tx storage.Tx) error {
		again, err := tx.LockConnection(t.Context(), c.ID)
		if err != nil {
			return err
		}
		before, err := b.db.Connection(t.Context(), c.ID)
		if err != nil {
			return err
		}
		again.State, again.StoreID, again.DoneAt = storage.ConnectionArrived, 0, time.Time{}
		again.Sealed = before.Sealed
		return tx.SaveConnection(t.Context(), again)
	}))
	if done.StoreID == 0 {
		t.Error("no store")
	}
}

func TestOfTheKeyOnlyReadingIsAskedWhereReadingIsWanted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for want, scopes := range map[string][]capability.Scope{
		"read": {capability.OrdersRead, capability.SettingsScope}, "read_write": {capability.OrdersRead,
			capability.WebhooksScope},
	} {
		link, err := url.Parse(b.keeper.Link(b.begin(onboarding.Wanted{Scopes: scopes})))
		b.ok(err)
		if got := link.Query().Get("scope"); got != want {
			t.Errorf("for %v it asks for %q", scopes, got)
		}
	}
}

func TestWhatTheShopWouldMangleIsNoReturnAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, address := range []string{"https://app.example/back?a=1", "https://app.example/b%20c", "app.example",
		"https://u:p@app.example/", "https://app.example/#x", "javascript:alert(1)"} {
		_, err := b.keeper.Begin(t.Context(), onboarding.Wanted{URL: b.shop.URL, ReturnURL: address})
		if !problem.Is(err, problem.InputInvalid) {
			t.Errorf("%s: %v", address, err)
		}
	}
	c := b.begin(onboarding.Wanted{ReturnURL: "https://app.example/back"})
	if v := b.approve(c, "sm"); !strings.HasPrefix(v.Back, "https://app.example/back?success=1") {
		t.Errorf("the owner comes back to %s", v.Back)
	}
}

func TestAConnectionThatIsGivenUpTakesNoKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.begin(onboarding.Wanted{})
	link := b.keeper.Link(c)
	if _, err := b.keeper.Connection(t.Context(), 7, c.ID); !problem.Is(err, problem.ConnectionNotFound) {
		t.Errorf("another group sees it: %v", err)
	}
	if err := b.keeper.Cancel(t.Context(), 7, c.ID); !problem.Is(err, problem.ConnectionNotFound) {
		t.Errorf("another group cancels it: %v", err)
	}
	b.ok(b.keeper.Cancel(t.Context(), 0, c.ID))
	v, err := b.shop.Approve(t.Context(), link, "sm", true)
	b.ok(err)
	if v.Status != 401 || v.Back != "" {
		t.Errorf("the owner saw %d and comes back to %q", v.Status, v.Back)
	}
	if len(b.stores()) > 0 {
		t.Error("it was connected")
	}
}

// TestAPasswordBeforeTheShopStaysSealed: the address may hold one.
func TestAPasswordBeforeTheShopStaysSealed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	u, err := url.Parse(b.shop.URL)
	b.ok(err)
	u.User = url.UserPassword("staging", "hush-hush")
	c := b.begin(onboarding.Wanted{URL: u.String(), Sure: true})
	if strings.Contains(c.HomeURL+b.keeper.Link(c), "hush") || strings.Contains(string(c.Sealed), "hush") {
		t.Errorf("the password shows in %+v", c)
	}
	b.approve(c, "adm")
	b.until(c, storage.ConnectionConnected)
}

// Compile-time check that the sandbox's faults are those of the tests below.
var _ sandbox.KeyFault = sandbox.KeyUnsent
