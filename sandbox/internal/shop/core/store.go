package core

import (
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

// release is the version as a number; what is none counts as the measured one.
func (c Config) release() capability.Version {
	version, err := capability.ParseVersion(c.Version)
	if err != nil {
		return capability.Measured
	}
	return version
}

// Store is what all rooms of a shop stand on: the lock, the clock, the version, options, identifiers, the bus of events
// and what was rendered. Each room embeds it. All methods expect the lock to be held.
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

// New returns the foundation of a store. The defaults are those of all settings of a version.
func New(config Config, defaults func(capability.Version) Options) *Store {
	config = config.withDefaults()
	s := &Store{
		RWMutex: &sync.RWMutex{}, config: config, Release: config.release(), clock: config.Clock, defaults: defaults,
	}
	s.Reset()
	return s
}

// Reset discards the state; the clock and who listens stay.
func (s *Store) Reset() {
	s.State = State{
		IDs:         newCounters(),
		Secrets:     newSecrets(s.config.Seed),
		Options:     installedOptions(s.config, s.defaults(s.Release)),
		arrays:      arrays{},
		environment: installedEnvironment(s.Release),
	}
	s.environment.Multisite = s.network
	s.Forget()
}

// Forget drops what was kept to answer faster. Whoever replaces the state has to call it.
func (s *Store) Forget() { s.Rendered = newRenderCache() }

// JoinNetwork makes the store a site of a network, whose sites share a lock; the first one brings its own and passes
// nil.
func (s *Store) JoinNetwork(lock *sync.RWMutex) {
	s.network, s.environment.Multisite = true, true
	if lock != nil {
		s.RWMutex = lock
	}
}

// Home is the address of the shop, without a trailing slash.
func (s *Store) Home() string { return s.config.Home }

// SetHome changes the address of the shop, for servers that learn theirs only when they listen.
func (s *Store) SetHome(home string) {
	s.config.Home = home
	s.InvalidateRendered()
}

// Version is the WooCommerce version the store claims to run.
func (s *Store) Version() string { return s.config.Version }
