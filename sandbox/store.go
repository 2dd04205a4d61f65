package sandbox

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/fault"
	"github.com/waybillhq/waybill/sandbox/internal/front"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/seed"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/wcauth"
	"github.com/waybillhq/waybill/sandbox/internal/webhook"
)

// Store is a WooCommerce store in memory, an http.Handler. Requests may come in parallel. Each sees the whole result of
// every request before it.
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
	ahead       atomic.Int64             // nanoseconds by which the store's clock is ahead of the one it was made with
	// keyFault is the fault that happens to keys on their way to applications; nil for none.
	keyFault atomic.Pointer[wcauth.HandoverFault]
	calledBy atomic.Pointer[string] // the home address of the last request from outside
	network  *network               // nil without a network
	site     Site                   // the site in its network; zero for the main site
}

// ServeHTTP answers one request.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Now is the store's clock, in UTC.
func (s *Store) Now() time.Time {
	now := time.Now
	if s.settings.clock != nil {
		now = s.settings.clock
	}
	return now().UTC().Add(time.Duration(s.ahead.Load()))
}

// Advance moves the store's clock forward by d, or back when d is negative. A reset leaves the clock alone.
func (s *Store) Advance(d time.Duration) { s.ahead.Add(int64(d)) }

func (s *Store) option(name string) (value string) {
	s.shop.View(func(st *shop.Store) { value = st.Option(name) })
	return value
}

// wordPress is the version of WordPress the store says it runs.
func (s *Store) wordPress() (version string) {
	s.shop.View(func(st *shop.Store) { version = st.Environment().WordPress })
	return version
}

// network are the sites of a multisite installation. Requests come to the main site, which hands them on.
type network struct {
	main   *Store
	shared *shop.Network
	sites  atomic.Pointer[[]*Store] // the main one first; never changed in place
}

func newNetwork(main *Store) *network {
	n := &network{main: main, shared: &shop.Network{}}
	n.sites.Store(&[]*Store{main})
	return n
}

// broken remembers how to mend what [Store.Break] changed in the store itself.
type broken struct {
	mu   sync.Mutex
	undo map[string][]func()
}

// life is the traffic of a store.
type life struct {
	mu     sync.Mutex // one thing happens at a time
	seeder *seed.Seeder
}

// Requests returns the latest requests for the API, oldest first. [WithLogSize] says how many are kept.
func (s *Store) Requests() []LoggedRequest { return s.log.entries() }

// RequestCount is the number of requests for the API since the store was made or reset.
func (s *Store) RequestCount() int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return s.log.total
}

// lock takes the store's lock for a request of the REST server.
func (s *Store) lock(write bool) (release func()) {
	if write {
		s.shop.Lock()
		return s.shop.Unlock
	}
	s.shop.RLock()
	return s.shop.RUnlock
}
