package probe

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

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

func firstSegment(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	segment, _, _ := strings.Cut(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	return segment
}

// usualPages are linked from every WordPress and are no installations of their own.
var usualPages = []string{"feed", "comments", "author", "category", "tag", "sample-page", "hello-world",
	"privacy-policy", "cart", "checkout", "my-account", "product", "product-category"}
