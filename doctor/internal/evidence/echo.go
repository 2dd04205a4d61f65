package evidence

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// SignatureArgs are the five arguments of a signature (class-wc-rest-authentication.php 308-318).
var SignatureArgs = []string{"oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method",
	"oauth_timestamp"}

// echoed reads the arguments that arrived; ok is false when the answer does not repeat any.
func echoed(x *Exchange) (args url.Values, ok bool) {
	if x == nil || x.Status != http.StatusOK {
		return nil, false
	}
	for _, line := range x.Header.Values("Link") {
		for _, part := range strings.Split(line, ", ") {
			target, rest, found := strings.Cut(strings.TrimSpace(part), ">")
			if !found || !strings.Contains(rest, `rel="next"`) {
				continue
			}
			if u, err := url.Parse(strings.TrimPrefix(target, "<")); err == nil {
				return u.Query(), true
			}
		}
	}
	return nil, false
}

// ArgumentsOnTheWay compares what was sent with what arrived. Both are empty when the answer does not tell.
func ArgumentsOnTheWay(x *Exchange) (lost []string, added url.Values) {
	arrived, ok := echoed(x)
	if !ok {
		return nil, nil
	}
	sent, err := url.Parse(x.Request.URL)
	if err != nil {
		return nil, nil
	}
	for name := range sent.Query() {
		if !arrived.Has(name) {
			lost = append(lost, name)
		}
	}
	slices.Sort(lost)
	added = url.Values{}
	for name, values := range arrived {
		if name != "page" && name != "rest_route" && !sent.Query().Has(name) {
			added[name] = values
		}
	}
	return lost, added
}
