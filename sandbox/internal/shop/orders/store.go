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

// SetNetwork sets the function that finds the orders of another site of the network.
func (s *Store) SetNetwork(beside func(site int64) (*Store, bool)) { s.beside = beside }
