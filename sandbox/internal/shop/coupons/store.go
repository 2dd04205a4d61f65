package coupons

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Store is the coupons of a shop.
type Store struct {
	*core.Store
	catalogue *catalogue.Store

	State
}

// State is what a reset discards.
type State struct {
	Coupons *core.Table[*Coupon]
}

// New returns the room as a fresh installation has it.
func New(base *core.Store, catalogue *catalogue.Store) *Store {
	s := &Store{Store: base, catalogue: catalogue}
	s.Reset()
	return s
}

// Reset discards the state.
func (s *Store) Reset() {
	s.State = State{
		Coupons: newCouponTable(),
	}
}

// Register adds the routes of the room to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		coupons{s},
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

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *Clerk { return s.As(s.Actor(user)) }
