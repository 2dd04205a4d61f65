package doctor_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/sandbox"
)

// withQuery changes the arguments of matching requests on their way to the store.
func withQuery(match func(*http.Request) bool, change func(raw string) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if match(r) {
				r = rewritten(r, r.URL.Path, change(r.URL.RawQuery))
			}
			next.ServeHTTP(w, r)
		})
	}
}

func anyRequest(*http.Request) bool { return true }

func withoutSignature(raw string) string {
	var kept []string
	for _, pair := range strings.Split(raw, "&") {
		if !strings.HasPrefix(pair, "oauth_") {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}

// argumentScenarios are faults that show in what arrives of an address, each beside the look-alike that it was taken
// for.
func argumentScenarios() []scenario {
	overHTTP := func(front func(http.Handler) http.Handler, secret string) func(*testing.T) *patient {
		return func(t *testing.T) *patient {
			p := newPatient(t, sandbox.WithPlainHTTP())
			p.behindHTTP(t, front)
			if secret != "" {
				p.target.Secret = secret
			}
			return p
		}
	}
	adds := func(raw string) string { return strings.Trim(raw+"&lang=en", "&") }
	wrong := "cs_" + strings.Repeat("1", 40)
	return []scenario{
		// A proxy adds an argument to every address, past rewriting too.
		{id: "oauth-extra-param", set: overHTTP(withQuery(anyRequest, adds), ""), also: []string{"keys-over-http"}},
		{id: "oauth-extra-param", set: overHTTP(withQuery(anyRequest, adds), wrong),
			also: []string{"keys-over-http", "secret-wrong"}},
		{id: "secret-wrong", set: overHTTP(withQuery(anyRequest, func(raw string) string { return raw }), wrong),
			also: []string{"keys-over-http"}},
		// All arguments of the signature get lost: the store answers as to nobody.
		{id: "oauth-missing-param", set: overHTTP(withQuery(anyRequest, withoutSignature), ""),
			also: []string{"keys-over-http"}},
		// They arrive, and WooCommerce does not look at them.
		{id: "auth-hook-conflict",
			set: overHTTP(withQuery(func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/wc/") },
				withoutSignature), ""),
			also: []string{"keys-over-http"}},

		// WooCommerce is off and the REST API closed to visitors, or closed to everybody and WooCommerce is there.
		{id: "woocommerce-inactive", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t, func(next http.Handler) http.Handler {
				off := withQuery(func(r *http.Request) bool { return r.URL.Query().Has("wc-api") },
					func(string) string { return "" })(next)
				return when(isAPI,
					jsonAnswer(401, `{"code":"rest_not_logged_in","message":"x","data":{"status":401}}`))(off)
			})
		}},
		{id: "rest-disabled", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(isAPI, jsonAnswer(401, `{"code":"rest_not_logged_in","message":"x","data":{"status":401}}`)))
		}},

		// Closed to visitors, and the key is none: WordPress does not know who asks. A right key it knows, also where
		// a plugin refuses everybody.
		{id: "key-unknown", set: closedTo(401, "cs_"+strings.Repeat("2", 40))},
		{id: "rest-disabled", set: closedTo(0, "")},

		// nginx tries a file that is not there and fails itself; PHP is well.
		{id: "rewrite-missing", set: func(t *testing.T) *patient {
			return newPatient(t).behind(t,
				when(func(r *http.Request) bool {
					return r.URL.Path != "/" &&
						!strings.HasPrefix(r.URL.Path, "/index.php")
				},
					page(500, "500 Internal Server Error",
						strings.Replace(nginxPage, "%s", "500 Internal Server Error", 1))))
		}},
		// The login has the name of the shop's language, or is on every page.
		{id: "redirect-login",
			set: awayTo("/mein-konto/",
				page(200, "Mein Konto",
					`<form class="woocommerce-form woocommerce-form-login"><input type="password" name="password"></form>`))},
		{id: "redirect-home", set: awayTo("/geschlossen/", page(200, "Betriebsferien", "Wir sind bald zurück"))},
		{id: "tcp-blocked", set: dropping},
		// a whole chain, and a certificate that is not a server's
		{id: "tls-self-signed", set: func(t *testing.T) *patient {
			p, ca := newPatient(t), newAuthority(t)
			p.target.URL = serveTLS(t, p.shop.Store,
				&tls.Config{Certificates: []tls.Certificate{ca.leaf(t,
					leafOptions{usage: x509.ExtKeyUsageClientAuth})}})
			p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
			return p
		}},
		{id: "tls-version", set: func(t *testing.T) *patient { // TLS 1.2, and only a cipher without forward secrecy
			p, ca := newPatient(t), newAuthority(t)
			p.target.URL = serveTLS(t, p.shop.Store,
				&tls.Config{Certificates: []tls.Certificate{ca.withRSA(t)}, MaxVersion: tls.VersionTLS12,
					CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}})
			p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
			return p
		}},
		{id: "permalinks-pathinfo", set: func(t *testing.T) *patient { // a rule of the web server sends clients there
			return newPatient(t).behind(t,
				when(isAPI, redirectTo(301, func(r *http.Request) string { return "/index.php" + r.URL.RequestURI() })))
		}},
		{id: "waf-other", set: everywhere(page(400, "400 No required SSL certificate was sent",
			strings.Replace(nginxPage, "%s", "400 Bad Request", 1)))},
		{id: "waf-other", set: func(t *testing.T) *patient { // the same, said in the handshake
			p, ca := newPatient(t), newAuthority(t)
			p.target.URL = serveTLS(t, p.shop.Store,
				&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{})},
					ClientAuth: tls.RequireAnyClientCert})
			p.options = []doctor.Option{doctor.WithRootCAs(ca.pool())}
			return p
		}},
		// and does not say how to log in
		{id: "staging-basic-auth", set: everywhere(page(401, "Restricted", "Members only"))},
		{id: "auth-header-stripped", set: func(t *testing.T) *patient { // and keys in the address are refused
			return newPatient(t).breakIn(t, "auth-header-stripped").behind(t,
				when(func(r *http.Request) bool { return r.URL.Query().Has("consumer_key") },
					page(403, "403 Forbidden", strings.Replace(nginxPage, "%s", "403 Forbidden", 1))))
		}},
		{id: "key-malformed", set: func(t *testing.T) *patient { // the secret in both places
			p := newPatient(t)
			p.target.Key = p.target.Secret
			return p
		}},
		// copied with the quotation marks of a configuration file
		{id: "key-malformed", set: func(t *testing.T) *patient {
			p := newPatient(t)
			p.target.Key = "'" + p.target.Key + "'"
			return p
		}},
		{id: "key-owner-demoted",
			set: ownerIs(`{"id":132,"roles":[],"capabilities":{"courier":true},"extra_capabilities":{"courier":true}}`)},
	}
}

