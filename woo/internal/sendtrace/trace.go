package sendtrace

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http/httptrace"
	"sync/atomic"
)

// Trace records how far a request got, and keeps the transport from sending it again by itself.
type Trace struct {
	traced      atomic.Bool // the transport reports its progress at all
	started     atomic.Bool // a complete request head was handed to the connection
	connections atomic.Int32
}

// maxConnections is how many connections one attempt may use up.
const maxConnections = 3

var (
	errSentOnce = errors.New("the server broke off the request; it changes the store, so it was not sent again")
	errHungUp   = errors.New("the server ended each connection without an answer")
)

// Attach lets the trace follow the requests of a context, until stop is called.
//
// Failure policy: over HTTP/2 Go's transport sends a request again by itself, even a write, when the server resets its
// stream with PROTOCOL_ERROR. Proxies do that when they cannot use the answer of a shop that has done the work. So a
// write whose head went out gets no second connection, and whether it took effect is unknown. Over HTTP/1.1 the
// transport repeats a write only when not a byte of it was sent. A read is tried on few connections, not for as long as
// the server goes on breaking them.
func (t *Trace) Attach(ctx context.Context, read bool) (traced context.Context, stop func()) {
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

// Why is the error that ended a request. It is the trace's own reason where the trace ended the context, else err.
func (t *Trace) Why(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errSentOnce) || errors.Is(cause, errHungUp) {
		return cause
	}
	return err
}

// Started tells whether a complete request head was handed to the connection.
func (t *Trace) Started() bool { return t.started.Load() }

// NeverLeft tells whether nothing can have run on the server, because no complete head left. It is false for a
// transport that reports no progress.
func (t *Trace) NeverLeft() bool { return t.traced.Load() && !t.started.Load() }
