package front

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/fault"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Permalinks is the structure of the site's addresses.
type Permalinks int

// The structures WordPress knows, as far as the API is concerned.
const (
	// Pretty addresses: /wp-json/wc/v3/orders.
	Pretty Permalinks = iota
	// PathInfo is "almost pretty": /index.php/wp-json/wc/v3/orders.
	PathInfo
	// Plain addresses: /index.php?rest_route=/wc/v3/orders.
	Plain
)

// Config describes the site to its front controller. Its functions run on each request, so settings may change while
// the store runs.
type Config struct {
	REST *rest.Server
	// Home is the configured home address without a trailing slash. "" means that the site adapts to the address it is
	// called by.
	Home func() string
	// Below is the site's path below the address it is called by, without a trailing slash. It is set for a site of a
	// network with sub-directories.
	Below string
	// Permalinks is the structure in force.
	Permalinks func() Permalinks
	// SSL is what PHP believes about a request's connection. Nil means the truth.
	SSL func(*http.Request) bool
	// Name is the title of the site.
	Name func() string
	// WordPress is the version of WordPress that pages name.
	WordPress func() string
	// Prefix is the REST prefix; nil means "wp-json".
	Prefix func() string
}

// Front is the front controller, an http.Handler. Register pages before serving.
type Front struct {
	config Config
	pages  []page
}

type page struct {
	prefix  string
	handler http.Handler
	// queried are the query variables that lead to the page from every address, when all are there. A rewrite rule sets
	// them for addresses below prefix. It is nil for pages that are files or WordPress's own.
	queried []string
}

// New returns a front controller.
func New(config Config) *Front {
	if config.Home == nil {
		config.Home = func() string { return "" }
	}
	if config.Permalinks == nil {
		config.Permalinks = func() Permalinks { return Pretty }
	}
	if config.SSL == nil {
		config.SSL = func(r *http.Request) bool { return r.TLS != nil }
	}
	if config.Name == nil {
		config.Name = func() string { return "" }
	}
	if config.Prefix == nil {
		config.Prefix = func() string { return "wp-json" }
	}
	return &Front{config: config}
}

// Page registers the handler of an address and of everything below it. Registered pages win over the site's own.
func (f *Front) Page(prefix string, handler http.Handler) {
	f.pages = append(f.pages, page{prefix: strings.TrimSuffix(prefix, "/"), handler: handler})
}

// Rewritten registers the handler of a plugin's endpoint. WordPress finds such an endpoint by query variables. A
// rewrite rule sets them for addresses below prefix, but not for prefix itself.
func (f *Front) Rewritten(prefix string, variables []string, handler http.Handler) {
	f.pages = append(f.pages, page{prefix: prefix, handler: handler, queried: variables})
}

// leadsTo tells whether a request is for a page.
func (f *Front) leadsTo(p page, path string, query *rest.Object) bool {
	if p.queried != nil {
		asked := func(name string) bool { return rest.Truthy(query.Value(name)) }
		if f.reachesPHP(path) && !slices.ContainsFunc(p.queried, func(name string) bool { return !asked(name) }) {
			return true
		}
	}
	if f.config.Permalinks() == Plain && !strings.HasSuffix(p.prefix, ".php") {
		return false // without permalinks only files have addresses
	}
	below, ok := strings.CutPrefix(path, p.prefix+"/")
	if p.queried != nil {
		return ok && below != ""
	}
	return ok || path == p.prefix
}

// Base is the home address as a request sees it. It has https when PHP believes in TLS, else the configured scheme.
func (f *Front) Base(r *http.Request) string {
	ssl := f.config.SSL(r)
	home := f.config.Home()
	switch {
	case home == "" && ssl:
		return "https://" + r.Host + f.config.Below
	case home == "":
		return "http://" + r.Host + f.config.Below
	case ssl:
		if rest, ok := strings.CutPrefix(home, "http://"); ok {
			return "https://" + rest
		}
	}
	return home
}

