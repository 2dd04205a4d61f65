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
	"github.com/waybillhq/waybill/woo/internal/redact"
)

// DefaultNamespace is the API version this package speaks.
const DefaultNamespace = "wc/v3"

// NoNamespace as a Request's Namespace addresses the REST root itself: the index ("" path) or another namespace spelled
// in Path.
const NoNamespace = "/"

// Request is one call. The zero Method is GET, the zero Namespace is wc/v3.
type Request struct {
	Method    string
	Namespace string      // "wc/v3" when empty; NoNamespace for the REST root
	Path      string      // below the namespace and not escaped: "orders/12"
	Query     url.Values  // never the key: the client adds it
	Body      any         // nil for none; json.RawMessage is sent as it is; anything else is marshalled
	Header    http.Header // added to the client's own
	// Patience is the bound of the exchange where it is longer than that of WithTimeout. A write needs patience: its
	// own answer tells sooner what became of it than any look at the store.
	Patience time.Duration
	// Fresh asks for the store's answer of this moment, whatever caches stand before the store. It is for readings that
	// decide something, and for GET only. It may cost a second request.
	Fresh bool
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

// requests is how the requests of one client are built.
type requests struct {
	root        *url.URL // where the REST API starts
	routeInArgs bool     // root is the "?rest_route=" form
	override    bool     // PUT, PATCH and DELETE travel as POST
	keyed       bool     // a key goes with them
	userAgent   string
	header      http.Header
	secrets     redact.Secrets
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
	// patience is the bound of the exchange where it is longer than the client's timeout.
	patience time.Duration
	secrets  redact.Secrets
}

func (q *requests) prepare(r Request) (*prepared, error) {
	p := &prepared{method: r.Method, header: r.Header, patience: r.Patience, secrets: q.secrets}
	if p.method == "" {
		p.method = http.MethodGet
	}
	route, err := routeOf(r)
	if err != nil {
		return nil, q.usage(p, route, err)
	}
	target := *q.root
	p.query = make(url.Values, len(r.Query)+2)
	for k, v := range r.Query {
		p.query[k] = v
	}
	if q.override && (p.method == http.MethodPut || p.method == http.MethodPatch || p.method == http.MethodDelete) {
		p.query.Set("_method", p.method)
		p.method = http.MethodPost
	}
	if q.routeInArgs {
		p.query.Set("rest_route", "/"+route)
	} else {
		target.Path += route
	}
	p.target = &target
	target.RawQuery = q.encodeQuery(p.query)
	p.shown = q.secrets.Text(target.String())
	p.read = isRead(p.method, r)
	if !p.read && (hasIdempotencyKey(q.header) || hasIdempotencyKey(r.Header)) {
		return nil, q.usage(p, route, usageReason(
			"WooCommerce knows no idempotency keys, and net/http takes the header as leave to send a write twice"))
	}
	if r.Body != nil {
		if p.body, err = encodeBody(r.Body); err != nil {
			return nil, q.usage(p, route, err)
		}
	}
	return p, nil
}

// fail starts an error about the request.
func (p *prepared) fail(kind Kind, executed Executed, cause error) *Error {
	return &Error{Kind: kind, Method: p.method, URL: p.shown, Executed: executed, Err: p.secrets.Error(cause)}
}

func (q *requests) usage(p *prepared, route string, err error) *Error {
	shown := p.shown
	if shown == "" {
		shown = q.secrets.Text(q.root.String() + route)
	}
	return &Error{Kind: KindUsage, Method: p.method, URL: shown, Executed: NotExecuted, Err: q.secrets.Error(err)}
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
	// "//" in a route answers rest_no_route (docs/woocommerce/routing.md#url-double-slash); ".." would leave the
	// namespace.
	if route != "" && strings.TrimSuffix(route, "/") != path.Clean(route) {
		return route, usageReason("the path holds an empty, \".\" or \"..\" segment")
	}
	return route, nil
}

// isRead tells whether the request can be repeated without a second effect. WordPress lets a query argument or a header
// replace the method: a GET with one of them is not a read, and an OPTIONS that asks for GET is a read.
func isRead(method string, r Request) bool {
	if method == http.MethodOptions && r.Query.Get("_method") == http.MethodGet {
		return true
	}
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
func (q *requests) encodeQuery(query url.Values) string {
	encoded := query.Encode()
	if !q.routeInArgs || !q.keyed {
		return encoded
	}
	// WooCommerce reads keys only when the raw address contains "wp-json/wc/"
	// (docs/woocommerce/authentication.md#rest-route-ignores-keys).
	return encoded + "&" + routeDecoy + "=wp-json/wc/"
}

// routeDecoy is the argument that carries the text WooCommerce looks for. WordPress ignores it.
const routeDecoy = "waybill"

// build makes the HTTP request of one attempt, without the key.
func (q *requests) build(ctx context.Context, p *prepared) (*http.Request, error) {
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
	req.Header.Set("User-Agent", q.userAgent)
	if p.body != nil {
		// WordPress ignores a JSON body without it and creates an empty object
		// (docs/woocommerce/routing.md#content-type-missing).
		req.Header.Set("Content-Type", "application/json")
	}
	for _, header := range []http.Header{q.header, p.header} {
		for name, values := range header {
			req.Header[http.CanonicalHeaderKey(name)] = values
		}
	}
	return req, nil
}

// Exchange is one HTTP exchange as an observer sees it. It holds no secret.
type Exchange struct {
	Method     string
	URL        string // without credentials
	Attempt    int    // 0 for the first
	Status     int    // 0 without an answer
	Elapsed    time.Duration
	Bytes      int64 // of the decoded body
	RetryAfter time.Duration
	Sent       bool   // the request reached the connection
	Err        *Error // nil on success
}

// exchangeOf is what observers are told of one attempt.
func exchangeOf(p *prepared, res *Response, err *Error, sent bool, size int64) Exchange {
	x := Exchange{Method: p.method, URL: p.shown, Bytes: size, Sent: sent, Err: err}
	if res != nil {
		x.Status = res.Status
	}
	if err != nil {
		x.Status, x.RetryAfter = err.Status, err.RetryAfter
	}
	return x
}
