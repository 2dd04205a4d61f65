package woo

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// site is a small WordPress: how it routes, what it calls itself, how keys reach it. It answers discovery and the one
// read that the choice of authentication makes, by docs/woocommerce/authentication.md#decision-order.
type site struct {
	home        string // what the store has in its settings; empty: the server's address
	dir         string // directory of the installation
	form        string // "pretty" (default), "pathinfo", "plain", or a changed prefix
	noLink      bool   // no Link header; the tag in the page only
	noTag       bool
	namespaces  []string
	indexClosed bool
	stripHeader bool // Authorization does not arrive
	blindToTLS  bool // is_ssl() is false
	wrongSecret bool
	forbidden   bool
	redirect    func(r *http.Request) string
	everywhere  http.HandlerFunc // answers in place of the site when set
}

func (s *site) root(base string) string {
	switch s.form {
	case "", "pretty":
		return base + "/wp-json/"
	case "pathinfo":
		return base + "/index.php/wp-json/"
	case "plain":
		return base + "/index.php?rest_route=/"
	}
	return base + "/" + s.form + "/"
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	scheme := "http"
	if r.TLS != nil && !s.blindToTLS {
		scheme = "https"
	}
	base := scheme + "://" + r.Host + s.dir
	if s.everywhere != nil {
		s.everywhere(w, r)
		return
	}
	if s.redirect != nil {
		if to := s.redirect(r); to != "" {
			http.Redirect(w, r, to, http.StatusMovedPermanently)
			return
		}
	}
	route, ok := s.route(r)
	switch {
	case ok && route == "/":
		s.index(w, base)
	case ok && route == "/wc/v3/orders":
		s.orders(w, r, base)
	case ok:
		answerJSON(w, 404, wpError("rest_no_route", 404))
	case strings.HasPrefix(r.URL.Path, s.dir) && !strings.Contains(r.URL.Path, "wp-json"):
		if !s.noLink {
			w.Header().Add("Link", `<`+base+`/>; rel=shortlink`)
			w.Header().Add("Link", `<`+s.root(base)+`>; rel="https://api.w.org/"`)
		}
		w.Header().Set("Content-Type", "text/html")
		tag := `<link rel="https://api.w.org/" href="` + s.root(base) + `" />`
		if s.noTag {
			tag = ""
		}
		fmt.Fprintf(w, "<!doctype html><html><head><title>Shop</title>%s</head></html>", tag)
	default:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(404)
		fmt.Fprint(w, "<html><title>Not found</title></html>")
	}
}

func (s *site) route(r *http.Request) (string, bool) {
	if route := r.URL.Query().Get("rest_route"); route != "" && strings.HasPrefix(r.URL.Path, s.dir+"/") {
		return strings.TrimRight("/"+strings.Trim(route, "/"), "") + "", true
	}
	root := strings.TrimPrefix(s.root(s.dir), "")
	if s.form != "plain" && strings.HasPrefix(r.URL.Path+"/", root) {
		return "/" + strings.Trim(strings.TrimPrefix(r.URL.Path+"/", root), "/"), true
	}
	return "", false
}

func (s *site) index(w http.ResponseWriter, base string) {
	if s.indexClosed {
		answerJSON(w, 401, wpError("rest_not_logged_in", 401))
		return
	}
	home, namespaces := s.home, s.namespaces
	if home == "" {
		home = base
	}
	if namespaces == nil {
		namespaces = []string{"oembed/1.0", "wc/v2", "wc/v3"}
	}
	out, _ := json.Marshal(map[string]any{"name": "Lädchen", "home": home, "url": home, "namespaces": namespaces,
		"gmt_offset": "5.5", "timezone_string": "Asia/Kolkata", "authentication": []string{}})
	answerJSON(w, 200, string(out))
}

