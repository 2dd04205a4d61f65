package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/fault"
	"github.com/waybillhq/waybill/sandbox/internal/front"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/legacy"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/wordpress"
)

// New returns a fresh store.
func New(options ...Option) *Store {
	s := &Store{}
	for _, option := range options {
		option(&s.settings)
	}
	if s.settings.network {
		s.network = newNetwork(s)
	}
	s.build()
	for _, site := range s.settings.sites {
		if _, err := s.AddSite(site); err != nil {
			panic(err) // two sites with one address: a mistake in the calling program
		}
	}
	return s
}

// build makes what a store consists of, and installs it.
func (s *Store) build() {
	s.log = newRequestLog(s.settings.logSize)
	s.shop = shop.New(shop.Config{
		Home:    s.settings.home,
		Clock:   s.Now,
		Version: s.settings.version,
		Storage: s.settings.storage,
		Seed:    s.settings.seed,
		Network: s.network.shops(),
	})
	s.rest = rest.NewServer(rest.Config{
		Now:          s.Now,
		Authenticate: func(f identity.Facts) identity.Decision { return s.directory.Authenticate(f) },
		Used:         func(k *identity.Key, now time.Time) { s.directory.Use(k, now) },
		Lock:         s.lock,
		RESTURL:      func(base, path string) string { return s.front.RESTURL(base, path) },
		Index:        s.index,
		Observe:      s.log.add,
		Version:      s.shop.Version(),
		Lacks:        s.shop.Lacks(),
		Translate:    s.shop.Translate,
		Localize:     s.shop.Localize,
	})
	s.front = front.New(front.Config{
		REST:       s.rest,
		Home:       func() string { return s.settings.home },
		Below:      s.site.Path,
		Permalinks: func() front.Permalinks { return front.Permalinks(s.settings.permalinks) },
		SSL:        s.believesInTLS,
		Prefix:     s.restPrefix,
		Name:       func() string { return s.option("blogname") },
		WordPress:  s.wordPress,
	})
	s.shop.Register(s.rest)
	s.reachOut()
	wordpress.Register(s.rest, s.shop.Orders)
	legacy.Register(s.rest, s.shop.Orders)
	s.rest.RegisterRecorded(s.shop.System.Unplayed)
	s.faults = fault.NewInjector(s.settings.seed)
	s.handler = s.faults.Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if site := s.siteOf(r); site != s {
			site.ServeHTTP(w, r)
			return
		}
		s.noteBase(r)
		// PHP and the web server read the same clock, so the Date header shows the time that stamps the records.
		w.Header().Set("Date", s.Now().Format(http.TimeFormat))
		s.front.ServeHTTP(w, r)
	}))
	s.shop.Update(func(*shop.Store) { s.fresh() })
	if s.settings.orders > 0 {
		if err := s.Fill(context.Background(), s.settings.orders); err != nil {
			panic(err) // the sandbox refused its own orders, which is a bug of the sandbox
		}
	}
}

// fresh installs a store that was emptied, with the options it was made with. The store is locked.
func (s *Store) fresh() {
	s.webhooks.Reset()
	s.shop.Customers.Meet()
	s.install()
	if s.settings.name != "" {
		s.shop.SetOption("blogname", s.settings.name)
	}
	if s.settings.locale != "" {
		s.shop.SetOption("WPLANG", s.settings.locale)
	}
	for _, name := range s.settings.features {
		s.shop.SwitchFeature(name, true)
	}
	if s.settings.zone != "" {
		s.shop.SetOption("timezone_string", s.settings.zone)
	}
}

// Reset discards everything the store holds, the request log included, and installs it afresh. In a network it resets
// all sites together, because they share their users.
func (s *Store) Reset() {
	sites := s.Sites()
	s.shop.Update(func(*shop.Store) {
		for _, site := range sites {
			site.shop.Reset()
		}
		for _, site := range sites {
			site.fresh()
		}
	})
	for _, site := range sites {
		site.log.clear()
	}
}

// believesInTLS is what PHP believes about a request's connection: whether it came over TLS.
func (s *Store) believesInTLS(r *http.Request) bool {
	switch {
	case isInside(r):
		return true
	case fault.Insecure(r):
		return false
	case s.settings.ssl != nil:
		return s.settings.ssl(r)
	}
	return r.TLS != nil
}

// index are the members of the API's root index that describe the site. The store is locked.
func (s *Store) index(r *rest.Request) *rest.Object {
	authentication := rest.Value(rest.List{})
	if r.SSL() && !s.noPasswords.Load() {
		// WordPress offers application passwords only where it believes in TLS, and where no plugin
		// switched them off.
		authentication = rest.NewObject("application-passwords", rest.NewObject("endpoints", rest.NewObject(
			"authorization", r.Base+"/wp-admin/authorize-application.php")))
	}
	namespaces := rest.List{}
	for _, name := range s.rest.Namespaces() {
		if !s.hides(name) {
			namespaces = append(namespaces, name)
		}
	}
	return rest.NewObject(
		"name", s.shop.Option("blogname"),
		"description", s.shop.Option("blogdescription"),
		"url", r.Base,
		"home", r.Base,
		"gmt_offset", s.shop.Option("gmt_offset"),
		"timezone_string", s.shop.Option("timezone_string"),
		"page_for_posts", int64(0),
		"page_on_front", int64(0),
		"show_on_front", "posts",
		"namespaces", namespaces,
		"authentication", authentication,
	)
}

// restPrefix is what WordPress's filter rest_url_prefix returns.
func (s *Store) restPrefix() string {
	if moved := s.moved.Load(); moved != nil {
		return *moved
	}
	return "wp-json"
}

// hides tells whether the index leaves a namespace out.
func (s *Store) hides(namespace string) bool {
	prefixes := s.hidden.Load()
	return prefixes != nil &&
		slices.ContainsFunc(*prefixes, func(p string) bool { return strings.HasPrefix(namespace, p) })
}

// AddSite adds a site to a running network. The error says that the store was not made with [WithSites], or that the
// site cannot be added.
func (s *Store) AddSite(site Site) (*Store, error) {
	if s.network == nil {
		return nil, fmt.Errorf("the store is no network: make it with WithSites")
	}
	site.Path = strings.TrimSuffix(site.Path, "/")
	switch {
	case (site.Path == "") == (site.Domain == ""):
		return nil, fmt.Errorf("a site has a path or a domain: %q, %q", site.Path, site.Domain)
	case site.Path != "" && (!strings.HasPrefix(site.Path, "/") || strings.Count(site.Path, "/") > 1):
		return nil, fmt.Errorf("the path of a site is a slash and a name: %q", site.Path)
	}
	if _, err := s.Site(site.address()); err == nil {
		return nil, fmt.Errorf("the network has a site %s already", site.address())
	}
	main := s.network.main
	added := &Store{settings: main.settings, network: s.network, site: site}
	number := uint64(len(s.Sites()))
	added.settings.seed += number
	added.settings.orders = 0
	added.settings.name = site.Name
	if site.Name == "" {
		added.settings.name = site.address()
	}
	added.settings.home = site.homeBeside(main.settings.home)
	// All sites have one lock, and the new site takes its place under that lock.
	added.build()
	if base := main.calledBy.Load(); base != nil {
		added.listen(*base)
	}
	sites := append(s.Sites(), added)
	s.network.sites.Store(&sites)
	return added, nil
}
