package core

import (
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/waybillhq/waybill/capability"
)

// Config says how a new store differs from a fresh installation.
type Config struct {
	// Home is the address of the shop without a trailing slash. It appears in permalinks and payment addresses.
	Home string
	// Clock gives the store's time. Nil means the machine's clock.
	Clock func() time.Time
	// Version is the WooCommerce version the store claims to run, such as "10.0.2". Empty means the newest one known,
	// 11.0.1.
	Version string
	// Storage says where orders live. Empty means order tables without sync, the default of new stores.
	Storage capability.Storage
	// Seed makes generated secrets (order keys, receipt names) repeatable.
	Seed uint64
}

// withDefaults fills in what a configuration leaves out.
func (c Config) withDefaults() Config {
	if c.Version == "" {
		c.Version = Newest
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Storage == "" {
		c.Storage = capability.HPOS
	}
	return c
}

// release is the version as a number. A text that is no version counts as the measured one.
func (c Config) release() capability.Version {
	version, err := capability.ParseVersion(c.Version)
	if err != nil {
		return capability.Measured
	}
	return version
}

// Store is what all rooms of a shop stand on: the lock, the clock, the version, options, ids, the bus of events and
// rendered records. Each room embeds it. All methods expect the caller to hold the lock.
type Store struct {
	*sync.RWMutex
	config Config
	// Release is the version of WooCommerce as a number.
	Release  capability.Version
	clock    func() time.Time
	defaults func(capability.Version) Options
	network  bool // a site of a network

	State
	listeners []func(Event)
	watches   []func(option string)
	// Rendered keeps records as JSON.
	Rendered *renderCache
}

// State is what a reset discards.
type State struct {
	IDs         counters
	Secrets     *secrets
	Options     Options
	arrays      arrays
	environment Environment
}

// JoinNetwork makes the store a site of a network. The sites share a lock. The first site passes nil and keeps its own.
func (s *Store) JoinNetwork(lock *sync.RWMutex) {
	s.network, s.environment.Multisite = true, true
	if lock != nil {
		s.RWMutex = lock
	}
}

// Home is the address of the shop, without a trailing slash.
func (s *Store) Home() string { return s.config.Home }

// SetHome changes the address of the shop, for servers that learn their address only when they listen.
func (s *Store) SetHome(home string) {
	s.config.Home = home
	s.InvalidateRendered()
}

// Version is the WooCommerce version the store claims to run.
func (s *Store) Version() string { return s.config.Version }

// Has says whether a fact is true for the store's version of WooCommerce.
func (s *Store) Has(f Fact) bool { return f.Holds(s.Release) }

// Listen adds a listener for all events, before the store serves requests. Listeners run with the store locked, in the
// order they were added, while the request that caused the event is still being served. Slow work belongs in a queue of
// the listener's own.
func (s *Store) Listen(listener func(Event)) { s.listeners = append(s.listeners, listener) }

// InvalidateRendered makes every record render anew. Call it after a change that records of other resources show: of a
// setting, of a product's name, SKU, image, type or attributes.
func (s *Store) InvalidateRendered() {
	if s.Rendered == nil {
		return
	}
	s.Rendered.mu.Lock()
	defer s.Rendered.mu.Unlock()
	s.Rendered.generation++
}

// NextPostID takes an id from the counter that all posts share.
func (s *Store) NextPostID() int64 { return s.IDs.Post.Next() }

// RandomText returns n characters of an alphabet of ASCII characters.
func (s *Store) RandomText(alphabet string, n int) string { return s.Secrets.From(alphabet, n) }

// Environment is what the store runs on.
func (s *Store) Environment() Environment { return s.environment }

// SetEnvironment changes what the store runs on. A reset brings back a healthy server.
func (s *Store) SetEnvironment(e Environment) { s.environment = e }

// StoreID is the UUID that WooCommerce makes for every store.
func (s *Store) StoreID() string {
	id := sha256.Sum256(fmt.Appendf(nil, "store id %d", s.config.Seed))
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
}
