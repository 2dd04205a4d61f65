package service_test

import (
	"bytes"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/shop"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

func TestConnectFindsTheStoreBehindWhateverWasPasted(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t)
	for _, suffix := range []string{"", "/", "/wp-admin/", "/wp-admin/admin.php?page=wc-settings", "/wp-json/wc/v3",
		"/wp-json/wc/v3/orders?per_page=1", "/index.php"} {
		t.Run("shop"+suffix, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.trust.AddCert(shop.CertificateAuthority)
			connected, err := b.open(t).Connect(t.Context(), stores.Connection{URL: shop.URL + suffix, Key: shop.Key,
				Secret: shop.Secret})
			if err != nil {
				t.Fatal(err)
			}
			if connected.Store.HomeURL != shop.URL || connected.Store.Name == "" || connected.Orders != 0 {
				t.Errorf("%+v", connected)
			}
		})
	}
}

func TestConnectSignsWhereThereIsNoHTTPS(t *testing.T) {
	t.Parallel()
	b := setup(t, sandbox.WithPlainHTTP())
	s := b.open(t)
	connected := b.connect(t, s)
	if connected.Store.Auth != storage.AuthOAuth {
		t.Fatalf("auth = %q: %s", connected.Store.Auth, connected.AuthReason)
	}
	b2 := *b // a later process makes the same client again
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b2.open(t).SyncOnce(t.Context(), connected.Store, nil); err != nil {
		t.Errorf("syncing with signatures: %v", err)
	}
	for _, r := range b.shop.Requests() {
		if !strings.Contains(r.Reason+r.Path, "oauth") && r.User != "" {
			t.Errorf("a request was not signed: %+v", r)
		}
	}
}

// TestConnectTakesAKeyWithBlanksAroundIt: WordPress takes them away, and the doctor calls such a store healthy.
func TestConnectTakesAKeyWithBlanksAroundIt(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t)
	b := setup(t)
	b.trust.AddCert(shop.CertificateAuthority)
	key := " " + shop.Key + "\n"
	if _, err := b.open(t).Connect(t.Context(), stores.Connection{URL: shop.URL, Key: key,
		Secret: shop.Secret}); err != nil {
		t.Error(err)
	}
}

func TestConnectRefusesWhatCannotWorkWithTheReason(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t)
	other := httptest.NewTLSServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>Hello")) }))
	t.Cleanup(other.Close)
	of := func(login string) sandbox.Credentials {
		c, err := shop.Credentials(login)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, c := range map[string]struct {
		url, key, secret string
		want             problem.Code
	}{
		"no key":            {shop.URL, "", "", problem.CredentialsMissing},
		"swapped":           {shop.URL, shop.Secret, shop.Key, problem.Usage},
		"blank inside":      {shop.URL, shop.Key[:9] + " " + shop.Key[9:], shop.Secret, problem.Usage},
		"unknown key":       {shop.URL, "ck_" + strings.Repeat("0", 40), shop.Secret, problem.CredentialsRefused},
		"wrong secret":      {shop.URL, shop.Key, "cs_" + strings.Repeat("0", 40), problem.CredentialsRefused},
		"write-only key":    {shop.URL, of("smwrite").Key, of("smwrite").Secret, problem.CredentialsRefused},
		"customer's key":    {shop.URL, of("cust").Key, of("cust").Secret, problem.PermissionMissing},
		"not WooCommerce":   {other.URL, shop.Key, shop.Secret, problem.NotWooCommerce},
		"nobody there":      {"https://127.0.0.1:1", shop.Key, shop.Secret, problem.StoreUnreachable},
		"no address at all": {"http://", shop.Key, shop.Secret, problem.Usage},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.trust.AddCert(shop.CertificateAuthority)
			b.trust.AddCert(other.Certificate())
			s := b.open(t)
			_, err := s.Connect(t.Context(), stores.Connection{URL: c.url, Key: c.key, Secret: c.secret})
			if code(err) != c.want {
				t.Fatalf("err = %v (%s), want %s", err, code(err), c.want)
			}
			p := problem.From(err)
			if p.Hint == "" {
				t.Error("no next step")
			}
			if c.secret != "" && strings.Contains(p.Message+p.Hint, c.secret) {
				t.Error("the secret is in the error")
			}
			if stores, _ := s.Stores(t.Context()); len(stores) != 0 {
				t.Error("a store that cannot work was kept")
			}
		})
	}
}

