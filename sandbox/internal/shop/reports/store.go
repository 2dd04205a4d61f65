package reports

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/coupons"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/reviews"
)

// Store is what a shop adds up: reports, and what the admin screens show of them.
type Store struct {
	*core.Store
	customers *customers.Store
	catalogue *catalogue.Store
	coupons   *coupons.Store
	orders    *orders.Store
	reviews   *reviews.Store
}
