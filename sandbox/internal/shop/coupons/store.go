package coupons

import (
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
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

// Clerk changes the records of this package on behalf of an actor.
type Clerk struct {
	*Store
	core.Actor
}

// As returns a clerk who works for an actor.
func (s *Store) As(actor core.Actor) *Clerk { return &Clerk{Store: s, Actor: actor} }

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *Clerk { return s.As(s.Actor(user)) }

// Coupon is a discount code.
type Coupon struct {
	ID           int64
	Author       int64
	Status       string // publish, trash
	Code         string // lower case
	Description  string
	DiscountType string // percent, fixed_cart, fixed_product
	Amount       string
	Created      time.Time
	Modified     time.Time
	Expires      time.Time // zero: never

	UsageCount int64
	UsedBy     []string // user ids and e-mail addresses, one entry per use

	UsageLimit   int64 // 0: none
	LimitPerUser int64 // 0: none
	LimitItems   int64 // 0: none

	IndividualUse    bool
	FreeShipping     bool
	ExcludeSaleItems bool

	ProductIDs         []int64
	ExcludedProductIDs []int64
	Categories         core.Sparse[int64]
	ExcludedCategories core.Sparse[int64]

	MinimumAmount string
	MaximumAmount string
	Emails        core.Sparse[string] // addresses, * stands for anything

	Meta core.MetaList

	// firstCode made the slug of the coupon's post. A later code does not change the slug. It is empty when it equals
	// the code.
	firstCode string
}

// RecordID is the coupon's id.
func (c *Coupon) RecordID() int64 { return c.ID }
