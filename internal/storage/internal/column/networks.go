package column

import (
	"net/netip"
	"strings"
)

// Networks writes networks with a blank between them.
func Networks(networks []netip.Prefix) string {
	words := make([]string, len(networks))
	for i, n := range networks {
		words[i] = n.String()
	}
	return strings.Join(words, " ")
}

// ParseNetworks reads the form of [Networks]. A word that is no network is an error, because a list that lost a network
// could allow more than it should.
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
