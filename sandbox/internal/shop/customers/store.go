package customers

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Store is the people of a shop: users and customers, and the network that its site shares them with.
type Store struct {
	*core.Store

	State

	// Directory holds roles and keys; it is replaced with the state.
	Directory *identity.Directory
	// Network is what the store is a site of; nil for a store of its own.
	Network   *Network
	deletions []func(user, reassign int64)
}

// State is what a reset discards.
type State struct {
	Users     *core.Table[*identity.User]
	Customers *core.Table[*Customer]
}

// A Clerk does the work of the room on somebody's behalf.
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
// nothing else: roles, keys, options and records are each site's own. Measured on WordPress 6.8.2 with sub-directories
// and a mapped domain.
type Network struct {
	sites []*Store
}

// Customer is what WooCommerce knows about a user beside the account itself. Every user is a customer; a record appears
// with the first thing to remember.
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
