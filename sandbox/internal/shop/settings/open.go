package settings

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, taxes *taxes.Store, shipping *shipping.Store, orders *orders.Store) *Store {
	s := &Store{Store: base, taxes: taxes, shipping: shipping, orders: orders}
	s.Reset()
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() {
	s.State = State{
		Pages: installedPages(),
	}
}

// Register adds the routes of this package to a server.
func (s *Store) Register(server *rest.Server) {
	for _, controller := range []interface{ register(*rest.Server) }{
		paymentGateways{s},
		settings{s},
		facts{s},
	} {
		controller.register(server)
	}
}
