package orders

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Store is the orders of a shop, with their refunds, notes and fulfilments.
type Store struct {
	*core.Store
	taxes     *taxes.Store
	customers *customers.Store
	catalogue *catalogue.Store
	shipping  *shipping.Store
	coupons   *coupons.Store

	State
	results *results
	beside  func(site int64) (*Store, bool)
}

// State is what a reset discards.
type State struct {
	Orders       *core.Table[*Order]
	Refunds      *core.Table[*Refund]
	Notes        *core.Table[*Note]
	Fulfillments *core.Table[*Fulfillment]

	Statuses   statuses
	itemOwners itemOwners
}

// New returns the room as a fresh installation has it.
func New(base *core.Store, taxes *taxes.Store, customers *customers.Store, catalogue *catalogue.Store,
	shipping *shipping.Store, coupons *coupons.Store) *Store {
	s := &Store{Store: base, taxes: taxes, customers: customers, catalogue: catalogue, shipping: shipping,
		coupons: coupons}
	s.Reset()
	s.WatchOptions(s.storageChanged)
	customers.OnDeletedUser(s.releaseOrders)
	return s
}

// Reset discards the state.
func (s *Store) Reset() {
	s.State = State{
		Orders:       newOrderTable(),
		Refunds:      newRefundTable(),
		Notes:        newNoteTable(),
		Fulfillments: newFulfillmentTable(),
		Statuses:     installedStatuses(s.Release),
	}
	s.Forget()
}

// Forget drops what was kept to answer faster. Whoever replaces the state has to call it.
func (s *Store) Forget() { s.results = &results{} }

// Register adds the routes of the room to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		orders{s},
		networkOrders{s},
		orderNotes{s},
		refunds{s},
		orderActions{s},
		fulfillments{s},
		receipts{s},
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

// SetNetwork tells how the orders of another site of the network are found.
func (s *Store) SetNetwork(beside func(site int64) (*Store, bool)) { s.beside = beside }
