package column

import (
	"net/netip"
	"strings"
)

// Networks is a list of networks with a blank between them.
func Networks(networks []netip.Prefix) string {
	words := make([]string, len(networks))
	for i, n := range networks {
		words[i] = n.String()
	}
	return strings.Join(words, " ")
}

// ParseNetworks reads what [Networks] wrote. What is no network is an error: a list that lost one would let more in.
func ParseNetworks(text string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for word := range strings.FieldsSeq(text) {
		n, err := netip.ParsePrefix(word)
		if err != nil {
			return nil, err
		}
		networks = append(networks, n)
	}
	return networks, nil
}
