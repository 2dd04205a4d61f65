package woo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"syscall"
	"time"
)

// Defaults of a Client.
const (
	// A slow shop takes longer than 30 s to save one order (docs/woocommerce/answers.md#client-timeout).
	DefaultTimeout = 60 * time.Second
	DefaultMaxBody = 32 << 20 // bytes of one decoded body
	DefaultRoot    = "/wp-json/"
)

// Option changes how a Client works.
type Option func(*settings)

type settings struct {
	auth        AuthMethod
	authChosen  bool
	root        string
	signedHome  string
	gate        *url.Userinfo
	timeout     time.Duration
	maxBody     int64
	userAgent   string
	header      http.Header
	client      *http.Client
	transport   http.RoundTripper
	rootCAs     *x509.CertPool
	dialControl func(network, address string, c syscall.RawConn) error
	retry       retryPolicy
	acceptStray bool
	override    bool
	homeChoice  HomeChoice
	observers   []func(context.Context, Exchange)
}

func defaultSettings() settings {
	return settings{
		auth: AuthBasic, root: DefaultRoot, timeout: DefaultTimeout, maxBody: DefaultMaxBody,
		userAgent: DefaultUserAgent(), retry: defaultRetry,
	}
}

// WithAuth chooses how the key is presented; AuthBasic unless told otherwise.
func WithAuth(m AuthMethod) Option { return func(s *settings) { s.auth, s.authChosen = m, true } }

// WithRoot says where the REST API starts: a path below the shop's home ("/wp-json/", "/index.php/wp-json/", a changed
// prefix), the form for plain permalinks ("/?rest_route=/"), or an absolute address. Discover finds it.
func WithRoot(root string) Option { return func(s *settings) { s.root = root } }

// WithSignedHome sets the home address that OAuth signatures are made for. Some stores believe that they live at
// another address than the one they are reached at: behind a proxy that ends TLS a store takes itself for http, and it
// signs with the host of its own settings (docs/woocommerce/authentication.md#is-ssl-false,
// docs/woocommerce/authentication.md#oauth-host-mismatch). Connect finds the address.
func WithSignedHome(home string) Option { return func(s *settings) { s.signedHome = home } }

// WithSitePassword sets the user and password that the web server asks for in front of the whole site, as staging sites
// do. This login uses the Authorization header, so the API key is sent in the query or as a signature. Writing the
// login into the address does the same.
func WithSitePassword(user, password string) Option {
	return func(s *settings) { s.gate = url.UserPassword(user, password) }
}

// WithTimeout bounds one HTTP exchange, from the first byte sent to the last byte read. Zero and less mean
// DefaultTimeout. The context given to a call bounds all its attempts together.
func WithTimeout(d time.Duration) Option {
	return func(s *settings) {
		if d > 0 {
			s.timeout = d
		}
	}
}

// WithMaxBody bounds the decoded size of an answer in bytes; a longer one is an error with KindTooLarge.
func WithMaxBody(n int64) Option {
	return func(s *settings) {
		if n > 0 {
			s.maxBody = n
		}
	}
}

// WithUserAgent replaces the User-Agent. Some hosts refuse a missing or library-like one and serve old cached pages to
// names containing "Google" (docs/woocommerce/routing.md#ua-blocked, docs/woocommerce/routing.md#ua-bot-cache), so say
// who you are.
func WithUserAgent(ua string) Option { return func(s *settings) { s.userAgent = ua } }

// WithHeader adds a header to every request, for example one that a firewall in front of the shop asks for.
func WithHeader(name, value string) Option {
	return func(s *settings) {
		if s.header == nil {
			s.header = http.Header{}
		}
		s.header.Add(name, value)
	}
}

// WithHTTPClient uses a copy of c. Its redirect policy and its Timeout are replaced: redirects are never followed, and
// the time is bounded by [WithTimeout].
func WithHTTPClient(c *http.Client) Option { return func(s *settings) { s.client = c } }

// WithTransport sends requests through rt. It must not retry: a create sent twice is two orders.
func WithTransport(rt http.RoundTripper) Option { return func(s *settings) { s.transport = rt } }

// WithRootCAs trusts these authorities in place of the system's, for shops with a private authority.
func WithRootCAs(pool *x509.CertPool) Option { return func(s *settings) { s.rootCAs = pool } }

// WithDialControl sets a check that runs before every connection, after name resolution, with the address to connect
// to. An error of the check stops the connection. No proxy is used, because the check would see only the proxy's
// address. GuardPrivate is the usual check.
func WithDialControl(control func(network, address string, c syscall.RawConn) error) Option {
	return func(s *settings) { s.dialControl = control }
}

