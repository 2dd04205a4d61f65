package woo

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/woo/internal/oauth1"
	"github.com/waybillhq/waybill/woo/internal/sendtrace"
)

// Doer sends one request to one store. [Client] is a Doer. Another one, such as one that keeps the store's pace, must
// not send a request twice that may change the store.
type Doer interface {
	Do(ctx context.Context, r Request) (*Response, error)
}

// Client talks to one store. It is safe for concurrent use and holds no state besides its connections.
type Client struct {
	requests  requests
	signer    signer
	reader    reader
	http      *http.Client
	timeout   time.Duration
	retry     retryPolicy
	freshness *fresh
	observers []func(context.Context, Exchange)
}

// New returns a client for the shop whose home page is base, for example "https://shop.example" or
// "https://example.com/shop". It does not touch the network. Use Discover to turn whatever a person pasted into a base
// and a REST root.
//
// A user and password inside base ("https://staging:pw@shop.example") are taken for the password in front of the whole
// site: they travel in the Authorization header, so the API key needs AuthQuery or AuthOAuth1.
//
// The error is an *Error with KindInsecure when the key would cross the network in clear (plain HTTP with AuthBasic or
// AuthQuery), and with KindUsage when base or an option cannot be used.
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
		freshness: new(fresh),
		requests: requests{
			override: set.override, keyed: !cred.empty(), userAgent: set.userAgent, header: set.header,
		},
		signer: signer{
			cred: cred, method: set.auth, gate: home.User, home: home, now: time.Now, nonce: oauth1.NewNonce,
		},
		reader:  reader{maxBody: set.maxBody, acceptStray: set.acceptStray, now: time.Now},
		timeout: set.timeout, retry: set.retry, observers: set.observers,
	}
	home.User = nil
	if set.gate != nil {
		c.signer.gate = set.gate
	}
	if c.requests.root, c.requests.routeInArgs, err = resolveRoot(home, set.root); err != nil {
		return nil, err
	}
	if set.signedHome != "" {
		if c.signer.signedHome, err = parseBase(set.signedHome); err != nil {
			return nil, err
		}
	}
	if c.http, err = set.httpClient(); err != nil {
		return nil, err
	}
	if c.signer.gate != nil && !set.authChosen {
		c.signer.method = AuthQuery
	}
	c.requests.secrets = c.signer.secrets()
	if err := c.signer.check(c.requests.root); err != nil {
		return nil, err
	}
	return c, nil
}

// Base is the home address of the shop, without a trailing slash.
func (c *Client) Base() string { return strings.TrimSuffix(c.signer.home.String(), "/") }

// Root is the address under which the store's REST API lives, such as "https://shop.example/wp-json/".
func (c *Client) Root() string { return c.requests.root.String() }

// Auth is how this client presents its key.
func (c *Client) Auth() AuthMethod { return c.signer.method }

// CloseIdleConnections lets go of connections kept for the next request.
func (c *Client) CloseIdleConnections() { c.http.CloseIdleConnections() }

// Do sends one request and reads the whole answer.
//
// The error, when there is one, is always an *Error. The Response is non-nil whenever the body held usable JSON: next
// to an error with KindStrayOutput too. Reads are repeated as the retry policy says (WithRetries); anything that may
// change the store is sent exactly once.
func (c *Client) Do(ctx context.Context, r Request) (*Response, error) {
	if r.Fresh {
		return c.freshness.read(ctx, r, c.Do)
	}
	p, err := c.requests.prepare(r)
	if err != nil {
		return nil, err
	}
	return c.retry.run(ctx, p.read, func(attempt int) (*Response, error) { return c.attempt(ctx, p, attempt) })
}

// attempt makes one HTTP exchange.
func (c *Client) attempt(ctx context.Context, p *prepared, attempt int) (*Response, error) {
	start := time.Now()
	attemptCtx, cancel := context.WithTimeout(ctx, max(c.timeout, p.patience))
	defer cancel()
	var trace sendtrace.Trace
	res, size, err := c.exchange(attemptCtx, p, &trace)
	if err != nil && p.read {
		// A read changes nothing, whatever became of it.
		err.Executed = NotExecuted
	}
	elapsed := time.Since(start)
	if res != nil {
		res.Elapsed = elapsed
	}
	if len(c.observers) > 0 {
		seen := exchangeOf(p, res, err, trace.Started(), size)
		seen.Attempt, seen.Elapsed = attempt, elapsed
		for _, observe := range c.observers {
			observe(ctx, seen)
		}
	}
	if err != nil {
		return res, err
	}
	return res, nil
}

func (c *Client) exchange(ctx context.Context, p *prepared, trace *sendtrace.Trace) (*Response, int64, *Error) {
	traced, stop := trace.Attach(ctx, p.read)
	defer stop()
	req, err := c.requests.build(traced, p)
	if err != nil {
		return nil, 0, p.fail(KindUsage, NotExecuted, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, p.fail(kindOfContext(err), NotExecuted, err)
	}
	c.signer.authorize(req)
	answer, err := c.http.Do(req)
	if err != nil {
		return nil, 0, p.sendError(ctx, trace, trace.Why(traced, err))
	}
	return c.reader.read(ctx, p, answer)
}

// Allowed gives the methods that the key may use at path, which is below wc/v3: "orders" or "orders/12". An empty list
// means none. The request is OPTIONS, which changes nothing and which every key may send.
func (c *Client) Allowed(ctx context.Context, path string) ([]string, error) {
	res, err := c.Do(ctx, Request{Method: http.MethodOptions, Path: path, Query: url.Values{"_fields": {"namespace"}}})
	if err != nil {
		return nil, err
	}
	return res.Allow, nil
}
