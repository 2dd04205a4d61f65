package settings

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Store is the settings of a shop: their groups and fields, payment gateways, the pages they name, and the data they
// choose from.
type Store struct {
	*core.Store
	taxes    *taxes.Store
	shipping *shipping.Store
	orders   *orders.Store

	State
}

// State is what a reset discards.
type State struct {
	Pages []Page
}

// Page is a page of the site that WooCommerce looks at.
type Page struct {
	ID     int64
	Title  string
	Status string // publish or draft
	// Block and Shortcode are what its content shows the shop with; "" for none.
	Block, Shortcode string
}
