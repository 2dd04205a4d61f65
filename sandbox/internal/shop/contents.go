package shop

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/reviews"
	"github.com/waybillhq/waybill/sandbox/internal/shop/settings"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/system"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Contents are all records and settings of a store, as one value that can be copied and put back.
type Contents struct {
	core      core.State
	taxes     taxes.State
	customers customers.State
	catalogue catalogue.State
	shipping  shipping.State
	coupons   coupons.State
	orders    orders.State
	reviews   reviews.State
	settings  settings.State
	system    system.State
}

// Contents returns the store's own contents, not a copy of them.
func (s *Store) Contents() *Contents {
	return &Contents{
		core: s.Store.State, taxes: s.Taxes.State, customers: s.Customers.State, catalogue: s.Catalogue.State,
		shipping: s.Shipping.State, coupons: s.Coupons.State, orders: s.Orders.State, reviews: s.Reviews.State,
		settings: s.Settings.State, system: s.System.State,
	}
}

// SetContents replaces all records and settings. The store owns c afterwards.
func (s *Store) SetContents(c *Contents) {
	s.Store.State, s.Taxes.State, s.Customers.State, s.Catalogue.State = c.core, c.taxes, c.customers, c.catalogue
	s.Shipping.State, s.Coupons.State, s.Orders.State, s.Settings.State = c.shipping, c.coupons, c.orders, c.settings
	s.Reviews.State, s.System.State = c.reviews, c.system
	s.Forget()
	s.Catalogue.Forget()
	s.Orders.Forget()
}
