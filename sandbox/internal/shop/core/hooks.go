package core

// Event says that something happened to a record.
type Event struct {
	// Hook is the WordPress action WooCommerce would fire, such as "woocommerce_new_order"; webhook topics are defined
	// in terms of these.
	Hook string
	// ID is the record's id: the action's first argument.
	ID int64
	// Actor is the user whose request caused it, 0 for nobody or the store.
	Actor int64
}

// Listen adds a listener for all events. It is called before the store serves requests. Listeners run with the store
// locked, in the order they were added, while the request that caused the event is still being served; slow work
// belongs in a queue of the listener's own.
func (s *Store) Listen(listener func(Event)) { s.listeners = append(s.listeners, listener) }
