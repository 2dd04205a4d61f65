package probe

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// findSignedWay is for stores without TLS: the secret signs and does not travel.
func (c *collection) findSignedWay(ctx context.Context, r evidence.Resource, anon probe) bool {
	if x := c.get(evidence.HTTPSIndex); evidence.ReadIndex(x) != nil {
		c.one(ctx, anon)
		return c.stop("key", "the same store answers over HTTPS; nothing is signed over plain HTTP")
	}
	probes := append(c.oauthProbes(r), anon,
		c.sign2(evidence.SignGiven, "a signature for the address as given, of an old date", r, c.site.Base()),
		c.sign2(evidence.SignHTTPS, "a signature for the https address, of an old date", r, c.schemeBase("https")),
	)
	probes = append(probes, c.signPastRewriting(r), c.signWithPath(r))
	if home := strings.TrimRight(c.home, "/"); home != "" && home != c.site.Base() {
		probes = append(probes,
			c.sign2(evidence.SignHome, "a signature for the home address the store names, of an old date", r, home))
	}
	c.all(ctx, probes...)
	c.setWay(evidence.WayOAuth)
	if c.tryOAuth(ctx, r) {
		return true
	}
	if !evidence.SignatureAccepted(c.get(evidence.SignGiven), c.get(evidence.KeyKnown)) {
		c.traceArguments(ctx, r)
	}
	c.seesShop(ctx, c.get(evidence.KeyKnown))
	return false
}

// tryOAuth reads with a real signature.
func (c *collection) tryOAuth(ctx context.Context, r evidence.Resource) bool {
	x := c.one(ctx, c.readProbe(evidence.ReadOAuth, "read with a signature", r, evidence.WayOAuth))
	if evidence.LetIn(x) {
		return true
	}
	if x.Body.Code == evidence.AuthError &&
		evidence.SignatureAccepted(c.get(evidence.SignGiven), c.get(evidence.KeyKnown)) &&
		x.Body.Message != c.get(evidence.SignGiven).Body.Message &&
		x.Body.Message != c.get(evidence.KeyKnown).Body.Message {
		// The signature and its date are fine: the key's own permission refuses.
		return true
	}
	c.setWay(evidence.WayNone)
	return c.stop("key", "the store does not accept the signature")
}

// signPastRewriting asks index.php itself: an argument that rewriting adds is not there, whatever its name.
func (c *collection) signPastRewriting(r evidence.Resource) probe {
	pr := probe{id: evidence.SignDirect,
		purpose: "a signature for index.php itself, past all rewriting, of an old date",
		url:     evidence.QueryRoot(c.site.Base()).URL(r.Route), route: r.Route, args: r.Args(), fields: []string{"id"}}
	return c.sign(pr, c.site.Base(), time.Unix(1, 0))
}

// traceArguments is for signatures that are refused under every address: what becomes of their arguments, and does one
// that is added on the way explain it?
func (c *collection) traceArguments(ctx context.Context, r evidence.Resource) {
	_, added := evidence.ArgumentsOnTheWay(c.one(ctx, c.echoProbe()))
	if len(added) == 0 {
		return
	}
	// A web server that adds the path (q=$uri) adds another one to another route.
	for name, values := range added {
		added[name] = []string{strings.Replace(values[0], echoRoute, r.Route, 1)}
	}
	c.one(ctx, c.signWithExtra(evidence.SignEcho,
		"a signature over the arguments that were seen to be added on the way, of an old date", r, added))
}

// signWithPath signs as if the web server added the argument q=/path, the way nginx does with index.php?q=$uri: often
// enough not to ask first.
func (c *collection) signWithPath(r evidence.Resource) probe {
	added := url.Values{"q": {evidence.PathOf(c.root.URL(r.Route))}}
	return c.signWithExtra(evidence.SignExtra,
		"a signature over the argument q=… that some web servers add, of an old date", r, added)
}

// signWithExtra signs as if the address had further arguments, which are not sent: something on the way adds them
// (docs/checks/oauth-extra-param.md).
func (c *collection) signWithExtra(id evidence.Probe, purpose string, r evidence.Resource, added url.Values) probe {
	pr := c.sign2(id, purpose, r, c.site.Base())
	target, err := url.Parse(c.root.URL(r.Route))
	if err != nil {
		return pr
	}
	extra := added.Encode()
	full := addArgs(target, r.Args())
	full.RawQuery = strings.TrimPrefix(c.signed(full, extra+"&"+full.RawQuery, http.MethodGet, c.site.Base(),
		time.Unix(1, 0)), extra+"&")
	pr.url = full.String()
	return pr
}
