package system

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/settings"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Store is what a shop reports about itself: the system status and its tools.
type Store struct {
	*core.Store
	taxes     *taxes.Store
	customers *customers.Store
	catalogue *catalogue.Store
	coupons   *coupons.Store
	orders    *orders.Store
	settings  *settings.Store

	State
}

// State is what a reset discards.
type State struct {
	// cleanupScheduled: the deletion of old transient files is scheduled.
	cleanupScheduled bool
}

// Clerk changes the records of this package on behalf of an actor.
type Clerk struct {
	*Store
	core.Actor
}

// As returns a clerk who works for an actor.
func (s *Store) As(actor core.Actor) *Clerk { return &Clerk{Store: s, Actor: actor} }

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *Clerk { return s.As(s.Actor(user)) }
