package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// findRoot asks for the home page and the REST index, and when the index is not where it should be, looks for it. It
// returns false when nothing that looks like a store's API was found.
func (c *collection) findRoot(ctx context.Context) bool {
	base := c.site.Base()
	c.all(ctx,
		indexProbe(evidence.Index, "read the REST index, without the key", base+"/wp-json/"),
		probe{id: evidence.Home, purpose: "read the home page, which announces the REST API", url: base + "/",
			limit: 512 << 10, fields: indexFields,
			// a page: with application/json PHP's error pages come as JSON
			header: map[string]string{"Accept": "text/html,*/*;q=0.8"}},
	)
	c.reconsider(ctx)
	index, home := c.get(evidence.Index), c.get(evidence.Home)
	if evidence.Silent(index) && evidence.Silent(home) {
		if c.looksBlocked(index) {
			c.compareVisitors(ctx, indexProbe("", "", base+"/wp-json/"))
		}
		return c.stop("route", "the server accepted the connection and gave no answer")
	}
	if to, ok := evidence.IsRedirect(index); ok {
		c.follow(ctx, evidence.IndexHops, index, to)
		return c.afterRedirect(ctx, to)
	}
	if evidence.Silent(index) && !c.looksBlocked(index) {
		// The index may be slow for a reason of its own: what the key gets decides.
		c.root = evidence.RestRoot{Address: base + "/wp-json/"}
		return true
	}
	if to, ok := evidence.IsRedirect(home); ok && evidence.ReadIndex(index) == nil {
		c.follow(ctx, evidence.HomeHops, home, to)
	}
	if found := evidence.ReadIndex(index); found != nil {
		return c.useRoot(ctx, evidence.RestRoot{Address: base + "/wp-json/"}, found)
	}
	if c.site.Scheme == "http" && index.Status == http.StatusBadRequest && index.Body.Kind != "json" &&
		c.speaksTLS(ctx) {
		return c.stop("route", "the port speaks HTTPS, and the address says http://")
	}
	if evidence.LostInRewriting(index, home) && evidence.ReadIndex(c.one(ctx, plainIndexProbe(base))) != nil {
		return c.searchRoot(ctx)
	}
	if c.looksBlocked(index) {
		c.compareVisitors(ctx, indexProbe("", "", base+"/wp-json/"))
		if c.shopOverHTTP(ctx) {
			return c.stop("route", "over HTTPS another site answers than over HTTP")
		}
		if c.wayRound(ctx, base, home) {
			return true
		}
		// What stands in front may look at anonymous visitors only: a request with the key tells.
		c.root = evidence.RestRoot{Address: base + "/wp-json/"}
		return true
	}
	if link, ok := evidence.RootFromLink(evidence.AnnouncedRoot(index)); ok && index.Body.Code == evidence.NoRoute &&
		!link.Query && evidence.SameHost(link.Address, base) && link.Address != base+"/wp-json/" {
		// WordPress took the address for a route: what was given is the root of the API, or lies below it.
		if found := evidence.ReadIndex(c.one(ctx,
			indexProbe(evidence.IndexLink, "read the REST index where WordPress announces it",
				link.Address))); found != nil {
			return c.useRoot(ctx, link, found)
		}
	}
	if evidence.Cached(index) || index.Status == http.StatusOK && index.Body.Kind == "html" {
		// Some hosts give programs what they once kept for robots; a browser's name tells.
		if evidence.ReadIndex(c.one(ctx,
			asVisitor(evidence.IndexBrowser, "the same request under a browser's name", base+"/wp-json/",
				map[string]string{"User-Agent": browserUA}))) != nil {
			return c.stop("route", "a cache answers programs in place of the store")
		}
	}
	if index.Body.Kind == "json" &&
		(index.Body.Code != "" || strings.HasSuffix(evidence.AnnouncedRoot(index), "/wp-json/")) {
		// A JSON error comes from WordPress or a plugin inside it: the API is there, anonymous visitors are refused.
		// Where the index was emptied, its answer still announces the API.
		return c.useRoot(ctx, evidence.RestRoot{Address: base + "/wp-json/"}, nil)
	}
	return c.searchRoot(ctx)
}

