package httpapi

import (
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/config"
)

// guard decides about a request before its operation runs.
type guard struct {
	allow   access.Networks
	proxies access.Networks
	limits  *limiter
}

func newGuard(serve config.Serve, now func() time.Time) (guard, error) {
	allow, err := serve.Allow.Networks()
	if err != nil {
		return guard{}, err
	}
	proxies, err := serve.TrustedProxies.Networks()
	return guard{allow: allow, proxies: proxies, limits: newLimiter(serve.Rate, now)}, err
}

// client returns the address that a request comes from. X-Forwarded-For counts only when the peer is one of the
// configured proxies: read from its end, the first address that is no configured proxy is the client's.
func (g guard) client(r *http.Request) (netip.Addr, error) {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}, addressUnknown(err)
	}
	from := peer.Addr().Unmap().WithZone("")
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && len(g.proxies) > 0 && g.proxies.Admit(from) == nil; i-- {
		hop := strings.TrimSpace(hops[i])
		if hop == "" {
			break
		}
		next, err := netip.ParseAddr(hop)
		if err != nil {
			return from, proxyNamesNoAddress()
		}
		from = next.Unmap().WithZone("")
	}
	return from, nil
}