// closedTo is a store whose REST server refuses with a plugin's code every answer of one status, or every one, and
// keeps the headers it has for known and for unknown callers (measured with rest_authentication_errors).
func closedTo(status int, secret string) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		p := newPatient(t)
		if secret != "" {
			p.target.Secret = secret
		}
		const refusal = `{"code":"rest_not_logged_in","message":"x","data":{"status":401}}`
		return p.behind(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				rec := httptest.NewRecorder()
				next.ServeHTTP(rec, r)
				closed := isAPI(r) && (status == 0 || rec.Code == status || r.URL.Path == "/wp-json/")
				for name, values := range rec.Header() {
					w.Header()[name] = values
				}
				if !closed {
					w.WriteHeader(rec.Code)
					_, _ = w.Write(rec.Body.Bytes())
					return
				}
				w.Header().Del("Content-Length")
				jsonAnswer(401, refusal).ServeHTTP(w, r)
			})
		})
	}
}

// awayTo sends everybody who asks for the API to a page.
func awayTo(path string, to http.Handler) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).behind(t, func(next http.Handler) http.Handler {
			next = when(func(r *http.Request) bool { return r.URL.Path == path }, to)(next)
			return when(isAPI, redirectTo(302, func(*http.Request) string { return path }))(next)
		})
	}
}

// withRSA is a leaf with an RSA key, which old ciphers need.
func (a *authority) withRSA(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "shop"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter:    time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// ownerIs is a store whose key may do nothing, and what WordPress says about its owner.
func ownerIs(body string) func(*testing.T) *patient {
	return func(t *testing.T) *patient {
		return newPatient(t).breakIn(t, "key-owner-demoted").behind(t,
			when(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/users/me") },
				jsonAnswer(200, body)))
	}
}

// A role that no longer exists is listed among the capabilities of its user and not among his roles (measured).
func TestARoleThatIsGoneIsNamed(t *testing.T) {
	t.Parallel()
	report := ownerIs(`{"id":132,"roles":[],"capabilities":{"courier":true},"extra_capabilities":{"courier":true}}`)(
		t).examine(t)
	if root := report.Root(); root == nil || !strings.Contains(root.Why, "role courier does not exist") {
		t.Errorf("the role is not named:\n%s", describeReport(report))
	}
	report = ownerIs(`{"id":132,"roles":[],"capabilities":{"edit_posts":true},"extra_capabilities":{"edit_posts":true}}`)(t).examine(t)
	if root := report.Root(); root == nil || strings.Contains(root.Why, "does not exist") {
		t.Errorf("a capability given to a user alone is taken for a role:\n%s", describeReport(report))
	}
}

// Who may moderate comments and is asked for reviews alone needs no right in the shop.
func TestReviewsNeedNoRightInTheShop(t *testing.T) {
	t.Parallel()
	p := newPatient(t).login(t, "sub").wanting(doctor.ReviewsRead).behind(t, func(next http.Handler) http.Handler {
		reviews := when(func(r *http.Request) bool {
			return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/products/reviews") &&
				r.Header.Get("Authorization") != ""
		}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-WP-Total", "1")
			w.Header().Set("X-WP-TotalPages", "1")
			jsonAnswer(200, `[{"id":19}]`).ServeHTTP(w, r)
		}))
		return reviews(allowAt("/wc/v3/products/reviews", "GET")(next))
	})
	if report := p.examine(t); report.ExitCode() != 0 {
		t.Errorf("a key that may do what is wanted is alarmed about:\n%s", describeReport(report))
	}
}

