package orders

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// New returns the store of this package as a fresh installation has it.
func New(base *core.Store, taxes *taxes.Store, customers *customers.Store, catalogue *catalogue.Store,
	shipping *shipping.Store, coupons *coupons.Store) *Store {
	s := &Store{Store: base, taxes: taxes, customers: customers, catalogue: catalogue, shipping: shipping,
		coupons: coupons}
	s.Reset()
	s.WatchOptions(s.storageChanged)
	customers.OnDeletedUser(s.releaseOrders)
	return s
}

// Reset brings back the state of a fresh installation.
func (s *Store) Reset() {
	s.State = State{
		Orders:       newOrderTable(),
		Refunds:      newRefundTable(),
		Notes:        newNoteTable(),
		Fulfillments: newFulfillmentTable(),
		Statuses:     installedStatuses(s.Release),
	}
	s.Forget()
}

// Forget drops what was kept to answer faster. Whoever replaces the state has to call it.
func (s *Store) Forget() { s.results = &results{} }
