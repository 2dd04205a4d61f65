package doctor

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// decideRoute names what is wrong with the way to the API: the address, redirects, permalinks, WooCommerce itself. It
// looks only at what anonymous requests got.
func (f *fronted) decideRoute() answer {
	index := f.x("index")
	if silent(index) || f.front.id != "" || index.Body.Garbled != "" {
		return answer{}
	}
	if a := f.privateWPCom(); a.id != "" {
		return a
	}
	if to, ok := isRedirect(index); ok {
		if f.known() && (f.ev.Root == "" || f.ev.Root == f.t.Base+"/wp-json/") {
			return f.pastedAddress() // only the index is redirected, or only those without a key are
		}
		if a := f.redirected(index, to); a.id != "" {
			return a
		}
	}
	if found := readIndex(index); found != nil {
		return f.indexFound(index, found)
	}
	if f.known() && (f.ev.Root == "" || f.ev.Root == f.t.Base+"/wp-json/") {
		return f.pastedAddress() // only the index is closed
	}
	if usual := f.x("usual.read"); usual != nil && f.known() && f.ev.Root != f.t.Base+"/wp-json/" {
		return f.refusedAtUsual(index, usual)
	}
	if x := f.x("wc.namespace"); x != nil && x.Status == 404 && x.Body.Code == noRoute {
		return answer{id: "woocommerce-inactive", confidence: Likely, shown: []string{describe(index), describe(x)}, why: "WordPress knows no route of WooCommerce: the plugin is not active here"}
	}
	if index.Body.Kind == "json" && (index.Body.Code != "" || f.ev.Root != "" && readIndex(index) == nil && strings.HasSuffix(announcedRoot(index), "/wp-json/")) {
		return answer{} // refused to anonymous visitors, or emptied; the key decides
	}
	return f.indexMissing(index)
}

// refusedAtUsual: the API's usual address is closed, also to the key, and the one below index.php is open.
func (f *fronted) refusedAtUsual(index, usual *Exchange) answer {
	a := answer{
		id: "path-refused", confidence: Sure, shown: []string{describe(index), "with the key: " + describe(usual), "the way round, at " + f.ev.Root + ": " + describe(f.x("read"))},
		vars: map[string]string{"root": f.ev.Root, "status": fmt.Sprint(index.Status), "request": "GET " + shortURL(index.Request.URL)},
		why:  fmt.Sprintf("the API's usual address is refused with status %d%s, also to the key, and the same API is open at %s: something looks at the path", index.Status, pageOf(index), f.ev.Root),
	}
	who := f.whoAnswered(usual)
	if strings.HasPrefix(who.id, "waf-") || strings.HasPrefix(who.id, "cf-") || who.is("ua-blocked") || who.is("rest-disabled") {
		a.id, a.shown = who.id, append(a.shown, who.shown...)
		a.why = who.why + "; the same API is open at " + f.ev.Root
	}
	return a
}

func (f *heard) privateWPCom() answer {
	for _, x := range f.api() {
		if x.Body.Code == "unauthorized" && x.Status == 403 || x.Body.Code == "private_blog" || hasMark(x, "wpcom") && x.Body.Code == "unauthorized" {
			return answer{id: "wpcom-hosted", confidence: Sure, shown: []string{describe(x)}, why: "WordPress.com answers that the site is private"}
		}
	}
	if to, ok := isRedirect(f.x("index")); ok && !f.known() && hasMark(f.x("index"), "wpcom") {
		if u, err := url.Parse(to); err == nil && (u.Hostname() == "wordpress.com" || strings.HasSuffix(u.Hostname(), ".wordpress.com")) {
			return answer{id: "wpcom-hosted", confidence: Sure, shown: []string{describe(f.x("index"))}, why: "WordPress.com sends visitors of this site to its own login: the site is private"}
		}
	}
	if strings.HasSuffix(f.hostname(), ".wordpress.com") && !f.known() {
		return answer{id: "wpcom-hosted", confidence: Likely, shown: []string{describe(f.x("index"))}, why: "the address is one of WordPress.com, where plugins and their API depend on the plan and the site's visibility"}
	}
	return answer{}
}

