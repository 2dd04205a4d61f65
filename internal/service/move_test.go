package service_test

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// TestAShopThatMovedIsFollowedAndNothingIsMadeAgain: what was written is known by the store it was written to, so a
// shop that is connected anew would get everything once more.
func TestAShopThatMovedIsFollowedAndNothingIsMadeAgain(t *testing.T) {
	t.Parallel()
	b := setup(t, sandbox.WithSeed(7))
	var moved atomic.Bool
	old := b.moving(t, &moved, b.shop.URL)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{URL: old.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	st := connected.Store
	make := func() outbox.Write {
		t.Helper()
		accepted, err := s.Submit(t.Context(), st, []outbox.Write{{Key: "once", Action: outbox.Create,
			Resource: storage.Orders, Body: json.RawMessage(`{"customer_note":"asked for once"}`)}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{}); err != nil {
			t.Fatal(err)
		}
		return accepted[0]
	}
	make()
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	move := func(to string, sure bool) problem.Code {
		_, err := s.Move(t.Context(), "shop", to, sure)
		return code(err)
	}
	if got := move(b.shop.URL, false); got != problem.StoreElsewhere {
		t.Errorf("a shop whose old address still answers is followed to what may be a copy: %s", got)
	}
	if got := move(old.URL, true); got != problem.StoreExists {
		t.Errorf("a shop that is there already: %s", got)
	}
	// A shop with the same key that has none of the orders: a copy of the time before the first.
	earlier := setup(t, sandbox.WithSeed(7), sandbox.WithClock(func() time.Time { return time.Now().Add(-time.Hour) }))
	b.trust.AddCert(earlier.shop.CertificateAuthority)
	for _, sure := range []bool{false, true} {
		if got := move(earlier.shop.URL, sure); got != problem.StoreElsewhere {
			t.Errorf("a copy that has none of the orders, sure %t: %s", sure, got)
		}
	}
	// A copy that has the newest order as it was an hour ago.
	earlier.order(t, `{"customer_note":"asked for once"}`)
	_, err = s.Move(t.Context(), "shop", earlier.shop.URL, false)
	if code(err) != problem.StoreElsewhere || !strings.Contains(err.Error(), "does not have orders/") {
		t.Errorf("a copy that is older than the mirror: %v", err)
	}
	moved.Store(true)
	if got := move(b.shop.URL, false); got != "" {
		t.Fatalf("a shop that moved: %s", got)
	}
	before := st.ID
	if st, err = s.Store(t.Context(), "shop"); err != nil || st.HomeURL != b.shop.URL || st.ID != before {
		t.Fatalf("the store is %+v, %v", st, err)
	}
	if again := make(); !again.Repeated || again.State != outbox.Done {
		t.Errorf("asked for again at the new address: %+v", again)
	}
	report, err := s.SyncOnce(t.Context(), st, nil)
	if err != nil || report.Applied.Created+report.Applied.Deleted > 0 {
		t.Errorf("syncing at the new address: %+v, %v", report.Applied, err)
	}
}

// TestConnectingAShopThatMovedAnewIsSaid: it would be another store, of which nobody knows what was written.
func TestConnectingAShopThatMovedAnewIsSaid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var moved atomic.Bool
	old := b.moving(t, &moved, b.shop.URL)
	s := b.open(t)
	first, err := s.Connect(t.Context(), stores.Connection{URL: old.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	b.order(t, `{}`)
	if _, err := s.SyncOnce(t.Context(), first.Store, nil); err != nil {
		t.Fatal(err)
	}
	moved.Store(true)
	second, err := s.Connect(t.Context(), stores.Connection{URL: b.shop.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "again"})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(second.Notes, "\n"), "waybill stores move shop "+b.shop.URL) {
		t.Errorf("connected anew with the notes %q", second.Notes)
	}
}
