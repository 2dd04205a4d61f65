package woo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestBasicIsSentOverHTTPS(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-WP-Total", "7")
		w.Header().Set("X-WP-TotalPages", "4")
		w.Header().Set("Allow", "GET, POST")
		answerJSON(w, 200, `[{"id":1}]`)
	})
	res, err := s.client(t).Do(context.Background(), Request{Path: "/orders", Query: url.Values{"search": {"a b+c"}}})
	if err != nil {
		t.Fatal(err)
	}
	if res.Status != 200 || res.Total != 7 || res.TotalPages != 4 || strings.Join(res.Allow, "+") != "GET+POST" ||
		res.Elapsed <= 0 {
		t.Errorf("response = %+v", res)
	}
	got := s.requests()[0]
	if got.uri != "/wp-json/wc/v3/orders?search=a+b%2Bc" {
		t.Errorf("uri = %s", got.uri)
	}
	if !strings.HasPrefix(got.auth, "Basic ") || !strings.HasPrefix(got.userAgent, "Waybill/") {
		t.Errorf("request = %+v", got)
	}
}

func TestTotalsAreUnknownWhenTheStoreDoesNotSay(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `[]`) })
	res, err := get(t, s.client(t), "orders")
	if err != nil || res.Total != -1 || res.TotalPages != -1 || res.Allow != nil {
		t.Errorf("response = %+v, %v", res, err)
	}
}

func TestSecretsOverPlainHTTPAreRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	for _, method := range []AuthMethod{AuthBasic, AuthQuery} {
		_, err := New("http://shop.example", testCred, WithAuth(method))
		e := wantError(t, err, KindInsecure)
		if !strings.Contains(e.Error(), "https://") || !strings.Contains(e.Error(), "AuthOAuth1") {
			t.Errorf("%s: the error does not say what to do: %v", method, e)
		}
		wantNoSecrets(t, e)
	}
	if _, err := New("http://shop.example", testCred); err == nil {
		t.Error("the default method was accepted over HTTP")
	}
	if _, err := New("https://shop.example", testCred, WithRoot("http://shop.example/wp-json/")); err == nil {
		t.Error("an HTTP root below an HTTPS home was accepted")
	}
	if _, err := New("http://user:pw@shop.example", testCred, WithAuth(AuthOAuth1)); err == nil {
		t.Error("a site password over HTTP was accepted")
	}
}

func TestSigningAndAnonymousAreAllowedOverPlainHTTP(t *testing.T) {
	t.Parallel()
	for name, try := range map[string]func() error{
		"oauth1": func() error {
			_, err := New("http://shop.example", testCred, WithAuth(AuthOAuth1))
			return err
		},
		"oauth1-sha1": func() error {
			_, err := New("http://shop.example", testCred, WithAuth(AuthOAuth1SHA1))
			return err
		},
		"anonymous": func() error { _, err := New("http://shop.example", Credentials{}); return err },
	} {
		if err := try(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestQueryAuthSendsTheKeyInTheQueryOnly(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("consumer_key") != testKey || r.URL.Query().Get("consumer_secret") != testSecret {
			t.Errorf("query = %s", r.URL.RawQuery)
		}
		answerJSON(w, 404, wpError("rest_no_route", 404))
	})
	var shown []string
	c := s.client(t, WithAuth(AuthQuery), WithObserver(
		func(_ context.Context, x Exchange) { shown = append(shown, x.URL) },
	))
	_, err := c.Do(context.Background(), Request{Path: "orders", Query: url.Values{"page": {"2"}}})
	e := wantError(t, err, KindAPI)
	wantNoSecrets(t, e)
	if e.URL != s.URL+"/wp-json/wc/v3/orders?page=2" || shown[0] != e.URL {
		t.Errorf("shown as %s and %s", e.URL, shown[0])
	}
	if s.requests()[0].auth != "" {
		t.Error("an Authorization header was sent too")
	}
}

func TestASitePasswordTakesTheHeaderAndTheKeyTravelsInTheQuery(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		if user != "staging" || password != "geheim" || r.URL.Query().Get("consumer_key") != testKey {
			t.Errorf("user %q password %q query %s", user, password, r.URL.RawQuery)
		}
		answerJSON(w, 401, wpError("woocommerce_rest_cannot_view", 401))
	})
	base := strings.Replace(s.URL, "https://", "https://staging:geheim@", 1)
	c, err := New(base, testCred, s.trust())
	if err != nil {
		t.Fatal(err)
	}
	_, err = get(t, c, "orders")
	if e := wantError(t, err, KindAPI); strings.Contains(e.Error(), "geheim") {
		t.Errorf("the password is shown: %v", e)
	}
	if _, err := New(base, testCred, s.trust(), WithAuth(AuthBasic)); err == nil {
		t.Error("two owners of one header were accepted")
	}
}

