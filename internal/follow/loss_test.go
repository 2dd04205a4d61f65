package follow_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/sandbox"
	"github.com/waybillhq/waybill/woo"
)

// A store that has lost nothing, and one that was never copied, are written to.
func TestAStoreWithoutALossIsWrittenTo(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t, sandbox.WithOrders(3))
	s, st := connected(t, shop, t.TempDir(), "1m")
	for _, key := range []string{"before the first copy", "after it"} {
		accepted, err := s.Submit(t.Context(), st, []outbox.Write{{Key: key, Action: outbox.Create,
			Resource: storage.Orders, Body: []byte(`{"customer_note":"mine"}`)}})
		if err != nil {
			t.Fatal(err)
		}
		open, err := s.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{})
		if err != nil || len(open) > 0 {
			t.Errorf("%s: %v are open (%v)", key, open, err)
		}
		if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
			t.Fatal(err)
		}
	}
}

func TestALargeLossOfTheStoreIsAProblemUntilItIsAccepted(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t, sandbox.WithOrders(120))
	s, st := connected(t, shop, t.TempDir(), "1m")
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Fatal(err)
	}
	before, err := s.CountRecords(t.Context(), storage.Query{StoreID: st.ID, Resource: storage.Orders})
	if err != nil {
		t.Fatal(err)
	}
	client, err := woo.New(shop.URL, woo.Credentials{Key: shop.Key, Secret: shop.Secret},
		woo.WithHTTPClient(shop.Client()))
	if err != nil {
		t.Fatal(err)
	}
	lost := 0
	for order, err := range s.Records(t.Context(), storage.Query{StoreID: st.ID, Resource: storage.Orders, Limit: 70}) {
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.Do(t.Context(), woo.Request{Method: "DELETE", Path: fmt.Sprintf("orders/%d", order.ID),
			Query: map[string][]string{"force": {"true"}}}); err != nil {
			t.Fatal(err)
		}
		lost++
	}
	_, err = s.SyncOnce(t.Context(), st, nil)
	if p := problem.From(err); p.Code != problem.RecordsVanished || !strings.Contains(p.Hint, "--accept-loss") {
		t.Fatalf("the loss of %d orders ends a sync with %v", lost, err)
	}
	// What waits to be sent may be meant for another shop: it waits until a person has decided.
	accepted, err := s.Submit(t.Context(), st, []outbox.Write{{Key: "one", Action: outbox.Create,
		Resource: storage.Orders, Body: []byte(`{"customer_note":"mine"}`)}})
	if err != nil {
		t.Fatal(err)
	}
	made := func() int {
		n := 0
		for _, r := range shop.Requests() {
			if r.Method == http.MethodPost {
				n++
			}
		}
		return n
	}
	if _, err := s.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{}); !problem.Is(err,
		problem.RecordsVanished) || made() != 0 {
		t.Errorf("while the loss waits to be accepted, %d orders were sent (%v)", made(), err)
	}
	if _, err := s.Sync(t.Context(), st, follow.How{AcceptLoss: true}, nil); err != nil {
		t.Fatal(err)
	}
	if open, err := s.Deliver(t.Context(), st, []string{accepted[0].ID}, follow.Delivery{}); err != nil ||
		len(open) > 0 || made() != 1 {
		t.Errorf("after the loss was accepted, %d orders were sent, %v are open (%v)", made(), open, err)
	}
	after, err := s.CountRecords(t.Context(), storage.Query{StoreID: st.ID, Resource: storage.Orders})
	if err != nil || after != before-lost+1 {
		t.Errorf("after the loss was accepted the mirror holds %d of %d orders, %d lost, %v", after, before, lost, err)
	}
}