var (
	loginPath   = regexp.MustCompile(`(?i)(wp-login\.php|/login|/log-in|/signin|/sign-in|/my-account|/account|/sso|/oauth2?/|/saml|/auth(/|$|\?)|/anmelden|/members?-login|/konto|redirect_to=)`)
	loginHost   = regexp.MustCompile(`(?i)^(login|sso|auth|accounts?|id|idp|signin|identity)\.|okta\.com$|auth0\.com$|microsoftonline\.com$`)
	languageSeg = regexp.MustCompile(`^(?:[a-z]{2})(?:[-_][A-Za-z]{2})?$`)
	soonPath    = regexp.MustCompile(`(?i)(coming-?soon|maintenance|under-construction|wartung|launch)`)
)

// redirected sorts a redirect of the REST index by where it leads.
func (f *heard) redirected(x *Exchange, to string) answer {
	from, err1 := url.Parse(x.Request.URL)
	target, err2 := url.Parse(to)
	if err1 != nil || err2 != nil {
		return answer{}
	}
	shown := append([]string{describe(x)}, describeAll(f.with("index.hop"))...)
	vars := map[string]string{"to": f.cleanTarget(target)}
	say := func(id string, c Confidence, why string) answer {
		return answer{id: id, confidence: c, why: why, shown: shown, vars: vars}
	}
	sameName := strings.EqualFold(from.Hostname(), target.Hostname())
	samePath := strings.TrimRight(from.Path, "/") == strings.TrimRight(target.Path, "/")
	switch {
	case sameName && isLanguageRedirect(from, target):
		return say("redirect-geo-lang", Sure, "the API is redirected to a language")
	case f.loops(x):
		return say("redirect-loop", Sure, "the redirects lead back to where they began")
	case loginHost.MatchString(target.Hostname()) || loginPath.MatchString(target.RequestURI()):
		return say("redirect-login", Sure, "the API is redirected to a login page")
	case f.endsAtLogin():
		return say("redirect-login", Sure, "the API is redirected to a page that asks for a password")
	case from.Scheme == "http" && target.Scheme == "https" && (sameName || sameButWWW(from.Hostname(), target.Hostname())) && (samePath || strings.Trim(target.Path, "/") == ""):
		// Some hosts drop the path on the way to HTTPS.
		return say("redirect-https", Sure, "the plain HTTP address is redirected to HTTPS")
	case from.Scheme == "https" && target.Scheme == "http" && sameName && samePath:
		return say("redirect-loop", Likely, "the store sends visitors of HTTPS back to plain HTTP: it does not see that TLS ended in front of it")
	case !sameName && f.sameLabelOtherCountry(from.Hostname(), target.Hostname()):
		return say("redirect-geo-lang", Likely, "the API is redirected to the shop of another country")
	case !sameName || from.Port() != target.Port():
		return say("redirect-www", Sure, "the shop's own address is "+vars["to"]+", and the address in use is redirected to it")
	case target.Path == from.Path+"/":
		return f.slashRedirect(say)
	case strings.TrimSuffix(target.Path, "/") == pathOf(f.t.Base)+"/index.php"+strings.TrimSuffix(strings.TrimPrefix(from.Path, pathOf(f.t.Base)), "/"):
		vars["root"] = f.t.Base + "/index.php/wp-json/"
		return say("permalinks-pathinfo", Likely, "the API is redirected to its form below /index.php/")
	case soonPath.MatchString(target.Path):
		return say("maintenance-plugin", Likely, "the API is redirected to a page of a maintenance mode")
	}
	return say("redirect-home", Likely, "the API is redirected to a page of the site: something keeps visitors away from it")
}