// RESTURL is the address of a path of the API below a home address.
func (f *Front) RESTURL(base, path string) string {
	path = strings.TrimPrefix(path, "/")
	switch f.config.Permalinks() {
	case PathInfo:
		return base + "/index.php/" + f.config.Prefix() + "/" + path
	case Plain:
		return base + "/index.php?rest_route=/" + path
	}
	return base + "/" + f.config.Prefix() + "/" + path
}

// ServeHTTP routes one request.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := f.requestPath(r)
	query := rest.ParseQuery(r.URL.RawQuery)

	if route, ok := query.Get("rest_route"); ok && rest.Truthy(route) && f.reachesPHP(path) {
		text, isText := route.(string)
		if !isText {
			f.die(w, "WordPress › Error", "The REST route parameter must be a string.", http.StatusInternalServerError)
			return
		}
		f.serveREST(w, r, text, query)
		return
	}
	if route, ok := f.restPath(path); ok {
		f.serveREST(w, r, route, query)
		return
	}
	if f.legacyAPI(w, path, query) {
		return
	}
	for _, p := range f.pages {
		if f.leadsTo(p, path, query) {
			p.handler.ServeHTTP(w, r)
			return
		}
	}
	f.sitePage(w, r, path)
}

// requestPath is the raw path of the request below the home address. WordPress routes by the path undecoded.
func (f *Front) requestPath(r *http.Request) string {
	path, _, _ := strings.Cut(r.RequestURI, "?")
	if strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://") {
		path = r.URL.EscapedPath()
	}
	if home, err := url.Parse(f.config.Home()); err == nil && home.Path != "" {
		path = strings.TrimPrefix(path, home.Path)
	} else {
		path = strings.TrimPrefix(path, f.config.Below)
	}
	return path
}

// reachesPHP tells whether the web server hands an address to WordPress. It serves files that exist by itself.
func (f *Front) reachesPHP(path string) bool {
	return !strings.HasPrefix(path, "/wp-content/") && !strings.HasPrefix(path, "/wp-includes/")
}

// restPath is WordPress's rewrite rule for the API: the path of the route, undecoded, after the prefix. Case matters.
// The decoded path is tried only when the raw one does not match.
func (f *Front) restPath(path string) (string, bool) {
	below := strings.Trim(path, "/")
	inner, viaIndex := strings.CutPrefix(below, "index.php/")
	switch f.config.Permalinks() {
	case Plain:
		return "", false
	case PathInfo:
		if !viaIndex {
			return "", false
		}
	}
	if viaIndex {
		// PATH_INFO arrives decoded.
		if decoded, err := url.PathUnescape(inner); err == nil {
			inner = decoded
		}
		below = inner
	}
	if route, ok := f.afterPrefix(below); ok {
		return route, true
	}
	if decoded, err := url.PathUnescape(below); err == nil && decoded != below {
		return f.afterPrefix(decoded)
	}
	return "", false
}

func (f *Front) afterPrefix(path string) (string, bool) {
	if path == f.config.Prefix() {
		return "/", true
	}
	route, ok := strings.CutPrefix(path, f.config.Prefix()+"/")
	return "/" + route, ok
}

func (f *Front) serveREST(w http.ResponseWriter, r *http.Request, route string, query *rest.Object) {
	route = strings.TrimRight(route, "/\\")
	if route == "" {
		route = "/"
	}
	f.config.REST.ServeVisit(w, r, rest.Visit{
		Path: route, Base: f.Base(r), SSL: f.config.SSL(r), SignedBase: f.signedBase(r), Prefix: f.config.Prefix(),
		Authorization: r.Header.Get("Authorization"), Query: query, Dies: fault.Dies(r),
		Caught: fault.Caught(r),
	})
}

// signedBase is the home address that OAuth signatures are checked against. Its scheme is what PHP believes, whatever
// is configured.
func (f *Front) signedBase(r *http.Request) string {
	base := f.Base(r)
	if !f.config.SSL(r) {
		if rest, ok := strings.CutPrefix(base, "https://"); ok {
			return "http://" + rest
		}
	}
	return base
}
