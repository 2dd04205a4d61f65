package woo

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

// This file holds the policy that decides whether a write that failed may have taken effect. Fail to the side of
// MaybeExecuted: a wrong NotExecuted makes a duplicate order, a wrong MaybeExecuted costs one look at the store.

// sendTrace records how far a request got, and keeps the transport from sending it again by itself.
type sendTrace struct {
	traced      atomic.Bool // the transport reports its progress at all
	started     atomic.Bool // a complete request head was handed to the connection
	connections atomic.Int32
}

func newSendTrace() *sendTrace { return &sendTrace{} }

// maxConnections is how many connections one attempt may use up.
const maxConnections = 3

var (
	errSentOnce = errors.New("the server broke off the request; it changes the store, so it was not sent again")
	errHungUp   = errors.New("the server ended each connection without an answer")
)

// attach lets the trace follow the requests of a context, until stop is called.
//
// Failure policy: over HTTP/2 Go's transport sends a request again by itself when the server resets its stream with
// PROTOCOL_ERROR, a write too, although proxies do that when they cannot use the answer of a shop that has done the
// work. So a write whose head went out gets no second connection; whether it took effect is then unknown. Over
// HTTP/1.1 the transport repeats a write only when not a byte of it was sent. A read is tried on few connections, not
// for as long as the server goes on breaking them.
func (t *sendTrace) attach(ctx context.Context, read bool) (traced context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { t.traced.Store(true) },
		GotConn: func(info httptrace.GotConnInfo) {
			switch {
			case t.connections.Add(1) > maxConnections:
				cancel(errHungUp)
			case !read && t.started.Load() && isHTTP2(info.Conn):
				cancel(errSentOnce)
			}
		},
		WroteHeaders: func() { t.started.Store(true) },
	}), func() { cancel(nil) }
}

func isHTTP2(conn net.Conn) bool {
	secure, ok := conn.(*tls.Conn)
	return ok && secure.ConnectionState().NegotiatedProtocol == "h2"
}

// why is what ended a request whose context is done for a reason of the trace's own, or err.
func (t *sendTrace) why(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errSentOnce) || errors.Is(cause, errHungUp) {
		return cause
	}
	return err
}

// executed: without a complete head nothing can have run. A transport that reports nothing is not believed.
func (t *sendTrace) executed() Executed {
	if t.traced.Load() && !t.started.Load() {
		return NotExecuted
	}
	return MaybeExecuted
}

// sendError explains why there is no answer.
func (c *Client) sendError(ctx context.Context, p *prepared, trace *sendTrace, err error) *Error {
	e := c.fail(p, kindOfSendError(ctx, err), trace.executed(), err)
	if e.Kind == KindGuarded || e.Kind == KindTLS || isDialError(err) {
		e.Executed = NotExecuted
	}
	return e
}

func kindOfSendError(ctx context.Context, err error) Kind {
	var guarded *GuardError
	switch {
	case errors.As(err, &guarded):
		return KindGuarded
	case ctx.Err() != nil:
		return kindOfContext(ctx.Err())
	case isTLSError(err):
		return KindTLS
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return KindTimeout
	}
	return KindNetwork
}

func isDialError(err error) bool {
	var op *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dns) || errors.As(err, &op) && op.Op == "dial"
}

func isTLSError(err error) bool {
	var (
		verification *tls.CertificateVerificationError
		unknown      x509.UnknownAuthorityError
		host         x509.HostnameError
		invalid      x509.CertificateInvalidError
		record       tls.RecordHeaderError
		alert        tls.AlertError
	)
	return errors.Is(err, http.ErrSchemeMismatch) || errors.As(err, &verification) || errors.As(err, &unknown) || errors.As(err, &host) ||
		errors.As(err, &invalid) || errors.As(err, &record) || errors.As(err, &alert)
}

// executedByStatus judges an answer that is not a success, or a success that cannot be used. store tells that the JSON
// error came from WordPress.
func executedByStatus(p *prepared, e *Error, store bool) Executed {
	status := e.Status
	if store {
		status = e.EffectiveStatus()
	}
	switch {
	case status == http.StatusCreated:
		return WasExecuted // only the application itself says 201
	case status >= 200 && status < 300:
		return MaybeExecuted
	case status >= 300 && status < 400:
		return executedByRedirect(p.target, e)
	case status >= 400 && status < 500 && store:
		if _, left := e.LeftDraft(); left || RefusedFirst(status, e.Code) {
			return NotExecuted // what it left is named
		}
		return MaybeExecuted
	case status >= 400 && status < 500:
		return executedByPage(status, e)
	default:
		return executedBy5xx(status, e, store)
	}
}

// executedByRedirect: the server's and WordPress's own canonical rules change scheme, host or the slash at the end, and come
// before any work, as does the way to a login. Any other redirect may be a plugin's after it saved, whatever its status.
func executedByRedirect(from *url.URL, e *Error) Executed {
	to, err := url.Parse(e.Location)
	if err != nil || e.Location == "" {
		return MaybeExecuted
	}
	samePath := strings.TrimRight(to.Path, "/") == strings.TrimRight(from.Path, "/")
	elsewhere := to.Scheme != from.Scheme || !strings.EqualFold(to.Host, from.Host) || to.Path != from.Path
	if samePath && elsewhere || strings.Contains(to.Path, "wp-login.php") {
		return NotExecuted
	}
	return MaybeExecuted
}

// atTheEdge are those who answer in front of the shop and read requests, not answers, by their fingerprints. A firewall of
// the host's own may have read the answer and hidden it.
var atTheEdge = map[string]bool{"cf-challenge": true, "cf-block": true, "waf-siteground": true, "waf-sucuri": true, "waf-wordfence": true,
	"waf-other": true, "ua-blocked": true, "js-cookie-challenge": true, "staging-basic-auth": true, "body-too-large": true, "uri-too-long": true}

// executedByPage: a page with 4xx may come from a plugin, or from a filter that read the answer, after the work was done.
// Only a server that could not even take the request, and who shows that he stands in front of the shop, has not let it in.
func executedByPage(status int, e *Error) Executed {
	switch status {
	case http.StatusLengthRequired, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong, http.StatusUnsupportedMediaType,
		http.StatusExpectationFailed, http.StatusUpgradeRequired, http.StatusRequestHeaderFieldsTooLarge:
		return NotExecuted
	}
	if atTheEdge[e.Fingerprint] {
		return NotExecuted
	}
	return MaybeExecuted
}

// executedBy5xx: a server error says nothing about how far the work went, except where the answer shows that the work
// was never begun: 501 (not supported), WordPress in maintenance, and a proxy that could not reach the shop.
func executedBy5xx(status int, e *Error, store bool) Executed {
	switch {
	case status == http.StatusNotImplemented && store:
		return NotExecuted
	case e.Fingerprint == "maintenance-core":
		return NotExecuted
	case e.Fingerprint == "cf-origin-5xx":
		switch status { // refused, unreachable, TLS refused twice, name unknown: no request was passed on
		case 521, 523, 525, 526, 530:
			return NotExecuted
		}
	}
	return MaybeExecuted
}
