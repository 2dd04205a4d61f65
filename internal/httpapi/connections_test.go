package httpapi_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/sandbox"
)

// behindTLS puts a proxy with TLS before the API, which is known before the API is. Its transport trusts it.
func behindTLS(t *testing.T) (public string, transport http.RoundTripper, to func(api string)) {
	t.Helper()
	var proxy *httputil.ReverseProxy
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, server.Client().Transport, func(api string) {
		target, err := url.Parse(api)
		if err != nil {
			t.Fatal(err)
		}
		proxy = httputil.NewSingleHostReverseProxy(target)
		proxy.Transport = &http.Transport{DisableKeepAlives: true}
	}
}

type connection struct {
	ID, State, Acts, Says, Store, Reason string
	Link                                 string `json:"approve_url"`
	Notes                                []string
}

// TestAShopIsConnectedOverItsApprovalPage goes the whole way over HTTP: who asks, the shop, its owner, the key.
func TestAShopIsConnectedOverItsApprovalPage(t *testing.T) {
	t.Parallel()
	public, transport, to := behindTLS(t)
	b := setup(t, map[string]string{"serve.public_url": public}, sandbox.WithReceivers(),
		sandbox.WithTransport(transport), sandbox.WithManualWebhooks())
	to(b.url)
	b.group("mine")
	b.group("other")
	mine := b.token(access.NewToken{Scopes: []access.Scope{access.StoresWrite, access.StoresRead}, Group: "mine"})
	other := b.token(access.NewToken{Scopes: []access.Scope{access.Admin}, Group: "other"})

	// The public address has a port that WordPress does not call: nobody is sent anywhere.
	body := `{"url":"` + b.shop.URL + `","name":"acme"}`
	refused := b.call(mine, http.MethodPost, "/v1/stores/connections", body)
	if refused.status != 409 || refused.code() != "approval_impossible" ||
		!strings.Contains(refused.text, "public-address-port") || !strings.Contains(refused.text, "keys_page") {
		t.Fatalf("it was not refused: %d %s", refused.status, refused.text)
	}
	var c connection
	begun := b.call(mine, http.MethodPost, "/v1/stores/connections", strings.Replace(body, "}", `,"sure":true}`, 1))
	begun.into(t, &c)
	if begun.status != 201 || c.State != "waiting" || c.Acts != "owner" || c.Link == "" {
		t.Fatalf("it began as %d %s", begun.status, begun.text)
	}
	one := "/v1/connections/" + c.ID
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		if a := b.call(other, method, one, ""); a.status != 404 || a.code() != "connection_not_found" {
			t.Errorf("%s by another group: %d %s", method, a.status, a.text)
		}
	}
	if a := b.call(other, http.MethodGet, "/v1/connections", ""); strings.Contains(a.text, c.ID) {
		t.Errorf("another group sees it: %s", a.text)
	}

	v, err := b.shop.Approve(t.Context(), c.Link, "sm", true)
	b.ok(err)
	if !strings.HasPrefix(v.Back, public+"/connect/"+c.ID+"?success=1") {
		t.Fatalf("the owner saw %d and comes back to %q", v.Status, v.Back)
	}
	page := b.call("", http.MethodGet, strings.TrimPrefix(v.Back, public), "")
	if page.status != 200 || !strings.Contains(page.text, "Thank you") {
		t.Errorf("he reads %d %s", page.status, page.text)
	}
	for c.State != "connected" {
		<-time.After(10 * time.Millisecond)
		c = connection{}
		b.call(mine, http.MethodGet, one, "").into(t, &c)
		if c.State == "failed" {
			t.Fatalf("it failed: %s", c.Says)
		}
	}
	if c.Store != "acme" || c.Link != "" || len(c.Notes) == 0 {
		t.Errorf("it is %+v", c)
	}
	b.want(200, http.MethodPost, "/v1/stores/acme/sync", "", "Prefer", "wait=50")
	var audit struct {
		Entries []struct{ Action, Actor, From string }
	}
	b.call(b.token(access.NewToken{Scopes: []access.Scope{access.AuditRead}}), http.MethodGet, "/v1/audit", "").into(t,
		&audit)
	took := false
	for _, e := range audit.Entries {
		took = took || e.Action == "take-key" && e.Actor == "shop" && e.From == "127.0.0.1"
	}
	if !took {
		t.Errorf("the audit log does not tell of the key: %+v", audit)
	}
	if a := b.call(mine, http.MethodDelete, one, ""); a.status != 204 {
		t.Errorf("forgetting it: %d %s", a.status, a.text)
	}
	if a := b.call(mine, http.MethodGet, "/v1/stores/acme", ""); a.status != 200 {
		t.Errorf("the store went with it: %d", a.status)
	}
}

func TestWhatIsNoCallbackIsTurnedAway(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"serve.rate": "5"})
	state := strings.Repeat("A", 52)
	for _, c := range []struct {
		method, path string
		status       int
	}{
		{http.MethodPost, "/connect/" + state, 404}, {http.MethodGet, "/connect/" + state, 405},
		{http.MethodGet, "/connect/" + state[:26], 404}, {http.MethodPost, "/connect/" + state[:26], 404},
		{http.MethodPost, "/connect/", 404},
		// Guessing is slow.
		{http.MethodPost, "/connect/" + state, 429},
	} {
		if a := b.call("", c.method, c.path, "{}"); a.status != c.status {
			t.Errorf("%s %s: %d %s", c.method, c.path, a.status, a.text)
		}
	}
}

func TestTheLeastRoleIsWritten(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	var made struct {
		Scopes []string
		Text   string
	}
	b.want(200, http.MethodGet, "/v1/role?scopes=orders:read,products:read&format=list", "").into(t, &made)
	if len(made.Scopes) != 2 || !strings.Contains(made.Text, "read") || strings.Contains(made.Text, "manage_woocommerce") {
		t.Errorf("it is %+v", made)
	}
	if a := b.call(b.root, http.MethodGet, "/v1/role?scopes=everything", ""); a.status != 422 {
		t.Errorf("an unknown scope: %d %s", a.status, a.text)
	}
}
