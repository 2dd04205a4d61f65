package egress_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
)

// loopback lets a test reach its own server.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

func client(t *testing.T, allowed []netip.Prefix, to egress.Destination, limits egress.Limits) *egress.Client {
	t.Helper()
	c, err := egress.NewClient(egress.NewGuard(allowed), to, limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// inside is a server that must not be asked.
func inside(t *testing.T) (server *httptest.Server, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, "secret of the inside")
	}))
	t.Cleanup(server.Close)
	return server, asked
}

func TestNoPrivateNetworkIsReached(t *testing.T) {
	t.Parallel()
	server, asked := inside(t)
	port := server.URL[strings.LastIndex(server.URL, ":"):]
	for _, address := range []string{
		"http://127.0.0.1" + port, "http://localhost" + port, "http://127.1.2.3" + port, "http://0.0.0.0" + port,
		"http://[::1]" + port, "http://[::]" + port, "http://[::ffff:127.0.0.1]" + port, "http://[::127.0.0.1]" + port,
		"http://[64:ff9b::7f00:1]" + port, "http://[2002:7f00:1::]" + port,
		"http://10.0.0.1", "http://172.16.0.1", "http://192.168.1.1", "http://100.64.0.1", "http://198.18.0.1",
		"http://169.254.169.254/latest/meta-data", "http://[fe80::1]", "http://[fd00:ec2::254]", "http://224.0.0.1",
		"http://255.255.255.255",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		_, err := client(t, nil, egress.Destination{URL: address}, egress.Limits{}).Post(ctx, nil, []byte("x"))
		cancel()
		if !egress.Refused(err) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

func TestAllowedNetworksAreReachedAndNoOthers(t *testing.T) {
	t.Parallel()
	server, asked := inside(t)
	answer, err := client(t, loopback, egress.Destination{URL: server.URL}, egress.Limits{}).Post(t.Context(), nil, nil)
	if err != nil || answer.Status != 200 || string(answer.Body) != "secret of the inside" || asked.Load() != 1 {
		t.Errorf("an allowed network: %+v, %v", answer, err)
	}
	_, err = client(t, loopback, egress.Destination{URL: "http://10.0.0.1"}, egress.Limits{}).Post(t.Context(), nil, nil)
	if !egress.Refused(err) {
		t.Errorf("another one: %v", err)
	}
}

// TestAnAddressIsJudgedWhenItIsConnectedTo: a name leads to a public address when somebody looks, and to a private one
// at the connection. The guard is asked with what the connection goes to, at every attempt.
func TestAnAddressIsJudgedWhenItIsConnectedTo(t *testing.T) {
	t.Parallel()
	server, asked := inside(t)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	answers := &atomic.Int64{}
	dialer := egress.NewGuard(nil).Dialer()
	dialer.Resolver = rebinding(t, answers)
	for range 3 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		conn, err := dialer.DialContext(ctx, "tcp4", net.JoinHostPort("rebind.example.com", port))
		if err == nil {
			_ = conn.Close()
		}
		if !egress.Refused(err) {
			t.Errorf("a name that leads inside: %v", err)
		}
		cancel()
	}
	if answers.Load() < 3 {
		t.Errorf("the name was looked up %d times for 3 connections", answers.Load())
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	private, asked := inside(t)
	public := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, private.URL, http.StatusTemporaryRedirect)
	}))
	t.Cleanup(public.Close)
	answer, err := client(t, loopback, egress.Destination{URL: public.URL}, egress.Limits{}).
		Post(t.Context(), nil, []byte("x"))
	if err != nil || answer.Status != http.StatusTemporaryRedirect || asked.Load() != 0 {
		t.Errorf("%+v, %v, and where it leads was asked %d times", answer, err, asked.Load())
	}
}

func TestAProxyIsJudgedAsItsReceiverIs(t *testing.T) {
	t.Parallel()
	proxy, asked := inside(t)
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	to := egress.Destination{URL: "http://erp.example.com/hook", Proxy: at}
	if _, err := client(t, nil, to, egress.Limits{}).Post(t.Context(), nil, nil); !egress.Refused(err) {
		t.Errorf("a private proxy: %v", err)
	}
	answer, err := client(t, loopback, to, egress.Limits{}).Post(t.Context(), nil, nil)
	if err != nil || answer.Status != 200 || asked.Load() != 1 {
		t.Errorf("an allowed proxy: %+v, %v", answer, err)
	}
}

func TestTimeAndSizeAreBounded(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	hangs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/long" {
			_, _ = w.Write(make([]byte, 1<<20))
			return
		}
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(over); hangs.Close() })
	_, err := client(t, loopback, egress.Destination{URL: hangs.URL + "/?password=hush"},
		egress.Limits{Time: 50 * time.Millisecond}).Post(t.Context(), nil, nil)
	if !egress.TimedOut(err) || strings.Contains(err.Error(), "hush") {
		t.Errorf("one that hangs: %v", err)
	}
	answer, err := client(t, loopback, egress.Destination{URL: hangs.URL + "/long"}, egress.Limits{Answer: 100}).
		Post(t.Context(), nil, nil)
	if err != nil || len(answer.Body) != 100 {
		t.Errorf("a long answer: %d bytes, %v", len(answer.Body), err)
	}
}

func TestHeadersAndCertificatesAreShown(t *testing.T) {
	t.Parallel()
	var seen http.Header
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = r.Header
		if len(r.TLS.PeerCertificates) == 0 {
			panic(http.ErrAbortHandler)
		}
	}))
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	pool := x509.NewCertPool()
	pool.AddCert(server.Certificate())
	to := egress.Destination{URL: server.URL, Authorities: pool, Header: http.Header{"x-api-key": {"k"}}}
	if _, err := client(t, loopback, to, egress.Limits{}).Post(t.Context(), nil, nil); err == nil {
		t.Error("it was let in without a certificate")
	}
	to.Certificate = &server.TLS.Certificates[0] // any will do for this server
	answer, err := client(t, loopback, to, egress.Limits{}).Post(t.Context(), http.Header{"Webhook-Id": {"1"}}, nil)
	if err != nil || answer.Status != 200 || seen.Get("X-Api-Key") != "k" || seen.Get("Webhook-Id") != "1" {
		t.Errorf("with one: %+v, %v, %v", answer, err, seen)
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "erp.example.com", "ftp://erp.example.com", "http://", "file:///etc/passwd",
		"http://[::1", "gopher://x"} {
		_, err := egress.NewClient(egress.NewGuard(nil), egress.Destination{URL: address}, egress.Limits{})
		if !errors.Is(err, egress.ErrAddress) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

// rebinding is a resolver whose name leads to loopback by the time of the connection, whatever somebody saw who looked
// before. It has a server of its own.
func rebinding(t *testing.T, asked *atomic.Int64) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := server.ReadFrom(packet)
			if err != nil {
				return
			}
			asked.Add(1)
			_, _ = server.WriteTo(answerTo(packet[:n]), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp4", server.LocalAddr().String())
	}}
}

// answerTo answers a question for an address with 127.0.0.1: the question again, and one record behind it.
func answerTo(question []byte) []byte {
	end := 12
	for end < len(question) && question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5 // the end of the name, its type and class
	answer := append([]byte{}, question[:end]...)
	answer[2], answer[3] = 0x81, 0x80 // an answer, without error
	answer[6], answer[7] = 0, 1       // one record
	copy(answer[8:12], []byte{0, 0, 0, 0})
	return append(answer, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 0, 1)
}
