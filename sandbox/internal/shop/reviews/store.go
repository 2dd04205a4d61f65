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

// clerk changes the records of this package on behalf of an actor.
type clerk struct {
	*Store
	core.Actor
}

// as returns a clerk working for user, who may be nil.
func (s *Store) as(user *identity.User) *clerk { return &clerk{Store: s, Actor: s.Actor(user)} }

// follow deletes or trashes the reviews of a product together with the product.
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
	Rating    int64 // meant to be 1 to 5, but WooCommerce takes any number; 0 for none
	Address   string
	Created   catalogue.PostTime

	// verified says whether the reviewer bought the product. It is nil until the first look, which decides for good.
	verified *bool
	// statusBefore is the status that a review had before the spam or the trash.
	statusBefore string
}

// RecordID is the review's id.
func (v *Review) RecordID() int64 { return v.ID }