// A pasted address is found its way with; that is good to know and no alarm.
func TestAPastedAddressOfAHealthyStoreIsANote(t *testing.T) {
	t.Parallel()
	for _, pasted := range []string{"/wp-json/wc/v3/orders", "/wp-admin/admin.php?page=wc-settings", "/wp-login.php",
		"/index.php", "/wc-auth/v1/authorize?app_name=x"} {
		p := newPatient(t)
		p.target.URL += pasted
		report := p.examine(t)
		if len(report.Findings) != 1 || report.Findings[0].ID != "url-contains-api-path" || report.ExitCode() != 0 {
			t.Errorf("%s: exit code %d:\n%s", pasted, report.ExitCode(), describeReport(report))
		}
	}
}

// TestAPageOfTheShopIsNotSaidToWork: below a page there is no API. The headline names the address that works, and the
// note what an integration gets that is given the page.
func TestAPageOfTheShopIsNotSaidToWork(t *testing.T) {
	t.Parallel()
	p := newPatient(t)
	home := p.target.URL
	p.target.URL += "/shop"
	report := p.examine(t)
	var text bytes.Buffer
	if err := report.WriteText(&text, doctor.TextOptions{Width: 200}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Healthy: " + home + " can be used",
		"an integration that is given it gets 404 from the API; give it " + home} {
		if !strings.Contains(strings.Join(strings.Fields(text.String()), " "), want) {
			t.Errorf("it does not say %q:\n%s", want, text.String())
		}
	}
}

// dropping is a server that ends each HTTP/2 request with PROTOCOL_ERROR, as nginx does for “return 444”.
func dropping(t *testing.T) *patient {
	p := newPatient(t)
	ca := newAuthority(t)
	var connections atomic.Int32
	p.target.URL, p.options = serveDropping(t, ca, &connections), []doctor.Option{doctor.WithRootCAs(ca.pool())}
	t.Cleanup(func() {
		if n := connections.Load(); n > 40 {
			t.Errorf("%d connections for a server that drops every request", n)
		}
	})
	return p
}

const (
	frameHeaders, frameReset, frameSettings = 1, 3, 4
	protocolError                           = 1
)

func serveDropping(t *testing.T, ca *authority, connections *atomic.Int32) string {
	t.Helper()
	listener, err := tls.Listen("tcp", "127.0.0.1:0",
		&tls.Config{Certificates: []tls.Certificate{ca.leaf(t, leafOptions{})}, NextProtos: []string{"h2"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	frame := func(kind byte, stream uint32, payload []byte) []byte {
		head := []byte{0, 0, byte(len(payload)), kind, 0, 0, 0, 0, 0}
		binary.BigEndian.PutUint32(head[5:], stream)
		return append(head, payload...)
	}
	serve := func(c net.Conn) {
		defer c.Close()
		if _, err := io.CopyN(io.Discard, c, int64(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))); err != nil {
			return
		}
		connections.Add(1)
		_, _ = c.Write(frame(frameSettings, 0, nil))
		for {
			var head [9]byte
			if _, err := io.ReadFull(c, head[:]); err != nil {
				return
			}
			if _, err := io.CopyN(io.Discard, c, int64(head[0])<<16|int64(head[1])<<8|int64(head[2])); err != nil {
				return
			}
			if head[3] == frameHeaders {
				_, _ = c.Write(frame(frameReset, binary.BigEndian.Uint32(head[5:]), []byte{0, 0, 0, protocolError}))
			}
		}
	}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(c)
		}
	}()
	return "https://" + listener.Addr().String()
}
