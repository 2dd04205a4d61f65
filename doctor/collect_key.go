package doctor

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/woo"
)

// resource is something the integration reads, used to try the key on.
type resource struct {
	scope  Scope
	route  string
	single bool // an object or a list without paging
}

// primaries are tried in this order: the first one that is wanted is what the key is tested on.
var primaries = []resource{
	{OrdersRead, "wc/v3/orders", false}, {OrdersWrite, "wc/v3/orders", false}, {OrdersDelete, "wc/v3/orders", false},
	{ProductsRead, "wc/v3/products", false}, {ProductsWrite, "wc/v3/products", false}, {ProductsDelete, "wc/v3/products", false},
	{CustomersRead, "wc/v3/customers", false}, {CustomersWrite, "wc/v3/customers", false}, {CustomersDelete, "wc/v3/customers", false},
	{CouponsRead, "wc/v3/coupons", false}, {CouponsWrite, "wc/v3/coupons", false},
	{TermsRead, "wc/v3/products/categories", false}, {TermsWrite, "wc/v3/products/categories", false},
	{WebhooksScope, "wc/v3/webhooks", false}, {ReviewsRead, "wc/v3/products/reviews", false},
	{ReportsRead, "wc/v3/reports", true}, {ShippingRead, "wc/v3/shipping_methods", true}, {SettingsScope, "wc/v3/settings", true},
}

func primaryOf(t TargetFacts) resource {
	for _, r := range primaries {
		if t.wants(r.scope) {
			return r
		}
	}
	return primaries[0]
}

// FirstRead is what a key for these scopes is tried on: the scope that reads it, and its route below wc/v3.
func FirstRead(scopes []Scope) (scope Scope, route string) {
	if len(scopes) == 0 {
		scopes = DefaultScopes()
	}
	r := primaryOf(TargetFacts{Scopes: scopes})
	resource, _, _ := strings.Cut(string(r.scope), ":")
	for _, reads := range capability.Scopes {
		if strings.HasPrefix(string(reads), resource) {
			return reads, strings.TrimPrefix(r.route, "wc/v3/") // the reading scope of a resource comes first
		}
	}
	return r.scope, strings.TrimPrefix(r.route, "wc/v3/")
}

func (r resource) args() url.Values {
	// The names of an error are asked for as well: WordPress takes every other field away, also from errors that a plugin
	// answers with HTTP 200.
	args := url.Values{"_fields": {"id,code,message,data,statusCode,success,error,error_description,status"}}
	if !r.single {
		args.Set("per_page", "1")
	}
	return args
}

// findWay tries the key and, when it is not let in, finds out where it gets lost (failure-taxonomy part 3). It returns
// false when there is no way in.
func (c *collection) findWay(ctx context.Context) bool {
	t := c.ev.Target
	r := primaryOf(t)
	anon := c.anonProbe(r)
	if !t.HasKey {
		c.one(ctx, anon)
		return c.stop("key", "no key and secret were given")
	}
	if c.site.scheme == "https" && !c.trusted {
		c.one(ctx, anon)
		return c.stop("key", "the certificate cannot be trusted, so the key was not sent")
	}
	if !sameHost(c.root.address, c.site.base()) {
		return c.stop("key", "the REST API announces another host; the key is sent only to the address that was given")
	}
	if c.site.scheme == "http" {
		return c.findSignedWay(ctx, r, anon)
	}
	way := WayHeader
	if c.site.outer != nil {
		way = WayQuery // the header carries the password of the site
	}
	read := c.readProbe("read", "read with the key", r, way)
	c.all(ctx, read, anon)
	if x := c.get("read"); x != nil && x.Status >= http.StatusInternalServerError {
		c.again(ctx, read)
	}
	first := c.get("read")
	switch {
	case first.Fault != nil && first.Status == 0 && first.Fault.Class == "refused-here":
		return c.stop("key", first.Fault.Err)
	case letIn(first):
		c.setWay(way)
		if anonymousIsLetIn(c.get("anon")) {
			c.one(ctx, c.wrongSecretProbe("header.wrong", r, authHeaderWrong))
		}
		return true
	}
	if _, ok := isRedirect(first); ok {
		return c.stop("key", "the REST API is redirected, for those with a key as well; the key is not sent where a redirect leads")
	}
	if silent(first) && first.Fault != nil && first.Fault.Class == "timeout" {
		return c.stop("key", "the REST API gave no answer in time")
	}
	c.traceKey(ctx, r)
	return c.decideWay(ctx, r)
}

