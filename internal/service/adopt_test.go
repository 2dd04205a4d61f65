package service_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/stores"
)

// adopt lets the doctor look at the connected store and adopts what it found.
func (b *bundle) adopt(t *testing.T, s *service.Service, scopes ...doctor.Scope) (*doctor.Report, []string, error) {
	t.Helper()
	_, target, err := s.Patient(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	target.Scopes = scopes
	report, err := s.Examine(t.Context(), 0, target)
	if err != nil {
		t.Fatal(err)
	}
	done, err := s.Adopt(t.Context(), "shop", report)
	return report, done, err
}

// moving is an address of the shop that leads elsewhere once it has moved.
func (b *bundle) moving(t *testing.T, moved *atomic.Bool, to string) *httptest.Server {
	t.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if moved.Load() {
			http.Redirect(w, r, to+r.URL.RequestURI(), http.StatusMovedPermanently)
			return
		}
		b.shop.Store.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	b.trust.AddCert(server.Certificate())
	return server
}

func TestAdoptFollowsAShopToItsNewAddressWithItsMirror(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var moved atomic.Bool
	old := b.moving(t, &moved, b.shop.URL)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{URL: old.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	b.order(t, `{}`)
	if _, err := s.SyncOnce(t.Context(), connected.Store, nil); err != nil {
		t.Fatal(err)
	}
	moved.Store(true)
	if _, err := s.SyncOnce(t.Context(), connected.Store, nil); code(err) != problem.StoreMoved {
		t.Fatalf("a shop that moved: %v", err)
	}
	report, done, err := b.adopt(t, s, stores.ReadScopes()...)
	if err != nil || !slices.ContainsFunc(done, func(line string) bool { return strings.Contains(line, b.shop.URL) }) {
		t.Fatalf("adopted %q, %v, after %+v", done, err, report.Root())
	}
	after, err := s.Store(t.Context(), "shop")
	if err != nil || after.HomeURL != b.shop.URL || after.ID != connected.Store.ID {
		t.Fatalf("the store is %+v, %v", after, err)
	}
	// The key was sealed for the old address; it must be of use at the new one, and the mirror must still be this
	// store's. (Records that hold the shop's address, such as where an order is paid, change with it.)
	if again, err := s.SyncOnce(t.Context(), after, nil); err != nil || again.Applied.Created != 0 ||
		again.Applied.Deleted != 0 {
		t.Errorf("syncing at the new address: %+v, %v", again.Applied, err)
	}
}

// TestAdoptDoesNotFollowToAnotherShop: a redirect is no proof. The shop at its end must know the key.
func TestAdoptDoesNotFollowToAnotherShop(t *testing.T) {
	t.Parallel()
	b, other := setup(t), setup(t)
	var moved atomic.Bool
	front := b.moving(t, &moved, other.shop.URL)
	b.trust.AddCert(other.shop.CertificateAuthority)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{URL: front.URL, Key: b.shop.Key, Secret: b.shop.Secret,
		Name: "shop"})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.shop.Break("key-unknown"); err != nil { // each store makes its own keys
		t.Fatal(err)
	}
	moved.Store(true)
	if _, done, err := b.adopt(t, s, stores.ReadScopes()...); err == nil && len(done) > 0 {
		t.Errorf("adopted %q", done)
	}
	if after, err := s.Store(t.Context(), "shop"); err != nil || after.HomeURL != connected.Store.HomeURL {
		t.Errorf("the store is %+v, %v", after, err)
	}
}

func TestAdoptSendsMethodsAsPOSTWhereTheServerRefusesThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	b.connect(t, s)
	// The server refuses the method; as an argument of POST it passes.
	if err := b.shop.Break("method-blocked"); err != nil {
		t.Fatal(err)
	}
	report, done, err := b.adopt(t, s, doctor.OrdersRead, doctor.OrdersWrite)
	if err != nil || len(done) != 1 || !strings.Contains(done[0], "_method") {
		t.Fatalf("adopted %q, %v, after %+v", done, err, report.Root())
	}
	st, err := s.Store(t.Context(), "shop")
	if err != nil || !st.Facts.MethodOverride {
		t.Fatalf("%+v, %v", st.Facts, err)
	}
	if _, done, err := b.adopt(t, s, doctor.OrdersRead, doctor.OrdersWrite); err != nil || len(done) != 0 {
		t.Errorf("adopted once more: %q, %v", done, err)
	}
	if _, err := s.SyncOnce(t.Context(), st, nil); err != nil {
		t.Error(err)
	}
}
