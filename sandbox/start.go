package sandbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// TestingT is the part of *testing.T that [Start] needs.
type TestingT interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Server is a store that listens on a loopback port.
type Server struct {
	*Store
	// URL is the home address, without a trailing slash.
	URL string
	// PlainURL is the address whose plain HTTP requests are redirected; "" without [WithRedirectFromHTTP].
	PlainURL string
	// Key and Secret are an administrator's REST API key.
	Key, Secret string
	// CertificateAuthority verifies the server's certificate; nil without TLS.
	CertificateAuthority *x509.Certificate

	http  *http.Server
	plain *http.Server // nil without WithRedirectFromHTTP
	done  chan struct{}
	// redirecting is closed when plain has ended.
	redirecting chan struct{}
}

// Start starts a fresh store for a test and stops it when the test ends. It serves TLS, as WooCommerce needs for keys,
// unless [WithPlainHTTP] is given.
func Start(t TestingT, options ...Option) *Server {
	t.Helper()
	server, err := Serve("127.0.0.1:0", options...)
	if err != nil {
		t.Fatalf("starting a sandbox store: %v", err)
	}
	running := server
	t.Cleanup(func() {
		running.Close()
		running = nil // a test keeps its cleanups until its parent ends; without this they would keep the store too
	})
	return server
}

// Serve starts a fresh store on an address such as "127.0.0.1:0". The error says that it cannot listen there.
func Serve(address string, options ...Option) (*Server, error) {
	store := New(options...)
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	credentials, err := store.Credentials(defaultLogin)
	if err != nil {
		return nil, err
	}
	server := &Server{
		Store: store, Key: credentials.Key, Secret: credentials.Secret, done: make(chan struct{}),
		http: &http.Server{
			Handler: withAdmin(store), ReadHeaderTimeout: time.Minute,
			// Clients that do not trust the certificate, or go away, are part of the tests and not worth a log line.
			ErrorLog: log.New(io.Discard, "", 0),
		},
	}
	scheme := "http"
	if !store.settings.plainHTTP {
		scheme = "https"
		authority, err := newAuthority()
		if err != nil {
			_ = listener.Close()
			return nil, err
		}
		handshakes, err := newHandshakes(authority, listener.Addr(), store.domains()...)
		if err != nil {
			_ = listener.Close()
			return nil, err
		}
		server.CertificateAuthority = authority.certificate
		listener = tls.NewListener(listener, handshakes.config(&store.tlsFault))
		if f := store.settings.tlsFault; f != "" {
			if err := store.Break(string(f)); err != nil {
				_ = listener.Close()
				return nil, err
			}
		}
	}
	server.URL = scheme + "://" + listener.Addr().String()
	if store.settings.redirectHTTP && !store.settings.plainHTTP {
		if err := server.redirectPlain(address); err != nil {
			_ = listener.Close()
			return nil, err
		}
	}
	store.listen(server.URL)
	if !store.settings.manualWebhooks {
		store.StartWebhooks()
	}
	go func() {
		defer close(server.done)
		_ = server.http.Serve(listener) // always ends with an error: Close
	}()
	return server, nil
}

// redirectPlain listens for plain HTTP on another port of the same address.
func (s *Server) redirectPlain(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return err
	}
	s.PlainURL = "http://" + listener.Addr().String()
	s.plain = &http.Server{
		Handler: redirectToTLS(s.URL), ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0),
	}
	s.redirecting = make(chan struct{})
	go func() {
		defer close(s.redirecting)
		_ = s.plain.Serve(listener) // always ends with an error: Close
	}()
	return nil
}

// Client returns an HTTP client that trusts the store's certificate and does not follow redirects.
func (s *Server) Client() *http.Client {
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	if s.CertificateAuthority != nil {
		roots := x509.NewCertPool()
		roots.AddCert(s.CertificateAuthority)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	}
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Close stops the server, open connections included. It may be called more than once.
func (s *Server) Close() {
	_ = s.http.Close()
	<-s.done
	if s.plain != nil {
		_ = s.plain.Close()
		<-s.redirecting
	}
	s.StopWebhooks()
}

// CertificatePEM returns the certificate of the authority in PEM, for SSL_CERT_FILE; nil without TLS.
func (s *Server) CertificatePEM() []byte {
	if s.CertificateAuthority == nil {
		return nil
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.CertificateAuthority.Raw})
}
