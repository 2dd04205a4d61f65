package config

import (
	"net/netip"
	"strings"
)

// Networks is a list of networks as a person writes it: 10.0.0.0/8, 192.0.2.7, 2001:db8::/32, with blanks or commas
// between.
type Networks string

// Networks reads the list. The error is a problem with code config_invalid.
func (n Networks) Networks() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, word := range n.words() {
		network, err := ParseNetwork(word)
		if err != nil {
			return nil, noNetwork(err, word)
		}
		list = append(list, network)
	}
	return list, nil
}

func (n Networks) words() []string {
	return strings.FieldsFunc(string(n), func(r rune) bool { return r == ',' || r == ' ' })
}

// ParseNetwork reads a network. An address without a mask stands for the network of that address alone. Bits behind the
// mask are cleared, so that equal networks compare equal.
func ParseNetwork(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap().WithZone("")
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	n, err := netip.ParsePrefix(text)
	return n.Masked(), err
}