func (s *site) orders(w http.ResponseWriter, r *http.Request, base string) {
	refused := func() { answerJSON(w, 401, wpError("woocommerce_rest_authentication_error", 401)) }
	anonymous := func() { answerJSON(w, 401, wpError("woocommerce_rest_cannot_view", 401)) }
	// Keys are looked for only when the raw address says so (docs/woocommerce/authentication.md#decision-order).
	if prefix := "wp-json/wc/"; !strings.Contains(r.RequestURI, prefix) && (s.form == "" || s.form == "plain") {
		anonymous()
		return
	}
	ssl := r.TLS != nil && !s.blindToTLS
	if ssl {
		key, secret := r.URL.Query().Get("consumer_key"), r.URL.Query().Get("consumer_secret")
		if user, password, ok := r.BasicAuth(); ok && key == "" && !s.stripHeader {
			key, secret = user, password
		}
		if key == testKey {
			switch {
			case secret != testSecret || s.wrongSecret:
				refused()
			case s.forbidden:
				answerJSON(w, 403, wpError("woocommerce_rest_cannot_view", 403))
			default:
				answerJSON(w, 200, `[{"id":1}]`)
			}
			return
		}
	}
	if r.URL.Query().Get("oauth_consumer_key") == "" {
		anonymous()
		return
	}
	if r.URL.Query().Get("oauth_consumer_key") != testKey {
		answerJSON(
			w, 401,
			`{"code":"woocommerce_rest_authentication_error","message":"Clé client non valide.","data":{"status":401}}`,
		)
		return
	}
	home := s.home
	if home == "" {
		home = base
	}
	scheme := "http"
	if ssl {
		scheme = "https"
	}
	below := strings.TrimPrefix(r.URL.EscapedPath(), s.dir)
	if below == "/" {
		below = ""
	}
	if s.wrongSecret || !checkSignedAddress(r, withScheme(home, scheme)+below) {
		refused()
		return
	}
	answerJSON(w, 200, `[{"id":1}]`)
}

func TestPastedAddressesLeadToTheShop(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		site   *site
		pasted string // with {host}
		home   string // below https://{host}
		root   string
	}{
		{"bare address", &site{}, "https://{host}", "", "/wp-json/"},
		{"no scheme", &site{}, "{host}", "", "/wp-json/"},
		{"blanks, quotes, capitals", &site{}, "  \"HTTPS://{HOST}/\" ", "", "/wp-json/"},
		{"admin page", &site{}, "https://{host}/wp-admin/admin.php?page=wc-orders#x", "", "/wp-json/"},
		{"login page", &site{}, "https://{host}/wp-login.php?redirect_to=x", "", "/wp-json/"},
		{"API address", &site{}, "https://{host}/wp-json/wc/v3/", "", "/wp-json/"},
		{"a page of the shop", &site{}, "https://{host}/shop/hoodies/", "", "/wp-json/"},
		{
			"route in the query", &site{form: "plain"}, "https://{host}/?rest_route=/wc/v3/orders", "",
			"/index.php?rest_route=/",
		},
		{"subdirectory", &site{dir: "/laden"}, "https://{host}/laden/wp-admin/", "/laden", "/laden/wp-json/"},
		{"page in a subdirectory", &site{dir: "/laden"}, "https://{host}/laden/shop/", "/laden", "/laden/wp-json/"},
		{"path info permalinks", &site{form: "pathinfo"}, "https://{host}/", "", "/index.php/wp-json/"},
		{
			"path info permalinks, no link", &site{form: "pathinfo", noLink: true, noTag: true}, "https://{host}/", "",
			"/index.php/wp-json/",
		},
		{"plain permalinks", &site{form: "plain"}, "https://{host}/", "", "/index.php?rest_route=/"},
		{
			"plain permalinks, no link", &site{form: "plain", noLink: true, noTag: true}, "https://{host}/", "",
			"/index.php?rest_route=/",
		},
		{"changed prefix", &site{form: "api"}, "https://{host}/", "", "/api/"},
		{"link only in the page", &site{form: "api", noLink: true}, "https://{host}/", "", "/api/"},
		{"closed index", &site{indexClosed: true}, "https://{host}/", "", "/wp-json/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, tt.site.ServeHTTP)
			host := strings.TrimPrefix(s.URL, "https://")
			pasted := strings.NewReplacer("{host}", host, "{HOST}", host).Replace(tt.pasted)
			d, err := Discover(t.Context(), pasted, s.trust())
			if err != nil {
				t.Fatal(err)
			}
			if d.Home != s.URL+tt.home || d.Root != s.URL+tt.root || !d.HasNamespace("wc/v3") {
				t.Errorf("found home %s root %s", d.Home, d.Root)
			}
			if !tt.site.indexClosed && (d.Name != "Lädchen" || d.GMTOffset != 5.5 || d.Timezone != "Asia/Kolkata") {
				t.Errorf("discovery = %+v", d)
			}
			// What was found must work.
			conn, err := Connect(t.Context(), pasted, testCred, s.trust(), WithRetries(0))
			if err != nil {
				t.Fatal(err)
			}
			if conn.Choice.Auth != AuthBasic {
				t.Errorf("choice = %+v", conn.Choice)
			}
			for _, r := range s.requests() {
				if r.auth != "" && !strings.Contains(r.uri, "orders") {
					t.Errorf("the key was sent to %s", r.uri)
				}
			}
		})
	}
}

