package shop

import (
	"sync"
	"time"
)

// Config says how a new store differs from a fresh installation.
type Config struct {
	// Home is the address of the shop without a trailing slash. It appears in
	// links, permalinks and payment addresses.
	Home string
	// Clock gives the store's time. Nil means the machine's clock.
	Clock func() time.Time
	// Version is the WooCommerce version the store claims to run, such as
	// "10.0.2". Empty means 10.0.2.
	Version string
	// Storage says where orders live. The zero value is order tables without
	// sync, the default of new stores.
	Storage OrderStorage
	// Seed makes generated secrets (order keys) repeatable.
	Seed int64
}

// OrderStorage says where WooCommerce keeps orders. It decides which row of
// wp_posts stands for an order, and with it the capabilities an order asks for
// (failure-taxonomy 1.1).
type OrderStorage int

// The storage modes of orders.
const (
	OrderTables         OrderStorage = iota // order tables, no sync: placeholder rows
	OrderTablesWithSync                     // order tables, kept in step with posts
	OrderPosts                              // orders are posts
)

// Store is a shop: one state, one lock. Methods in this package expect the
// caller to hold the lock, which [Store.Update] and [Store.View] take;
// endpoints take it once per request.
type Store struct {
	mu     sync.RWMutex
	config Config
	clock  func() time.Time

	// renderGeneration is raised when what records look like may have changed
	// without the records changing.
	renderGeneration uint64

	state
	hooks Hooks
}

// state is everything a reset discards: one line per table. A table lives in
// its own file together with its record type and its constructor.
type state struct {
	ids     counters
	random  *secrets
	options options

	Users    *Table[*User]
	Products *Table[*Product]
}

func newState(c Config) state {
	return state{
		ids:      newCounters(),
		random:   newSecrets(c.Seed),
		options:  installedOptions(),
		Users:    newUserTable(),
		Products: newProductTable(),
	}
}

// New returns a store as WooCommerce installs it: default settings, no
// products, no orders.
func New(c Config) *Store {
	if c.Version == "" {
		c.Version = "10.0.2"
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Store{config: c, clock: c.Clock, state: newState(c)}
}

// Reset discards all records and settings; the clock, the hooks and the
// configuration stay.
func (s *Store) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = newState(s.config)
}

// Update runs f with the store locked for writing.
func (s *Store) Update(f func(*Store)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

// View runs f with the store locked for reading; f must not change anything.
func (s *Store) View(f func(*Store)) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f(s)
}

// Home is the address of the shop, without a trailing slash.
func (s *Store) Home() string { return s.config.Home }

// Version is the WooCommerce version the store claims to run.
func (s *Store) Version() string { return s.config.Version }

// Storage says where the store keeps its orders.
func (s *Store) Storage() OrderStorage { return s.config.Storage }
