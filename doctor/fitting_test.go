package doctor_test

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
)

// TestTheFirstFixFitsWhatWasSeen: one cause has several ways to come about, and what a person tries first, which is all
// that connect prints, is for the way that was seen.
func TestTheFirstFixFitsWhatWasSeen(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name, id string
		set      func(t *testing.T) *patient
		fits     string // a word of the first fix
		never    string // what no fix holds, because it leads elsewhere
		title    string // a word of the title, where the check has several
	}{
		{name: "a rule of the web server takes slashes away", id: "redirect-canonical-slash", set: slashRule,
			fits: "rule", never: "Permalinks", title: "web server"},
		{name: "a certificate that is not valid yet", id: "tls-expired", set: func(t *testing.T) *patient {
			ca := newAuthority(t)
			leaf := ca.leaf(t, leafOptions{from: time.Now().Add(24 * time.Hour), until: time.Now().Add(48 * time.Hour)})
			p := newPatient(t)
			p.target.URL = serveTLS(t, p.shop.Store, &tls.Config{Certificates: []tls.Certificate{leaf}})
			p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
			return p
		}, fits: "timedatectl", never: "--force-renewal", title: "not valid yet"},
		{name: "nginx takes the header away", id: "auth-header-stripped", set: func(t *testing.T) *patient {
			return newPatient(t).breakIn(t, "auth-header-stripped").behind(t, serverNamed("nginx/1.22.1"))
		}, fits: "fastcgi_param HTTP_AUTHORIZATION", never: "Permalinks"},
		{name: "our own name is refused", id: "ua-blocked", set: refusingNames("Waybill"),
			fits: "Please exempt", never: "Let the integration send"},
		{name: "the name of a library is refused", id: "ua-blocked", set: func(t *testing.T) *patient {
			p := refusingNames("python-requests")(t)
			p.options = append(p.options, doctor.WithUserAgent("python-requests/2.32.3"))
			return p
		}, fits: "descriptive User-Agent"},
		{name: "nginx cannot keep a body", id: "body-too-large", set: largeBodies(500),
			fits: "client_body_temp_path", never: "client_max_body_size"},
		{name: "nginx takes no larger body", id: "body-too-large", set: largeBodies(413),
			fits: "client_max_body_size", never: "client_body_temp_path"},
		{name: "a refusal under a code of a snippet's own", id: "path-refused", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, when(func(r *http.Request) bool {
				return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/wc/v3/orders")
			}, jsonAnswer(403, `{"code":"no","message":"x","data":{"status":403}}`)))
		}, fits: "'no'"},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			report := one.set(t).examine(t)
			root := report.Root()
			if root == nil || root.ID != one.id {
				t.Fatalf("want %s first, got\n%s", one.id, describeReport(report))
			}
			if first := root.FirstFix(); !strings.Contains(first, one.fits) {
				t.Errorf("the first fix is %q and says nothing of %q", first, one.fits)
			}
			if !strings.Contains(root.Title, one.title) {
				t.Errorf("the title is %q and says nothing of %q", root.Title, one.title)
			}
			for _, fix := range root.Fix {
				if one.never != "" && strings.Contains(fix.Text, one.never) {
					t.Errorf("a fix is for another fault: %s", fix.Text)
				}
			}
		})
	}
}

// slashRule is nginx's "rewrite ^(/wp-json.*[^/])$ $1/ permanent".
func slashRule(t *testing.T) *patient {
	return newPatient(t).behind(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isAPI(r) && !strings.HasSuffix(r.URL.Path, "/") {
				u := *r.URL
				u.Path += "/"
				w.Header().Set("Server", "nginx")
				http.Redirect(w, r, u.RequestURI(), http.StatusMovedPermanently)
				return
			}
			next.ServeHTTP(w, r)
		})
	})
}

func serverNamed(name string) func(http.Handler) http.Handler {
	return editAnswer(func(_ *http.Request, w *httptest.ResponseRecorder) string {
		w.Header().Set("Server", name)
		return w.Body.String()
	})
}

func refusingNames(name string) func(t *testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).behind(t,
			when(func(r *http.Request) bool { return strings.Contains(r.UserAgent(), name) && isAPI(r) },
				withHeader("Server", "nginx", serverPage(403))))
	}
}

// largeBodies answers bodies of more than 16 kB with nginx's page.
func largeBodies(status int) func(t *testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).behind(t, when(func(r *http.Request) bool { return r.ContentLength > 16<<10 },
			serverPage(status)))
	}
}

var (
	ownSection    = regexp.MustCompile(`(?i)<(Location|LocationMatch|Directory|DirectoryMatch|Files|FilesMatch)\b`)
	requiresLines = regexp.MustCompile(`(?im)^\s*Require\b`)
)

// TestApacheFixesShutNobodyOut: in Apache a section with a Require line of its own takes the place of those that held
// before, so that everybody else is refused; and a second LimitExcept allows nothing that the first denies.
func TestApacheFixesShutNobodyOut(t *testing.T) {
	t.Parallel()
	seen := 0
	for id, pieces := range pasted(t, "apache") {
		for _, piece := range pieces {
			seen++
			if strings.Contains(piece, "Require all granted") {
				continue // it lets everybody in, as the rest of the shop does
			}
			if ownSection.MatchString(piece) && requiresLines.MatchString(piece) {
				t.Errorf("%s: a section of its own decides who is let in:\n%s", id, piece)
			}
			if requiresLines.MatchString(piece) && !strings.Contains(piece, "<RequireAny>") &&
				!strings.Contains(piece, "in place of") {
				t.Errorf("%s: it does not say what becomes of the lines that are there:\n%s", id, piece)
			}
			if strings.Contains(piece, "<LimitExcept") && !strings.Contains(piece, "in place of") {
				t.Errorf("%s: a second LimitExcept leaves the first in force:\n%s", id, piece)
			}
		}
	}
	if seen == 0 {
		t.Error("the catalogue has no piece for Apache: the test sees nothing")
	}
}

