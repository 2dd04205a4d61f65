package doctor_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// quick is a budget for stores that are no one's: without pauses. Each request at the same time is a handshake more.
func quick() doctor.Budget {
	b := doctor.DefaultBudget()
	b.Spacing, b.Calm, b.Concurrency, b.Request, b.Pause = 0, 0, 3, 20*time.Second, 30*time.Millisecond
	return b
}

// patient is a store to examine, broken or not, and how it is asked.
type patient struct {
	shop    *sandbox.Server // nil when the fixture is no sandbox
	target  doctor.Target
	options []doctor.Option

	fronted bool                // something stands in front of the store
	mended  atomic.Bool         // what stands in front of the store is gone
	right   sandbox.Credentials // the key as it should be
	repair  func(t *testing.T)  // what else it takes to mend the store
	trusted []*x509.Certificate // for programs beside the doctor
	curlrc  string              // what curl has to know of the fixture
}

// allScopes are those that every store can serve. Fulfilments are a feature that is off unless somebody switches it
// on; they have tests of their own.
func allScopes() []doctor.Scope {
	return slices.DeleteFunc(slices.Clone(capability.Scopes), func(s doctor.Scope) bool {
		return s == doctor.FulfillmentsRead || s == doctor.FulfillmentsWrite
	})
}

// newPatient is a healthy sandbox with an order book, asked for everything.
func newPatient(t *testing.T, options ...sandbox.Option) *patient {
	t.Helper()
	shop := sandbox.Start(t, append([]sandbox.Option{sandbox.WithOrders(5), sandbox.WithTransport(nowhere{}),
		sandbox.WithReceivers(receiverHost)}, options...)...)
	p := &patient{shop: shop, target: doctor.Target{URL: shop.URL, Key: shop.Key, Secret: shop.Secret,
		Scopes: doctor.DefaultScopes()}}
	p.right = sandbox.Credentials{Key: shop.Key, Secret: shop.Secret}
	if shop.CertificateAuthority != nil {
		p.options = append(p.options, doctor.WithRootCAs(poolOf(shop.CertificateAuthority)))
		p.trusted = append(p.trusted, shop.CertificateAuthority)
	}
	return p
}

// suiting is the version of WooCommerce that can be broken in these ways: the newest, if it can.
func suiting(ids ...string) sandbox.Option {
	version := ""
	for _, b := range sandbox.Breakages() {
		if slices.Contains(ids, b.ID) && b.Until != "" {
			version = b.On()
		}
	}
	return sandbox.WithVersion(version)
}

func (p *patient) collect(t *testing.T, more ...doctor.Option) *doctor.Evidence {
	t.Helper()
	evidence, err := doctor.Collect(t.Context(), p.target,
		slices.Concat([]doctor.Option{doctor.WithBudget(quick())}, p.options, more)...)
	if err != nil {
		t.Fatalf("collecting: %v", err)
	}
	return evidence
}

func (p *patient) examine(t *testing.T, more ...doctor.Option) *doctor.Report {
	t.Helper()
	return doctor.Diagnose(p.collect(t, more...))
}

// in puts a handler in front of the store: a web server, a proxy or a firewall that misbehaves. The patient is asked
// there from then on.
func (p *patient) behind(t *testing.T, front func(next http.Handler) http.Handler) *patient {
	t.Helper()
	ca := newAuthority(t)
	p.trusted = append(p.trusted, ca.cert)
	address := serveTLS(t, p.inFront(front), &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{})}})
	p.target.URL = address
	p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
	return p
}

// behindHTTP is the same without TLS.
func (p *patient) behindHTTP(t *testing.T, front func(next http.Handler) http.Handler) *patient {
	t.Helper()
	p.target.URL = serveHTTP(t, p.inFront(front))
	return p
}

// inFront is the store behind a handler until it is mended.
func (p *patient) inFront(front func(next http.Handler) http.Handler) http.Handler {
	p.fronted = true
	broken := front(p.shop.Store)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if p.mended.Load() {
			p.shop.Store.ServeHTTP(w, r)
			return
		}
		broken.ServeHTTP(w, r)
	})
}

