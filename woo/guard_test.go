package woo

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"testing"
)

func TestTheGuardLetsOnlyPublicAddressesThrough(t *testing.T) {
	t.Parallel()
	guard := GuardPrivate(netip.MustParsePrefix("10.1.0.0/16"))
	for address, allowed := range map[string]bool{
		"93.184.216.34:443": true, "[2606:2800:220:1::1]:443": true, "10.1.2.3:443": true,
		"127.0.0.1:443": false, "10.0.0.1:443": false, "172.16.3.4:80": false, "192.168.1.1:80": false,
		"169.254.169.254:80": false, "100.64.0.1:80": false, "0.0.0.0:80": false, "255.255.255.255:80": false,
		"224.0.0.1:80": false, "[::1]:80": false, "[::]:80": false, "[fe80::1%eth0]:80": false, "[fc00::1]:80": false,
		"[::ffff:127.0.0.1]:80": false, "[::ffff:10.0.0.1]:80": false, "[::ffff:10.1.0.1]:80": true,
		"[64:ff9b::7f00:1]:80": false, "[2002:7f00:1::]:80": false, "[::127.0.0.1]:80": false,
		"localhost:80": false, "nonsense": false,
	} {
		err := guard("tcp", address, nil)
		if (err == nil) != allowed {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestAGuardedClientReachesNothingInside(t *testing.T) {
	t.Parallel()
	s := newShop(t, func(w http.ResponseWriter, r *http.Request) { answerJSON(w, 200, `[]`) })
	c := s.client(t, WithDialControl(GuardPrivate()))
	_, err := post(t, c, "orders", `{}`)
	var guarded *GuardError
	if e := wantError(t, err, KindGuarded); e.Executed != NotExecuted || !errors.As(err, &guarded) {
		t.Errorf("error = %+v", e)
	}
	_, err = Discover(t.Context(), s.URL, s.trust(), WithDialControl(GuardPrivate()))
	wantError(t, err, KindGuarded)
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests went inside", n)
	}
	if _, err := get(
		t, s.client(t, WithDialControl(GuardPrivate(netip.MustParsePrefix("127.0.0.0/8")))), "orders",
	); err != nil {
		t.Errorf("an allowed network: %v", err)
	}
}

func TestAGuardIsNotWalkedAroundByAProxy(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 10)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked <- r.Host }))
	defer proxy.Close()
	at, _ := url.Parse(proxy.URL)
	loopback := netip.MustParsePrefix("127.0.0.0/8")
	c, err := New("http://10.0.0.1", testCred, WithAuth(AuthOAuth1), WithRetries(0),
		WithTransport(&http.Transport{Proxy: http.ProxyURL(at)}), WithDialControl(GuardPrivate(loopback)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = get(t, c, "orders")
	if wantError(t, err, KindGuarded); len(asked) != 0 {
		t.Errorf("the proxy was asked for %s", <-asked)
	}
}
