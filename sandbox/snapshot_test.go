package sandbox_test

import (
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox"
)

func TestRestoredStoreIsTheStoreThatWasKept(t *testing.T) {
	t.Parallel()
	clock := sandbox.NewClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
	s := sandbox.Start(t, sandbox.WithClock(clock.Now))
	_, product := ask(
		t, s, "POST", "/wp-json/wc/v3/products", "adm",
		`{"name":"Album","regular_price":"10","manage_stock":true,"stock_quantity":5}`,
	)
	_, order := ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", `{"fee_lines":[{"name":"f","total":"1.00"}]}`)
	kept, hash := s.Snapshot(), s.Hash()

	for range 2 { // a snapshot can be used more than once
		ask(
			t, s, "PUT", "/wp-json/wc/v3/orders/"+itoa(id(t, order)), "adm",
			`{"status":"completed","customer_note":"changed"}`,
		)
		ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", "{}")
		ask(t, s, "DELETE", "/wp-json/wc/v3/products/"+itoa(id(t, product))+"?force=true", "adm", "")
		ask(t, s, "POST", "/wp-json/wc/v3/coupons", "adm", `{"code":"ten","amount":"10"}`)
		if s.Hash() == hash {
			t.Fatal("the digest does not change with the store")
		}
		s.Restore(kept)
		if got := s.Hash(); got != hash {
			t.Fatalf("restored store has digest %s, want %s", got, hash)
		}
	}
	_, next := ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", "{}")
	if id(t, next) != id(t, order)+1 {
		t.Errorf("the next order is %d, want %d: counters were not restored", id(t, next), id(t, order)+1)
	}
}

func TestEqualHistoriesGiveEqualStores(t *testing.T) {
	t.Parallel()
	build := func() string {
		clock := sandbox.NewClock(time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC))
		s := sandbox.Start(t, sandbox.WithClock(clock.Now), sandbox.WithSeed(7))
		ask(t, s, "POST", "/wp-json/wc/v3/orders", "adm", `{"set_paid":true,"fee_lines":[{"name":"f","total":"1.00"}]}`)
		return s.Hash()
	}
	if first, second := build(), build(); first != second {
		t.Errorf("digests %s and %s", first, second)
	}
}