// role gives the owner of the key a role with exactly these capabilities.
func (p *patient) login(t *testing.T, login string) *patient {
	t.Helper()
	credentials, err := p.shop.Credentials(login)
	if err != nil {
		t.Fatal(err)
	}
	p.target.Key, p.target.Secret = credentials.Key, credentials.Secret
	p.right = credentials
	return p
}

// mend takes every fault away: those of the sandbox, what stands in front of it, and a wrong key.
func (p *patient) mend(t *testing.T) {
	t.Helper()
	p.mended.Store(true)
	if p.shop == nil {
		p.shop = sandbox.Start(t)
	}
	if !p.fronted && !strings.HasPrefix(p.target.URL, p.shop.URL) {
		p.serveInstead(t)
	}
	for _, id := range p.shop.Broken() {
		p.shop.Mend(id)
	}
	p.shop.ClearFaults()
	p.target.Key, p.target.Secret = p.right.Key, p.right.Secret
	if p.repair != nil {
		p.repair(t)
	}
}

func (p *patient) breakIn(t *testing.T, ids ...string) *patient {
	t.Helper()
	for _, id := range ids {
		if err := p.shop.Break(id); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *patient) fault(t *testing.T, faults ...sandbox.Fault) *patient {
	t.Helper()
	for _, f := range faults {
		if _, err := p.shop.AddFault(f); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *patient) wanting(scopes ...doctor.Scope) *patient {
	p.target.Scopes = scopes
	return p
}

// serveInstead lets programs beside the doctor meet a store without a fault under the address of a fixture that cannot
// be mended.
func (p *patient) serveInstead(t *testing.T) {
	t.Helper()
	u, err := url.Parse(p.target.URL)
	if err != nil {
		t.Fatal(err)
	}
	port := u.Port()
	var address string
	if u.Scheme == "http" {
		address = serveHTTP(t, p.shop.Store)
	} else {
		ca := newAuthority(t)
		p.trusted = append(p.trusted, ca.cert)
		options := leafOptions{}
		if net.ParseIP(u.Hostname()) == nil {
			options.names = []string{u.Hostname()}
		}
		address = serveTLS(t, p.shop.Store, &tls.Config{Certificates: []tls.Certificate{ca.leaf(t, options)}})
	}
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	_, to, _ := strings.Cut(address, "://")
	p.curlrc = fmt.Sprintf("connect-to = \"%s:%s:%s\"\n", u.Hostname(), port, to)
}

// ask reads from the store with somebody's key.
func (p *patient) ask(t *testing.T, credentials sandbox.Credentials, path string) map[string]any {
	t.Helper()
	req := httptest.NewRequest(http.MethodGet, p.shop.URL+path, nil)
	req.TLS = &tls.ConnectionState{}
	req.SetBasicAuth(credentials.Key, credentials.Secret)
	w := httptest.NewRecorder()
	p.shop.ServeHTTP(w, req)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code >= 300 {
		t.Fatalf("asking the store: %s: %d %s", path, w.Code, w.Body)
	}
	return out
}

// administrator asks the store as its owner would, to prepare it.
func (p *patient) administrator(t *testing.T, method, path string, body any) map[string]any {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest(method, p.shop.URL+path, strings.NewReader(string(raw)))
	req.Header.Set("Content-Type", "application/json")
	req.TLS = &tls.ConnectionState{}
	credentials, err := p.shop.Credentials("adm")
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(credentials.Key, credentials.Secret)
	w := httptest.NewRecorder()
	p.shop.ServeHTTP(w, req)
	if w.Code >= 300 {
		t.Fatalf("preparing the store: %s %s: %d %s", method, path, w.Code, w.Body)
	}
	var out map[string]any
	_ = json.Unmarshal(w.Body.Bytes(), &out) // lists are not needed
	return out
}

// ids are the findings in their order.
func ids(r *doctor.Report) []string {
	var list []string
	for _, f := range r.Findings {
		list = append(list, f.ID)
	}
	return list
}

// describeReport is for failures: each finding with its place and reason.
func describeReport(r *doctor.Report) string {
	var b strings.Builder
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "  %s %s root=%v because=%s: %s %q\n", f.Severity, f.ID, f.Root, f.Because, f.Why, f.Evidence)
	}
	for _, c := range r.Crashes {
		fmt.Fprintf(&b, "  CRASH %s: %s\n", c.ID, c.Error)
	}
	return b.String()
}

