package roster

import (
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Family is a kind of record that belongs to a parent and is listed there.
type Family struct {
	Resource storage.Resource
	Route    woo.Route
	// Whole says that the store answers with all children at once, without pages.
	Whole bool
	// Wrapped are the members under which some versions put the list, and one record; empty when no version does.
	Wrapped [2]string
}

// Families are the kinds of records that belong to a parent, by resource.
var Families = map[storage.Resource]*Family{
	// A store lists the variations of all products at /variations since WooCommerce 10.3. That list is read to count
	// the variations and to find their products (strays.go), never for their content. Its records differ from those
	// under the products in _links, which name the product 0 and no capabilities (measured on 11.0.1, 98 variations,
	// with drafts and private ones). A mirror of the list would not hold what the store shows of a variation under its
	// own address. The list would save a first copy nine requests in ten for variations, and later syncs none
	// (docs/benchmarks.md).
	storage.Variations: {Resource: storage.Variations, Route: woo.RouteVariations},
	storage.Refunds:    {Resource: storage.Refunds, Route: woo.RouteOrderRefunds},
	storage.OrderNotes: {Resource: storage.OrderNotes, Route: woo.RouteOrderNotes, Whole: true},
	storage.Fulfillments: {
		Resource: storage.Fulfillments, Route: woo.RouteFulfillments, Whole: true,
		Wrapped: [2]string{"fulfillments", "fulfillment"}, // in versions up to 10.2
	},
}