// WithAcceptStrayOutput makes Do return a response without an error when the store printed notices or a byte order mark
// around good JSON; what it printed is in Response.Stray. Without it such an answer is an error with KindStrayOutput
// that still offers the JSON.
func WithAcceptStrayOutput() Option { return func(s *settings) { s.acceptStray = true } }

// WithMethodOverride sends PUT, PATCH and DELETE as POST with "_method" in the query, for hosts that block these
// methods or turn them into GET (docs/woocommerce/routing.md#method-blocked,
// docs/woocommerce/routing.md#method-rewritten).
func WithMethodOverride() Option { return func(s *settings) { s.override = true } }

// WithObserver has f told about every HTTP exchange, each retry included. f runs on the calling goroutine before Do
// returns and must be safe for concurrent use. Several observers may be given.
func WithObserver(f func(context.Context, Exchange)) Option {
	return func(s *settings) { s.observers = append(s.observers, f) }
}

// WithRetries sets how often a read is repeated whose failure may pass by itself; 2 unless told otherwise. 0 switches
// retries off, for a caller who paces requests and wants to see every 429.
func WithRetries(n int) Option { return func(s *settings) { s.retry.retries = max(n, 0) } }

// WithRetryPause sets the first pause between attempts (doubling, with jitter) and the longest one. A Retry-After
// longer than longest is not waited for: the error is returned and carries it.
func WithRetryPause(first, longest time.Duration) Option {
	return func(s *settings) { s.retry.base, s.retry.limit = first, longest }
}

// HomeChoice says which address counts where a shop is reached at another one than it names itself.
type HomeChoice string

// The choices for [WithHome].
const (
	// HomeAsk refuses with a [HomeError]. It is the default.
	HomeAsk HomeChoice = ""
	// HomeGiven keeps the address that was given.
	HomeGiven HomeChoice = "given"
	// HomeNamed takes the address that the shop names, or leads to.
	HomeNamed HomeChoice = "named"
)

// WithHome chooses for [Connect] and [Discover] between the address given and another one that the shop names as its
// home. A copy of a shop often still names the shop it was copied from, and has the same keys. A client that follows
// the name would write to the live shop (docs/woocommerce/authentication.md#copied-home).
func WithHome(choice HomeChoice) Option { return func(s *settings) { s.homeChoice = choice } }

// DefaultUserAgent names this library, its version and where to read about it.
func DefaultUserAgent() string {
	return "Waybill/" + version() + " (+https://github.com/waybillhq/waybill; WooCommerce REST client)"
}

func version() string {
	const module = "github.com/waybillhq/waybill"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "dev"
	}
	if info.Main.Path == module && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, dep := range info.Deps {
		if dep.Path == module {
			return dep.Version
		}
	}
	return "dev"
}

// httpClient builds the client that exchanges use: no redirects, no timeout of its own.
func (s *settings) httpClient() (*http.Client, error) {
	client := http.Client{}
	if s.client != nil {
		client = *s.client
	}
	if s.transport != nil {
		client.Transport = s.transport
	}
	client.Timeout = 0
	// net/http would turn a redirected POST into a GET and drop the key on a new host; a redirect is reported instead.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if client.Transport != nil && s.rootCAs == nil && s.dialControl == nil {
		return &client, nil
	}
	transport, err := s.cloneTransport(client.Transport)
	if err != nil {
		return nil, err
	}
	client.Transport = transport
	return &client, nil
}

func (s *settings) cloneTransport(rt http.RoundTripper) (*http.Transport, error) {
	if rt == nil {
		rt = http.DefaultTransport
	}
	base, ok := rt.(*http.Transport)
	if !ok {
		return nil, usageError(
			"WithRootCAs and WithDialControl need an *http.Transport, the transport given is another type", nil,
		)
	}
	transport := base.Clone()
	// The mirror reads one host over several connections; the default of two idle ones would redo TLS all the time.
	transport.MaxIdleConnsPerHost = max(transport.MaxIdleConnsPerHost, 16)
	if s.rootCAs != nil {
		if transport.TLSClientConfig == nil {
			transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
		}
		transport.TLSClientConfig.RootCAs = s.rootCAs
	}
	if s.dialControl != nil {
		dialer := &net.Dialer{Timeout: 30 * time.Second, KeepAlive: 30 * time.Second, Control: s.dialControl}
		transport.DialContext = dialer.DialContext
		transport.DialTLSContext = nil
		transport.Proxy = nil
	}
	return transport, nil
}
