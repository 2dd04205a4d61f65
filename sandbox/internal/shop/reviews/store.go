package reviews

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// Store is the reviews of a shop.
type Store struct {
	*core.Store
	catalogue *catalogue.Store
	orders    *orders.Store

	State
}

// State is what a reset discards.
type State struct {
	Reviews *core.Table[*Review]
}

// clerk does the work of the room on somebody's behalf.
type clerk struct {
	*Store
	core.Actor
}

// as returns a clerk working for user, who may be nil.
func (s *Store) as(user *identity.User) *clerk { return &clerk{Store: s, Actor: s.Actor(user)} }

// follow lets the reviews of a product go where it goes.
func (s *Store) follow(product int64, forGood bool) {
	for _, review := range slices.Clone(s.Reviews.Group("product", product)) {
		if forGood {
			s.Reviews.Delete(review)
		} else {
			review.Status = "post-trashed"
		}
	}
}

// Review is a customer's review of a product: a WordPress comment.
type Review struct {
	ID        int64
	ProductID int64
	Status    string // approved, hold, spam, trash
	Reviewer  string
	Email     string
	Content   string
	Rating    int64 // 1 to 5 by intention; WooCommerce takes any number, 0 for none
	Address   string
	Created   catalogue.PostTime

	// verified says whether the reviewer bought the product; nil until somebody looked, and then for good.
	verified *bool
	// statusBefore is what a review in the spam or the trash goes back to.
	statusBefore string
}

// RecordID is the review's id.
func (v *Review) RecordID() int64 { return v.ID }