func TestTheRESTRootCanBeAnywhere(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ base, root, want string }{
		{"/", "/wp-json/", "/wp-json/wc/v3/orders"},
		{"/shop/", "/wp-json/", "/shop/wp-json/wc/v3/orders"},
		{"", "/index.php/wp-json/", "/index.php/wp-json/wc/v3/orders"},
		{"", "api", "/api/wc/v3/orders"},
		// WooCommerce looks for the text wp-json/wc/ in the raw address
		// (docs/woocommerce/authentication.md#rest-route-ignores-keys).
		{"", "/?rest_route=/", "/?rest_route=%2Fwc%2Fv3%2Forders&waybill=wp-json/wc/"},
		{"", "/index.php?rest_route=/", "/index.php?rest_route=%2Fwc%2Fv3%2Forders&waybill=wp-json/wc/"},
	} {
		s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `[]`) })
		c, err := New(s.URL+tt.base, testCred, s.trust(), WithRoot(tt.root))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := get(t, c, "orders"); err != nil {
			t.Fatal(err)
		}
		if got := s.requests()[0].uri; got != tt.want {
			t.Errorf("base %q root %q asks %s, want %s", tt.base, tt.root, got, tt.want)
		}
	}
}

func TestOtherNamespacesAndTheIndexAreReachable(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `{}`) })
	c := s.client(t)
	for _, tt := range []struct{ namespace, path, want string }{
		{"wc-analytics", "reports/orders", "/wp-json/wc-analytics/reports/orders"},
		{NoNamespace, "", "/wp-json/"},
		{"wc/v3", "", "/wp-json/wc/v3"},
		{"", "taxes/classes/ermäßigt", "/wp-json/wc/v3/taxes/classes/erm%C3%A4%C3%9Figt"},
	} {
		if _, err := c.Do(context.Background(), Request{Namespace: tt.namespace, Path: tt.path}); err != nil {
			t.Fatal(err)
		}
		if got := s.requests()[len(s.requests())-1].uri; got != tt.want {
			t.Errorf("asked %s, want %s", got, tt.want)
		}
	}
}

func TestPathsThatWouldMissTheirRouteAreRefused(t *testing.T) {
	t.Parallel()
	c, err := New("https://shop.example", testCred)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"orders?page=2", "orders//12", "orders/../customers", "orders/./1", "orders#x"} {
		_, err := c.Do(context.Background(), Request{Path: path})
		wantError(t, err, KindUsage)
	}
}

func TestBodiesAreJSONAndRawBodiesStayUntouched(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 201, `{"id":1}`) })
	c := s.client(t)
	raw := `{"total" : "1.00", "n":1.0}`
	if _, err := post(t, c, "orders", raw); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(context.Background(), Request{
		Method: "POST", Path: "orders", Body: map[string]string{"note": "a<b&c"},
	}); err != nil {
		t.Fatal(err)
	}
	log := s.requests()
	if log[0].body != raw || log[0].contentType != "application/json" || log[1].body != `{"note":"a<b&c"}` {
		t.Errorf("requests = %+v", log)
	}
}

func TestCredentialsDoNotPrintTheirSecret(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, testCred); strings.Contains(got, testSecret) || strings.Contains(got, testKey) {
			t.Errorf("%s prints %s", verb, got)
		}
	}
}

func TestObserversSeeEveryExchangeWithoutSecrets(t *testing.T) {
	t.Parallel()
	fail := true
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) {
		if fail {
			fail = false
			answerJSON(w, 503, `{}`)
			return
		}
		answerJSON(w, 200, `[1]`)
	})
	var seen []Exchange
	c := s.client(t, WithRetries(1), WithRetryPause(0, 0), WithAuth(AuthQuery),
		WithObserver(func(_ context.Context, x Exchange) { seen = append(seen, x) }))
	if _, err := get(t, c, "orders"); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || seen[0].Status != 503 || seen[0].Attempt != 0 || seen[1].Status != 200 ||
		seen[1].Attempt != 1 || seen[1].Bytes != 3 {
		t.Errorf("seen = %+v", seen)
	}
	for _, x := range seen {
		if text := fmt.Sprintf("%+v", x); strings.Contains(text, testSecret) || strings.Contains(text, testKey) {
			t.Errorf("an observer sees a secret: %s", text)
		}
	}
}
