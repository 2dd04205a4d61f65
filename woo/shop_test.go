package woo

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

const (
	testKey    = "ck_0123456789abcdef0123456789abcdef01234567"
	testSecret = "cs_76543210fedcba9876543210fedcba9876543210"
)

var testCred = Credentials{Key: testKey, Secret: testSecret}

// shop is a real HTTP server on loopback with a handler of the test's own, and a log of what reached it.
type shop struct {
	*httptest.Server
	mu  sync.Mutex
	log []seen
}

type seen struct {
	method, uri, auth, body, contentType, userAgent string
}

func (s seen) path() string { path, _, _ := strings.Cut(s.uri, "?"); return path }

func newShop(t *testing.T, handler http.HandlerFunc) *shop { return startShop(t, true, handler) }

func newPlainShop(t *testing.T, handler http.HandlerFunc) *shop { return startShop(t, false, handler) }

func startShop(t *testing.T, secure bool, handler http.HandlerFunc) *shop {
	t.Helper()
	s := &shop{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.log = append(s.log, seen{r.Method, r.RequestURI, r.Header.Get("Authorization"), string(body),
			r.Header.Get("Content-Type"), r.Header.Get("User-Agent")})
		s.mu.Unlock()
		handler(w, r)
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // tests break connections on purpose
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

func (s *shop) requests() []seen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]seen(nil), s.log...)
}

func (s *shop) trust() Option {
	if s.Certificate() == nil {
		return func(*settings) {}
	}
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return WithRootCAs(pool)
}

// client asks the shop without retries, so that tests count requests.
func (s *shop) client(t *testing.T, opts ...Option) *Client {
	t.Helper()
	c, err := New(s.URL, testCred, append([]Option{s.trust(), WithRetries(0)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseIdleConnections)
	return c
}

func answerJSON(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

func wpError(code string, status int) string {
	return fmt.Sprintf(`{"code":%q,"message":"Translated text.","data":{"status":%d}}`, code, status)
}

func wantError(t *testing.T, err error, kind Kind) *Error {
	t.Helper()
	e, ok := AsError(err)
	if !ok || e.Kind != kind {
		t.Fatalf("error = %v (%+v), want kind %q", err, e, kind)
	}
	return e
}

// wantNoSecrets fails when any part of an error shows the key.
func wantNoSecrets(t *testing.T, e *Error) {
	t.Helper()
	all, err := json.Marshal(struct {
		*Error
		Text, Cause string
	}{e, e.Error(), fmt.Sprint(e.Err)})
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{testKey, testSecret} {
		if strings.Contains(string(all), secret) {
			t.Errorf("the error shows a secret: %s", all)
		}
	}
}

func get(t *testing.T, c *Client, path string) (*Response, error) {
	t.Helper()
	return c.Do(context.Background(), Request{Path: path})
}

func post(t *testing.T, c *Client, path, body string) (*Response, error) {
	t.Helper()
	return c.Do(context.Background(), Request{Method: http.MethodPost, Path: path, Body: json.RawMessage(body)})
}
