package doctor

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// findRoot asks for the home page and the REST index, and when the index is not where it should be, looks for it. It
// returns false when nothing that looks like a store's API was found.
func (c *collection) findRoot(ctx context.Context) bool {
	base := c.site.base()
	c.all(ctx,
		indexProbe("index", "read the REST index, without the key", base+"/wp-json/"),
		probe{id: "home", purpose: "read the home page, which announces the REST API", url: base + "/", limit: 512 << 10, fields: indexFields,
			header: map[string]string{"Accept": "text/html,*/*;q=0.8"}}, // a page: with application/json PHP's error pages come as JSON
	)
	index, home := c.get("index"), c.get("home")
	if silent(index) && silent(home) {
		if c.looksBlocked(index) {
			c.compareVisitors(ctx, indexProbe("", "", base+"/wp-json/"))
		}
		return c.stop("route", "the server accepted the connection and gave no answer")
	}
	if to, ok := isRedirect(index); ok {
		c.follow(ctx, "index", index, to)
		return c.afterRedirect(ctx, to)
	}
	if silent(index) && !c.looksBlocked(index) {
		// The index may be slow for a reason of its own: what the key gets decides.
		c.root = restRoot{address: base + "/wp-json/"}
		return true
	}
	if to, ok := isRedirect(home); ok && readIndex(index) == nil {
		c.follow(ctx, "home", home, to)
	}
	if found := readIndex(index); found != nil {
		return c.useRoot(ctx, restRoot{address: base + "/wp-json/"}, found)
	}
	if c.site.scheme == "http" && index.Status == http.StatusBadRequest && index.Body.Kind != "json" && c.speaksTLS(ctx) {
		return c.stop("route", "the port speaks HTTPS, and the address says http://")
	}
	if lostInRewriting(index, home) && readIndex(c.one(ctx, plainIndexProbe(base))) != nil {
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
		c.root = restRoot{address: base + "/wp-json/"}
		return true
	}
	if link, ok := rootFromLink(announcedRoot(index)); ok && index.Body.Code == noRoute && !link.query && sameHost(link.address, base) && link.address != base+"/wp-json/" {
		// WordPress took the address for a route: what was given is the root of the API, or lies below it.
		if found := readIndex(c.one(ctx, indexProbe("index.link", "read the REST index where WordPress announces it", link.address))); found != nil {
			return c.useRoot(ctx, link, found)
		}
	}
	if cached(index) || index.Status == http.StatusOK && index.Body.Kind == "html" {
		// Some hosts give programs what they once kept for robots; a browser's name tells.
		if readIndex(c.one(ctx, asVisitor("index.browser", "the same request under a browser's name", base+"/wp-json/", map[string]string{"User-Agent": browserUA}))) != nil {
			return c.stop("route", "a cache answers programs in place of the store")
		}
	}
	if index.Body.Kind == "json" && (index.Body.Code != "" || strings.HasSuffix(announcedRoot(index), "/wp-json/")) {
		// A JSON error comes from WordPress or a plugin inside it: the API is there, anonymous visitors are refused. Where
		// the index was emptied, its answer still announces the API.
		return c.useRoot(ctx, restRoot{address: base + "/wp-json/"}, nil)
	}
	return c.searchRoot(ctx)
}

// wayRound settles on another address of the API where only its usual one is refused: what looks at the path does not always
// know the others. Whether the key is let in at the usual address all the same is asked first.
func (c *collection) wayRound(ctx context.Context, base string, home *Exchange) bool {
	index := c.get("index")
	if index.Status < 400 || index.Status >= 500 || index.Status == http.StatusNotAcceptable || home == nil || home.Status != http.StatusOK || !c.trusted || !c.ev.Target.HasKey || c.site.outer != nil {
		return false
	}
	usual := restRoot{address: base + "/wp-json/"}
	r := primaryOf(c.ev.Target)
	if letIn(c.one(ctx, probe{id: "usual.read", purpose: "read with the key at the usual address, which refuses strangers", url: usual.url(r.route), route: r.route, args: r.args(), auth: authHeader, fields: []string{"id"}})) {
		return false
	}
	for _, other := range []struct {
		pr   probe
		root restRoot
	}{
		{indexProbe("index.pathinfo", "read the REST index below index.php", base+"/index.php/wp-json/"), restRoot{address: base + "/index.php/wp-json/"}},
		{plainIndexProbe(base), queryRoot(base)},
	} {
		if found := readIndex(c.one(ctx, other.pr)); found != nil && found.hasWooCommerce() {
			return c.useRoot(ctx, other.root, found)
		}
	}
	return false
}

