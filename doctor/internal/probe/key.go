package probe

import (
	"context"
	"net/http"
	"net/url"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// findWay tries the key and, when it is not let in, finds out where it gets lost
// (docs/woocommerce/authentication.md#decision-order). It returns false when there is no way in.
func (c *collection) findWay(ctx context.Context) bool {
	t := c.ev.Target
	r := evidence.PrimaryOf(t)
	anon := c.anonProbe(r)
	if !t.HasKey {
		c.one(ctx, anon)
		return c.stop("key", "no key and secret were given")
	}
	if c.site.Scheme == "https" && !c.trusted {
		c.one(ctx, anon)
		return c.stop("key", "the certificate cannot be trusted, so the key was not sent")
	}
	if !evidence.SameHost(c.root.Address, c.site.Base()) {
		return c.stop("key", "the REST API announces another host; the key is sent only to the address that was given")
	}
	if c.site.Scheme == "http" {
		return c.findSignedWay(ctx, r, anon)
	}
	way := evidence.WayHeader
	if c.site.Outer != nil {
		way = evidence.WayQuery // the header carries the password of the site
	}
	read := c.readProbe(evidence.ReadFirst, "read with the key", r, way)
	c.all(ctx, read, anon)
	c.reconsider(ctx)
	first := c.get(evidence.ReadFirst)
	switch {
	case first.Fault != nil && first.Status == 0 && first.Fault.Class == "refused-here":
		return c.stop("key", first.Fault.Err)
	case evidence.LetIn(first):
		c.setWay(way)
		if evidence.AnonymousIsLetIn(c.get(evidence.Anonymous)) {
			c.all(ctx, c.wrongSecretProbe(evidence.HeaderWrong, r, evidence.AuthHeaderWrong), c.strangerProbe(),
				c.uncachedStrangerProbe(r))
		}
		return true
	}
	if _, ok := evidence.IsRedirect(first); ok {
		return c.stop("key", "the REST API is redirected, for those with a key as well; the key is not sent where a "+
			"redirect leads")
	}
	if evidence.Silent(first) && first.Fault != nil && first.Fault.Class == "timeout" {
		return c.stop("key", "the REST API gave no answer in time")
	}
	c.traceKey(ctx, r)
	return c.decideWay(ctx, r)
}

func (c *collection) anonProbe(r evidence.Resource) probe {
	return probe{id: evidence.Anonymous, purpose: "the same without a key, as a control", url: c.root.URL(r.Route),
		route: r.Route, args: crossArgs(r), fields: []string{"id"}}
}

// strangerProbe asks WordPress who a caller without a key is: nobody (401), unless everybody is taken for a user.
func (c *collection) strangerProbe() probe {
	return probe{id: evidence.AnonSelf, purpose: "which user a caller without a key is, as WordPress sees it",
		url: c.root.URL("wp/v2/users/me"), route: "wp/v2/users/me", args: url.Values{"_fields": {"id"}},
		fields: []string{"id"}}
}

// uncachedStrangerProbe asks the store itself: no cache keeps the answer to OPTIONS, and WordPress takes it for the GET
// that the argument names (docs/woocommerce/answers.md#cache-options). Where a stranger got data and gets none so, the
// data came out of a cache, and nothing in the store lets strangers in.
func (c *collection) uncachedStrangerProbe(r evidence.Resource) probe {
	pr := c.anonProbe(r)
	pr.id, pr.purpose = evidence.AnonFresh, "the control again in a way that no cache keeps"
	pr.method = http.MethodOptions
	pr.args.Set("_method", http.MethodGet)
	pr.args.Set("_", nonce())
	return pr
}

// wrongSecretProbe asks on an address that nobody asked for before: a cache that does not look at the header would
// give it the answer that the right secret got, and that looks like a header that does not arrive.
func (c *collection) wrongSecretProbe(id evidence.Probe, r evidence.Resource, auth string) probe {
	args := r.Args()
	args.Set("_", nonce())
	return probe{
		id: id, purpose: "the right key with a wrong secret: a store that looks at it says so",
		url: c.root.URL(r.Route), route: r.Route,
		args: args, auth: auth, fields: []string{"id"},
	}
}

// traceKey sends the probes that tell where a key gets lost. None of them needs the right secret except the last two.
func (c *collection) traceKey(ctx context.Context, r evidence.Resource) {
	probes := append(c.oauthProbes(r),
		c.wrongSecretProbe(evidence.HeaderWrong, r, evidence.AuthHeaderWrong),
		c.wrongSecretProbe(evidence.QueryWrong, r, evidence.AuthQueryWrong),
		c.readProbe(evidence.QueryRight, "read with the key in the address", r, evidence.WayQuery),
		c.freshAs(r, evidence.WayHeader),
		c.keyedRandom(evidence.WhoAsks, "a route that exists nowhere: shows whether the caller is known",
			evidence.WayHeader),
	)
	c.all(ctx, probes...)
	if evidence.LetIn(c.get(evidence.QueryRight)) {
		return // what a signature would tell is known
	}
	c.all(ctx,
		c.sign2(evidence.SignHTTPS,
			"a signature for the https address, of an old date: accepted or not shows whether the secret is right", r,
			c.schemeBase("https")),
		c.sign2(evidence.SignHTTP, "a signature for the http address, of an old date: accepted when the store does "+
			"not know that it is on HTTPS", r, c.schemeBase("http")))
}

func (c *collection) keyedRandom(id evidence.Probe, purpose string, way evidence.Way) probe {
	route := "wc/v3/" + evidence.ProbeRoute
	return c.authorise(probe{id: id, purpose: purpose, url: c.root.URL(route), route: route}, way)
}

// decideWay picks the first way in that worked.
func (c *collection) decideWay(ctx context.Context, r evidence.Resource) bool {
	who := c.get(evidence.WhoAsks)
	switch {
	case evidence.LetIn(c.get(evidence.QueryRight)):
		c.setWay(evidence.WayQuery)
	case who.Status == http.StatusNotFound && who.Body.Code == evidence.NoRoute && evidence.KnownCaller(who):
		// The key is fine, the resource it was tried on is not.
		c.setWay(evidence.WayHeader)
	case c.get(evidence.ReadFirst).Status == http.StatusUnauthorized &&
		c.get(evidence.ReadFirst).Body.Code == evidence.AuthError &&
		evidence.ScopeRefused(c.get(evidence.ReadFirst), c.get(evidence.HeaderWrong)):
		c.setWay(evidence.WayHeader)
	case evidence.SignatureAccepted(c.get(evidence.SignHTTP), c.get(evidence.KeyKnown)) &&
		!evidence.Accepted(c.get(evidence.QueryWrong)) && !evidence.Accepted(c.get(evidence.HeaderWrong)):
		c.setWay(evidence.WayOAuth)
		return c.tryOAuth(ctx, r)
	case c.looksBlocked(c.get(evidence.ReadFirst)) && c.get(evidence.ReadFirst).Status != http.StatusUnauthorized:
		// When the index was let in the comparison is about WooCommerce's routes, which may have rules of their own.
		if c.get(evidence.IndexBrowser) == nil {
			c.compareVisitors(ctx, c.anonProbe(r))
		}
		return c.stop("key", "something in front of the store answers in its place")
	case c.masked():
		// Something answers everybody it does not know before WooCommerce's own reasons can be seen. Over TLS that ends
		// in front of the store the key is not looked at, and only a signature that is right in every part gets past.
		if c.one(ctx, c.signedRead(r, c.schemeBase("http"))); evidence.LetIn(c.get(evidence.ReadOAuth)) {
			c.signFor = c.schemeBase("http")
			c.setWay(evidence.WayOAuth)
			return true
		}
		if evidence.ForeignRefusal(c.get(evidence.ReadFirst)) && c.get(evidence.IndexBrowser) == nil {
			c.compareVisitors(ctx, c.anonProbe(r))
		}
		c.seesShop(ctx, c.get(evidence.ReadFirst))
		return c.stop("key", evidence.NotLetInReason)
	case evidence.ForeignRefusal(c.get(evidence.ReadFirst)) && c.get(evidence.IndexBrowser) == nil:
		c.compareVisitors(ctx, c.anonProbe(r))
		c.seesShop(ctx, c.get(evidence.ReadFirst))
		return c.stop("key", "something inside WordPress refuses the request before WooCommerce sees it")
	default:
		c.searchBlogs(ctx, r)
		return c.stop("key", evidence.NotLetInReason)
	}
	return true
}

// masked says whether the answer with a key, with a wrong secret or with a senseless signature is the same as without
// any, and none of WooCommerce's.
func (c *collection) masked() bool {
	anon := c.get(evidence.Anonymous)
	for _, id := range []evidence.Probe{evidence.ReadFirst, evidence.QueryRight, evidence.HeaderWrong,
		evidence.QueryWrong, evidence.KeyKnown} {
		if !evidence.SameRefusal(c.get(id), anon) {
			return false
		}
	}
	return !evidence.IsStoreCode(anon.Body.Code)
}
