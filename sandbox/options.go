package sandbox

import (
	"net/http"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/outbound"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Option makes a store differ from a fresh installation.
type Option func(*settings)

// settings are what options change. The zero value is a fresh installation that follows the machine's clock.
type settings struct {
	home       string
	name       string
	storage    capability.Storage
	version    string
	zone       string
	locale     string
	seed       uint64
	orders     int
	clock      func() time.Time
	plainHTTP  bool
	permalinks Permalinks
	ssl        func(*http.Request) bool
	logSize    int
	tlsFault   TLSFault
	hosts      []string
	// redirectHTTP is set by WithRedirectFromHTTP.
	redirectHTTP bool
	transport    http.RoundTripper

	features []string

	network bool
	sites   []Site

	reach          outbound.Rules
	manualWebhooks bool
}

// Permalinks is the structure of the store's addresses, set in WordPress under Settings > Permalinks.
type Permalinks int

// The structures that matter to the API.
const (
	PermalinksPretty   Permalinks = iota // /wp-json/wc/v3/orders
	PermalinksPathInfo                   // /index.php/wp-json/wc/v3/orders
	PermalinksPlain                      // /index.php?rest_route=/wc/v3/orders
)

// WithHome gives the store a fixed home address, without a trailing slash. By default the store adapts to the address
// it is called by, as many development stores do.
func WithHome(address string) Option { return func(s *settings) { s.home = address } }

// WithHosts makes the store's certificate valid for further host names, such as that of a container or of a machine in
// a test network. The certificate is always valid for loopback.
func WithHosts(names ...string) Option {
	return func(s *settings) { s.hosts = append(s.hosts, names...) }
}

// WithName sets the store's name. The default is "Test Shop".
func WithName(name string) Option { return func(s *settings) { s.name = name } }

// WithStorage sets where orders live, which decides what permissions they ask for. The default is order tables without
// synchronisation, as in new stores.
func WithStorage(storage capability.Storage) Option {
	return func(s *settings) { s.storage = storage }
}

// NewestVersion is the version of WooCommerce that a store behaves as by default.
const NewestVersion = core.Newest

// WithVersion makes the store claim, and behave as, a version of WooCommerce, such as "10.0.2". The oldest known one is
// "8.4.0", the default [NewestVersion].
func WithVersion(version string) Option { return func(s *settings) { s.version = version } }

// WithFeatures switches on features of WooCommerce that a fresh installation has switched off, by their names in the
// system status. "fulfillments" adds /orders/{id}/fulfillments. [Features] lists all names. A version without a feature
// ignores its name.
func WithFeatures(names ...string) Option {
	return func(s *settings) { s.features = append(s.features, names...) }
}

// Features are the names that [WithFeatures] takes.
func Features() []string { return core.Features() }

// WithTimeZone sets the store's time zone by its IANA name ("America/New_York"). The default is UTC.
func WithTimeZone(name string) Option { return func(s *settings) { s.zone = name } }

// WithLocale makes the store speak another language, by WordPress's name of it. "de_DE" and "fr_FR" have words for a
// part of the texts. "xx_XX" marks every text that WooCommerce translates. Codes, statuses, amounts and dates of the
// API are the same in every language.
func WithLocale(name string) Option { return func(s *settings) { s.locale = name } }

// PseudoLocale marks every text that WooCommerce translates with "[xx] ".
const PseudoLocale = core.PseudoLocale

// Locales are the languages that [WithLocale] has texts for, beside English.
func Locales() []string { return core.Locales() }

// WithSeed changes what is generated: order keys and seeded records. Equal seeds give equal stores.
func WithSeed(seed uint64) Option { return func(s *settings) { s.seed = seed } }

// WithClock gives the store a clock of its own; see [Clock]. The default is the machine's clock.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.clock = now } }

// WithPlainHTTP makes [Start] serve without TLS. WooCommerce then takes keys only as OAuth 1.0a signatures.
func WithPlainHTTP() Option { return func(s *settings) { s.plainHTTP = true } }

// WithPermalinks sets the structure of addresses. The default is PermalinksPretty.
func WithPermalinks(p Permalinks) Option { return func(s *settings) { s.permalinks = p } }

// WithSSL replaces what PHP believes about a request's connection (is_ssl). Behind a proxy that ends TLS, for example,
// PHP believes in plain HTTP.
func WithSSL(believed func(*http.Request) bool) Option {
	return func(s *settings) { s.ssl = believed }
}

// WithLogSize sets how many requests the log keeps. The default is 1,000.
func WithLogSize(n int) Option { return func(s *settings) { s.logSize = n } }

// WithTransport replaces how the store reaches the outside world: webhooks, images by address, callbacks.
func WithTransport(t http.RoundTripper) Option { return func(s *settings) { s.transport = t } }

// TLSFault is something wrong with a server's TLS, by its id in docs/checks. The id is also that of a [Breakage], so a
// fault can begin and end while the server runs. It shows on connections that are made afterwards.
type TLSFault string

// The faults of TLS.
const (
	TLSExpired         TLSFault = "tls-expired"          // the certificate ended yesterday
	TLSSelfSigned      TLSFault = "tls-self-signed"      // nobody but the server itself vouches for it
	TLSNameMismatch    TLSFault = "tls-name-mismatch"    // the certificate is for another name
	TLSIncompleteChain TLSFault = "tls-incomplete-chain" // the intermediate certificate is not sent
	TLSOldVersion      TLSFault = "tls-version"          // the server speaks nothing newer than TLS 1.1
)

// WithTLSFault starts a [Server] with a fault of TLS. [Store.Mend] with the same id ends it.
func WithTLSFault(f TLSFault) Option { return func(s *settings) { s.tlsFault = f } }

// WithRedirectFromHTTP lets a [Server] listen for plain HTTP too, at PlainURL, and redirect every request to https, as
// most shops do (docs/checks, redirect-https).
func WithRedirectFromHTTP() Option { return func(s *settings) { s.redirectHTTP = true } }

// Site is a further site of a multisite network: a store with its own keys, roles, settings and records. All sites
// share the network's users.
type Site struct {
	// Path of a site in a sub-directory, such as "/berlin". Exactly one of Path and Domain is set.
	Path string
	// Domain of a site with a host name of its own, such as "berlin.localhost", without a port. A [Server]'s
	// certificate is valid for the domains of the sites it was started with.
	Domain string
	// Name of the site; "" means its address.
	Name string
	// Members are the logins who belong to the site, with the roles they have on the main site. Nil means all accounts
	// but "nomember".
	Members []string
}

// WithSites makes the store the main site of a network (multisite) with further sites. Without sites the network has
// the main site alone.
//
// A network has two accounts more than a single store: "super", a super admin, and "nomember", who belongs to no site.
// Every account has a key on every site, and each site knows only its own keys; see [Store.Site] and
// [Store.Credentials].
func WithSites(sites ...Site) Option {
	return func(s *settings) { s.network, s.sites = true, append(s.sites, sites...) }
}
