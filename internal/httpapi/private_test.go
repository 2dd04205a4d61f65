package httpapi_test

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/shop"
)

// TestStoresInPrivateNetworksAreRefused: by every way of writing such an address, also behind a name; and nothing of
// them is asked.
func TestStoresInPrivateNetworksAreRefused(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	inside := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte("secret of the inside"))
	}))
	t.Cleanup(inside.Close)
	port := inside.URL[strings.LastIndex(inside.URL, ":"):]
	refusing := setup(t, map[string]string{"http.private_addresses": "refuse"})
	// As it is unless somebody sets it: whoever has a token of a group does not choose whom this machine talks to.
	b := setup(t, map[string]string{"http.private_addresses": "own"})
	b.group("mine")
	mine := b.token(access.NewToken{Scopes: []access.Scope{access.StoresWrite}, Group: "mine"})
	for _, address := range []string{"https://127.0.0.1" + port, "https://localhost" + port,
		"https://[::ffff:127.0.0.1]" + port, "https://[::1]" + port, "https://0.0.0.0" + port, "https://10.0.0.1",
		"https://169.254.169.254/latest/meta-data", "http://192.168.0.1"} {
		body, err := json.Marshal(map[string]string{"url": address, "key": "ck_x", "secret": "cs_x"})
		b.ok(err)
		for _, a := range []answer{refusing.call(refusing.root, http.MethodPost, "/v1/stores", string(body)),
			b.call(mine, http.MethodPost, "/v1/stores", string(body))} {
			if a.status != 422 || a.code() != "store_private" || strings.Contains(a.text, "secret of the inside") {
				t.Errorf("%s: %d %s", address, a.status, a.text)
			}
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

// TestAStoreThatComesIntoAGroupIsAskedNoMoreInAPrivateNetwork: the group is what counts, not who has connected the
// store.
func TestAStoreThatComesIntoAGroupIsAskedNoMoreInAPrivateNetwork(t *testing.T) {
	t.Parallel()
	b := setup(t, map[string]string{"http.private_addresses": "own"})
	b.group("mine")
	b.connect("shop") // which lies on this machine, and is in no group
	write := func(patience string) answer {
		return b.call(b.root, http.MethodPost, "/v1/stores/shop/records/orders", `{"customer_note":"x"}`, "Prefer", patience,
			"Idempotency-Key", patience)
	}
	if a := write("wait=30"); a.status != 200 {
		t.Errorf("one's own store: %d %.300s", a.status, a.text)
	}
	b.want(200, http.MethodPut, "/v1/groups/mine/stores/shop", "")
	orders := b.shop.State().Counts["orders"]
	if a := write("wait=1"); a.status == 200 || b.shop.State().Counts["orders"] != orders {
		t.Errorf("a write to a store in a group: %d %.300s", a.status, a.text)
	}
}

// TestANameThatChangesIsLookedAtAgain: the address is judged when it is connected to, not before.
func TestANameThatChangesIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	const none, group = 0, 7
	for _, is := range []struct {
		setting string
		of      int64
		guarded bool
	}{{"", none, false}, {"own", none, false}, {"allow", none, false}, {"refuse", none, true},
		{"", group, true}, {"own", group, true}, {"allow", group, false}, {"refuse", group, true}} {
		dialer := shop.NewDialer(config.HTTP{PrivateAddresses: is.setting}, is.of)
		if guarded := dialer.Control != nil || dialer.ControlContext != nil; guarded != is.guarded {
			t.Errorf("%q, group %d: guarded %v", is.setting, is.of, guarded)
		}
	}
	dialer := shop.NewDialer(config.HTTP{}, group)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if conn, err := dialer.DialContext(ctx, "tcp", listener.Addr().String()); err == nil {
		_ = conn.Close()
		t.Error("a connection to loopback was made")
	}
}
