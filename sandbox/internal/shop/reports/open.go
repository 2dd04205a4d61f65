package reports

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/reviews"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, customers *customers.Store, catalogue *catalogue.Store, coupons *coupons.Store,
	orders *orders.Store, reviews *reviews.Store) *Store {
	return &Store{Store: base, customers: customers, catalogue: catalogue, coupons: coupons, orders: orders,
		reviews: reviews}
}

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		reports{s},
		analytics{s},
	} {
		controller.register(server)
	}
}
