package probe

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

const browserUA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) " +
	"Chrome/126.0.0.0 Safari/537.36"

func asVisitor(id evidence.Probe, purpose, address string, header map[string]string) probe {
	pr := indexProbe(id, purpose, address)
	pr.header = header
	return pr
}

// compareVisitors asks what was refused, without the key, as a browser would, one difference at a time, to see what is
// objected to.
func (c *collection) compareVisitors(ctx context.Context, refused probe) {
	as := func(id evidence.Probe, purpose string, header map[string]string) probe {
		pr := refused
		pr.id, pr.purpose, pr.header, pr.auth = id, purpose, header, evidence.AuthNone
		return pr
	}
	c.all(ctx,
		as(evidence.IndexBrowser, "the same request under a browser's name",
			map[string]string{"User-Agent": browserUA}),
		as(evidence.IndexAccept, "the same request that accepts anything", map[string]string{"Accept": "*/*"}),
		probe{id: evidence.StaticFile, purpose: "read a static file, which no plugin touches",
			url: c.site.Base() + "/wp-includes/images/blank.gif", limit: 64 << 10},
	)
}

// searchRoot looks for the REST API where stores have it that are set up differently.
func (c *collection) searchRoot(ctx context.Context) bool {
	base := c.site.Base()
	home := c.get(evidence.Home)
	probes := []probe{
		indexProbe(evidence.IndexPathinfo, "read the REST index below index.php", base+"/index.php/wp-json/"),
		{id: evidence.PageNowhere,
			purpose: "a page that exists nowhere: whose 404 comes back tells whether pretty addresses reach WordPress",
			url:     base + "/" + evidence.ProbeRoute + "-page/", limit: 256 << 10,
			header: map[string]string{"Accept": "text/html,*/*;q=0.8"}},
	}
	link, announced := evidence.RootFromLink(evidence.AnnouncedRoot(home))
	if announced && evidence.SameHost(link.Address, base) && !link.Query && link.Address != base+"/wp-json/" &&
		link.Address != base+"/index.php/wp-json/" {
		probes = append(probes,
			indexProbe(evidence.IndexLink, "read the REST index where the home page announces it", link.Address))
	}
	if c.site.Dir != "" {
		probes = append(probes,
			indexProbe(evidence.IndexParent, "read the REST index at the root of the host",
				c.site.Scheme+"://"+c.site.Host+"/wp-json/"))
	}
	if c.get(evidence.IndexRestRoute) == nil {
		probes = append(probes, plainIndexProbe(base))
	}
	c.all(ctx, probes...)
	if plain := c.get(evidence.IndexRestRoute); !announced && evidence.ReadIndex(plain) != nil {
		// Every answer of the API names its root, also where the pages were made to keep it to themselves.
		if hidden, ok := evidence.RootFromLink(evidence.AnnouncedRoot(plain)); ok && !hidden.Query &&
			evidence.SameHost(hidden.Address, base) && hidden.Address != base+"/wp-json/" {
			link = hidden
			c.one(ctx, indexProbe(evidence.IndexLink, "read the REST index where the API announces it", link.Address))
		}
	}
	if index := evidence.ReadIndex(home); index != nil {
		// The address given is the REST root itself.
		return c.useRoot(ctx, evidence.RestRoot{Address: base + "/"}, index)
	}
	for _, found := range []struct {
		id   evidence.Probe
		root evidence.RestRoot
	}{
		{evidence.IndexLink, link},
		{evidence.IndexPathinfo, evidence.RestRoot{Address: base + "/index.php/wp-json/"}},
		{evidence.IndexRestRoute, evidence.QueryRoot(base)},
	} {
		if index := evidence.ReadIndex(c.get(found.id)); index != nil {
			return c.useRoot(ctx, found.root, index)
		}
	}
	if evidence.ReadIndex(c.get(evidence.IndexParent)) != nil {
		return c.stop("route", "the REST API is at the root of the host and not below "+c.site.Dir)
	}
	c.searchDirectories(ctx)
	c.shopOverHTTP(ctx)
	return c.stop("route", "no REST API was found at "+base)
}

// searchDirectories tries directories that the home page links to, and usual ones, for a shop installed below the root.
func (c *collection) searchDirectories(ctx context.Context) {
	if c.site.Dir != "" {
		return
	}
	var dirs []string
	add := func(dir string) {
		if dir != "" && len(dirs) < 7 && !slices.Contains(dirs, dir) && !strings.HasPrefix(dir, "wp-") &&
			!strings.Contains(dir, ".") && !slices.Contains(usualPages, dir) {
			dirs = append(dirs, dir)
		}
	}
	if home := c.get(evidence.Home); home != nil {
		if to, ok := evidence.IsRedirect(home); ok && evidence.SameHost(to, c.site.Base()) {
			add(firstSegment(to))
		}
		for _, link := range home.Body.Links {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") ||
				evidence.SameHost(link, c.site.Base()) {
				if strings.Contains(link, "/wp-content/") || strings.Contains(link, "/wp-includes/") {
					before, _, _ := strings.Cut(link, "/wp-")
					add(firstSegment(before + "/"))
				}
			}
		}
	}
	add("shop")
	add("store")
	if home := c.get(evidence.Home); home != nil {
		for _, link := range home.Body.Links {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") ||
				evidence.SameHost(link, c.site.Base()) {
				add(firstSegment(link))
			}
		}
	}
	for _, usual := range []string{"wp", "wordpress", "blog"} {
		add(usual)
	}
	var probes []probe
	for _, dir := range dirs {
		probes = append(probes,
			indexProbe(evidence.IndexDir.Of(dir), "look for a shop in the directory /"+dir,
				c.site.Base()+"/"+dir+"/wp-json/"))
	}
	c.all(ctx, probes...)
}

// usualPages are linked from every WordPress and are no installations of their own.
var usualPages = []string{"feed", "comments", "author", "category", "tag", "sample-page", "hello-world",
	"privacy-policy", "cart", "checkout", "my-account", "product", "product-category"}

func firstSegment(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	segment, _, _ := strings.Cut(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	return segment
}