func (c *collection) anonProbe(r resource) probe {
	return probe{id: "anon", purpose: "the same without a key, as a control", url: c.root.url(r.route), route: r.route, args: crossArgs(r), fields: []string{"id"}}
}

// crossArgs are those of the control without a key. They differ from the key's own, so that a cache that does not look at
// the key cannot give one the answer of the other, except where that is the question (cache.cross).
func crossArgs(r resource) url.Values {
	args := r.args()
	args.Set("page", "1")
	return args
}

// letIn reports that the store knew who was asking: it gave data, or refused a known caller.
func letIn(x *Exchange) bool {
	if x == nil || x.Body.Kind != "json" {
		return false
	}
	if x.Status == http.StatusOK && x.Body.Code == "" {
		return true
	}
	return x.Status == http.StatusForbidden && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot_")
}

// anonymousIsLetIn: without a key the store must say 401. Anything else means that somebody else decides who is asking.
func anonymousIsLetIn(x *Exchange) bool { return letIn(x) }

// knownCaller reports the sign WordPress gives to callers it knows (failure-taxonomy 0.3, P-WHO).
func knownCaller(x *Exchange) bool {
	return x != nil && strings.Contains(x.Header.Get("Cache-Control"), "no-store") && x.Body.Kind == "json"
}

func (c *collection) setWay(way Way) {
	c.way = way
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ev.Way = way
}

func (c *collection) readProbe(id, purpose string, r resource, way Way) probe {
	pr := probe{id: id, purpose: purpose, url: c.root.url(r.route), route: r.route, args: r.args(), fields: []string{"id"}}
	return c.authorise(pr, way)
}

// authorise gives a probe the key in the way that works.
func (c *collection) authorise(pr probe, way Way) probe {
	switch way {
	case WayHeader:
		pr.auth = authHeader
	case WayQuery:
		pr.auth = authQuery
	case WayOAuth:
		pr = c.sign(pr, c.signingBase(), c.now())
	}
	return pr
}

// keyed gives a probe the key in the way that was found to work.
func (c *collection) keyed(pr probe) probe { return c.authorise(pr, c.way) }

// wrongSecretProbe asks on an address that nobody asked for before: a cache that does not look at the header would give it
// the answer that the right secret got, and that looks like a header that does not arrive.
func (c *collection) wrongSecretProbe(id string, r resource, auth string) probe {
	args := r.args()
	args.Set("_", nonce())
	return probe{
		id: id, purpose: "the right key with a wrong secret: a store that looks at it says so", url: c.root.url(r.route), route: r.route,
		args: args, auth: auth, fields: []string{"id"},
	}
}

// traceKey sends the probes that tell where a key gets lost. None of them needs the right secret except the last two.
func (c *collection) traceKey(ctx context.Context, r resource) {
	probes := append(c.oauthProbes(r),
		c.wrongSecretProbe("header.wrong", r, authHeaderWrong),
		c.wrongSecretProbe("query.wrong", r, authQueryWrong),
		c.readProbe("query.right", "read with the key in the address", r, WayQuery),
		c.freshAs(r, WayHeader),
		c.keyedRandom("who", "a route that exists nowhere: shows whether the caller is known", WayHeader),
		c.sign2("sign.https", "a signature for the https address, of an old date: accepted or not shows whether the secret is right", r, c.schemeBase("https")),
		c.sign2("sign.http", "a signature for the http address, of an old date: accepted when the store does not know that it is on HTTPS", r, c.schemeBase("http")),
	)
	c.all(ctx, probes...)
}

// oauthProbes ask whether the store knows the key without needing the secret, and the same with a key nobody has.
func (c *collection) oauthProbes(r resource) []probe {
	ask := func(id, purpose, auth, key string) probe {
		args := r.args()
		for name, value := range map[string]string{
			"oauth_consumer_key": key, "oauth_timestamp": "1", "oauth_nonce": "x", "oauth_signature": "x", "oauth_signature_method": "HMAC-SHA256",
		} {
			args.Set(name, value)
		}
		return probe{id: id, purpose: purpose, url: c.root.url(r.route), route: r.route, args: args, auth: auth, fields: []string{"id"}}
	}
	return []probe{
		ask("key.known", "the key with a signature that cannot be right: a store that has the key objects to the signature", authOAuthWrong, strings.TrimSpace(c.target.Key)),
		ask("key.control", "a key nobody has: a store objects to the key", authControl, controlKey),
	}
}

