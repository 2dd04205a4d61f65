package core

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Actor is on whose behalf the store works. The user becomes the author of new records, and is named where WooCommerce
// names the current user. The clerks of the rooms embed an Actor.
type Actor struct {
	User *identity.User // nil for nobody: a guest, the store itself
	Dies string         // the hook in which PHP dies; empty when it lives
	// Caught says that what the hook throws is an exception, which WooCommerce catches in steps of an order's status.
	Caught bool

	store *Store
}

// ActorOf is the caller of a request.
func (s *Store) ActorOf(r *rest.Request) Actor {
	return Actor{User: r.Caller, Dies: r.Dies, Caught: r.Caught, store: s}
}

// Actor is a user, who may be nil.
func (s *Store) Actor(user *identity.User) Actor { return Actor{User: user, store: s} }

// UserID is the id of the user, 0 for nobody.
func (a Actor) UserID() int64 {
	if a.User == nil {
		return 0
	}
	return a.User.ID
}

// Reach runs what plugins hang on a hook. PHP dies in the hook that a fault names; what was stored before stays.
func (a Actor) Reach(hook string) {
	if a.Dies == hook && hook != "" {
		panic("Uncaught Error: Call to undefined function erp_push_order()")
	}
}

// Fire calls all listeners: the hook happened to the record with that id.
func (a Actor) Fire(hook string, id int64) {
	a.Reach(hook)
	for _, listener := range a.store.listeners {
		listener(Event{Hook: hook, ID: id, Actor: a.UserID()})
	}
}
