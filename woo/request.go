package woo

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/jsonvalue"
)

// DefaultNamespace is the API version this package speaks.
const DefaultNamespace = "wc/v3"

// NoNamespace as a Request's Namespace addresses the REST root itself: the index ("" path) or another namespace
// spelled in Path.
const NoNamespace = "/"

// Request is one call. The zero Method is GET, the zero Namespace is wc/v3.
type Request struct {
	Method    string
	Namespace string      // "wc/v3" when empty; NoNamespace for the REST root
	Path      string      // below the namespace and not escaped: "orders/12"
	Query     url.Values  // never the key: the client adds it
	Body      any         // nil for none; json.RawMessage is sent as it is; anything else is marshalled
	Header    http.Header // added to the client's own
}

// Response is a successful answer.
type Response struct {
	Status     int
	Header     http.Header
	Body       json.RawMessage // nil when the method has no body (HEAD)
	Total      int             // X-WP-Total; -1 when the store did not say
	TotalPages int             // X-WP-TotalPages; -1 when the store did not say
	Allow      []string        // methods the key may use on this route; nil when the store did not say
	Elapsed    time.Duration   // of the last attempt
	Stray      []byte          // what the store printed around the JSON; empty on a healthy store
}

// Items splits a list into its records without copying or parsing them. A list that PHP wrote as an object is taken in
// order.
func (r *Response) Items() ([]json.RawMessage, error) {
	items := make([]json.RawMessage, 0, MaxPerPage)
	w := jsonvalue.Walk(r.Body)
	for w.Next() {
		items = append(items, w.Value)
	}
	return items, w.Err()
}

// prepared is a Request made ready to be sent any number of times.
type prepared struct {
	method string
	target *url.URL // without credentials
	query  url.Values
	shown  string // target as it may be shown
	body   []byte
	header http.Header
	read   bool
}

func (c *Client) prepare(r Request) (*prepared, error) {
	p := &prepared{method: r.Method, header: r.Header}
	if p.method == "" {
		p.method = http.MethodGet
	}
	route, err := routeOf(r)
	if err != nil {
		return nil, c.usage(p, route, err)
	}
	target := *c.root
	p.query = make(url.Values, len(r.Query)+2)
	for k, v := range r.Query {
		p.query[k] = v
	}
	if c.override && (p.method == http.MethodPut || p.method == http.MethodPatch || p.method == http.MethodDelete) {
		p.query.Set("_method", p.method)
		p.method = http.MethodPost
	}
	if c.routeInArgs {
		p.query.Set("rest_route", "/"+route)
	} else {
		target.Path += route
	}
	p.target = &target
	target.RawQuery = c.encodeQuery(p.query)
	p.shown = c.scrub(target.String())
	p.read = isRead(p.method, r)
	if !p.read && (hasIdempotencyKey(c.header) || hasIdempotencyKey(r.Header)) {
		return nil, c.usage(p, route, usageReason("WooCommerce knows no idempotency keys, and net/http takes the header as leave to send a write twice"))
	}
	if r.Body != nil {
		if p.body, err = encodeBody(r.Body); err != nil {
			return nil, c.usage(p, route, err)
		}
	}
	return p, nil
}

func (c *Client) usage(p *prepared, route string, err error) *Error {
	shown := p.shown
	if shown == "" {
		shown = c.scrub(c.root.String() + route)
	}
	return &Error{Kind: KindUsage, Method: p.method, URL: shown, Executed: NotExecuted, Err: c.scrubError(err)}
}

// routeOf is the route below the REST root, without a leading slash.
func routeOf(r Request) (string, error) {
	namespace := r.Namespace
	if namespace == "" {
		namespace = DefaultNamespace
	}
	route := strings.Trim(namespace, "/")
	if below := strings.TrimLeft(r.Path, "/"); below != "" {
		route = strings.TrimLeft(route+"/"+below, "/")
	}
	if strings.ContainsAny(route, "?#") {
		return route, usageReason("the path holds a query; put it into Request.Query")
	}
	// "//" in a route answers rest_no_route (docs/woocommerce/routing.md#url-double-slash); ".." would leave the namespace.
	if route != "" && strings.TrimSuffix(route, "/") != path.Clean(route) {
		return route, usageReason("the path holds an empty, \".\" or \"..\" segment")
	}
	return route, nil
}

// isRead tells whether the request can be repeated without a second effect. WordPress lets a query argument or a
// header replace the method, so a GET carrying one of them is not a read.
func isRead(method string, r Request) bool {
	if r.Query.Has("_method") || r.Header.Get("X-HTTP-Method-Override") != "" {
		return false
	}
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

func hasIdempotencyKey(h http.Header) bool {
	return h.Get("Idempotency-Key") != "" || h.Get("X-Idempotency-Key") != ""
}

func encodeBody(body any) ([]byte, error) {
	if raw, ok := body.(json.RawMessage); ok {
		return raw, nil
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n")), nil
}

// encodeQuery is url.Values.Encode, with what a "?rest_route=" address needs.
func (c *Client) encodeQuery(q url.Values) string {
	encoded := q.Encode()
	if !c.routeInArgs || c.cred.empty() {
		return encoded
	}
	// WooCommerce reads keys only when the raw address contains "wp-json/wc/" (docs/woocommerce/authentication.md#rest-route-ignores-keys).
	return encoded + "&" + routeDecoy + "=wp-json/wc/"
}

// routeDecoy is the argument that carries the text WooCommerce looks for. WordPress ignores it.
const routeDecoy = "waybill"

// newRequest builds the HTTP request of one attempt; OAuth needs a fresh timestamp and nonce each time.
func (c *Client) newRequest(ctx context.Context, p *prepared) (*http.Request, error) {
	var body io.Reader
	if p.body != nil {
		body = bytes.NewReader(p.body)
	}
	target := *p.target
	req, err := http.NewRequestWithContext(ctx, p.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	// Without Accept some firewalls answer 406, and a PHP crash answers HTML in place of JSON
	// (docs/woocommerce/routing.md#accept-header-406, docs/woocommerce/answers.md#php-fatal).
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	if p.body != nil {
		// WordPress ignores a JSON body without it and creates an empty object (docs/woocommerce/routing.md#content-type-missing).
		req.Header.Set("Content-Type", "application/json")
	}
	for _, header := range []http.Header{c.header, p.header} {
		for name, values := range header {
			req.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	c.authorize(req, p)
	return req, nil
}
