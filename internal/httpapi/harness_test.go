package httpapi_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage/databasetest"
	"github.com/waybillhq/waybill/sandbox"
)

func TestMain(m *testing.M) {
	// These tests wait for stores more than they compute.
	_ = flag.Set("test.parallel", "8")
	goleak.VerifyTestMain(m)
}

// bundle is a running service with its API, and a store to connect.
type bundle struct {
	*testing.T
	service *service.Service
	shop    *sandbox.Server
	url     string
	// root is a token that may everything.
	root string
	log  *logged
}

// logged is what the service has logged.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func setup(t *testing.T, settings map[string]string, options ...sandbox.Option) *bundle {
	t.Helper()
	b := &bundle{T: t, shop: sandbox.Start(t, options...), log: &logged{}}
	flags := map[string]string{"data": t.TempDir(), "pace.mode": "full", "sync.poll_min": "1s", "serve.rate": "0",
		"http.private_addresses": "allow"} // the shops of tests are on this machine, whoever's they are
	if place := databasetest.Fresh(t); strings.HasPrefix(place.Address, "postgres:") {
		flags["database.url"] = place.Address
	}
	for key, value := range settings {
		flags[key] = value
	}
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + flags["data"]}, Flags: flags})
	b.ok(err)
	trust := x509.NewCertPool()
	trust.AddCert(b.shop.CertificateAuthority)
	b.service, err = service.Open(t.Context(), service.Options{Config: cfg, Authorities: trust,
		Logger: slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	b.ok(err)
	b.ok(b.service.Start(t.Context(), service.Process{Role: "all", API: true, Listen: "127.0.0.1:0", Version: "test"}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		if err := b.service.Stop(ctx); err != nil {
			t.Errorf("stopping: %v", err)
		}
		if err := b.service.Close(); err != nil {
			t.Errorf("closing: %v", err)
		}
	})
	b.url = "http://" + b.service.Listening()
	b.root = b.token(access.NewToken{Scopes: []access.Scope{access.Admin}})
	return b
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bundle) token(n access.NewToken) string {
	b.Helper()
	n.Name = "test"
	made, err := b.service.CreateToken(b.Context(), access.Local("test"), n)
	b.ok(err)
	return made.Secret
}

func (b *bundle) group(name string) {
	b.Helper()
	_, err := b.service.CreateGroup(b.Context(), name)
	b.ok(err)
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
}

// into reads the body.
func (a answer) into(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.text), v); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.text, err)
	}
}

// code is that of the problem.
func (a answer) code() string {
	var p struct{ Code string }
	_ = json.Unmarshal([]byte(a.text), &p)
	return p.Code
}

// call asks the API. Headers are pairs.
func (b *bundle) call(token, method, path, body string, headers ...string) answer {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.url+path, strings.NewReader(body))
	b.ok(err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport}).Do(req)
	b.ok(err)
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		greeting, err := bufio.NewReader(res.Body).ReadString('\n') // it has no end
		b.ok(err)
		return answer{res.StatusCode, res.Header, greeting}
	}
	text, err := io.ReadAll(res.Body)
	b.ok(err)
	return answer{res.StatusCode, res.Header, string(text)}
}

// want calls as root and fails unless the status is as it should be.
func (b *bundle) want(status int, method, path, body string, headers ...string) answer {
	b.Helper()
	a := b.call(b.root, method, path, body, headers...)
	if a.status != status {
		b.Fatalf("%s %s: got %d %s, want %d", method, path, a.status, a.text, status)
	}
	return a
}

// connect connects the store under a name and waits until its mirror is up to date.
func (b *bundle) connect(name string) {
	b.Helper()
	text, err := json.Marshal(map[string]string{"url": b.shop.URL, "key": b.shop.Key, "secret": b.shop.Secret,
		"name": name})
	b.ok(err)
	b.want(http.StatusCreated, http.MethodPost, "/v1/stores", string(text))
	b.want(http.StatusOK, http.MethodPost, "/v1/stores/"+name+"/sync", "", "Prefer", "wait=50")
}

// order makes an order on the store, behind Waybill's back, and gives its id.
func (b *bundle) order(body string) int64 { return b.onShop(http.MethodPost, "orders", body) }

// onShop changes a record of the store, behind Waybill's back, and gives its id.
func (b *bundle) onShop(method, path, body string) int64 {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.shop.URL+"/wp-json/wc/v3/"+path,
		strings.NewReader(body))
	b.ok(err)
	req.SetBasicAuth(b.shop.Key, b.shop.Secret)
	req.Header.Set("Content-Type", "application/json")
	client := b.shop.Client()
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	b.ok(err)
	defer res.Body.Close()
	var made struct{ ID int64 }
	b.ok(json.NewDecoder(res.Body).Decode(&made))
	if made.ID == 0 {
		b.Fatalf("the store answered %s", res.Status)
	}
	return made.ID
}
