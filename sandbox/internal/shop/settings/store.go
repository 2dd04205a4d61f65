package settings

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
	"github.com/waybillhq/waybill/sandbox/internal/shop/shipping"
	"github.com/waybillhq/waybill/sandbox/internal/shop/taxes"
)

// Store holds the settings of a shop: groups and fields, payment gateways, the pages that options name, and the data to
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
	// Block and Shortcode are the parts of the page's content that show the shop; "" for none.
	Block, Shortcode string
}
