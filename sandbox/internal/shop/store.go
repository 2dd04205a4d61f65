package shop

import (
	"sync"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
)

// Config says how a new store differs from a fresh installation.
type Config struct {
	// Home is the address of the shop without a trailing slash. It appears in
	// permalinks and payment addresses.
	Home string
	// Clock gives the store's time. Nil means the machine's clock.
	Clock func() time.Time
	// Version is the WooCommerce version the store claims to run, such as
	// "10.0.2". Empty means the newest one known, 11.0.1.
	Version string
	// Storage says where orders live. Empty means order tables without sync,
	// the default of new stores.
	Storage capability.Storage
	// Seed makes generated secrets (order keys, receipt names) repeatable.
	Seed uint64
	// Network is what the store is a site of; nil for a store of its own.
	Network *Network
}

// version is the version as a number; what is none counts as the measured one.
func (c Config) version() capability.Version {
	version, err := capability.ParseVersion(c.Version)
	if err != nil {
		return capability.Measured
	}
	return version
}

// Store is a shop: one state, one lock. The REST server locks it around each
// request, exclusively for everything that may write; who works on it
// otherwise (seeding, live traffic, tests) uses [Store.Update] and
// [Store.View]. All other methods expect the lock to be held. The sites of a
// network have one lock, because they share their users.
type Store struct {
	*sync.RWMutex
	config  Config
	version capability.Version
	clock   func() time.Time

	state
	hooks Hooks
	// directory holds roles and keys; it is replaced with the state.
	directory *identity.Directory
	rendered  *renderCache
	results   *results
	lists     *productLists
	images    ImageRules // how images are fetched
	network   *Network
	watches   []func(option string)
	orderBook OrderBook
	deletions []func(user, reassign int64)
}

// state is everything a reset discards: one line per table. A table lives in
// its own file together with its record type and its constructor.
type state struct {
	ids      counters
	secrets  *secrets
	options  options
	arrays   arrays
	statuses statuses
	// cleanupScheduled: old transient files are going to be deleted.
	cleanupScheduled bool

	Users        *Table[*identity.User]
	TaxRates     *Table[*TaxRate]
	Zones        *Table[*Zone]
	ZoneMethods  *Table[*ZoneMethod]
	Orders       *Table[*Order]
	Refunds      *Table[*Refund]
	Notes        *Table[*Note]
	Coupons      *Table[*Coupon]
	Fulfillments *Table[*Fulfillment]

	environment Environment
	pages       []Page
	taxClasses  []TaxClass
	itemOwners  itemOwners

	catalogue // products and people
}

func newState(c Config) state {
	return state{
		ids:      newCounters(),
		secrets:  newSecrets(c.Seed),
		options:  installedOptions(c, defaultOptions(c.version())),
		arrays:   arrays{},
		statuses: installedStatuses(c.version()),

		Users:        newUserTable(),
		TaxRates:     newTaxRateTable(),
		Zones:        newZoneTable(),
		ZoneMethods:  newZoneMethodTable(),
		Orders:       newOrderTable(),
		Refunds:      newRefundTable(),
		Notes:        newNoteTable(),
		Coupons:      newCouponTable(),
		Fulfillments: newFulfillmentTable(),

		environment: installedEnvironment(c.version()),
		pages:       installedPages(),
		taxClasses:  installedTaxClasses(),

		catalogue: newCatalogue(c.Clock().UTC().Truncate(time.Second)),
	}
}

// New returns a store as WooCommerce installs it: default settings, no users,
// no products, no orders.
func New(c Config) *Store {
	if c.Version == "" {
		c.Version = Newest
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Storage == "" {
		c.Storage = capability.HPOS
	}
	s := &Store{RWMutex: &sync.RWMutex{}, config: c, version: c.version(), clock: c.Clock, state: newState(c)}
	s.network = c.Network
	s.forget()
	s.orderBook = s
	s.WatchOptions(s.storageChanged)
	s.OnDeletedUser(s.reassignProducts)
	s.OnDeletedUser(s.releaseOrders)
	if c.Network != nil {
		c.Network.join(s)
	}
	return s
}

// Reset discards all records and settings; the clock, the hooks and the
// configuration stay.
func (s *Store) Reset() {
	s.state = newState(s.config)
	s.forget()
	s.environment.Multisite = s.config.Network != nil
}

// forget drops what was kept to answer faster. Whoever replaces the state has
// to call it.
func (s *Store) forget() {
	s.rendered, s.results, s.lists = newRenderCache(), &results{}, &productLists{}
}

// Update runs f with the store locked for writing.
func (s *Store) Update(f func(*Store)) {
	s.Lock()
	defer s.Unlock()
	f(s)
}

// View runs f with the store locked for reading; f must not change anything.
func (s *Store) View(f func(*Store)) {
	s.RLock()
	defer s.RUnlock()
	f(s)
}

// Home is the address of the shop, without a trailing slash.
func (s *Store) Home() string { return s.config.Home }

// SetHome changes the address of the shop, for servers that learn theirs only
// when they listen.
func (s *Store) SetHome(home string) {
	s.config.Home = home
	s.invalidateRendered()
}

// Version is the WooCommerce version the store claims to run.
func (s *Store) Version() string { return s.config.Version }
