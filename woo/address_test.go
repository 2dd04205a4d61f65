package woo

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTheAddressThatAShopNamesIsUsedByWhoeverChoseIt(t *testing.T) {
	t.Parallel()
	shopSite := &site{}
	s := newShop(t, shopSite.ServeHTTP)
	shopSite.home = "https://example.com" // httptest's certificate covers this name
	_, err := Connect(t.Context(), s.URL+"/wp-admin", testCred, s.trust(), dialTo(s))
	var elsewhere *HomeError
	if !errors.As(err, &elsewhere) || elsewhere.Given != s.URL || elsewhere.Named != shopSite.home {
		t.Fatalf("nobody chose: %v", err)
	}
	for _, r := range s.requests() {
		if r.auth != "" || strings.Contains(r.uri, "oauth_") || strings.Contains(r.uri, "consumer_") {
			t.Errorf("a key was sent before anybody chose: %s", r.uri)
		}
	}
	for choice, want := range map[HomeChoice]string{HomeNamed: shopSite.home, HomeGiven: s.URL} {
		conn, err := Connect(t.Context(), s.URL, testCred, s.trust(), dialTo(s), WithHome(choice))
		if err != nil {
			t.Fatalf("%s: %v", choice, err)
		}
		if conn.Client.Base() != want || !strings.HasPrefix(conn.Client.Root(), want+"/") {
			t.Errorf("%s: base = %s, root = %s", choice, conn.Client.Base(), conn.Client.Root())
		}
	}
	if conn, err := Connect(t.Context(), shopSite.home, testCred, s.trust(), dialTo(s)); err != nil ||
		conn.Client.Base() != shopSite.home {
		t.Errorf("the address that the shop names was given: %v", err)
	}
}

// A copy in a folder still names the shop above it.
func TestACopyBelowTheShopIsNotTakenForTheShop(t *testing.T) {
	t.Parallel()
	live, copied := &site{}, &site{dir: "/staging"}
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/staging/") {
			copied.ServeHTTP(w, r)
			return
		}
		live.ServeHTTP(w, r)
	})
	copied.home = s.URL
	_, err := Connect(t.Context(), s.URL+"/staging/", testCred, s.trust())
	var elsewhere *HomeError
	if !errors.As(err, &elsewhere) || elsewhere.Given != s.URL+"/staging" || elsewhere.Named != s.URL {
		t.Fatalf("nobody chose: %v", err)
	}
	conn, err := Connect(t.Context(), s.URL+"/staging/", testCred, s.trust(), WithHome(HomeGiven))
	if err != nil || conn.Client.Base() != s.URL+"/staging" {
		t.Errorf("the copy: %v", err)
	}
	if conn, err = Connect(t.Context(), s.URL+"/cart", testCred, s.trust()); err != nil || conn.Client.Base() != s.URL {
		t.Errorf("a page of the shop: %v", err)
	}
}

func TestOnlySchemeWWWAndSlashesAreNoOtherSite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"https://shop.example", "https://www.shop.example/", true},
		{"http://shop.example", "https://shop.example", true},
		{"http://shop.example:80", "https://SHOP.example:443", true},
		{"http://127.0.0.1:8080", "https://127.0.0.1:8443", true},
		{"https://127.0.0.1:8080", "https://127.0.0.1:8443", false},
		{"https://shop.example:8443", "https://shop.example", false},
		{"https://staging.shop.example", "https://shop.example", false},
		{"https://shop.example/de", "https://shop.example", false},
	} {
		a, _ := url.Parse(tt.a)
		b, _ := url.Parse(tt.b)
		if sameSite(a, b, true) != tt.same || sameSite(b, a, true) != tt.same {
			t.Errorf("%s and %s: same = %v", tt.a, tt.b, !tt.same)
		}
	}
}
