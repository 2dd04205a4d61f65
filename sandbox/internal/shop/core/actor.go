package core

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// An Actor is on whose behalf the store works: the user becomes the author of what is created and is named where
// WooCommerce names the current user. The clerks of the rooms do the work.
type Actor struct {
	User *identity.User // nil for nobody: a guest, the store itself
	Dies string         // the hook in which PHP dies; empty when it lives
	// Caught says that what is thrown there is an exception, which WooCommerce catches in steps of an order's status.
	Caught bool

	store *Store
}

// ActorOf is who asks with a request.
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

// Reach runs what plugins hang on a hook: PHP dies in it where a fault says so, and what was stored before stays.
func (a Actor) Reach(hook string) {
	if a.Dies == hook && hook != "" {
		panic("Uncaught Error: Call to undefined function erp_push_order()")
	}
}

// Fire tells everybody who listens to a hook that it happened to the record of an id.
func (a Actor) Fire(hook string, id int64) {
	a.Reach(hook)
	for _, listener := range a.store.listeners {
		listener(Event{Hook: hook, ID: id, Actor: a.UserID()})
	}
}