// endsAtLogin: the page at the end of the redirects asks for a password, whatever its address is called in the shop's
// language. Themes that have a login on every page show it on the home page too.
func (f *heard) endsAtLogin() bool {
	hops := f.with("index.hop")
	return len(hops) > 0 && hasMark(hops[len(hops)-1], "login") && !hasMark(f.x("home"), "login")
}

// slashRedirect: WordPress took the API's address for a page. Why, the announced root tells.
func (f *heard) slashRedirect(say func(string, Confidence, string) answer) answer {
	a := f.notRouted()
	if a.id == "" {
		return say("redirect-canonical-slash", Likely, "WordPress takes the API's address for a page and adds a slash to it")
	}
	a.also = append(a.also, "redirect-canonical-slash")
	return a
}

// cleanTarget is the address of a redirect reduced to a base address a person can use.
func (f *heard) cleanTarget(u *url.URL) string {
	base := *u
	base.RawQuery, base.Fragment, base.User = "", "", nil
	if at := strings.Index(base.Path, "/wp-json"); at >= 0 {
		base.Path = base.Path[:at]
	}
	return strings.TrimRight(base.String(), "/")
}

func (f *heard) loops(x *Exchange) bool {
	seen := []string{x.Request.URL}
	for _, hop := range append([]*Exchange{x}, f.with("index.hop")...) {
		next, ok := isRedirect(hop)
		if !ok {
			return false
		}
		if slices.Contains(seen, next) {
			return true
		}
		seen = append(seen, next)
	}
	return len(seen) > maxHops
}

func withoutArgs(address string) string {
	before, _, _ := strings.Cut(address, "?")
	return before
}

func sameButWWW(a, b string) bool {
	return strings.TrimPrefix(strings.ToLower(a), "www.") == strings.TrimPrefix(strings.ToLower(b), "www.")
}

// sameLabelOtherCountry: shop.com and shop.de, or shop.com and de.shop.com.
func (f *heard) sameLabelOtherCountry(a, b string) bool {
	a, b = strings.TrimPrefix(strings.ToLower(a), "www."), strings.TrimPrefix(strings.ToLower(b), "www.")
	if rest, ok := strings.CutSuffix(b, "."+a); ok {
		return languageSeg.MatchString(rest)
	}
	la, ta, okA := strings.Cut(a, ".")
	lb, tb, okB := strings.Cut(b, ".")
	return okA && okB && la == lb && ta != tb
}

func isLanguageRedirect(from, to *url.URL) bool {
	if to.Query().Get("lang") != "" && from.Query().Get("lang") == "" {
		return true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(to.Path, "/"), "/")
	return languageSeg.MatchString(first) && !strings.HasPrefix(from.Path, "/"+first+"/")
}

func describeAll(list []*Exchange) []string {
	var lines []string
	for _, x := range list {
		lines = append(lines, describe(x))
	}
	return lines
}

// indexFound: the API answers at the usual place; is it WooCommerce's, and is it whole?
func (f *heard) indexFound(x *Exchange, index *restIndex) answer {
	if f.droppedQuery() {
		return answer{
			id: "query-string-dropped", confidence: Sure, shown: []string{describe(x)},
			why: "arguments in addresses do not reach WordPress: the index came back whole although a few fields were asked for",
		}
	}
	if !index.hasWooCommerce() {
		if a := f.shopElsewhere(); a.id != "" {
			return a
		}
		return answer{
			id: "woocommerce-inactive", confidence: Sure, shown: []string{describe(x) + " with the namespaces " + strings.Join(index.Namespaces, ", ")},
			why: "this WordPress offers no wc/ namespace: WooCommerce is not active here",
		}
	}
	if !slices.Contains(index.Namespaces, "wc/v3") {
		return answer{
			id: "wc-namespace-old", confidence: Sure, shown: []string{describe(x) + " with the namespaces " + strings.Join(index.Namespaces, ", ")},
			why: "the store offers an older version of the API and not wc/v3",
		}
	}
	if a := f.emptyNamespace(index); a.id != "" {
		return a
	}
	if a := f.otherPrefix(x); a.id != "" {
		return a
	}
	return f.pastedAddress()
}

