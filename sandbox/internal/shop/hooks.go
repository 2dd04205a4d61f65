package shop

// Event says that something happened to a record.
type Event struct {
	// Hook is the WordPress action WooCommerce would fire, such as
	// "woocommerce_new_order"; webhook topics are defined in terms of these.
	Hook string
	// ID is the record's id: the action's first argument.
	ID int64
	// Actor is the user whose request caused it, 0 for nobody or the store.
	Actor int64
}

// Hooks is the event bus of a store. Listeners run with the store locked, in
// the order they were added, while the request that caused the event is still
// being served; slow work belongs in a queue of the listener's own.
type Hooks struct {
	listeners []func(*Store, Event)
}

// Listen adds a listener for all events. It is called before the store serves
// requests.
func (s *Store) Listen(f func(*Store, Event)) { s.hooks.listeners = append(s.hooks.listeners, f) }

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