// lostInRewriting: the home page comes from WordPress, and at the API's address the web server itself fails: nginx that tries
// a file which is not there answers 500 and not 404.
func lostInRewriting(index, home *Exchange) bool {
	return index != nil && index.Status == http.StatusInternalServerError && isServerPage(index) && (hasMark(home, "wordpress") || announcedRoot(home) != "")
}

func plainIndexProbe(base string) probe {
	return indexProbe("index.rest_route", "read the REST index in the form of plain permalinks", base+"/?rest_route=/")
}

// silent: no answer at all.
func silent(x *Exchange) bool { return x == nil || x.Fault != nil && x.Status == 0 }

// useRoot settles on a root and looks for the shop elsewhere when this WordPress has no WooCommerce.
func (c *collection) useRoot(ctx context.Context, root restRoot, index *restIndex) bool {
	c.root = root
	c.mu.Lock()
	c.ev.Root = root.shown()
	c.mu.Unlock()
	if index == nil {
		return c.offersWooCommerce(ctx)
	}
	c.home = index.Home
	if index.hasWooCommerce() {
		if c.site.scheme == "http" {
			c.askHTTPS(ctx, index)
		}
		return true
	}
	c.searchDirectories(ctx)
	c.shopOverHTTP(ctx)
	return c.stop("route", "this WordPress does not offer the WooCommerce REST API")
}

// shopOverHTTP asks whether the shop answers on the usual plain port when it does not on the usual port of HTTPS: then
// another virtual host took the place of its own (failure-taxonomy tls-default-vhost).
func (c *collection) shopOverHTTP(ctx context.Context) bool {
	if c.site.scheme != "https" || c.site.port != "443" || hasMark(c.get("home"), "wordpress") && readIndex(c.get("index")) == nil {
		return false
	}
	plain := readIndex(c.one(ctx, indexProbe("http.index", "ask for the REST index over plain HTTP, without the key", "http://"+c.site.name+c.site.dir+"/wp-json/")))
	return plain != nil && plain.hasWooCommerce()
}

// offersWooCommerce asks for WooCommerce's own index where the API's does not list it: taken away or closed to visitors.
// Only a route that does not exist says no; a refusal says nothing.
func (c *collection) offersWooCommerce(ctx context.Context) bool {
	x := c.one(ctx, probe{
		id: "wc.namespace", purpose: "ask for WooCommerce's own index, without the key", url: c.root.url("wc/v3"), route: "wc/v3",
		args: url.Values{"_fields": {"namespace"}}, fields: []string{"namespace"},
	})
	if x.Status == http.StatusNotFound && x.Body.Code == noRoute {
		return c.stop("route", "this WordPress does not offer the WooCommerce REST API")
	}
	return true
}

func (i *restIndex) hasWooCommerce() bool {
	return slices.ContainsFunc(i.Namespaces, func(n string) bool { return strings.HasPrefix(n, "wc/v") })
}

// askHTTPS sees whether the shop can be had over TLS: with the address the store itself names, or the same host.
func (c *collection) askHTTPS(ctx context.Context, index *restIndex) {
	address := ""
	for _, known := range []string{index.Home, index.URL} {
		if strings.HasPrefix(known, "https://") {
			address = strings.TrimRight(known, "/")
		}
	}
	if address == "" && c.site.port == "80" {
		address = "https://" + c.site.name + c.site.dir
	}
	if address == "" {
		return
	}
	c.one(ctx, indexProbe("https.index", "ask for the REST index over HTTPS, without the key", address+"/wp-json/"))
}

// speaksTLS asks the same port over HTTPS. Web servers refuse plain requests to such a port with 400, whatever the words.
func (c *collection) speaksTLS(ctx context.Context) bool {
	address := "https://" + strings.TrimPrefix(c.site.base(), "http://")
	return readIndex(c.one(ctx, indexProbe("https.index", "ask the same port over HTTPS, without the key", address+"/wp-json/"))) != nil
}

const maxHops = 5