// TestAKeyIsTriedOnWhatTheStoreIsUsedFor: a key for products reads no orders and need not.
func TestAKeyIsTriedOnWhatTheStoreIsUsedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	role := capability.Role{Name: "products", Title: "Products",
		Caps: capability.NewSet("read", "read_private_products")}
	if err := b.shop.GiveRole("author", role); err != nil {
		t.Fatal(err)
	}
	key, err := b.shop.Credentials("author")
	if err != nil {
		t.Fatal(err)
	}
	s := b.open(t)
	c := stores.Connection{URL: b.shop.URL, Key: key.Key, Secret: key.Secret}
	if _, err := s.Connect(t.Context(), c); problem.From(err).Code != problem.PermissionMissing {
		t.Errorf("for everything usual: %v", err)
	}
	c.Scopes = []capability.Scope{capability.CustomersRead}
	if _, err := s.Connect(t.Context(), c); err == nil ||
		!strings.Contains(problem.From(err).Message+problem.From(err).Hint, "customers:read") {
		t.Errorf("for customers: %v", err)
	}
	c.Scopes = []capability.Scope{capability.ProductsRead}
	connected, err := s.Connect(t.Context(), c)
	if err != nil || connected.Orders != -1 {
		t.Fatalf("for products: %v, %d orders", err, connected.Orders)
	}
	if _, err := s.Rekey(t.Context(), connected.Store.Name, c); err != nil {
		t.Errorf("a new key for products: %v", err)
	}
}

func TestUntrustedCertificateIsNamedAndNothingIsSent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.trust = x509.NewCertPool()
	_, err := b.open(t).Connect(t.Context(), stores.Connection{URL: b.shop.URL, Key: b.shop.Key,
		Secret: b.shop.Secret})
	if code(err) != problem.StoreCertificate {
		t.Fatalf("err = %v", err)
	}
	if n := b.shop.RequestCount(); n != 0 {
		t.Errorf("%d requests reached the store", n)
	}
}

func TestStoreIsConnectedOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	b.connect(t, s)
	_, err := s.Connect(t.Context(), stores.Connection{URL: b.shop.URL + "/wp-admin", Key: b.shop.Key,
		Secret: b.shop.Secret, Name: "again"})
	if code(err) != problem.StoreExists || !strings.Contains(problem.From(err).Hint, "rekey") {
		t.Errorf("the same store: %v", err)
	}
	other := sandbox.Start(t)
	b.trust.AddCert(other.CertificateAuthority)
	_, err = s.Connect(t.Context(), stores.Connection{URL: other.URL, Key: other.Key, Secret: other.Secret,
		Name: "shop"})
	if code(err) != problem.StoreExists {
		t.Errorf("the same name: %v", err)
	}
	for _, bad := range []string{"a b", "-x", "ä", strings.Repeat("x", 70)} {
		if _, err := s.Connect(t.Context(), stores.Connection{URL: other.URL, Key: other.Key, Secret: other.Secret,
			Name: bad}); code(err) != problem.Usage {
			t.Errorf("name %q: %v", bad, err)
		}
	}
}

