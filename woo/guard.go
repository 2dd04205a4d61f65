package woo

import (
	"fmt"
	"net"
	"net/netip"
	"syscall"
)

// GuardError says that a connection was refused here because of where it leads.
type GuardError struct {
	Address string
	Reason  string
}

func (e *GuardError) Error() string {
	return fmt.Sprintf("connecting to %s is not allowed: %s", e.Address, e.Reason)
}

// GuardPrivate is for WithDialControl in services that connect to addresses which tenants typed in. It refuses every
// address that is not public unicast. It looks at the address after name resolution, so a name that resolves inwards
// does not reach an internal network either. Networks in allow are let through.
func GuardPrivate(allow ...netip.Prefix) func(network, address string, c syscall.RawConn) error {
	return func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return &GuardError{Address: address, Reason: "the address cannot be read"} // fail closed
		}
		ip, err := netip.ParseAddr(host)
		if err != nil {
			return &GuardError{Address: address, Reason: "the address is not numeric"} // fail closed
		}
		return checkAddress(ip.Unmap().WithZone(""), address, allow)
	}
}

func checkAddress(ip netip.Addr, address string, allow []netip.Prefix) error {
	for _, prefix := range allow {
		if prefix.Contains(ip) {
			return nil
		}
	}
	for _, network := range notPublic {
		if network.prefix.Contains(ip) {
			return &GuardError{Address: address, Reason: network.what}
		}
	}
	if !ip.IsGlobalUnicast() {
		return &GuardError{Address: address, Reason: "not a unicast address"}
	}
	return nil
}

type namedPrefix struct {
	prefix netip.Prefix
	what   string
}

// notPublic are the networks of the IANA special-purpose registries that must not be reached from outside. Translated
// IPv4 addresses (NAT64, 6to4, Teredo) are refused as a whole: they can embed any of the others.
var notPublic = []namedPrefix{
	{netip.MustParsePrefix("0.0.0.0/8"), "this network"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private network"},
	{netip.MustParsePrefix("100.64.0.0/10"), "carrier network"},
	{netip.MustParsePrefix("127.0.0.0/8"), "this machine"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local network"},
	{netip.MustParsePrefix("172.16.0.0/12"), "private network"},
	{netip.MustParsePrefix("192.0.0.0/24"), "protocol assignments"},
	{netip.MustParsePrefix("192.0.2.0/24"), "documentation network"},
	{netip.MustParsePrefix("192.168.0.0/16"), "private network"},
	{netip.MustParsePrefix("198.18.0.0/15"), "benchmark network"},
	{netip.MustParsePrefix("198.51.100.0/24"), "documentation network"},
	{netip.MustParsePrefix("203.0.113.0/24"), "documentation network"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::/96"), "this machine or an embedded address"},
	{netip.MustParsePrefix("64:ff9b::/96"), "translated address"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "translated address"},
	{netip.MustParsePrefix("100::/64"), "discard network"},
	{netip.MustParsePrefix("2001::/32"), "tunnelled address"},
	{netip.MustParsePrefix("2001:db8::/32"), "documentation network"},
	{netip.MustParsePrefix("2002::/16"), "tunnelled address"},
	{netip.MustParsePrefix("fc00::/7"), "private network"},
	{netip.MustParsePrefix("fe80::/10"), "link-local network"},
	{netip.MustParsePrefix("fec0::/10"), "private network"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
}