// emptyNamespace: single routes keep wc/v3 listed after its resources were taken away (measured: the filter
// woocommerce_rest_api_get_rest_namespaces leaves wc/v3/orders/statuses). One resource alone is endpoint-removed.
func (f *heard) emptyNamespace(index *restIndex) answer {
	if !slices.Contains(index.Namespaces, "wc/v2") && !slices.Contains(index.Namespaces, "wc/v1") {
		return answer{}
	}
	var gone []string
	for _, id := range []string{"list.orders", "list.products", "list.customers", "list.coupons"} {
		switch x := f.x(id); {
		case x == nil:
		case x.Status == 404 && x.Body.Code == noRoute:
			gone = append(gone, describe(x))
		default:
			return answer{}
		}
	}
	if len(gone) < 2 {
		return answer{}
	}
	return answer{id: "wc-namespace-old", confidence: Likely, shown: gone, why: "wc/v3 has none of its resources, and older versions of the API are there"}
}

// droppedQuery: the index was asked for a few fields and came back whole.
func (f *heard) droppedQuery() bool {
	x := f.x("index")
	return readIndex(x) != nil && x.Body.Extra >= 4
}

// otherPrefix: the old prefix still answers and the store announces another one. WooCommerce takes keys only below the
// announced one.
func (f *heard) otherPrefix(x *Exchange) answer {
	link, ok := rootFromLink(announcedRoot(x))
	if !ok || link.query || f.known() || !sameHost(link.address, f.t.Base) {
		return answer{}
	}
	if path := pathOf(link.address); path != pathOf(f.t.Base)+"/wp-json/" && !strings.HasSuffix(path, "/index.php/wp-json/") && strings.HasPrefix(path, pathOf(f.t.Base)+"/") {
		return answer{
			id: "rest-prefix-changed", confidence: Likely, shown: []string{describe(x) + ", which announces " + link.address},
			why: "the store announces the API at " + link.address + " and takes keys only there", vars: map[string]string{"root": link.address},
		}
	}
	return answer{}
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimRight(u.Path, "/") + strings.Repeat("/", boolToInt(strings.HasSuffix(u.Path, "/") && u.Path != "/"))
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// shopElsewhere: another directory of the same host has the shop.
func (f *heard) shopElsewhere() answer {
	for _, x := range f.with("index.dir.") {
		if index := readIndex(x); index != nil && index.hasWooCommerce() {
			dir := strings.TrimPrefix(x.ID, "index.dir.")
			home := f.t.Base + "/" + dir
			return answer{
				id: "subdirectory-install", confidence: Sure, shown: []string{describe(x)}, vars: map[string]string{"home": home},
				why: "the shop is installed in the directory /" + dir + ", not at the root of the host",
			}
		}
	}
	if index := readIndex(f.x("http.index")); index != nil && index.hasWooCommerce() {
		return answer{
			id: "tls-default-vhost", confidence: Sure, shown: []string{describe(f.x("http.index")), "over HTTPS: " + describe(f.x("index"))},
			why: "over plain HTTP the shop answers, over HTTPS another site does",
		}
	}
	return answer{}
}

// pastedAddress: everything works with the address the doctor made of what was given; what was given would not.
func (f *heard) pastedAddress() answer {
	p := f.t.Pasted
	say := func(id, why string) answer {
		return answer{id: id, confidence: Sure, why: why, shown: []string{"given: " + f.t.Given, "the shop's address: " + f.t.Base}, vars: map[string]string{"home": f.t.Base}}
	}
	switch {
	case p.Legacy:
		return say("legacy-api-removed", "the address ends in /wc-api/…, the API that WooCommerce removed in version 9.0")
	case p.Encoded:
		return say("url-encoded-route", "slashes in the address are written as %2F; WordPress does not find a route spelled so")
	case p.UpperCase:
		return say("url-case", "the path of the API is in capital letters; WordPress compares it letter by letter")
	case p.DoubleSlash:
		return say("url-double-slash", "the address has two slashes in a row; WordPress does not find a route spelled so")
	case p.RestRoute:
		return say("rest-route-ignores-keys", "the address uses ?rest_route=, and WooCommerce does not look at keys in that form")
	case p.Version != "" && p.Version != "v3":
		return say("client-wrong-api-version", "the address names wc/"+p.Version+"; today's API is wc/v3")
	case p.API != "" || p.Admin || p.IndexPHP || p.KeyInURL:
		return say("url-contains-api-path", "the address holds more than the shop's home: "+firstOf(p.API, "a page of wp-admin", "arguments"))
	}
	return answer{}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// indexMissing: the usual place has no REST index, and it is not a block.
func (f *heard) indexMissing(x *Exchange) answer {
	home := f.x("home")
	if index := readIndex(home); index != nil {
		a := answer{id: "url-contains-api-path", confidence: Sure, shown: []string{describe(home)}, why: "the address given is that of the API and not of the shop", vars: map[string]string{"home": strings.TrimRight(index.Home, "/")}}
		if !strings.HasSuffix(f.t.Base, "/wp-json") {
			a = answer{id: "rest-prefix-changed", confidence: Sure, shown: []string{describe(home)}, why: "the API lives at " + f.t.Base + "/", vars: map[string]string{"root": f.t.Base + "/", "home": strings.TrimRight(index.Home, "/")}}
		}
		return a
	}
	if a := f.notRouted(); a.id != "" {
		return a
	}
	if readIndex(f.x("index.parent")) != nil {
		home := strings.TrimSuffix(f.t.Base, f.t.Pasted.Path)
		return answer{id: "url-contains-api-path", confidence: Sure, shown: []string{describe(f.x("index.parent"))}, why: f.t.Pasted.Path + " is a page of the shop and not its address", vars: map[string]string{"home": home}}
	}
	if a := f.shopElsewhere(); a.id != "" {
		return a
	}
	return f.noWordPress(x, home)
}

// notRouted: WordPress is there and does not take the address for the API's; what it announces tells why.
func (f *heard) notRouted() answer {
	home, index := f.x("home"), f.x("index")
	announced := announcedRoot(home)
	link, hasLink := rootFromLink(announced)
	plain, pathinfo, linked := f.x("index.rest_route"), f.x("index.pathinfo"), f.x("index.link")
	if plainLink, ok := rootFromLink(announcedRoot(plain)); !hasLink && ok && (plainLink.query || readIndex(linked) != nil) {
		link, hasLink, announced = plainLink, true, announcedRoot(plain)
	}
	shown := []string{describe(index), "announced: " + firstOf(announced, "nothing"), "?rest_route=/: " + describe(plain)}
	say := func(id string, c Confidence, why string) answer {
		return answer{id: id, confidence: c, why: why, shown: shown, vars: map[string]string{"root": announced}}
	}
	answers := readIndex(plain) != nil || readIndex(pathinfo) != nil
	switch {
	case !hasMark(home, "wordpress") && announced == "" && !answers:
		return answer{}
	case readIndex(linked) != nil && hasLink && strings.HasSuffix(link.address, "/wp-json/") && strings.HasPrefix(f.t.Base, strings.TrimSuffix(link.address, "wp-json/")):
		// The announced API has its usual name, and the address given goes deeper than the shop's home.
		a := say("url-contains-api-path", Sure, f.t.Pasted.Path+" is a page of the shop and not its address")
		a.vars["home"] = strings.TrimSuffix(link.address, "/wp-json/")
		return a
	case readIndex(linked) != nil && hasLink:
		a := say("rest-prefix-changed", Sure, "the API lives at "+link.address+" and not at /wp-json/")
		a.vars["root"] = link.address
		return a
	case hasLink && link.query && readIndex(plain) != nil:
		return say("permalinks-plain", Sure, "the store announces its API as ?rest_route=/: permalinks are set to “Plain”")
	case readIndex(pathinfo) != nil && strings.Contains(announced, "/index.php/"):
		a := say("permalinks-pathinfo", Sure, "the API answers below /index.php/ only")
		a.vars["root"] = f.t.Base + "/index.php/wp-json/"
		return a
	case index.Status == 404 && f.prettyPages():
		return say("rest-hidden", Likely, "/wp-json/ answers 404 while other pretty addresses reach WordPress: the API was hidden on purpose")
	case answers && (index.Status == 404 || lostInRewriting(index, home)):
		return say("rewrite-missing", Sure, fmt.Sprintf("pretty addresses do not reach WordPress: the web server itself answers %d, and the form ?rest_route=/ works", index.Status))
	case index.Status == 404:
		return say("rest-hidden", Likely, "/wp-json/ answers 404 in every form: the API was hidden on purpose")
	case answers && index.Status == 200 && index.Body.Kind != "json":
		return say("html-200", Likely, "the address of the API gives a page of the site, and the form ?rest_route=/ gives data: a cache or a rule answers in place of WordPress")
	case !answers && (index.Status == 200 && index.Body.Kind == "html" || index.Status/100 == 3):
		return say("rest-unhooked", Likely, "WordPress takes the address of the API for a page, in every form: its REST handler was taken out")
	}
	return answer{}
}

// prettyPages: the 404 of a page that exists nowhere is WordPress' own, so the web server hands such addresses on.
func (f *heard) prettyPages() bool {
	x := f.x("page.nowhere")
	return x != nil && x.Body.Kind == "html" && !isServerPage(x) && (hasMark(x, "wordpress") || announcedRoot(x) != "" || x.Header.Get("X-Redirect-By") != "")
}

// noWordPress: nothing here looks like WordPress.
func (f *heard) noWordPress(x, home *Exchange) answer {
	shown := []string{describe(home), describe(x)}
	vars := map[string]string{}
	if f.wantsTLS() {
		return answer{} // keys-over-http says it
	}
	if read := f.read(); read != nil && read.Body.Kind == "json" && read.Body.Code != "" {
		return answer{} // the request with the key was answered by WordPress or a plugin in it
	}
	switch {
	case home != nil && home.Status >= 400 && isServerPage(home) && f.t.Pasted.Path == "":
		return answer{id: "dns-wrong-host", confidence: Possible, shown: shown, vars: vars, why: "the name leads to a web server that has no site for it: its own error page answers, " + firstOf(home.Body.Title, statusText(home.Status))}
	case hasMark(home, "parked", "default-page") || hasMark(x, "parked"):
		return answer{id: "dns-wrong-host", confidence: Likely, shown: shown, vars: vars, why: "the name leads to a server that shows a parking or default page: " + firstOf(home.Body.Title, "no shop")}
	case x.Status == 503 || x.Status == 429:
		return answer{} // it may be there and have no time
	case home != nil && home.Body.Kind == "html" && hasMark(home, "wordpress"):
		return answer{id: "rest-hidden", confidence: Possible, shown: shown, why: "the site is WordPress and shows no REST API"}
	case x.Status == 200 && x.Body.Kind == "html" && home != nil && hasMark(x, "coming-soon"):
		return answer{id: "maintenance-plugin", confidence: Possible, shown: shown, why: "the API answers with a page"}
	case home != nil && (home.Status > 0 || x.Status > 0):
		return answer{id: "not-wordpress", confidence: Likely, shown: shown, vars: vars, why: "nothing at this address looks like WordPress: " + f.platform(home)}
	}
	return answer{}
}

var platforms = []string{"shopify", "wix", "squarespace", "magento", "prestashop", "bigcommerce", "joomla", "drupal", "shopware", "opencart", "typo3"}

func (f *heard) platform(home *Exchange) string {
	for _, name := range platforms {
		if hasMark(home, name) {
			return "it looks like " + name
		}
	}
	return firstOf(home.Body.Title, "no WordPress files, no announcement of a REST API")
}
