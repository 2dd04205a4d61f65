package probe

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/woo"
)

// schemeBase is the store's own home address under the given scheme: that is what a store signs with.
func (c *collection) schemeBase(scheme string) string {
	base := c.site.Base()
	if c.home != "" {
		base = strings.TrimRight(c.home, "/")
	}
	_, rest, _ := strings.Cut(base, "://")
	return scheme + "://" + rest
}

// signingBase is the address under which signatures are accepted, as far as is known.
func (c *collection) signingBase() string {
	if c.signFor != "" {
		return c.signFor
	}
	for _, try := range []struct {
		id   evidence.Probe
		base string
	}{
		{evidence.SignGiven, c.site.Base()}, {evidence.SignHome, strings.TrimRight(c.home, "/")},
		{evidence.SignHTTPS, c.schemeBase("https")}, {evidence.SignHTTP, c.schemeBase("http")},
	} {
		if try.base != "" && evidence.SignatureAccepted(c.get(try.id), c.get(evidence.KeyKnown)) {
			return try.base
		}
	}
	return c.site.Base()
}

// sign2 makes a probe with a signature of 1970.
func (c *collection) sign2(id evidence.Probe, purpose string, r evidence.Resource, base string) probe {
	pr := probe{id: id, purpose: purpose, url: c.root.URL(r.Route), route: r.Route, args: r.Args(),
		fields: []string{"id"}}
	return c.sign(pr, base, time.Unix(1, 0))
}

// sign adds an OAuth 1.0a signature for the address as the store sees it: base and the path below it.
func (c *collection) sign(pr probe, base string, at time.Time) probe {
	method := pr.method
	if method == "" {
		method = http.MethodGet
	}
	target, err := url.Parse(pr.url)
	if err != nil {
		return pr
	}
	full := addArgs(target, pr.args)
	full.RawQuery = c.signed(full, full.RawQuery, method, base, at)
	pr.url, pr.args, pr.auth = full.String(), nil, evidence.AuthOAuth
	return pr
}

// signed is the query with a signature for an address as the store sees it: base and the path below it.
func (c *collection) signed(full *url.URL, query, method, base string, at time.Time) string {
	path := strings.TrimPrefix(full.EscapedPath(), strings.TrimRight(c.site.Dir, "/"))
	return woo.SignOAuth(
		woo.Credentials{Key: strings.TrimSpace(c.target.Key), Secret: c.target.Secret},
		woo.OAuthStamp{Nonce: nonce(), At: at}, method, strings.TrimRight(base, "/")+path, query,
	)
}

func nonce() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// signedRead is a read with a signature for the given home address, as of now.
func (c *collection) signedRead(r evidence.Resource, base string) probe {
	pr := c.readProbe(evidence.ReadOAuth, "read with a signature", r, evidence.WayNone)
	return c.sign(pr, base, c.now())
}

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
