package doctor

import (
	"context"
	"crypto/x509"
	"net"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/probe"
)

// How a run asks.
type (
	// Budget bounds what one run may cost the store.
	Budget = probe.Budget
	// Option changes how Collect works.
	Option = probe.Option
	// Resolver looks names up; *net.Resolver is one.
	Resolver = probe.Resolver
)

// Collect asks the store and writes down what it says. The error is about the target itself, such as an address that
// cannot be read. A store that cannot be reached is evidence, not an error.
//
// The Budget bounds what a run costs the store. The guard bounds what a run may send: only requests that are known to
// change nothing.
func Collect(ctx context.Context, target Target, opts ...Option) (*Evidence, error) {
	return probe.Collect(ctx, target, opts...)
}

// Curl writes down the quick tests that a person would run, ready to paste. They only read. Key and secret are in the
// environment variables WAYBILL_KEY and WAYBILL_SECRET, so that neither shows in a shell's history.
func Curl(t Target) (string, error) { return probe.Curl(t) }

// DefaultBudget costs a store that answers in 150 ms at most four seconds. It waits for one answer as long as many
// integrations do. So the report shows when a store is too slow for them.
func DefaultBudget() Budget { return probe.DefaultBudget() }

// WithBudget replaces DefaultBudget.
func WithBudget(b Budget) Option { return probe.WithBudget(b) }

// WithCheck makes a run ask no more than one check needs. Its evidence is for [Examine] with the same id, and for
// nothing else.
func WithCheck(id string) Option {
	depth := probe.Whole
	if c, ok := CheckByID(id); ok {
		switch need := c.Needs(); {
		case need == StageRoot:
			depth = probe.ToRoot
		case need == StageKey:
			depth = probe.ToKey
		}
	}
	return probe.WithDepth(depth)
}

// WithRootCAs trusts these authorities in place of the system's.
func WithRootCAs(pool *x509.CertPool) Option { return probe.WithRootCAs(pool) }

// WithResolver looks names up with r in place of the system.
func WithResolver(r Resolver) Option { return probe.WithResolver(r) }

// WithDial opens connections with dial. The address is an IP address and a port.
func WithDial(dial func(ctx context.Context, network, address string) (net.Conn, error)) Option {
	return probe.WithDial(dial)
}

// WithClock replaces the clock, which decides about certificates, timestamps and the age of queues.
func WithClock(now func() time.Time) Option { return probe.WithClock(now) }

// WithUserAgent replaces the User-Agent, for asking as the integration would.
func WithUserAgent(ua string) Option { return probe.WithUserAgent(ua) }

// WithProgress makes f be called with every exchange as it ends. Calls may come from several goroutines, one at a time.
func WithProgress(f func(Exchange)) Option { return probe.WithProgress(f) }

// WithRequests makes started be called as each request leaves, and ended when its answer came or failed, both with the
// purpose of the request. Calls may come from several goroutines.
func WithRequests(started, ended func(purpose string)) Option {
	return probe.WithRequests(started, ended)
}
