package shop

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/reports"
	"github.com/waybillhq/waybill/sandbox/internal/shop/reviews"
	"github.com/waybillhq/waybill/sandbox/internal/shop/settings"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/system"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
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
	// Network is the network of the store's site; nil for a store of its own.
	Network *Network
}

// Store is a shop: its rooms, one state, one lock. The REST server locks it around each request, exclusively for every
// request that may write. Other callers (seeding, live traffic, tests) use [Store.Update] and [Store.View]. All other
// methods, those of the rooms included, expect the caller to hold the lock. The sites of a network share one lock,
// because they share their users.
type Store struct {
	*core.Store
	Taxes     *taxes.Store
	Customers *customers.Store
	Catalogue *catalogue.Store
	Shipping  *shipping.Store
	Coupons   *coupons.Store
	Orders    *orders.Store
	Reviews   *reviews.Store
	Reports   *reports.Store
	Settings  *settings.Store
	System    *system.Store
}

// New returns a store as WooCommerce installs it: default settings, no users, no products, no orders.
func New(c Config) *Store {
	base := core.New(core.Config{
		Home: c.Home, Clock: c.Clock, Version: c.Version, Storage: c.Storage, Seed: c.Seed,
	}, settings.Defaults)
	s := &Store{Store: base, Taxes: taxes.New(base), Customers: customers.New(base)}
	s.Catalogue = catalogue.New(base, s.Taxes, s.Customers)
	s.Shipping = shipping.New(base, s.Catalogue)
	s.Coupons = coupons.New(base, s.Catalogue)
	s.Orders = orders.New(base, s.Taxes, s.Customers, s.Catalogue, s.Shipping, s.Coupons)
	s.Reviews = reviews.New(base, s.Catalogue, s.Orders)
	s.Reports = reports.New(base, s.Customers, s.Catalogue, s.Coupons, s.Orders, s.Reviews)
	s.Settings = settings.New(base, s.Taxes, s.Shipping, s.Orders)
	s.System = system.New(base, s.Taxes, s.Customers, s.Catalogue, s.Coupons, s.Orders, s.Settings)
	if c.Network != nil {
		c.Network.join(s)
	}
	return s
}

// Register adds the routes of all rooms to a server.
func (s *Store) Register(server *rest.Server) {
	for _, room := range []interface{ Register(*rest.Server) }{
		s.Orders, s.Coupons, s.Catalogue, s.Reviews, s.Customers, s.Taxes, s.Shipping, s.Settings, s.System, s.Reports,
	} {
		room.Register(server)
	}
}

// Listen adds a listener for all events, before the store serves requests. Listeners run with the store locked, in the
// order they were added, while the request that caused the event is still being served. Slow work belongs in a queue of
// the listener's own.
func (s *Store) Listen(listener func(*Store, core.Event)) {
	s.Store.Listen(func(event core.Event) { listener(s, event) })
}

// Reset discards all records and settings. The clock, the listeners and the configuration stay.
func (s *Store) Reset() {
	for _, room := range []interface{ Reset() }{
		s.Store, s.Taxes, s.Customers, s.Catalogue, s.Shipping, s.Coupons, s.Orders, s.Reviews, s.Settings, s.System,
	} {
		room.Reset()
	}
}

// Update runs f with the store locked for writing.
func (s *Store) Update(f func(*Store)) {
	s.Lock()
	defer s.Unlock()
	f(s)
}

// View runs f with the store locked for reading. f must not change anything.
func (s *Store) View(f func(*Store)) {
	s.RLock()
	defer s.RUnlock()
	f(s)
}
