package system

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/settings"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, taxes *taxes.Store, customers *customers.Store, catalogue *catalogue.Store,
	coupons *coupons.Store, orders *orders.Store, settings *settings.Store) *Store {
	s := &Store{Store: base, taxes: taxes, customers: customers, catalogue: catalogue, coupons: coupons, orders: orders,
		settings: settings}
	s.Reset()
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() {
	s.State = State{}
}

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		systemStatus{s},
		statusTools{s},
	} {
		controller.register(server)
	}
}