func TestRedirectsAreFollowedByDiscoveryAndReported(t *testing.T) {
	t.Parallel()
	canonical := newShop(t, (&site{}).ServeHTTP)
	old := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, canonical.URL+r.URL.Path, http.StatusMovedPermanently)
	})
	pool := WithTransport(trustBoth(canonical, old))
	d, err := Discover(t.Context(), old.URL, pool)
	if err != nil {
		t.Fatal(err)
	}
	if d.Home != canonical.URL || len(d.Hops) == 0 || d.Hops[0] != (Hop{301, old.URL + "/", canonical.URL + "/"}) {
		t.Errorf("discovery = %+v", d)
	}
}

func trustBoth(shops ...*shop) http.RoundTripper {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = shops[0].Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	for _, s := range shops[1:] {
		transport.TLSClientConfig.RootCAs.AddCert(s.Certificate())
	}
	return transport
}

// dialTo connects every name to the shop.
func dialTo(s *shop) Option {
	return WithTransport(s.Client().Transport) // httptest's transport resolves example.com to its server
}

func TestHTTPSIsNotGivenUpForTheStoresOwnHTTPAddress(t *testing.T) {
	t.Parallel()
	both := &site{}
	plain, secure := newPlainShop(t, both.ServeHTTP), newShop(t, both.ServeHTTP)
	both.home = plain.URL
	d, err := Discover(t.Context(), secure.URL, secure.trust())
	if err != nil || d.Home != secure.URL || len(d.Notes) == 0 || len(plain.requests()) != 0 {
		t.Errorf("discovery = %+v, %v", d, err)
	}
}

func TestAStoreAddressThatDoesNotAnswerIsReportedAndNotUsed(t *testing.T) {
	t.Parallel()
	s := newShop(t, (&site{home: "https://live.invalid"}).ServeHTTP)
	d, err := Discover(t.Context(), s.URL, s.trust())
	if err != nil {
		t.Fatal(err)
	}
	if d.Home != s.URL || d.StoreHome != "https://live.invalid" ||
		!strings.Contains(strings.Join(d.Notes, " "), "live.invalid") {
		t.Errorf("discovery = %+v", d)
	}
}

func TestTheWayToPresentTheKeyIsChosen(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		site *site
		http bool
		want AuthMethod
		home string // signed home's scheme
	}{
		{name: "healthy", site: &site{}, want: AuthBasic},
		{name: "owner lacks a capability", site: &site{forbidden: true}, want: AuthBasic},
		{name: "Authorization header stripped", site: &site{stripHeader: true}, want: AuthQuery},
		{name: "TLS not seen by PHP", site: &site{blindToTLS: true}, want: AuthOAuth1, home: "http://"},
		{
			name: "TLS not seen by PHP, changed prefix", site: &site{blindToTLS: true, form: "api"}, want: AuthOAuth1,
			home: "http://",
		},
		{
			name: "TLS not seen, other host in the settings",
			site: &site{blindToTLS: true, home: "https://live.invalid"}, want: AuthOAuth1, home: "http://live.invalid",
		},
		{name: "plain permalinks", site: &site{form: "plain"}, want: AuthBasic},
		{name: "no HTTPS", site: &site{}, http: true, want: AuthOAuth1, home: "http://"},
		{name: "no HTTPS, plain permalinks", site: &site{form: "plain"}, http: true, want: AuthOAuth1, home: "http://"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := startShop(t, !tt.http, tt.site.ServeHTTP)
			conn, err := Connect(t.Context(), s.URL, testCred, s.trust(), WithRetries(0))
			if err != nil {
				t.Fatal(err)
			}
			choice := conn.Choice
			if choice.Auth != tt.want || !strings.HasPrefix(choice.SignedHome, tt.home) || choice.Reason == "" {
				t.Errorf("choice = %+v", choice)
			}
			// What Connect says must be enough to make the client again.
			again, err := New(
				conn.Client.Base(), testCred, s.trust(), WithRoot(conn.Client.Root()), WithAuth(choice.Auth),
				WithSignedHome(choice.SignedHome),
			)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := get(t, again, "orders"); err != nil && !tt.site.forbidden {
				t.Error(err)
			}
			for _, r := range s.requests() {
				if tt.http && (strings.Contains(r.uri, testSecret) || r.auth != "") {
					t.Errorf("the secret went over HTTP: %+v", r)
				}
			}
		})
	}
}

