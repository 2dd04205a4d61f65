package woo

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
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

// Doer is one store as those see it who ask it something: it sends one request. [Client] is one. Whoever stands in its
// place, to keep the store's pace for instance, sends nothing twice that may change the store.
type Doer interface {
	Do(ctx context.Context, r Request) (*Response, error)
}

// Client talks to one store. It is safe for concurrent use and holds no state besides its connections.
type Client struct {
	home        *url.URL // scheme, host and directory of the shop; no query, no user info
	root        *url.URL // where the REST API starts
	routeInArgs bool     // root is the "?rest_route=" form
	signedHome  *url.URL // nil: home
	gate        *url.Userinfo
	cred        Credentials
	auth        AuthMethod
	http        *http.Client
	timeout     time.Duration
	maxBody     int64
	userAgent   string
	header      http.Header
	retry       retryPolicy
	acceptStray bool
	override    bool
	observers   []func(context.Context, Exchange)
	now         func() time.Time
	nonce       func() string
	secrets     []string // texts that must never leave in an error
}

// New returns a client for the shop whose home page is base, for example "https://shop.example" or
// "https://example.com/shop". It does not touch the network. Use Discover to turn whatever a person pasted
// into a base and a REST root.
//
// A user and password inside base ("https://staging:pw@shop.example") are taken for the password in front of
// the whole site: they travel in the Authorization header, and the API key then has to travel in the query.
//
// The error is an *Error with KindInsecure when the key would cross the network in clear (plain HTTP with
// AuthBasic or AuthQuery), and with KindUsage when base or an option cannot be used.
func New(base string, cred Credentials, opts ...Option) (*Client, error) {
	home, err := parseBase(base)
	if err != nil {
		return nil, err
	}
	set := defaultSettings()
	for _, opt := range opts {
		opt(&set)
	}
	c := &Client{
		home: home, gate: home.User, cred: cred, auth: set.auth, timeout: set.timeout, maxBody: set.maxBody,
		userAgent: set.userAgent, header: set.header, retry: set.retry, acceptStray: set.acceptStray,
		override: set.override, observers: set.observers, now: time.Now, nonce: newNonce,
	}
	home.User = nil
	if set.gate != nil {
		c.gate = set.gate
	}
	if c.root, c.routeInArgs, err = resolveRoot(home, set.root); err != nil {
		return nil, err
	}
	if set.signedHome != "" {
		if c.signedHome, err = parseBase(set.signedHome); err != nil {
			return nil, err
		}
	}
	if c.http, err = set.httpClient(); err != nil {
		return nil, err
	}
	if c.gate != nil && !set.authChosen {
		c.auth = AuthQuery
	}
	c.secrets = secretsOf(cred, c.gate)
	if err := c.checkTransportOfSecrets(); err != nil {
		return nil, err
	}
	return c, nil
}

// Base is the home address of the shop, without a trailing slash.
func (c *Client) Base() string { return strings.TrimSuffix(c.home.String(), "/") }

// Root is the address under which the store's REST API lives, such as "https://shop.example/wp-json/".
func (c *Client) Root() string { return c.root.String() }

// Auth is how this client presents its key.
func (c *Client) Auth() AuthMethod { return c.auth }

// CloseIdleConnections lets go of connections kept for the next request.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// Do sends one request and reads the whole answer.
//
// The error, when there is one, is always an *Error. The Response is non-nil whenever the body held usable
// JSON, so also next to an error with KindStrayOutput. Reads are repeated as the retry policy says
// (WithRetries); anything that may change the store is sent exactly once.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	p, err := c.prepare(r)
	if err != nil {
		return nil, err
	}
	return c.retry.run(ctx, p.read, func(attempt int) (*Response, error) { return c.attempt(ctx, p, attempt) })
}

// attempt makes one HTTP exchange.
func (c *Client) attempt(ctx context.Context, p *prepared, attempt int) (*Response, error) {
	start := time.Now()
	attemptCtx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	trace := newSendTrace()
	res, size, err := c.exchange(attemptCtx, p, trace)
	if err != nil && p.read {
		// A read changes nothing, whatever became of it.
		err.Executed = NotExecuted
	}
	elapsed := time.Since(start)
	if res != nil {
		res.Elapsed = elapsed
	}
	if len(c.observers) > 0 {
		c.observe(ctx, p, res, err, attempt, elapsed, trace, size)
	}
	if err != nil {
		return res, err
	}
	return res, nil
}

func (c *Client) exchange(ctx context.Context, p *prepared, trace *sendTrace) (*Response, int64, *Error) {
	traced, stop := trace.attach(ctx, p.read)
	defer stop()
	req, err := c.newRequest(traced, p)
	if err != nil {
		return nil, 0, c.fail(p, KindUsage, NotExecuted, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, c.fail(p, kindOfContext(err), NotExecuted, err)
	}
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, 0, c.sendError(ctx, p, trace, trace.why(traced, err))
	}
	unpack(answer)
	defer answer.Body.Close()
	raw, err := readBody(answer, c.maxBody)
	if err != nil {
		return nil, int64(len(raw)), c.readError(ctx, p, answer, raw, err)
	}
	res, fail := c.interpret(p, answer, raw)
	return res, int64(len(raw)), fail
}

// fail starts an error about request p.
func (c *Client) fail(p *prepared, kind Kind, executed Executed, cause error) *Error {
	return &Error{Kind: kind, Method: p.method, URL: p.shown, Executed: executed, Err: c.scrubError(cause)}
}

func parseBase(base string) (*url.URL, error) {
	trimmed := strings.TrimSpace(base)
	u, err := url.Parse(trimmed)
	if err != nil {
		// url.Parse repeats its input, which may hold a password.
		return nil, usageError("the shop's address cannot be read", errors.Unwrap(err))
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, usageError("the shop's address must look like https://shop.example (use Discover for pasted addresses)", nil)
	}
	home := &url.URL{Scheme: u.Scheme, User: u.User, Host: strings.ToLower(u.Host), Path: strings.TrimRight(u.Path, "/")}
	return home, nil
}

// resolveRoot turns the option's root ("/wp-json/", "/index.php/wp-json/", "/?rest_route=/" or an absolute
// address) into an address, and says whether the route travels in the query.
func resolveRoot(home *url.URL, root string) (*url.URL, bool, error) {
	ref, err := url.Parse(root)
	if err != nil {
		return nil, false, usageError(fmt.Sprintf("the REST root %q cannot be read", root), nil)
	}
	u := &url.URL{Scheme: home.Scheme, Host: home.Host, Path: home.Path + "/" + strings.TrimLeft(ref.Path, "/")}
	if ref.IsAbs() {
		if ref.Scheme != "https" && ref.Scheme != "http" || ref.Host == "" {
			return nil, false, usageError(fmt.Sprintf("the REST root %q is neither a path nor an http(s) address", root), nil)
		}
		u = &url.URL{Scheme: ref.Scheme, Host: strings.ToLower(ref.Host), Path: ref.Path}
	}
	if ref.Query().Has("rest_route") {
		if u.Path == "" {
			u.Path = "/"
		}
		u.RawQuery = "rest_route=/"
		return u, true, nil
	}
	u.Path = strings.TrimRight(u.Path, "/") + "/"
	return u, false, nil
}
