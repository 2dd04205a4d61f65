package outbound

import (
	"context"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// Rules say which addresses the store may call. The zero value is WordPress's: public addresses on the ports 80, 443
// and 8080, and the store itself.
type Rules struct {
	// Private allows loopback and private addresses and any port, as a plugin can.
	Private bool
	// Hosts are further addresses that are allowed, each "host:port".
	Hosts []string
}

// Check is WordPress's wp_http_validate_url: http and https only, no credentials, no private address, no unusual port.
// It returns the address, or ErrUnsafe (docs/checks/webhook-unsafe-url.md).
func (r Rules) Check(ctx context.Context, address, home string) (*url.URL, error) {
	target, err := url.Parse(address)
	if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Hostname() == "" || target.User != nil {
		return nil, ErrUnsafe
	}
	if r.Private || slices.Contains(r.Hosts, strings.ToLower(target.Host)) {
		return target, nil
	}
	if strings.ContainsAny(target.Hostname(), ":[]") {
		return nil, ErrUnsafe
	}
	own, err := url.Parse(home)
	sameHost := err == nil && own.Host != "" && strings.EqualFold(own.Hostname(), target.Hostname())
	if !sameHost && !Public(ctx, strings.Trim(target.Hostname(), ".")) {
		return nil, ErrUnsafe
	}
	switch port := target.Port(); {
	case port == "", port == "80", port == "443", port == "8080", sameHost && port == own.Port():
		return target, nil
	}
	return nil, ErrUnsafe
}

// Public tells whether a host is, or resolves to, a public IPv4 address. A name is looked up in the machine's DNS.
func Public(ctx context.Context, host string) bool {
	address, err := netip.ParseAddr(host)
	if err != nil {
		found, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
		if err != nil || len(found) == 0 {
			return false
		}
		address = found[0].Unmap()
	}
	return address.Is4() && !address.IsLoopback() && !address.IsPrivate() && address.As4()[0] != 0
}
