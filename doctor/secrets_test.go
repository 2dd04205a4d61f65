package doctor_test

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// echo is the worst that a server can do: it sends back whatever it was sent, in headers and bodies.
func echo(status int) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			all := r.Header.Get("Authorization") + " " + r.URL.String() + " " + user + ":" + password + " " +
				r.URL.Query().Get("consumer_secret") + " " + url.QueryEscape(password)
			w.Header().Set("X-Echo", strings.ReplaceAll(all, "\n", " "))
			w.Header().Set("Location", "https://elsewhere.example.test/?"+r.URL.RawQuery)
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			_, _ = w.Write([]byte("<html><title>" + all + "</title><body>" + all + ` <a href="/x?` + r.URL.RawQuery +
				`">x</a></body></html>`))
		})
	}
}

// TestNoSecretLeavesTheDoctor searches every byte of every output for the secrets of a run.
func TestNoSecretLeavesTheDoctor(t *testing.T) {
	t.Parallel()
	const (
		secret   = "cs_5ec4e7d00d5ec4e7d00d5ec4e7d00d5ec4e7d00d"
		key      = "ck_0123456789abcdef0123456789abcdef0badcafe"
		password = "un1que-s1te-passw0rd"
	)
	cases := map[string]func(t *testing.T) *patient{
		"refused":          func(t *testing.T) *patient { return newPatient(t) },
		"echoed as a page": func(t *testing.T) *patient { return newPatient(t).behind(t, echo(200)) },
		"echoed as 403":    func(t *testing.T) *patient { return newPatient(t).behind(t, echo(403)) },
		"echoed as 500":    func(t *testing.T) *patient { return newPatient(t).behind(t, echo(500)) },
		"redirected":       func(t *testing.T) *patient { return newPatient(t).behind(t, echo(302)) },
		"plain HTTP":       func(t *testing.T) *patient { return newPatient(t, sandbox.WithPlainHTTP()) },
		"a header lost":    func(t *testing.T) *patient { return newPatient(t).breakIn(t, "auth-header-stripped") },
		"swapped": func(t *testing.T) *patient {
			p := newPatient(t).behind(t, echo(401))
			return p
		},
	}
	for name, set := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := set(t)
			p.target.Key, p.target.Secret = key, secret
			if name == "swapped" {
				p.target.Key, p.target.Secret = secret, key
			}
			if strings.HasPrefix(p.target.URL, "https://") {
				p.target.URL = strings.Replace(p.target.URL, "https://", "https://staging:"+password+"@", 1)
			}
			p.target.DeliveryURL = "https://receiver.example.test/hook?token=" + password
			evidence := p.collect(t)
			report := doctor.Diagnose(evidence)
			var out bytes.Buffer
			for _, write := range []func() error{
				func() error { return evidence.Write(&out) }, func() error { return report.WriteJSON(&out) },
				func() error { return report.WriteMarkdown(&out) },
				func() error { return report.WriteJUnit(&out) },
				func() error {
					return report.WriteText(&out,
						doctor.TextOptions{Verbose: true, Checklist: true, Permissions: true, Skipped: true})
				},
			} {
				if err := write(); err != nil {
					t.Fatal(err)
				}
			}
			text := out.String()
			for what, hidden := range map[string]string{
				"secret": secret, "half of the secret": secret[3:30], "key": key, "site password": password,
				"Basic header":          base64.StdEncoding.EncodeToString([]byte(key + ":" + secret)),
				"Basic header of swap":  base64.StdEncoding.EncodeToString([]byte(secret + ":" + key)),
				"Basic header of site":  base64.StdEncoding.EncodeToString([]byte("staging:" + password)),
				"secret in an address":  url.QueryEscape(secret),
				"authorization, raw":    "Basic c3Rh",
				"consumer_secret in it": "consumer_secret=cs",
			} {
				if at := strings.Index(text, hidden); at >= 0 {
					t.Errorf("the %s shows: …%s…", what, text[max(0, at-80):min(len(text), at+80)])
				}
			}
		})
	}
}

// TestSecretGoesNowhereElse: not over plain HTTP, not to the index, not where a redirect leads, not past a bad
// certificate.
func TestSecretGoesNowhereElse(t *testing.T) {
	t.Parallel()
	const secret = "cs_5ec4e7d00d5ec4e7d00d5ec4e7d00d5ec4e7d00d"
	var mu sync.Mutex
	var seen []string
	watch := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, password, _ := r.BasicAuth()
			if q := r.URL.Query(); strings.Contains(r.URL.RawQuery, secret) || password != "" ||
				q.Has("consumer_key") || q.Has("consumer_secret") {
				mu.Lock()
				seen = append(seen, r.Method+" "+r.Host+r.URL.Path)
				mu.Unlock()
			}
			next.ServeHTTP(w, r)
		})
	}
	collect := func(t *testing.T, p *patient) []string {
		t.Helper()
		p.target.Secret = secret
		mu.Lock()
		seen = nil
		mu.Unlock()
		p.collect(t)
		mu.Lock()
		defer mu.Unlock()
		return seen
	}

	elsewhere := serveHTTP(t, watch(page(200, "x", "")))
	redirected := newPatient(t).behind(t, func(http.Handler) http.Handler {
		return redirectTo(301, func(r *http.Request) string { return elsewhere + r.URL.RequestURI() })
	})
	if got := collect(t, redirected); len(got) > 0 {
		t.Errorf("credentials went where a redirect leads: %v", got)
	}

	plain := newPatient(t, sandbox.WithPlainHTTP())
	plain.target.URL = serveHTTP(t, watch(plain.shop.Store))
	if got := collect(t, plain); len(got) > 0 {
		t.Errorf("credentials went over plain HTTP: %v", got)
	}

	untrusted := newPatient(t).behind(t, watch)
	untrusted.options = []doctor.Option{doctor.WithRootCAs(newAuthority(t).pool())}
	if got := collect(t, untrusted); len(got) > 0 {
		t.Errorf("credentials went past a certificate that cannot be trusted: %v", got)
	}

	healthy := newPatient(t).behind(t, watch)
	for _, address := range collect(t, healthy) {
		if strings.HasSuffix(address, "/wp-json/") || strings.HasSuffix(address, "/wp-json") ||
			!strings.Contains(address, "/wp-json/wc") {
			t.Errorf("credentials went to %s", address)
		}
	}
}
