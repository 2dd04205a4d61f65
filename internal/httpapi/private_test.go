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
	b := setup(t, map[string]string{"http.private_addresses": "refuse"})
	for _, address := range []string{"https://127.0.0.1" + port, "https://localhost" + port,
		"https://[::ffff:127.0.0.1]" + port, "https://[::1]" + port, "https://0.0.0.0" + port, "https://10.0.0.1",
		"https://169.254.169.254/latest/meta-data", "http://192.168.0.1"} {
		body, err := json.Marshal(map[string]string{"url": address, "key": "ck_x", "secret": "cs_x"})
		b.ok(err)
		a := b.call(b.root, http.MethodPost, "/v1/stores", string(body))
		if a.status != 422 || a.code() != "store_private" || strings.Contains(a.text, "secret of the inside") {
			t.Errorf("%s: %d %s", address, a.status, a.text)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

// TestANameThatChangesIsLookedAtAgain: the address is judged when it is connected to, not before.
func TestANameThatChangesIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	dialer := shop.NewDialer(config.HTTP{PrivateAddresses: "refuse"})
	if dialer.Control == nil || shop.NewDialer(config.HTTP{}).Control != nil {
		t.Fatal("the guard does not follow the setting")
	}
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
