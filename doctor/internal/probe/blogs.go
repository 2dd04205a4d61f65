package probe

import (
	"context"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// searchBlogs looks for the site of a network that has the key: each site keeps its own keys. Only the key travels,
// with a signature that cannot be right, and only on the host that was given.
func (c *collection) searchBlogs(ctx context.Context, r evidence.Resource) {
	known, control := c.get(evidence.KeyKnown), c.get(evidence.KeyControl)
	if known.Body.Code != evidence.AuthError || known.Body.Message != control.Body.Message {
		return
	}
	c.one(ctx, probe{id: evidence.NetworkRoute, purpose: "a route that only a multisite network has",
		url: c.root.URL("wc/v3/orders/network"), route: "wc/v3/orders/network"})
	if c.get(evidence.NetworkRoute).Body.Code == evidence.NoRoute {
		return
	}
	c.all(ctx, c.blogProbes(r, c.blogDirs(), "known")...)
	// Where the answer is another one than here, either the key is known, or the site speaks another language: the
	// control tells.
	var differs []string
	for _, dir := range c.blogDirs() {
		if x := c.get(blogProbe(dir, "known")); x != nil && x.Body.Code == evidence.AuthError &&
			x.Body.Message != control.Body.Message {
			differs = append(differs, dir)
		}
	}
	c.all(ctx, c.blogProbes(r, differs, "control")...)
}

// blogDirs are the directories in which further sites may live: the root of the host, names that are often given, and
// what the home page links to.
func (c *collection) blogDirs() []string {
	var dirs []string
	if c.site.Dir != "" {
		dirs = append(dirs, "")
	}
	dirs = append(dirs, "/shop", "/store", "/sub", "/site2", "/shop2", "/store2", "/second", "/two", "/b2b",
		"/wholesale", "/de", "/en", "/uk", "/us", "/fr")
	if home := c.get(evidence.Home); home != nil {
		for _, link := range home.Body.Links {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") ||
				evidence.SameHost(link, c.site.Base()) {
				if dir := firstSegment(link); dir != "" && !strings.HasPrefix(dir, "wp-") &&
					!strings.Contains(dir, ".") && !slices.Contains(pagesOfEveryShop, dir) {
					dirs = append(dirs, "/"+dir)
				}
			}
		}
	}
	var distinct []string
	for _, dir := range dirs {
		if dir != c.site.Dir && !slices.Contains(distinct, dir) && len(distinct) < 20 {
			distinct = append(distinct, dir)
		}
	}
	return distinct
}

// pagesOfEveryShop are pages and feeds that WordPress and WooCommerce make; no site lives there.
var pagesOfEveryShop = []string{"cart", "checkout", "my-account", "feed", "comments", "sample-page", "privacy-policy",
	"refund_returns", "product", "product-category", "product-tag", "category", "tag", "author", "index"}

func (c *collection) blogProbes(r evidence.Resource, dirs []string, which string) []probe {
	var probes []probe
	for _, dir := range dirs {
		root := evidence.RestRoot{Address: c.site.Scheme + "://" + c.site.Host + dir + "/wp-json/"}
		for _, pr := range c.oauthProbes(r) {
			if pr.id != evidence.Probe("key."+which) {
				continue
			}
			pr.id, pr.url = blogProbe(dir, which), root.URL(r.Route)
			probes = append(probes, pr)
		}
	}
	return probes
}

// blogProbe asks a site of a network, by its directory, for the key (known) or for one that nobody has (control).
func blogProbe(dir, which string) evidence.Probe {
	return evidence.Probe(string(evidence.Blogs) + dir + "." + which)
}
