package probe

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/woo"
)

// Budget bounds what one run may cost the store.
type Budget struct {
	Requests    int           // at most so many requests altogether
	Concurrency int           // at most so many at the same time
	Spacing     time.Duration // at least so much between the starts of two requests
	Calm        time.Duration // requests are spread over this time, so that they trip no limit of requests per second
	Request     time.Duration // longest wait for one answer
	Run         time.Duration // longest time for everything
	Pause       time.Duration // longest wait when the store asks to slow down
}

// DefaultBudget costs a store that answers in 150 ms at most four seconds. It waits for one answer as long as many
// integrations do, so that a store that is too slow for them is seen to be.
func DefaultBudget() Budget {
	return Budget{Requests: 60, Concurrency: 4, Spacing: 45 * time.Millisecond, Calm: 3 * time.Second,
		Request: 30 * time.Second, Run: 2 * time.Minute, Pause: 3 * time.Second}
}

// Resolver looks names up; *net.Resolver is one.
type Resolver interface {
	LookupHost(ctx context.Context, host string) (addrs []string, err error)
}

type settings struct {
	budget    Budget
	roots     *x509.CertPool
	resolver  Resolver
	dial      func(ctx context.Context, network, address string) (net.Conn, error)
	now       func() time.Time
	userAgent string
	proxy     func(*http.Request) (hostProxy, error)
	depth     Depth
	progress  func(evidence.Exchange)
	started   func(purpose string)
	ended     func(purpose string)
}

// Option changes how Collect works.
type Option func(*settings)

// Depth is how far a run goes.
type Depth int

// The depths.
const (
	Whole  Depth = iota // everything
	ToRoot              // name, connection, certificate, and where the API is
	ToKey               // and whether the key is let in
)

// WithDepth ends a run early, for a question that is answered by then.
func WithDepth(d Depth) Option { return func(s *settings) { s.depth = d } }

// WithBudget replaces DefaultBudget.
func WithBudget(b Budget) Option { return func(s *settings) { s.budget = b } }

// WithRootCAs trusts these authorities in place of the system's.
func WithRootCAs(pool *x509.CertPool) Option { return func(s *settings) { s.roots = pool } }

// WithResolver looks names up with r in place of the system.
func WithResolver(r Resolver) Option { return func(s *settings) { s.resolver = r } }

// WithDial opens connections with dial. The address is an IP address and a port.
func WithDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return func(s *settings) { s.dial = dial }
}

// WithClock replaces the clock, which decides about certificates, timestamps and the age of queues.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.now = now } }

// WithUserAgent replaces the User-Agent, for asking as the integration would.
func WithUserAgent(ua string) Option { return func(s *settings) { s.userAgent = ua } }

// WithProgress has f told about every exchange as it ends. Calls may come from several goroutines, one at a time.
func WithProgress(f func(evidence.Exchange)) Option { return func(s *settings) { s.progress = f } }

// WithRequests has started told about every request as it leaves and ended when its answer came or did not, both by the
// request's purpose. Calls may come from several goroutines.
func WithRequests(started, ended func(purpose string)) Option {
	return func(s *settings) { s.started, s.ended = started, ended }
}

func newSettings(opts []Option) settings {
	dialer := &net.Dialer{Timeout: 6 * time.Second}
	s := settings{
		budget:    DefaultBudget(),
		resolver:  net.DefaultResolver,
		dial:      dialer.DialContext,
		now:       time.Now,
		userAgent: woo.DefaultUserAgent(),
		proxy:     environmentProxy,
	}
	for _, o := range opts {
		o(&s)
	}
	return s
}
