package service_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/stores"
)

// copied is a shop, and a second address that answers in its words: a copy whose home nobody changed.
func copied(t *testing.T) (b *bundle, address string) {
	t.Helper()
	b = setup(t)
	store := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = strings.TrimPrefix(b.shop.URL, "https://")
		b.shop.Store.ServeHTTP(w, r)
	})
	server := httptest.NewTLSServer(store)
	t.Cleanup(server.Close)
	b.trust.AddCert(server.Certificate())
	return b, server.URL
}

func TestACopyThatNamesTheLiveShopIsConnectedOnlyAsSomebodyChose(t *testing.T) {
	t.Parallel()
	b, address := copied(t)
	s := b.open(t)
	c := stores.Connection{URL: address, Key: b.shop.Key, Secret: b.shop.Secret, Name: "shop"}
	_, err := s.Connect(t.Context(), c)
	p := problem.From(err)
	if p == nil || p.Code != problem.StoreElsewhere || p.Code.ExitStatus() != problem.ExitStore {
		t.Fatalf("nobody chose: %v", err)
	}
	for _, want := range []string{address, b.shop.URL} {
		if !strings.Contains(p.Message, want) || !strings.Contains(p.Hint, want) {
			t.Errorf("%s is not named in %q, %q", want, p.Message, p.Hint)
		}
	}
	if list, err := s.Stores(t.Context()); err != nil || len(list) != 0 {
		t.Fatalf("something was kept: %v, %v", list, err)
	}
	c.Home = stores.HomeGiven
	connected, err := s.Connect(t.Context(), c)
	if err != nil || connected.Store.HomeURL != address || !strings.HasPrefix(connected.Store.RESTRoot, address) {
		t.Fatalf("the address given: %+v, %v", connected.Store, err)
	}
	// Every later look at the store keeps to the choice.
	again, err := s.Reconnect(t.Context(), "shop")
	if err != nil || again.Store.HomeURL != address || !strings.HasPrefix(again.Store.RESTRoot, address) {
		t.Errorf("reconnected: %+v, %v", again.Store, err)
	}
	if again, err = s.Reconnect(t.Context(), "shop"); err != nil || again.Store.HomeURL != address {
		t.Errorf("reconnected once more: %+v, %v", again.Store, err)
	}
	c.Home, c.Name = stores.HomeNamed, "live"
	if connected, err = s.Connect(t.Context(), c); err != nil || connected.Store.HomeURL != b.shop.URL {
		t.Errorf("the address named: %+v, %v", connected.Store, err)
	}
}
