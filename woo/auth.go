package woo

import (
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/woo/internal/oauth1"
	"github.com/waybillhq/waybill/woo/internal/redact"
)

// Credentials is one WooCommerce REST API key: the consumer key ("ck_…") and the consumer secret ("cs_…").
// The zero value asks anonymously.
type Credentials struct {
	Key    string
	Secret string
}

// String never shows the secret, so that a key printed by mistake stays private.
func (c Credentials) String() string {
	switch {
	case c.Key == "" && c.Secret == "":
		return "no key"
	case len(c.Key) > 7:
		// WooCommerce's own key screen shows the last seven characters too.
		return "key …" + c.Key[len(c.Key)-7:]
	default:
		return "key …"
	}
}

// GoString keeps %#v from printing the secret.
func (c Credentials) GoString() string { return "woo.Credentials{" + c.String() + "}" }

// LogValue keeps structured logs from printing the secret.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Credentials) empty() bool { return c.Key == "" && c.Secret == "" }

// AuthMethod is how a key is presented to the store.
type AuthMethod string

const (
	// AuthBasic sends key and secret in the Authorization header. WooCommerce reads it only over HTTPS.
	AuthBasic AuthMethod = "basic"
	// AuthQuery sends key and secret as query arguments, for hosts that strip the Authorization header.
	// WooCommerce reads them only over HTTPS. Server logs keep them.
	AuthQuery AuthMethod = "query"
	// AuthOAuth1 signs each request (OAuth 1.0a, HMAC-SHA256). The secret never travels, so this is the method for
	// shops without HTTPS, and for those that do not know that they are behind HTTPS.
	AuthOAuth1 AuthMethod = "oauth1"
	// AuthOAuth1SHA1 is AuthOAuth1 with HMAC-SHA1.
	AuthOAuth1SHA1 AuthMethod = "oauth1-sha1"
)

// sendsSecret tells whether the secret itself crosses the network.
func (m AuthMethod) sendsSecret() bool { return m == AuthBasic || m == AuthQuery }

func (m AuthMethod) known() bool {
	return m == AuthBasic || m == AuthQuery || m == AuthOAuth1 || m == AuthOAuth1SHA1
}

// signer puts the key of one client on its requests.
type signer struct {
	cred       Credentials
	method     AuthMethod
	gate       *url.Userinfo // the password in front of the whole site; nil for none
	home       *url.URL      // scheme, host and directory of the shop; no query, no user info
	signedHome *url.URL      // home when nil
	now        func() time.Time
	nonce      func() string
}

// secrets are the texts that no error and no log may show. The consumer key is one of them: where a shop takes
// signatures, the key is half of what a thief needs.
func (s *signer) secrets() redact.Secrets {
	password := ""
	if s.gate != nil {
		password, _ = s.gate.Password()
	}
	return redact.Of(s.cred.Secret, s.cred.Key, password)
}

// check refuses a method of authentication that would send a secret in clear to root. It fails closed: WooCommerce
// itself ignores keys sent over HTTP (docs/woocommerce/authentication.md#keys-over-http), so nothing that works is
// lost.
func (s *signer) check(root *url.URL) error {
	if !s.method.known() {
		return usageError("unknown authentication method "+string(s.method), nil)
	}
	if s.gate != nil && s.method == AuthBasic && !s.cred.empty() {
		return usageError("the address holds a user and password, which need the Authorization header; "+
			"send the API key another way: WithAuth(AuthQuery) or WithAuth(AuthOAuth1)", nil)
	}
	if root.Scheme == "https" {
		return nil
	}
	if s.gate != nil {
		return insecure(root, "the password in front of the site would cross the network in clear")
	}
	if s.method.sendsSecret() && !s.cred.empty() {
		return insecure(
			root, "the API key would cross the network in clear, and WooCommerce ignores keys sent that way",
		)
	}
	return nil
}

func insecure(root *url.URL, why string) *Error {
	return &Error{
		Kind: KindInsecure, URL: root.String(), Executed: NotExecuted,
		Message: why + "; use the shop's https:// address, or, if it has none, sign requests with WithAuth(AuthOAuth1)",
	}
}

// authorize puts the key on the request of one attempt: a signature needs a fresh timestamp and nonce each time.
func (s *signer) authorize(req *http.Request) {
	if s.gate != nil {
		password, _ := s.gate.Password()
		req.SetBasicAuth(s.gate.Username(), password)
	}
	if s.cred.empty() {
		return
	}
	switch s.method {
	case AuthBasic:
		req.SetBasicAuth(s.cred.Key, s.cred.Secret)
	case AuthQuery:
		key := url.Values{"consumer_key": {s.cred.Key}, "consumer_secret": {s.cred.Secret}}
		req.URL.RawQuery = joinQuery(req.URL.RawQuery, key.Encode())
	case AuthOAuth1, AuthOAuth1SHA1:
		s.signOAuth(req)
	}
}

// signOAuth adds OAuth 1.0a arguments to the query. They go into the query and not into a header because hosts that
// strip the Authorization header are a reason to sign in the first place.
func (s *signer) signOAuth(req *http.Request) {
	stamp := oauth1.Stamp{Nonce: s.nonce(), At: s.now(), SHA1: s.method == AuthOAuth1SHA1}
	address := s.signedAddress(req.URL)
	req.URL.RawQuery = oauth1.Sign(s.cred.Key, s.cred.Secret, stamp, req.Method, address, req.URL.RawQuery)
}

// signedAddress is the address of the request as the store sees it: the home address it has in its settings, and the
// path below it. The home page itself is signed without its slash (measured with "?rest_route=" on WooCommerce 10.0.2).
func (s *signer) signedAddress(u *url.URL) string {
	home := s.signedHome
	if home == nil {
		home = &url.URL{Scheme: u.Scheme, Host: u.Host, Path: s.home.Path}
	}
	below := strings.TrimPrefix(u.EscapedPath(), s.home.EscapedPath())
	if below == "/" {
		below = ""
	}
	return home.Scheme + "://" + home.Host + home.EscapedPath() + below
}

// OAuthStamp is the part of an OAuth 1.0a signature that must differ from request to request.
type OAuthStamp struct {
	Nonce string
	At    time.Time
	SHA1  bool // HMAC-SHA1 in place of HMAC-SHA256
}

// SignOAuth returns rawQuery with the OAuth 1.0a arguments for a request. address is the shop's own home address
// followed by the route, without a query: WooCommerce signs home_url(), not the Host header.
func SignOAuth(cred Credentials, stamp OAuthStamp, method, address, rawQuery string) string {
	return oauth1.Sign(cred.Key, cred.Secret, oauth1.Stamp(stamp), method, address, rawQuery)
}
