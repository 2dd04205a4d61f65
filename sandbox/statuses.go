package sandbox

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// OrderStatus is a status of orders that a plugin adds to WooCommerce's own.
type OrderStatus = orders.OrderStatus

// RegisterOrderStatus adds an order status as a plugin does, or replaces one with the same slug.
func (s *Store) RegisterOrderStatus(status OrderStatus) {
	s.shop.Update(func(st *shop.Store) { st.Orders.RegisterOrderStatus(status) })
}

// UnregisterOrderStatus takes an order status away, as the deactivation of its plugin does. Orders keep the status, but
// lists no longer find them by it.
func (s *Store) UnregisterOrderStatus(slug string) {
	s.shop.Update(func(st *shop.Store) { st.Orders.UnregisterOrderStatus(slug) })
}
