package doctor

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// echoRoute is a public list of WordPress, outside of WooCommerce's routes: nobody looks at the arguments of a signature
// there. WooCommerce makes four pages when it is installed, so with one to a page there is a next one.
const echoRoute = "wp/v2/pages"

// signatureArgs are the five arguments of a signature (class-wc-rest-authentication.php 308-318).
var signatureArgs = []string{"oauth_consumer_key", "oauth_nonce", "oauth_signature", "oauth_signature_method", "oauth_timestamp"}

// echoProbe shows which arguments of an address arrive: WordPress repeats those that reached it, and no others, in the Link
// header to the next page (measured with and without a proxy in between). What is taken away and what is added on the way
// both show there, with no key and no secret involved.
func (c *collection) echoProbe() probe {
	address := c.root.url(echoRoute)
	if c.root.query {
		address = c.root.address + "?rest_route=/" + echoRoute // without the text that makes WooCommerce look at keys
	}
	args := url.Values{"per_page": {"1"}, "_fields": {"id"}}
	for _, name := range signatureArgs {
		args.Set(name, "1")
	}
	return probe{id: "echo", purpose: "a public list, whose link to the next page repeats the arguments that arrived", url: address, route: echoRoute, args: args, fields: []string{"id"}}
}

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

// argumentsOnTheWay compares what was sent with what arrived. Both are empty when the answer does not tell.
func argumentsOnTheWay(x *Exchange) (lost []string, added url.Values) {
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

// traceArguments is for signatures that are refused under every address: what becomes of their arguments, and does one
// that is added on the way explain it?
func (c *collection) traceArguments(ctx context.Context, r resource) {
	_, added := argumentsOnTheWay(c.one(ctx, c.echoProbe()))
	if len(added) == 0 {
		return
	}
	// A web server that adds the path (q=$uri) adds another one to another route.
	for name, values := range added {
		added[name] = []string{strings.Replace(values[0], echoRoute, r.route, 1)}
	}
	c.one(ctx, c.signWithExtra("sign.echo", "a signature over the arguments that were seen to be added on the way, of an old date", r, added))
}

// signWithPath signs as if the web server added the argument q=/path, the way nginx does with index.php?q=$uri: often
// enough not to ask first.
func (c *collection) signWithPath(r resource) probe {
	added := url.Values{"q": {pathOf(c.root.url(r.route))}}
	return c.signWithExtra("sign.extra", "a signature over the argument q=… that some web servers add, of an old date", r, added)
}

// signWithExtra signs as if the address had further arguments, which are not sent: something on the way adds them
// (failure-taxonomy oauth-extra-param).
func (c *collection) signWithExtra(id, purpose string, r resource, added url.Values) probe {
	pr := c.sign2(id, purpose, r, c.site.base())
	target, err := url.Parse(c.root.url(r.route))
	if err != nil {
		return pr
	}
	extra := added.Encode()
	full := addArgs(target, r.args())
	full.RawQuery = strings.TrimPrefix(c.signed(full, extra+"&"+full.RawQuery, http.MethodGet, c.site.base(), time.Unix(1, 0)), extra+"&")
	pr.url = full.String()
	return pr
}