// schemeBase is the store's own home address under the given scheme: that is what a store signs with.
func (c *collection) schemeBase(scheme string) string {
	base := c.site.base()
	if c.home != "" {
		base = strings.TrimRight(c.home, "/")
	}
	_, rest, _ := strings.Cut(base, "://")
	return scheme + "://" + rest
}

// signingBase is the address under which signatures are accepted, as far as is known.
func (c *collection) signingBase() string {
	if c.signFor != "" {
		return c.signFor
	}
	for _, try := range []struct{ id, base string }{
		{"sign.given", c.site.base()}, {"sign.home", strings.TrimRight(c.home, "/")},
		{"sign.https", c.schemeBase("https")}, {"sign.http", c.schemeBase("http")},
	} {
		if try.base != "" && signatureAccepted(c.get(try.id), c.get("key.known")) {
			return try.base
		}
	}
	return c.site.base()
}

// signatureAccepted compares with the answer to a signature that cannot be right. WooCommerce looks at the signature
// first and at the date afterwards, so a signature of 1970 is refused either way, with another message when it is right;
// nothing is written for it (class-wc-rest-authentication.php 431, 507).
func signatureAccepted(x, wrong *Exchange) bool {
	if x == nil || wrong == nil || x.Body.Kind != "json" || wrong.Body.Kind != "json" {
		return false
	}
	return x.Status == http.StatusUnauthorized && x.Body.Code == authError && wrong.Body.Code == authError && x.Body.Message != wrong.Body.Message
}

const (
	authError = "woocommerce_rest_authentication_error"
	noRoute   = "rest_no_route"
)

// sign2 makes a probe with a signature of 1970.
func (c *collection) sign2(id, purpose string, r resource, base string) probe {
	pr := probe{id: id, purpose: purpose, url: c.root.url(r.route), route: r.route, args: r.args(), fields: []string{"id"}}
	return c.sign(pr, base, time.Unix(1, 0))
}

// sign adds an OAuth 1.0a signature for the address as the store sees it: base and the path below it.
func (c *collection) sign(pr probe, base string, at time.Time) probe {
	method := pr.method
	if method == "" {
		method = http.MethodGet
	}
	target, err := url.Parse(pr.url)
	if err != nil {
		return pr
	}
	full := addArgs(target, pr.args)
	full.RawQuery = c.signed(full, full.RawQuery, method, base, at)
	pr.url, pr.args, pr.auth = full.String(), nil, authOAuth
	return pr
}

// signed is the query with a signature for an address as the store sees it: base and the path below it.
func (c *collection) signed(full *url.URL, query, method, base string, at time.Time) string {
	path := strings.TrimPrefix(full.EscapedPath(), strings.TrimRight(c.site.dir, "/"))
	return woo.SignOAuth(
		woo.Credentials{Key: strings.TrimSpace(c.target.Key), Secret: c.target.Secret},
		woo.OAuthStamp{Nonce: nonce(), At: at}, method, strings.TrimRight(base, "/")+path, query,
	)
}

func nonce() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

func (c *collection) keyedRandom(id, purpose string, way Way) probe {
	route := "wc/v3/" + probeRoute
	return c.authorise(probe{id: id, purpose: purpose, url: c.root.url(route), route: route}, way)
}

const notLetInReason = "the store does not let the key in"

// decideWay picks the first way in that worked.
func (c *collection) decideWay(ctx context.Context, r resource) bool {
	who := c.get("who")
	switch {
	case letIn(c.get("query.right")):
		c.setWay(WayQuery)
	case who.Status == http.StatusNotFound && who.Body.Code == noRoute && knownCaller(who):
		// The key is fine, the resource it was tried on is not.
		c.setWay(WayHeader)
	case c.get("read").Status == http.StatusUnauthorized && c.get("read").Body.Code == authError && scopeRefused(c.get("read"), c.get("header.wrong")):
		c.setWay(WayHeader)
	case signatureAccepted(c.get("sign.http"), c.get("key.known")) && !accepted(c.get("query.wrong")) && !accepted(c.get("header.wrong")):
		c.setWay(WayOAuth)
		return c.tryOAuth(ctx, r)
	case c.looksBlocked(c.get("read")) && c.get("read").Status != http.StatusUnauthorized:
		// When the index was let in the comparison is about WooCommerce's routes, which may have rules of their own.
		if c.get("index.browser") == nil {
			c.compareVisitors(ctx, c.anonProbe(r))
		}
		return c.stop("key", "something in front of the store answers in its place")
	case c.masked():
		// Something answers everybody it does not know before WooCommerce's own reasons can be seen. Over TLS that ends
		// in front of the store the key is not looked at, and only a signature that is right in every part gets past.
		if c.one(ctx, c.signedRead(r, c.schemeBase("http"))); letIn(c.get("read.oauth")) {
			c.signFor = c.schemeBase("http")
			c.setWay(WayOAuth)
			return true
		}
		if foreignRefusal(c.get("read")) && c.get("index.browser") == nil {
			c.compareVisitors(ctx, c.anonProbe(r))
		}
		c.seesShop(ctx, c.get("read"))
		return c.stop("key", notLetInReason)
	case foreignRefusal(c.get("read")) && c.get("index.browser") == nil:
		c.compareVisitors(ctx, c.anonProbe(r))
		c.seesShop(ctx, c.get("read"))
		return c.stop("key", "something inside WordPress refuses the request before WooCommerce sees it")
	default:
		c.searchBlogs(ctx, r)
		return c.stop("key", notLetInReason)
	}
	return true
}

