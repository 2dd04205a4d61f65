package httpapi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/sandbox"
)

// front is a proxy before a server that is started after it, as the one that ends TLS for shops.
func front(t *testing.T) (address string, lead func(to string)) {
	t.Helper()
	var target atomic.Pointer[httputil.ReverseProxy]
	transport := &http.Transport{DisableKeepAlives: true}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target.Load().ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, func(to string) {
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		proxy := httputil.NewSingleHostReverseProxy(u)
		proxy.Transport = transport
		target.Store(proxy)
	}
}

// told is a service that stores reach, with a store whose webhooks are made.
func told(t *testing.T) *bundle {
	t.Helper()
	address, lead := front(t)
	// Polls are so far apart that only a webhook brings a change within the test.
	b := setup(t, map[string]string{"serve.public_url": address, "sync.poll_min": "1h", "sync.poll_max": "1h",
		"sync.round": "1h"}, sandbox.WithReceivers())
	lead(b.url)
	b.connect("shop")
	b.inbox(func(v inboxView) bool { return v.State == "active" })
	return b
}

type inboxView struct {
	State, Why, Address string
	Webhooks            []struct{ ID int64 }
	SecretSent          bool      `json:"secret_sent"`
	CheckedAt           time.Time `json:"checked_at"`
}

// inbox asks until the webhooks stand as they should.
func (b *bundle) inbox(until func(inboxView) bool) (v inboxView) {
	b.Helper()
	for {
		b.want(200, http.MethodGet, "/v1/stores/shop/inbox", "").into(b.T, &v)
		if until(v) {
			return v
		}
		select {
		case <-b.Context().Done():
			b.Fatalf("the webhooks are %+v", v)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// last is the number of the newest change.
func (b *bundle) last() int64 {
	b.Helper()
	var page struct{ Last int64 }
	b.want(200, http.MethodGet, "/v1/changes?limit=1000", "").into(b.T, &page)
	return page.Last
}

// arrives waits for a change of a record behind a number.
func (b *bundle) arrives(after int64, resource string, id int64) (kind string) {
	b.Helper()
	for {
		var page struct {
			Changes []struct {
				Kind string
				ID   int64
			}
			Last int64
		}
		b.want(200, http.MethodGet, fmt.Sprintf("/v1/changes?after=%d&wait=20&resource=%s", after, resource), "").
			into(b.T, &page)
		for _, c := range page.Changes {
			if c.ID == id {
				return c.Kind
			}
		}
		after = page.Last
	}
}

// onStore asks the store as a person does there.
func (b *bundle) onStore(method, path, body string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.shop.URL+"/wp-json/wc/v3/"+path, strings.NewReader(body))
	b.ok(err)
	req.SetBasicAuth(b.shop.Key, b.shop.Secret)
	req.Header.Set("Content-Type", "application/json")
	client := b.shop.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	b.ok(err)
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		b.Fatalf("%s %s on the store: %s", method, path, res.Status)
	}
}

// TestAWebhookBringsAChangeWithoutAPoll: an order is made, changed and put into the trash; polls are an hour apart.
func TestAWebhookBringsAChangeWithoutAPoll(t *testing.T) {
	t.Parallel()
	b := told(t)
	var st struct{ Webhooks string }
	b.want(200, http.MethodGet, "/v1/stores/shop", "").into(t, &st)
	if st.Webhooks != "active" {
		t.Errorf("the store shows %+v", st)
	}
	last := b.last()
	id := b.order(`{"status":"processing"}`)
	if kind := b.arrives(last, "orders", id); kind != "created" {
		t.Errorf("the change is %s", kind)
	}
	last = b.last()
	before := len(b.shop.Requests())
	b.onStore(http.MethodPut, fmt.Sprintf("orders/%d", id), `{"status":"completed"}`)
	if kind := b.arrives(last, "orders", id); kind != "updated" {
		t.Errorf("the change is %s", kind)
	}
	if asked := len(b.shop.Requests()) - before; asked > 8 {
		t.Errorf("one webhook cost the store %d requests", asked-1)
	}
	last = b.last()
	b.onStore(http.MethodDelete, fmt.Sprintf("orders/%d", id), "")
	if kind := b.arrives(last, "orders", id); kind != "trashed" {
		t.Errorf("the change is %s", kind)
	}
}

func TestTheSecretOfWebhooksIsChangedWhileTheyCome(t *testing.T) {
	t.Parallel()
	b := told(t)
	b.want(202, http.MethodPost, "/v1/stores/shop/inbox/secret", "")
	b.inbox(func(v inboxView) bool { return v.SecretSent })
	last := b.last()
	if kind := b.arrives(last, "orders", b.order(`{}`)); kind != "created" {
		t.Errorf("the change is %s", kind)
	}
}

func TestAStoreThatIsRemovedLosesItsWebhooks(t *testing.T) {
	t.Parallel()
	b := told(t)
	address := b.inbox(func(v inboxView) bool { return len(v.Webhooks) > 0 }).Address
	b.want(204, http.MethodDelete, "/v1/stores/shop", "")
	for _, r := range b.shop.Requests() {
		if r.Method == http.MethodDelete && strings.Contains(r.Path, "webhooks/") && r.Status != http.StatusOK {
			t.Errorf("%s: %d", r.Path, r.Status)
		}
	}
	b.connect("shop")
	if v := b.inbox(func(v inboxView) bool { return v.State == "active" }); v.Address == address || len(v.Webhooks) != 15 {
		t.Errorf("connected again it is %+v", v)
	}
}

func TestWithoutAPublicAddressTheStoreIsPolled(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	b.connect("shop")
	if v := b.inbox(func(inboxView) bool { return true }); v.State != "off" || v.Address != "" {
		t.Errorf("it is %+v", v)
	}
	if a := b.want(409, http.MethodPost, "/v1/stores/shop/inbox/check", ""); a.code() != "webhooks_off" {
		t.Errorf("got %s", a.text)
	}
	for _, path := range []string{"/hooks/", "/hooks/" + strings.Repeat("A", 26)} {
		if a := b.call("", http.MethodPost, path, `{}`); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}
