package core

// Event says that something happened to a record.
type Event struct {
	// Hook is the WordPress action that WooCommerce would fire, such as "woocommerce_new_order". Webhook topics are
	// defined by these actions.
	Hook string
	// ID is the record's id: the action's first argument.
	ID int64
	// Actor is the user whose request caused the event; 0 for nobody or the store.
	Actor int64
}