var accessibleHosts = regexp.MustCompile(`'WP_ACCESSIBLE_HOSTS', '([^']*)'`)

// TestTheListOfHostsLetsTheStoresOwnTestThrough: the doctor asks for WooCommerce's test of the way out
// (docs/woocommerce/webhooks.md), which asks PayPal. A list without it would leave the finding in place for ever.
func TestTheListOfHostsLetsTheStoresOwnTestThrough(t *testing.T) {
	t.Parallel()
	s := scenarios()[slices.IndexFunc(scenarios(),
		func(s scenario) bool { return s.id == "webhook-egress-blocked" })]
	p := s.set(t)
	p.target.DeliveryURL = "https://erp.example.test/hook"
	report := p.examine(t)
	at := slices.Index(ids(report), s.id)
	if at < 0 {
		t.Fatalf("no %s:\n%s", s.id, describeReport(report))
	}
	for _, fix := range report.Findings[at].Fix {
		line := accessibleHosts.FindStringSubmatch(fix.Text)
		if line == nil {
			continue
		}
		for _, host := range []string{"www.paypal.com", "erp.example.test"} {
			if !slices.Contains(strings.Split(line[1], ","), host) {
				t.Errorf("%s is not on the list: %s", host, line[1])
			}
		}
		if !strings.Contains(fix.Text, "In place of") {
			t.Errorf("PHP passes over a second definition, and nothing says what becomes of the first: %s", fix.Text)
		}
		return
	}
	t.Error("no fix lists the hosts that the store may ask")
}

// TestRefusedWritesAreNoAlarmForWhoReads: a firewall that lets only reads through hinders nobody who only reads, and
// whoever writes is told the same cause.
func TestRefusedWritesAreNoAlarmForWhoReads(t *testing.T) {
	t.Parallel()
	p := newPatient(t).behind(t,
		when(func(r *http.Request) bool {
			return r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions
		}, serverPage(403)))
	reading := p.wanting(doctor.OrdersRead, doctor.ProductsRead, doctor.CustomersRead).examine(t)
	if reading.ExitCode() != 0 || !slices.Contains(ids(reading), "method-blocked") {
		t.Errorf("for somebody who reads it is\n%s", describeReport(reading))
	}
	writing := p.wanting(doctor.OrdersRead, doctor.OrdersWrite).examine(t)
	if root := writing.Root(); root == nil || root.ID != "method-blocked" || root.Severity != doctor.Problem {
		t.Errorf("for somebody who writes it is\n%s", describeReport(writing))
	}
}

// TestOneCacheIsOneCause: a cache that looks at the address alone gives refusals to the key, the key's answers to
// strangers, and old answers to everybody. That is one thing to mend.
func TestOneCacheIsOneCause(t *testing.T) {
	t.Parallel()
	for _, sign := range []string{"", "X-Cache"} {
		t.Run("with the header "+sign, func(t *testing.T) {
			t.Parallel()
			report := newPatient(t).behind(t, byAddressAlone(sign)).examine(t)
			var roots []string
			for _, f := range report.Findings {
				if f.Root && f.Severity != doctor.Note {
					roots = append(roots, f.ID)
				}
			}
			if len(roots) != 1 || !strings.HasPrefix(roots[0], "cache-") {
				t.Errorf("%d causes:\n%s", len(roots), describeReport(report))
			}
		})
	}
}

// byAddressAlone is a cache that keeps every answer to a GET, whoever asked, and says so in a header if it has one.
func byAddressAlone(sign string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		var mu sync.Mutex
		kept := map[string]*httptest.ResponseRecorder{}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet || !isAPI(r) {
				next.ServeHTTP(w, r)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			answer, hit := kept[r.RequestURI]
			if !hit {
				answer = httptest.NewRecorder()
				next.ServeHTTP(answer, r)
				kept[r.RequestURI] = answer
			}
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			if sign != "" {
				w.Header().Set(sign, map[bool]string{true: "HIT", false: "MISS"}[hit])
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes())
		})
	}
}

// TestAPrivateAuthorityIsSaidToBePossible: a certificate of mkcert's or a company's own authority looks like one whose
// intermediate is missing, and no server can mend it.
func TestAPrivateAuthorityIsSaidToBePossible(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	leaf := newAuthority(t).leaf(t, leafOptions{})
	p.target.URL = serveTLS(t, p.shop.Store, &tls.Config{Certificates: []tls.Certificate{leaf}})
	p.options = []doctor.Option{doctor.WithRootCAs(newAuthority(t).pool())}
	report := p.examine(t)
	text := printedReport(t, report)
	if !report.Has("tls-incomplete-chain") || !strings.Contains(text, "private authority") ||
		!strings.Contains(text, "SSL_CERT_FILE") {
		t.Errorf("it says:\n%s", text)
	}
}