// wayRound settles on another address of the API where only its usual one is refused: what looks at the path does not
// always know the others. Whether the key is let in at the usual address all the same is asked first.
func (c *collection) wayRound(ctx context.Context, base string, home *evidence.Exchange) bool {
	index := c.get(evidence.Index)
	if index.Status < 400 || index.Status >= 500 || index.Status == http.StatusNotAcceptable || home == nil ||
		home.Status != http.StatusOK || !c.trusted || !c.ev.Target.HasKey || c.site.Outer != nil {
		return false
	}
	usual := evidence.RestRoot{Address: base + "/wp-json/"}
	r := evidence.PrimaryOf(c.ev.Target)
	if evidence.LetIn(c.one(ctx,
		probe{id: evidence.UsualRead, purpose: "read with the key at the usual address, which refuses strangers",
			url: usual.URL(r.Route), route: r.Route, args: r.Args(), auth: evidence.AuthHeader,
			fields: []string{"id"}})) {
		return false
	}
	for _, other := range []struct {
		pr   probe
		root evidence.RestRoot
	}{
		{indexProbe(evidence.IndexPathinfo, "read the REST index below index.php", base+"/index.php/wp-json/"),
			evidence.RestRoot{Address: base + "/index.php/wp-json/"}},
		{plainIndexProbe(base), evidence.QueryRoot(base)},
	} {
		if found := evidence.ReadIndex(c.one(ctx, other.pr)); found != nil && found.HasWooCommerce() {
			return c.useRoot(ctx, other.root, found)
		}
	}
	return false
}

// speaksTLS asks the same port over HTTPS. Web servers refuse plain requests to such a port with 400, whatever the
// words.
func (c *collection) speaksTLS(ctx context.Context) bool {
	address := "https://" + strings.TrimPrefix(c.site.Base(), "http://")
	return evidence.ReadIndex(c.one(ctx,
		indexProbe(evidence.HTTPSIndex, "ask the same port over HTTPS, without the key", address+"/wp-json/"))) != nil
}

// follow walks a chain of redirects by hand, always without credentials.
func (c *collection) follow(ctx context.Context, hops evidence.Family, first *evidence.Exchange, to string) {
	seen := []string{first.Request.URL}
	for hop := 1; hop <= evidence.MaxHops; hop++ {
		if slices.Contains(seen, to) || !strings.HasPrefix(to, "http") {
			return
		}
		seen = append(seen, to)
		answer := c.one(ctx, probe{
			id:      evidence.Probe(fmt.Sprintf("%s%d", hops, hop)),
			purpose: "see where the redirect leads, without the key", url: to, fields: indexFields, limit: 512 << 10,
		})
		next, ok := evidence.IsRedirect(answer)
		if !ok {
			return
		}
		to = next
	}
}

// afterRedirect decides whether to go on when the index is redirected to the given address. The key never goes there.
// When only the index is redirected the API itself may still be open, and when only visitors without a key are
// (plugins that ask for a login) the key is let in at the address that was given.
func (c *collection) afterRedirect(ctx context.Context, to string) bool {
	base := c.site.Base()
	c.all(ctx,
		plainIndexProbe(base),
		probe{id: evidence.WCIndex, purpose: "ask for the WooCommerce namespace, without the key",
			url: base + "/wp-json/wc/v3/orders", route: "wc/v3/orders",
			args: url.Values{"per_page": {"1"}, "_fields": {"id"}}, fields: []string{"id"}},
	)
	if link, ok := evidence.RootFromLink(evidence.AnnouncedRoot(c.get(evidence.Home))); ok &&
		evidence.SameHost(link.Address, base) && !link.Query && link.Address != base+"/wp-json/" {
		if index := evidence.ReadIndex(c.one(ctx,
			indexProbe(evidence.IndexLink, "read the REST index where the home page announces it",
				link.Address))); index != nil {
			return c.useRoot(ctx, link, index)
		}
	}
	if x := c.get(evidence.WCIndex); x.Body.Kind == "json" && x.Body.Code != "" {
		return c.useRoot(ctx, evidence.RestRoot{Address: base + "/wp-json/"}, nil)
	}
	if index := evidence.ReadIndex(c.get(evidence.IndexRestRoute)); index != nil {
		c.home = index.Home
		if link, ok := evidence.RootFromLink(evidence.AnnouncedRoot(c.get(evidence.IndexRestRoute))); ok && link.Query {
			return c.useRoot(ctx, evidence.QueryRoot(base), index)
		}
	}
	if c.trusted && c.ev.Target.HasKey && strings.HasPrefix(to, "https://") && evidence.SameHost(to, base) &&
		evidence.ReadIndex(c.get(evidence.IndexHop1)) == nil {
		c.root = evidence.RestRoot{Address: base + "/wp-json/"}
		return true
	}
	return c.stop("route", "the REST API is redirected; the key is not sent where a redirect leads")
}