func TestNoSecretIsStoredOrLoggedInClear(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var logged bytes.Buffer
	opts := b.options(t, nil)
	opts.Logger = slog.New(slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s, err := service.Open(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	st := b.connect(t, s).Store
	_, syncErr := s.SyncOnce(t.Context(), st, nil)
	if err := errors.Join(syncErr, s.Close()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(logged.String(), "wc/v3/orders") {
		t.Fatal("requests were not logged, so the test proves nothing")
	}
	for where, content := range map[string][]byte{"the data directory": filesUnder(t, b.dir),
		"the log": logged.Bytes()} {
		for what, secret := range map[string]string{"secret": b.shop.Secret, "key": b.shop.Key} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("the %s stands in clear in %s", what, where)
			}
		}
	}
}

func TestKeyMayStayInTheEnvironment(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{
		URL: b.shop.URL, Key: b.shop.Key, Secret: b.shop.Secret, Name: "shop", Environment: "MYSHOP",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SyncOnce(t.Context(), connected.Store, nil); code(err) != problem.CredentialsMissing ||
		!strings.Contains(problem.From(err).Message, "MYSHOP_KEY") {
		t.Errorf("without the variables: %v", err)
	}
	b.env["MYSHOP_KEY"], b.env["MYSHOP_SECRET"] = b.shop.Key, b.shop.Secret
	if _, err := s.SyncOnce(t.Context(), connected.Store, nil); err != nil {
		t.Errorf("with the variables: %v", err)
	}
}

func TestRekeyKeepsTheMirror(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.connect(t, s).Store
	b.order(t, `{}`)
	first, err := s.SyncOnce(t.Context(), st, nil)
	if err != nil || first.Applied.Created == 0 {
		t.Fatalf("%+v, %v", first, err)
	}
	fresh, err := b.shop.Credentials("sm")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Rekey(t.Context(), "shop",
		stores.Connection{Key: fresh.Key, Secret: "cs_" + strings.Repeat("0", 40)}); code(
		err) != problem.CredentialsRefused {
		t.Fatalf("a wrong new secret: %v", err)
	}
	connected, err := s.Rekey(t.Context(), "shop", stores.Connection{Key: fresh.Key, Secret: fresh.Secret})
	if err != nil {
		t.Fatal(err)
	}
	if want := shop.ShowKey(fresh.Key); connected.Key != want {
		t.Errorf("key = %q, want %q", connected.Key, want)
	}
	before := b.shop.RequestCount()
	again, err := s.SyncOnce(t.Context(), connected.Store, nil)
	if err != nil || again.Applied.Changes() != 0 {
		t.Errorf("after the new key: %+v, %v", again.Applied, err)
	}
	for _, r := range b.shop.Requests()[before:] {
		if r.User != "" && r.User != "sm" {
			t.Errorf("the old key was used: %+v", r)
		}
	}
}

func TestShownKeyGivesNothingAway(t *testing.T) {
	t.Parallel()
	key := "ck_" + strings.Repeat("a", 33) + "1234567"
	if got := shop.ShowKey(key); got != "ck_…1234567" {
		t.Errorf("ShowKey = %q", got)
	}
	for _, odd := range []string{"", "ck_", "ck_1234567", "cs_" + strings.Repeat("a", 40), strings.Repeat("x", 40)} {
		if got := shop.ShowKey(odd); got != "(key)" {
			t.Errorf("ShowKey(%q) = %q", odd, got)
		}
	}
}

func TestCredentialsCannotBeMovedToAnotherAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	st := b.connect(t, s).Store
	// Whoever can write the database points the store at his own server.
	thief := httptest.NewTLSServer(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the thief was asked") }))
	t.Cleanup(thief.Close)
	moved := st
	moved.HomeURL, moved.RESTRoot = thief.URL, thief.URL+"/wp-json/"
	if _, err := s.SyncOnce(t.Context(), moved, nil); code(err) != problem.CredentialsUnreadable {
		t.Errorf("err = %v", err)
	}
}

func TestMasterKeyRotationKeepsStoresWorking(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s := b.open(t)
	b.connect(t, s)
	before := filesUnder(t, b.dir)
	if err := s.RotateMasterKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(before, filesUnder(t, b.dir)) {
		t.Fatal("nothing was rewritten")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := b.open(t)
	st, err := again.Store(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.SyncOnce(t.Context(), st, nil); err != nil {
		t.Errorf("with the new master key: %v", err)
	}
}

func TestAProcessFollowsTheMasterKeyThatAnotherOneReplaces(t *testing.T) {
	t.Parallel()
	b := setup(t)
	working, other := b.open(t), b.open(t)
	b.connect(t, working)
	if err := other.RotateMasterKey(t.Context()); err != nil {
		t.Fatal(err)
	}
	st, err := working.Store(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := working.SyncOnce(t.Context(), st, nil); err != nil {
		t.Errorf("with the key that the other process made: %v", err)
	}
	// What it seals from now on is sealed with that key too: the old one is gone.
	if _, err := working.Rekey(t.Context(), "shop", stores.Connection{Key: b.shop.Key, Secret: b.shop.Secret}); err != nil {
		t.Fatal(err)
	}
	if st, err = other.Store(t.Context(), "shop"); err == nil {
		_, err = other.SyncOnce(t.Context(), st, nil)
	}
	if err != nil {
		t.Errorf("the other process cannot read the new key of the store: %v", err)
	}
}

func TestMasterKeysAreReplacedOneAfterTheOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	s, other := b.open(t), b.open(t)
	b.connect(t, s)
	var group sync.WaitGroup
	for range 3 {
		for _, process := range []*service.Service{s, other} {
			group.Go(func() {
				if err := process.RotateMasterKey(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	again := b.open(t)
	for _, process := range []*service.Service{s, other, again} {
		st, err := process.Store(t.Context(), "shop")
		if err == nil {
			_, err = process.SyncOnce(t.Context(), st, nil)
		}
		if err != nil {
			t.Errorf("after six rotations the key of the store cannot be read: %v", err)
		}
	}
}

func TestMasterKeyFromTheEnvironmentRotatesAtTheNextStart(t *testing.T) {
	t.Parallel()
	oldKey, newKey := strings.Repeat("0a", 32), strings.Repeat("0b", 32)
	b := setup(t)
	b.env["WAYBILL_MASTER_KEY"] = oldKey
	s := b.open(t)
	b.connect(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	b.env["WAYBILL_MASTER_KEY"], b.env["WAYBILL_MASTER_KEY_PREVIOUS"] = newKey, oldKey
	if err := b.open(t).Close(); err != nil {
		t.Fatal(err)
	}
	delete(b.env, "WAYBILL_MASTER_KEY_PREVIOUS")
	last := b.open(t)
	st, err := last.Store(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := last.SyncOnce(t.Context(), st, nil); err != nil {
		t.Errorf("with the new key alone: %v", err)
	}
}

func TestPasswordInFrontOfTheSiteIsKeptWithTheKey(t *testing.T) {
	t.Parallel()
	const sitePassword = "site-password-5b1e"
	shop := sandbox.New()
	gate := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "staging" || password != sitePassword {
			w.Header().Set("WWW-Authenticate", `Basic realm="Staging"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.Header.Del("Authorization")
		shop.ServeHTTP(w, r)
	}))
	t.Cleanup(gate.Close)
	key, err := shop.Credentials("adm")
	if err != nil {
		t.Fatal(err)
	}
	b := setup(t)
	b.trust.AddCert(gate.Certificate())
	s := b.open(t)
	connected, err := s.Connect(t.Context(), stores.Connection{
		URL: strings.Replace(gate.URL, "https://", "https://staging:"+sitePassword+"@", 1), Key: key.Key,
		Secret: key.Secret, Name: "shop",
	})
	if err != nil {
		t.Fatal(err)
	}
	if connected.Store.Auth != storage.AuthQuery || strings.Contains(connected.Store.HomeURL, sitePassword) {
		t.Errorf("%+v", connected.Store)
	}
	if _, err := s.Reconnect(t.Context(), "shop"); err != nil {
		t.Errorf("the password was lost: %v", err)
	}
	access, err := s.Access(t.Context(), "shop")
	if err != nil || access.Credentials.Secret != key.Secret {
		t.Errorf("Access: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(filesUnder(t, b.dir), []byte(sitePassword)) {
		t.Error("the site's password is stored in clear")
	}
}
