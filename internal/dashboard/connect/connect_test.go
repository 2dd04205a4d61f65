package connect_test

import (
	"context"
	"crypto/x509"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
	"github.com/waybillhq/waybill/internal/dashboard/frame"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/sandbox"
)

// A shop is looked at, refused with a wrong key, connected with the right one, and its orders are there.
func TestShopIsConnectedByHand(t *testing.T) {
	t.Parallel()
	shop := sandbox.Start(t, sandbox.WithOrders(3))
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	cfg, err := config.Load(config.Sources{Env: []string{"HOME=" + dir}, Flags: map[string]string{"data": dir,
		"pace.mode": "full"}})
	ok(err)
	trust := x509.NewCertPool()
	trust.AddCert(shop.CertificateAuthority)
	s, err := service.Open(t.Context(), service.Options{Config: cfg, Authorities: trust,
		Logger: slog.New(slog.DiscardHandler)})
	ok(err)
	ok(s.Start(t.Context(), service.Process{Role: "all", API: true, Listen: "127.0.0.1:0", Version: "test",
		Gate: frame.Open{Session: frame.Session{Caller: access.Local("sam"), Name: "Sam"}}}))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 20*time.Second)
		defer cancel()
		ok(s.Stop(ctx))
		ok(s.Close())
	})
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	jar, err := cookiejar.New(nil) // what was done is said on the next page by way of a cookie
	ok(err)
	client := &http.Client{Transport: transport, Jar: jar}
	send := func(path string, fields ...string) (at, text string) {
		t.Helper()
		form := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.Listening()+path,
			strings.NewReader(form.Encode()))
		ok(err)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		res, err := client.Do(req)
		ok(err)
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		ok(err)
		return res.Request.URL.Path, html.UnescapeString(string(body))
	}
	wants := func(text string, says ...string) {
		t.Helper()
		for _, one := range says {
			if !strings.Contains(text, one) {
				t.Fatalf("it does not say %q:\n%s", one, text)
			}
		}
	}

	_, text := send("/connect", "url", "not an address")
	wants(text, `role="alert"`, `value="not an address"`)
	_, text = send("/connect", "url", shop.URL+"/wp-admin/")
	wants(text, "can be connected", "Approve it at the shop", "A key by hand",
		shop.URL+"/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys")
	_, text = send("/connecting", "url", shop.URL, "name", "acme")
	wants(text, `role="alert"`, "serve.public_url", "A key by hand") // no way there without a public address
	const wrong = "cs_0000000000000000000000000000000000000000"
	_, text = send("/connecting/key", "url", shop.URL, "name", "acme", "key", shop.Key, "secret", wrong)
	wants(text, `role="alert"`, `value="acme"`)
	if strings.Contains(text, wrong) || strings.Contains(text, shop.Key) {
		t.Error("the key is on the page again")
	}
	at, text := send("/connecting/key", "url", shop.URL, "name", "acme", "key", shop.Key, "secret", shop.Secret)
	if at != "/shops/acme" {
		t.Fatalf("it led to %s:\n%s", at, text)
	}
	wants(text, "The shop is connected")
	st, err := s.Store(t.Context(), "acme")
	ok(err)
	_, err = s.SyncOnce(t.Context(), st, nil)
	ok(err)
	_, text = send("/connect", "url", shop.URL)
	wants(text, `role="alert"`, "acme")
}
