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
