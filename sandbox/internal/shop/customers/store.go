package customers

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Store holds the people of a shop: users and customers, and the network that its site shares them with.
type Store struct {
	*core.Store

	State

	// Directory holds roles and keys. It is replaced together with the state.
	Directory *identity.Directory
	// Network is the network of the store's site; nil for a store of its own.
	Network   *Network
	deletions []func(user, reassign int64)
}

// State is what a reset discards.
type State struct {
	Users     *core.Table[*identity.User]
	Customers *core.Table[*Customer]
}

// Clerk changes the records of this package on behalf of an actor.
type Clerk struct {
	*Store
	core.Actor
}

// As returns a clerk who works for an actor.
func (s *Store) As(actor core.Actor) *Clerk { return &Clerk{Store: s, Actor: actor} }

// clerkOf returns a clerk doing what a request asks for.
func (s *Store) clerkOf(r *rest.Request) *Clerk { return s.As(s.ActorOf(r)) }

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *Clerk { return s.As(s.Actor(user)) }

// Network are the sites of a multisite installation. They share their users (accounts, addresses, super admins) and
// nothing else. Roles, keys, options and records belong to each site. Measured on WordPress 6.8.2 with sub-directories
// and a mapped domain.
type Network struct {
	sites []*Store
}

// Customer is what WooCommerce knows about a user beside the account. Every user is a customer, but the record is made
// with the first value to store.
type Customer struct {
	UserID   int64
	Billing  Address
	Shipping Address
	Paying   bool      // has paid for an order
	Updated  time.Time // UTC; zero: never changed through WooCommerce
	Meta     core.MetaList

	rows map[string]bool // which of the rows of wp_usermeta exist
}

// RecordID is the id of the user.
func (c *Customer) RecordID() int64 { return c.UserID }
