package shop

// Event is something that happened to a record, named as WooCommerce names
// the webhook topic it can trigger: "order.created", "product.updated".
type Event struct {
	Topic string
	ID    int64
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

// fire tells all listeners.
func (s *Store) fire(e Event) {
	for _, listener := range s.hooks.listeners {
		listener(s, e)
	}
}
