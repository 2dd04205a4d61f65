package customers

import (
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

// New returns the room as a fresh installation has it.
func New(base *core.Store) *Store {
	s := &Store{Store: base}
	s.Reset()
	return s
}

// Reset discards the state.
func (s *Store) Reset() {
	s.State = State{
		Users:     newUserTable(),
		Customers: newCustomerTable(),
	}
}

// Register adds the routes of the room to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		customers{s},
	} {
		controller.register(server)
	}
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
