package shop

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// reach runs what plugins hang on a hook: PHP dies in it where a fault says so, and what was stored before stays.
func (c *clerk) reach(hook string) {
	if c.dies == hook && hook != "" {
		panic("Uncaught Error: Call to undefined function erp_push_order()")
	}
}

// fire tells all listeners.
func (c *clerk) fire(hook string, id int64) {
	c.reach(hook)
	for _, listener := range c.hooks.listeners {
		listener(c.Store, Event{Hook: hook, ID: id, Actor: c.userID()})
	}
}

// A clerk does the store's work on behalf of a user, who becomes the author
// of what is created and is named where WooCommerce names the current user.
type clerk struct {
	*Store
	user *identity.User // nil for nobody: a guest, the store itself
	dies string         // the hook in which PHP dies; empty when it lives
}

// clerkOf returns a clerk doing what a request asks for.
func (s *Store) clerkOf(r *rest.Request) *clerk {
	return &clerk{Store: s, user: r.Caller, dies: r.Dies}
}

// clerk returns a clerk working for user, who may be nil.
func (s *Store) clerk(user *identity.User) *clerk { return &clerk{Store: s, user: user} }

// userID is the id of the user the clerk works for, 0 for nobody.
func (c *clerk) userID() int64 {
	if c.user == nil {
		return 0
	}
	return c.user.ID
}