func TestARefusedKeyIsToldFromOneThatDidNotArrive(t *testing.T) {
	t.Parallel()
	s := newShop(t, (&site{wrongSecret: true}).ServeHTTP)
	_, err := Connect(t.Context(), s.URL, testCred, s.trust(), WithRetries(0))
	refused, ok := errors.AsType[*AuthError](err)
	if !ok || !refused.Refused() || len(refused.Tries) != 1 {
		t.Fatalf("a wrong secret: %v", err)
	}
	_, err = Connect(
		t.Context(), s.URL, Credentials{Key: "ck_" + strings.Repeat("9", 40), Secret: testSecret}, s.trust(),
		WithRetries(0),
	)
	unknown, ok := errors.AsType[*AuthError](err)
	if !ok || unknown.Tries[0].Outcome != Anonymous || unknown.Tries[1].Outcome != Anonymous ||
		unknown.Tries[2].Outcome != Unknown || unknown.Refused() || len(unknown.Tries) != 3 {
		t.Fatalf("an unknown key: %v", err)
	}
	blind := newShop(t, (&site{blindToTLS: true, wrongSecret: true}).ServeHTTP)
	_, err = Connect(t.Context(), blind.URL, testCred, blind.trust(), WithRetries(0))
	wrong, ok := errors.AsType[*AuthError](err)
	if !ok || !wrong.Refused() || len(wrong.Tries) != 4 {
		t.Fatalf("a wrong secret where TLS is not seen: %v", err)
	}
	for _, e := range []*AuthError{refused, unknown, wrong} {
		if text := fmt.Sprintf("%v %+v", e, e.Tries[0].Err); strings.Contains(text, testSecret) {
			t.Errorf("the error shows the secret: %s", text)
		}
	}
}

func TestAddressesWithoutAShopSayWhatIsThere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		site *site
		kind Kind
		text string
	}{
		{"WordPress without WooCommerce", &site{namespaces: []string{"wp/v2"}}, KindNoAPI, "no wc/v3"},
		{
			"another kind of site",
			&site{everywhere: func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, page) }}, KindNoAPI,
			"no WordPress REST API",
		},
		{"a challenge in front", &site{everywhere: func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cf-Mitigated", "challenge")
			w.WriteHeader(403)
			fmt.Fprint(w, page)
		}}, KindHTML, "cf-challenge"},
		{"a circle", &site{redirect: func(r *http.Request) string { return r.URL.Path }}, KindRedirect, "circle"},
	} {
		s := newShop(t, tt.site.ServeHTTP)
		d, err := Discover(t.Context(), s.URL+"/a/b/", s.trust())
		e := wantError(t, err, tt.kind)
		if !strings.Contains(e.Error(), tt.text) {
			t.Errorf("%s: %v", tt.name, e)
		}
		if (d != nil) != (tt.name == "WordPress without WooCommerce") {
			t.Errorf("%s: discovery = %+v", tt.name, d)
		}
	}
	for _, pasted := range []string{"", "ftp://shop.example", "https://", "my shop"} {
		_, err := Discover(t.Context(), pasted)
		wantError(t, err, KindUsage)
	}
	_, err := Discover(t.Context(), "http://user:pw@shop.example")
	wantError(t, err, KindInsecure)
}

func TestAnUntrustedCertificateIsNotWalkedAround(t *testing.T) {
	t.Parallel()
	s := newShop(t, (&site{}).ServeHTTP)
	_, err := Discover(t.Context(), strings.TrimPrefix(s.URL, "https://"), WithTimeout(5*time.Second))
	wantError(t, err, KindTLS)
}

func TestASitePasswordIsUsedForDiscoveryAndGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	inner := &site{}
	gate := func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "staging" || password != "geheim" {
			w.Header().Set("WWW-Authenticate", `Basic realm="staging"`)
			w.WriteHeader(401)
			fmt.Fprint(w, page)
			return
		}
		r.Header.Del("Authorization")
		inner.ServeHTTP(w, r)
	}
	s := newShop(t, gate)
	u, _ := url.Parse(s.URL)
	u.User = url.UserPassword("staging", "geheim")
	conn, err := Connect(t.Context(), u.String(), testCred, s.trust(), WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(conn.Choice.Reason, "carries the password in front of the site") {
		t.Errorf("the key travels in the query because %s", conn.Choice.Reason)
	}
	if conn.Choice.Auth != AuthQuery ||
		strings.Contains(fmt.Sprintf("%+v %s", conn.Discovery.Given, conn.Client.Base()), "geheim") {
		t.Errorf("connection = %+v %+v", conn.Choice, conn.Discovery)
	}
	_, err = Discover(t.Context(), s.URL, s.trust())
	if e := wantError(t, err, KindHTML); e.Fingerprint != "staging-basic-auth" {
		t.Errorf("error = %+v", e)
	}
	for _, silent := range []bool{false, true} {
		other := newShop(t, (&site{noLink: silent, noTag: silent}).ServeHTTP)
		inner.redirect = func(*http.Request) string { return other.URL + "/" }
		_, _ = Discover(t.Context(), u.String(), WithTransport(trustBoth(s, other)))
		for _, r := range other.requests() {
			if r.auth != "" {
				t.Errorf("the site's password went to another host: %+v", r)
			}
		}
		if len(other.requests()) == 0 {
			t.Error("the redirect was not followed")
		}
	}
}
