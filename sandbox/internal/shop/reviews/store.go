package reviews

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
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

// New returns the room as a fresh installation has it.
func New(base *core.Store, catalogue *catalogue.Store, orders *orders.Store) *Store {
	s := &Store{Store: base, catalogue: catalogue, orders: orders}
	s.Reset()
	catalogue.OnRemovedProduct(s.follow)
	return s
}

// Reset discards the state.
func (s *Store) Reset() { s.State = State{Reviews: newReviewTable()} }

// Register adds the routes of the room to a server.
func (s *Store) Register(server *rest.Server) { reviews{s}.register(server) }

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
