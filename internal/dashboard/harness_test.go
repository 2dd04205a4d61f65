package dashboard_test

import (
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/dashboard"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/sandbox"
)

// bundle is a running service with its dashboard, and a shop to connect.
type bundle struct {
	*testing.T
	service *service.Service
	shop    *sandbox.Server
	url     string
}

// everything is somebody who may everything.
var everything = frame.Session{Caller: access.Local("sam"), Name: "Sam", Role: "administrator"}

func setup(t *testing.T, gate frame.Gate, options ...sandbox.Option) *bundle {
	t.Helper()
	b := &bundle{T: t, shop: sandbox.Start(t, options...)}
	flags := map[string]string{"data": t.TempDir(), "pace.mode": "full", "sync.poll_min": "1s", "sync.round": "1s"}
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + flags["data"]}, Flags: flags})
	b.ok(err)
	trust := x509.NewCertPool()
	trust.AddCert(b.shop.CertificateAuthority)
	b.service, err = service.Open(t.Context(), service.Options{Config: cfg, Authorities: trust,
		Logger: slog.New(slog.DiscardHandler)})
	b.ok(err)
	b.ok(b.service.Start(t.Context(), service.Process{Role: "all", API: true, Listen: "127.0.0.1:0", Version: "test",
		Gate: gate}))
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
	return b
}

func (b *bundle) ok(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// connect connects the shop under a name and waits until it is copied.
func (b *bundle) connect(name string) storage.Store {
	b.Helper()
	connected, err := b.service.Connect(b.Context(), stores.Connection{URL: b.shop.URL, Key: b.shop.Key,
		Secret: b.shop.Secret, Name: name})
	b.ok(err)
	_, err = b.service.SyncOnce(b.Context(), connected.Store, nil)
	b.ok(err)
	return connected.Store
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
}

// ask asks for a page as a browser does, without following where it leads. Headers are pairs.
func (b *bundle) ask(method, path, form string, headers ...string) answer {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), method, b.url+path, strings.NewReader(form))
	b.ok(err)
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	b.ok(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	b.ok(err)
	return answer{res.StatusCode, res.Header, string(text)}
}

// routes are the pages and actions that there are.
func routes() []frame.Route {
	return dashboard.New(dashboard.Parts{}, dashboard.Options{Gate: frame.Open{}, Now: time.Now}).Routes()
}
