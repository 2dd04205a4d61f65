package sink_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/egress"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/problem"
)

// identity is a certificate with its key.
type identity struct {
	text, key string
	pair      tls.Certificate
	pool      *x509.CertPool
}

// certificates makes an authority and a certificate of it, for 127.0.0.1 and for clients.
func certificates(t *testing.T) (authority, certificate identity) {
	t.Helper()
	make := func(serial int64, parent *x509.Certificate, by any) (identity, *x509.Certificate, *ecdsa.PrivateKey) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		c := &x509.Certificate{SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour),
			NotAfter: time.Now().Add(time.Hour), IsCA: parent == nil, BasicConstraintsValid: true,
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature |
				x509.KeyUsageCertSign,
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
		if parent == nil {
			parent, by = c, key
		}
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		i := identity{text: string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})),
			key: string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), pool: x509.NewCertPool()}
		i.pool.AppendCertsFromPEM([]byte(i.text))
		if i.pair, err = tls.X509KeyPair([]byte(i.text), []byte(i.key)); err != nil {
			t.Fatal(err)
		}
		return i, c, key
	}
	authority, root, key := make(1, nil, nil)
	certificate, _, _ = make(2, root, key)
	return authority, certificate
}

// TestNoBrokerInAPrivateNetworkIsReached: what is judged is where a connection goes to, as with URLs.
func TestNoBrokerInAPrivateNetworkIsReached(t *testing.T) {
	t.Parallel()
	inside, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = inside.Close() })
	var asked atomic.Int64
	go func() {
		for {
			conn, err := inside.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			_ = conn.Close()
		}
	}()
	_, port, _ := net.SplitHostPort(inside.Addr().String())
	opts := within(10 * time.Second)
	opts.Guard = egress.NewGuard(nil)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1",
		"169.254.169.254", "[fe80::1]", "[fd00:ec2::254]", "[64:ff9b::7f00:1]"} {
		for kind, address := range map[string]string{
			sink.HTTP: "http://" + host + ":" + port, sink.NATS: "nats://" + host + ":" + port,
			sink.Kafka: "kafka://" + host + ":" + port + "/orders",
		} {
			a := open(t, kind, sink.Reach{URL: address}, opts).Send(t.Context(), sink.Message{ID: "1", Type: "test"})
			if !a.Down || !strings.Contains(a.Why, "private network") {
				t.Errorf("%s is answered with %+v", address, a)
			}
		}
	}
	if n := asked.Load(); n > 0 {
		t.Errorf("the inside was asked %d times", n)
	}
}

// TestAReceiverThatAsksForACertificateIsShownOne: by HTTP too, and only who is trusted gets anything.
func TestAReceiverThatAsksForACertificateIsShownOne(t *testing.T) {
	t.Parallel()
	authority, certificate := certificates(t)
	var came atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate.pair},
		ClientCAs: authority.pool, ClientAuth: tls.RequireAndVerifyClientCert}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	reach := sink.Reach{URL: server.URL, Authorities: authority.text, Certificate: certificate.text,
		Key: certificate.key}
	if a := open(t, sink.HTTP, reach, options()).Send(t.Context(), sink.Message{ID: "1"}); !a.Taken() {
		t.Errorf("it is not taken: %s", a.Why)
	}
	bare, unknown := reach, reach
	bare.Certificate, bare.Key, unknown.Authorities = "", "", ""
	for name, r := range map[string]sink.Reach{"without ours": bare, "nobody who is known": unknown} {
		a := open(t, sink.HTTP, r, options()).Send(t.Context(), sink.Message{ID: "1"})
		if !a.Down || strings.Contains(a.Why, "127.0.0.1") {
			t.Errorf("%s: %+v", name, a)
		}
	}
	if n := came.Load(); n != 1 {
		t.Errorf("%d messages came", n)
	}
}

// TestAReceiverIsReachedThroughItsProxy: the proxy is asked for it, and is judged as it is.
func TestAReceiverIsReachedThroughItsProxy(t *testing.T) {
	t.Parallel()
	var asked atomic.Pointer[string]
	proxy := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		address := r.URL.String()
		asked.Store(&address)
	}))
	t.Cleanup(proxy.Close)
	reach := sink.Reach{URL: "http://erp.example.com/hook", Proxy: proxy.URL}
	a := open(t, sink.HTTP, reach, options()).Send(t.Context(), sink.Message{ID: "1"})
	if to := asked.Load(); !a.Taken() || to == nil || *to != reach.URL {
		t.Errorf("it is answered with %+v", a)
	}
	opts := options()
	opts.Guard = egress.NewGuard(nil)
	if a := open(t, sink.HTTP, reach, opts).Send(t.Context(), sink.Message{ID: "1"}); !a.Down ||
		!strings.Contains(a.Why, "private network") {
		t.Errorf("a private proxy: %+v", a)
	}
}

func TestABrokerThatCannotBeIsRefusedWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]sink.Reach{
		"a user in the address":   {URL: "nats://erp:hush@nats.example.com"},
		"no host":                 {URL: "nats:///hush"},
		"no name":                 {URL: "kafka://kafka.example.com"},
		"a name with blanks":      {URL: "kafka://kafka.example.com/hush hush"},
		"all subjects":            {URL: "nats://nats.example.com/hush.>"},
		"a proxy":                 {URL: "nats://nats.example.com", Proxy: "http://hush.example.com"},
		"our header":              {URL: "nats://nats.example.com", Headers: map[string]string{"webhook-id": "hush"}},
		"trust without TLS":       {URL: "nats://nats.example.com", Authorities: "hush"},
		"no certificate":          {URL: "nats+tls://nats.example.com", Certificate: "hush", Key: "hush"},
		"two ways to log in":      {URL: "nats://x.example", Login: sink.Login{Token: "hush", Nkey: "hush"}},
		"a user without password": {URL: "nats://x.example", Login: sink.Login{User: "hush"}},
		"no nkey":                 {URL: "nats://x.example", Login: sink.Login{Nkey: "hush"}},
		"no credentials":          {URL: "nats://x.example", Login: sink.Login{Credentials: "hush"}},
		"a token for Kafka":       {URL: "kafka://x.example/orders", Login: sink.Login{Token: "hush"}},
		"an unknown way":          {URL: "kafka://x.example/orders?sasl=hush", Login: sink.Login{User: "u", Password: "p"}},
		"a password for a URL":    {URL: "https://x.example", Login: sink.Login{User: "u", Password: "hush"}},
	} {
		_, err := sink.Open(sink.KindOf(r.URL), r, options())
		if !problem.Is(err, problem.InputInvalid) || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
