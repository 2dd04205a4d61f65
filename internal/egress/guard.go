package egress

import (
	"errors"
	"net"
	"net/netip"
	"time"

	"code.dny.dev/ssrf"
)

// Guard decides which addresses may be connected to. It is safe for concurrent use.
type Guard struct{ guardian *ssrf.Guardian }

// NewGuard makes a guard that refuses connections to private networks, except to the allowed ones.
func NewGuard(allowed []netip.Prefix) *Guard {
	var v4, v6 []netip.Prefix
	for _, n := range allowed {
		if n.Addr().Is4() {
			v4 = append(v4, n)
		} else {
			v6 = append(v6, n)
		}
	}
	return &Guard{ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))}
}

// dialTimeout bounds the time for making a connection.
const dialTimeout = 10 * time.Second

// Dialer returns a dialer that connects under the guard. It checks the address to which a name was resolved, at each
// connection.
func (g *Guard) Dialer() *net.Dialer {
	return &net.Dialer{Timeout: dialTimeout, KeepAlive: 30 * time.Second, Control: g.guardian.Safe}
}

// Refused says whether a connection was not made because of a guard.
func Refused(err error) bool { return errors.Is(err, ssrf.ErrProhibitedIP) }