// follow walks a chain of redirects by hand, always without credentials.
func (c *collection) follow(ctx context.Context, name string, first *Exchange, to string) {
	seen := []string{first.Request.URL}
	for hop := 1; hop <= maxHops; hop++ {
		if slices.Contains(seen, to) || !strings.HasPrefix(to, "http") {
			return
		}
		seen = append(seen, to)
		answer := c.one(ctx, probe{
			id: fmt.Sprintf("%s.hop%d", name, hop), purpose: "see where the redirect leads, without the key", url: to, fields: indexFields, limit: 512 << 10,
		})
		next, ok := isRedirect(answer)
		if !ok {
			return
		}
		to = next
	}
}

// afterRedirect decides whether to go on when the index is redirected to the given address. The key never goes there. When
// only the index is redirected the API itself may still be open, and when only visitors without a key are (plugins that
// ask for a login) the key is let in at the address that was given.
func (c *collection) afterRedirect(ctx context.Context, to string) bool {
	base := c.site.base()
	c.all(ctx,
		plainIndexProbe(base),
		probe{id: "wc.index", purpose: "ask for the WooCommerce namespace, without the key", url: base + "/wp-json/wc/v3/orders", route: "wc/v3/orders",
			args: url.Values{"per_page": {"1"}, "_fields": {"id"}}, fields: []string{"id"}},
	)
	if link, ok := rootFromLink(announcedRoot(c.get("home"))); ok && sameHost(link.address, base) && !link.query && link.address != base+"/wp-json/" {
		if index := readIndex(c.one(ctx, indexProbe("index.link", "read the REST index where the home page announces it", link.address))); index != nil {
			return c.useRoot(ctx, link, index)
		}
	}
	if x := c.get("wc.index"); x.Body.Kind == "json" && x.Body.Code != "" {
		return c.useRoot(ctx, restRoot{address: base + "/wp-json/"}, nil)
	}
	if index := readIndex(c.get("index.rest_route")); index != nil {
		c.home = index.Home
		if link, ok := rootFromLink(announcedRoot(c.get("index.rest_route"))); ok && link.query {
			return c.useRoot(ctx, queryRoot(base), index)
		}
	}
	if c.trusted && c.ev.Target.HasKey && strings.HasPrefix(to, "https://") && sameHost(to, base) && readIndex(c.get("index.hop1")) == nil {
		c.root = restRoot{address: base + "/wp-json/"}
		return true
	}
	return c.stop("route", "the REST API is redirected; the key is not sent where a redirect leads")
}

// looksBlocked reports an answer that was probably not given by WordPress.
func (c *collection) looksBlocked(x *Exchange) bool {
	if x == nil {
		return false
	}
	if x.Fault != nil && x.Status == 0 {
		return x.Fault.Class == "closed" || x.Fault.Class == "reset"
	}
	if x.Body.Kind == "json" {
		return false
	}
	return x.Status == http.StatusAccepted || x.Status == http.StatusBadRequest || x.Status >= 401 && x.Status != http.StatusNotFound ||
		x.Body.Kind == "html" && hasMark(x, "js-cookie-challenge", "waf-imunify360", "waf-siteground", "cf-challenge", "waf-page")
}

const browserUA = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

func asVisitor(id, purpose, address string, header map[string]string) probe {
	pr := indexProbe(id, purpose, address)
	pr.header = header
	return pr
}

// compareVisitors asks what was refused, without the key, as a browser would, one difference at a time, to see what is
// objected to.
func (c *collection) compareVisitors(ctx context.Context, refused probe) {
	as := func(id, purpose string, header map[string]string) probe {
		pr := refused
		pr.id, pr.purpose, pr.header, pr.auth = id, purpose, header, authNone
		return pr
	}
	c.all(ctx,
		as("index.browser", "the same request under a browser's name", map[string]string{"User-Agent": browserUA}),
		as("index.accept", "the same request that accepts anything", map[string]string{"Accept": "*/*"}),
		probe{id: "static", purpose: "read a static file, which no plugin touches", url: c.site.base() + "/wp-includes/images/blank.gif", limit: 64 << 10},
	)
}

