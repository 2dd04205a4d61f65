package service_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// TestAChangeIsSentToWhoHasSubscribed goes from an order on the store to an event at a receiver, and through a change
// of the master key.
func TestAChangeIsSentToWhoHasSubscribed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, b *bundle, _ func(*testing.T, string) *service.Service) {
		came := make(chan map[string]any, 100)
		receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			var e map[string]any
			if json.Unmarshal(body, &e) != nil || r.Header.Get("Webhook-Signature") == "" {
				t.Errorf("what came is no signed event: %s", body)
			}
			came <- e
		}))
		t.Cleanup(receiver.Close)
		s, err := service.Open(t.Context(), b.options(t, map[string]string{
			"subscriptions.private_networks": "127.0.0.0/8", "sync.poll_min": "1h"}))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Stop(t.Context()); _ = s.Close() })
		b.connect(t, s)
		n := feed.NewSubscription{Name: "erp", Reach: sink.Reach{URL: receiver.URL + "/?token=hush"},
			Selection: feed.Selection{Filter: `record.customer_note == "` + t.Name() + `"`}}
		made, _, err := s.Subscriptions.Create(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(made.Sealed), "hush") || strings.Contains(made.Target, "hush") {
			t.Errorf("the address is kept as it is: %+v", made)
		}
		b.order(t, `{"customer_note":"`+t.Name()+`"}`)
		b.order(t, `{"customer_note":"another"}`)
		start(t, s, "")
		for e := range came {
			record, _ := e["record"].(map[string]any)
			if record["customer_note"] == t.Name() {
				break
			}
		}
		// The key under which it is sealed may change.
		if err := s.RotateMasterKey(t.Context()); err != nil {
			t.Fatal(err)
		}
		found, err := s.Subscriptions.Find(t.Context(), 0, "erp")
		if err != nil || string(found.Sealed) == string(made.Sealed) {
			t.Errorf("it is sealed as before: %v", err)
		}
		tried, err := s.Subscriptions.Test(t.Context(), found)
		if err != nil || !tried.Answer.Taken() {
			t.Errorf("then it cannot be reached: %+v, %v", tried, err)
		}
		if events, err := s.Subscriptions.Deliveries(t.Context(),
			storage.EventQuery{SubscriptionID: made.ID}); err != nil ||
			len(events) != 1 {
			t.Errorf("there are %+v, %v", events, err)
		}
	})
}