// authority makes certificates for tests.
type authority struct {
	cert *x509.Certificate
	der  []byte
	key  *ecdsa.PrivateKey
}

type leafOptions struct {
	names   []string // none means 127.0.0.1 and localhost
	from    time.Time
	until   time.Time
	isCA    bool
	bundled [][]byte
	usage   x509.ExtKeyUsage // 0 is a server's
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Test Root"}, IsCA: true,
		BasicConstraintsValid: true,
		NotBefore:             time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, der, key}
}

func poolOf(certs ...*x509.Certificate) *x509.CertPool {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return pool
}

func (a *authority) pool() *x509.CertPool { return poolOf(a.cert) }

// leaf issues a certificate for a server, or an intermediate.
func (a *authority) leaf(t *testing.T, o leafOptions) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if o.from.IsZero() {
		o.from = time.Now().Add(-time.Hour)
	}
	if o.until.IsZero() {
		o.until = time.Now().Add(time.Hour)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "shop"}, NotBefore: o.from,
		NotAfter: o.until,
		DNSNames: o.names, IsCA: o.isCA, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if o.usage != 0 {
		template.ExtKeyUsage = []x509.ExtKeyUsage{o.usage}
	}
	if o.isCA {
		template.Subject.CommonName, template.KeyUsage, template.ExtKeyUsage = "Test Intermediate",
			x509.KeyUsageCertSign, nil
	}
	if len(o.names) == 0 {
		template.DNSNames, template.IPAddresses = []string{"localhost"}, []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: append([][]byte{der}, o.bundled...), PrivateKey: key}
}

// intermediate is an authority between the root and a leaf.
func (a *authority) intermediate(t *testing.T) *authority {
	t.Helper()
	made := a.leaf(t, leafOptions{isCA: true})
	cert, err := x509.ParseCertificate(made.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return &authority{cert, made.Certificate[0], made.PrivateKey.(*ecdsa.PrivateKey)}
}

// serveTLS serves a handler on a loopback port.
func serveTLS(t *testing.T, h http.Handler, config *tls.Config) string {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.TLS = config
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // connections that break off are what is tested
	s.StartTLS()
	// httptest adds a certificate of its own when there is none; there always is one here.
	return untilTheEnd(t, s)
}

func serveHTTP(t *testing.T, h http.Handler) string {
	t.Helper()
	return untilTheEnd(t, httptest.NewServer(h))
}

// untilTheEnd stops a server when the test ends, and lets go of it: a test keeps its cleanups until its parent ends,
// and a server keeps the store behind it.
func untilTheEnd(t *testing.T, s *httptest.Server) (address string) {
	t.Helper()
	address = s.URL
	t.Cleanup(func() {
		s.Close()
		s = nil
	})
	return address
}

// fixedNames resolves names as a test says.
type fixedNames map[string][]string

func (n fixedNames) LookupHost(_ context.Context, host string) ([]string, error) {
	if addrs, ok := n[host]; ok {
		return addrs, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// page answers every request that matches with a page.
func page(status int, title, text string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		fmt.Fprintf(w, "<!DOCTYPE html><html><head><title>%s</title></head><body>%s</body></html>", title, text)
	}
}

// when hands matching requests to one handler and all others on.
func when(match func(*http.Request) bool, then http.Handler) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if match(r) {
				then.ServeHTTP(w, r)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// rewritten is a request as it arrives after a web server's rewrite rule.
func rewritten(r *http.Request, path, query string) *http.Request {
	r = r.Clone(r.Context())
	r.URL.Path, r.URL.RawPath, r.URL.RawQuery = path, "", query
	r.RequestURI = r.URL.RequestURI()
	return r
}

// mounted serves a store in a directory.
func mounted(dir string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, rewritten(r, strings.TrimPrefix(r.URL.Path, dir), r.URL.RawQuery))
	})
}

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/wp-json") }
