package sandbox

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/fault"
	"github.com/waybillhq/waybill/sandbox/internal/front"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/legacy"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
	"github.com/waybillhq/waybill/sandbox/internal/wordpress"
)

// Store is a WooCommerce store in memory, an http.Handler. Requests may come in parallel; each sees the result of those
// before it, whole.
type Store struct {
	settings    settings
	shop        *shop.Store
	directory   *identity.Directory // guarded by the shop's lock
	rest        *rest.Server
	front       *front.Front
	log         *requestLog
	faults      *fault.Injector
	handler     http.Handler // the front behind the faults
	life        life
	broken      broken
	webhooks    *webhook.Hooks
	tlsFault    atomic.Pointer[TLSFault]
	hidden      atomic.Pointer[[]string] // beginnings of namespaces that the index does not name
	moved       atomic.Pointer[string]   // the REST prefix in place of wp-json; nil for that
	noPasswords atomic.Bool              // application passwords are switched off
	ahead       atomic.Int64             // nanoseconds between the clock it was made with and the store's
	calledBy    atomic.Pointer[string]   // the home address of the last request from outside
	network     *network                 // nil for a store of its own
	site        Site                     // what it is in its network; zero for the main site
}

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
			panic(err) // two sites with one address: a mistake in the program
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
		// PHP and the web server read the same clock: who looks at it from outside sees the one that stamps the
		// records.
		w.Header().Set("Date", s.Now().Format(http.TimeFormat))
		s.front.ServeHTTP(w, r)
	}))
	s.shop.Update(func(*shop.Store) { s.fresh() })
	if s.settings.orders > 0 {
		if err := s.Fill(context.Background(), s.settings.orders); err != nil {
			panic(err) // the sandbox refuses its own orders: a fault of the sandbox
		}
	}
}

// restPrefix is what WordPress's filter rest_url_prefix returns.
func (s *Store) restPrefix() string {
	if moved := s.moved.Load(); moved != nil {
		return *moved
	}
	return "wp-json"
}

// believesInTLS is what PHP believes about a request's connection.
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

// fresh brings a discarded store to the state of a fresh installation with the options it was made with. The store is
// locked.
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

// ServeHTTP answers one request.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Reset discards everything the store holds, the request log included, and installs it afresh; all sites of a network
// together, because they share their users.
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

// Now is the store's clock, in UTC.
func (s *Store) Now() time.Time {
	now := time.Now
	if s.settings.clock != nil {
		now = s.settings.clock
	}
	return now().UTC().Add(time.Duration(s.ahead.Load()))
}

// Advance moves the store's clock forward against the one it was made with;
// back, when d is negative. A reset leaves the clock alone.
func (s *Store) Advance(d time.Duration) { s.ahead.Add(int64(d)) }

// lock is how the REST server holds the store during a request.
func (s *Store) lock(write bool) (release func()) {
	if write {
		s.shop.Lock()
		return s.shop.Unlock
	}
	s.shop.RLock()
	return s.shop.RUnlock
}

func (s *Store) option(name string) (value string) {
	s.shop.View(func(st *shop.Store) { value = st.Option(name) })
	return value
}

// wordPress is the version of WordPress the store says it runs.
func (s *Store) wordPress() (version string) {
	s.shop.View(func(st *shop.Store) { version = st.Environment().WordPress })
	return version
}

// hides tells whether the index keeps a namespace to itself.
func (s *Store) hides(namespace string) bool {
	prefixes := s.hidden.Load()
	return prefixes != nil &&
		slices.ContainsFunc(*prefixes, func(p string) bool { return strings.HasPrefix(namespace, p) })
}

// index are the members of the root index that describe the site. The store is locked.
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