// searchRoot looks for the REST API where stores have it that are set up differently.
func (c *collection) searchRoot(ctx context.Context) bool {
	base := c.site.base()
	home := c.get("home")
	probes := []probe{
		indexProbe("index.pathinfo", "read the REST index below index.php", base+"/index.php/wp-json/"),
		{id: "page.nowhere", purpose: "a page that exists nowhere: whose 404 comes back tells whether pretty addresses reach WordPress", url: base + "/" + probeRoute + "-page/", limit: 256 << 10,
			header: map[string]string{"Accept": "text/html,*/*;q=0.8"}},
	}
	link, announced := rootFromLink(announcedRoot(home))
	if announced && sameHost(link.address, base) && !link.query && link.address != base+"/wp-json/" && link.address != base+"/index.php/wp-json/" {
		probes = append(probes, indexProbe("index.link", "read the REST index where the home page announces it", link.address))
	}
	if c.site.dir != "" {
		probes = append(probes, indexProbe("index.parent", "read the REST index at the root of the host", c.site.scheme+"://"+c.site.host+"/wp-json/"))
	}
	if c.get("index.rest_route") == nil {
		probes = append(probes, plainIndexProbe(base))
	}
	c.all(ctx, probes...)
	if plain := c.get("index.rest_route"); !announced && readIndex(plain) != nil {
		// Every answer of the API names its root, also where the pages were made to keep it to themselves.
		if hidden, ok := rootFromLink(announcedRoot(plain)); ok && !hidden.query && sameHost(hidden.address, base) && hidden.address != base+"/wp-json/" {
			link = hidden
			c.one(ctx, indexProbe("index.link", "read the REST index where the API announces it", link.address))
		}
	}
	if index := readIndex(home); index != nil {
		// The address given is the REST root itself.
		return c.useRoot(ctx, restRoot{address: base + "/"}, index)
	}
	for _, found := range []struct {
		id   string
		root restRoot
	}{
		{"index.link", link},
		{"index.pathinfo", restRoot{address: base + "/index.php/wp-json/"}},
		{"index.rest_route", queryRoot(base)},
	} {
		if index := readIndex(c.get(found.id)); index != nil {
			return c.useRoot(ctx, found.root, index)
		}
	}
	if readIndex(c.get("index.parent")) != nil {
		return c.stop("route", "the REST API is at the root of the host and not below "+c.site.dir)
	}
	c.searchDirectories(ctx)
	c.shopOverHTTP(ctx)
	return c.stop("route", "no REST API was found at "+base)
}

// searchDirectories tries directories that the home page links to, and usual ones, for a shop installed below the root.
func (c *collection) searchDirectories(ctx context.Context) {
	if c.site.dir != "" {
		return
	}
	var dirs []string
	add := func(dir string) {
		if dir != "" && len(dirs) < 7 && !slices.Contains(dirs, dir) && !strings.HasPrefix(dir, "wp-") && !strings.Contains(dir, ".") && !slices.Contains(usualPages, dir) {
			dirs = append(dirs, dir)
		}
	}
	if home := c.get("home"); home != nil {
		if to, ok := isRedirect(home); ok && sameHost(to, c.site.base()) {
			add(firstSegment(to))
		}
		for _, link := range home.Body.Links {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") || sameHost(link, c.site.base()) {
				if strings.Contains(link, "/wp-content/") || strings.Contains(link, "/wp-includes/") {
					before, _, _ := strings.Cut(link, "/wp-")
					add(firstSegment(before + "/"))
				}
			}
		}
	}
	add("shop")
	add("store")
	if home := c.get("home"); home != nil {
		for _, link := range home.Body.Links {
			if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") || sameHost(link, c.site.base()) {
				add(firstSegment(link))
			}
		}
	}
	for _, usual := range []string{"wp", "wordpress", "blog"} {
		add(usual)
	}
	var probes []probe
	for _, dir := range dirs {
		probes = append(probes, indexProbe("index.dir."+dir, "look for a shop in the directory /"+dir, c.site.base()+"/"+dir+"/wp-json/"))
	}
	c.all(ctx, probes...)
}

// usualPages are linked from every WordPress and are no installations of their own.
var usualPages = []string{"feed", "comments", "author", "category", "tag", "sample-page", "hello-world", "privacy-policy", "cart", "checkout", "my-account", "product", "product-category"}

func firstSegment(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	segment, _, _ := strings.Cut(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	return segment
}

func sameHost(a, b string) bool {
	ua, errA := url.Parse(a)
	ub, errB := url.Parse(b)
	return errA == nil && errB == nil && strings.EqualFold(ua.Host, ub.Host)
}