// masked: with a key, a wrong secret or a senseless signature the answer is the same as without any, and none of
// WooCommerce's.
func (c *collection) masked() bool {
	anon := c.get("anon")
	for _, id := range []string{"read", "query.right", "header.wrong", "query.wrong", "key.known"} {
		if !sameRefusal(c.get(id), anon) {
			return false
		}
	}
	return !isStoreCode(anon.Body.Code)
}

// signedRead is a read with a signature for the given home address, as of now.
func (c *collection) signedRead(r resource, base string) probe {
	pr := c.readProbe("read.oauth", "read with a signature", r, WayNone)
	return c.sign(pr, base, c.now())
}

// scopeRefused: both the right and the wrong secret are refused with the same code but for different reasons: the key's
// own permission is at fault, not the secret.
func scopeRefused(read, wrong *Exchange) bool {
	return wrong != nil && wrong.Body.Code == authError && read.Body.Message != wrong.Body.Message
}

// accepted: the store looked at key and secret, and objected to the secret.
func accepted(wrong *Exchange) bool {
	return wrong != nil && wrong.Status == http.StatusUnauthorized && wrong.Body.Code == authError
}

// findSignedWay is for stores without TLS: the secret signs and does not travel.
func (c *collection) findSignedWay(ctx context.Context, r resource, anon probe) bool {
	if x := c.get("https.index"); readIndex(x) != nil {
		c.one(ctx, anon)
		return c.stop("key", "the same store answers over HTTPS; nothing is signed over plain HTTP")
	}
	probes := append(c.oauthProbes(r), anon,
		c.sign2("sign.given", "a signature for the address as given, of an old date", r, c.site.base()),
		c.sign2("sign.https", "a signature for the https address, of an old date", r, c.schemeBase("https")),
	)
	probes = append(probes, c.signPastRewriting(r), c.signWithPath(r))
	if home := strings.TrimRight(c.home, "/"); home != "" && home != c.site.base() {
		probes = append(probes, c.sign2("sign.home", "a signature for the home address the store names, of an old date", r, home))
	}
	c.all(ctx, probes...)
	c.setWay(WayOAuth)
	if c.tryOAuth(ctx, r) {
		return true
	}
	if !signatureAccepted(c.get("sign.given"), c.get("key.known")) {
		c.traceArguments(ctx, r)
	}
	c.seesShop(ctx, c.get("key.known"))
	return false
}

// tryOAuth reads with a real signature.
func (c *collection) tryOAuth(ctx context.Context, r resource) bool {
	x := c.one(ctx, c.readProbe("read.oauth", "read with a signature", r, WayOAuth))
	if letIn(x) {
		return true
	}
	if x.Body.Code == authError && signatureAccepted(c.get("sign.given"), c.get("key.known")) && x.Body.Message != c.get("sign.given").Body.Message &&
		x.Body.Message != c.get("key.known").Body.Message {
		// The signature and its date are fine: the key's own permission refuses.
		return true
	}
	c.setWay(WayNone)
	return c.stop("key", "the store does not accept the signature")
}

// signPastRewriting asks index.php itself: an argument that rewriting adds is not there, whatever its name.
func (c *collection) signPastRewriting(r resource) probe {
	pr := probe{id: "sign.direct", purpose: "a signature for index.php itself, past all rewriting, of an old date", url: queryRoot(c.site.base()).url(r.route), route: r.route, args: r.args(), fields: []string{"id"}}
	return c.sign(pr, c.site.base(), time.Unix(1, 0))
}
