package outbox

import (
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Webhooks are written to a store but not mirrored. Nothing tells one from an equal one, so they are made one after the
// other.
const Webhooks storage.Resource = "webhooks"

// MarkerKey is the meta key under which a record carries the id of the write that created it, or a line the id of the
// write that added it. The leading underscore keeps it out of sight in the store's admin pages and e-mails.
const MarkerKey = "_waybill_write"

// recognition is how a created record is told from all others when its answer was lost.
type recognition int

const (
	byMeta    recognition = iota // meta_data holds the marker
	byUnique                     // a field that the store keeps unique, and an id above the floor
	byContent                    // the same content under an id above the floor
)

// target says how a resource is written. A resource that is not listed cannot be.
type target struct {
	route      woo.Route
	batch      bool
	update     bool
	recognised recognition
	fields     []string // what byUnique and byContent compare
	// readBack: what a read returns now is taken in place of the answer of a write.
	readBack bool
	// answersDiffer: the answer of a write is not what a read returns (products answer in the edit context, with
	// generated_slug and permalink_template, and average_rating "0" for "0.00"), so the mirror never takes it.
	answersDiffer bool
	// orderable: the list can be put in the order of its ids.
	orderable bool
}

var targets = map[storage.Resource]target{
	storage.Orders:     {route: woo.RouteOrders, batch: true, update: true, recognised: byMeta, orderable: true},
	storage.OrderNotes: {route: woo.RouteOrderNotes, recognised: byContent, fields: []string{"note", "customer_note"}},
	storage.Refunds:    {route: woo.RouteOrderRefunds, recognised: byMeta, orderable: true},
	storage.Products: {route: woo.RouteProducts, batch: true, update: true, recognised: byMeta, orderable: true,
		readBack: true, answersDiffer: true},
	storage.Variations: {route: woo.RouteVariations, batch: true, update: true, recognised: byMeta, orderable: true,
		readBack: true, answersDiffer: true},
	storage.Customers: {route: woo.RouteCustomers, batch: true, update: true, recognised: byUnique,
		fields:    []string{"email"},
		orderable: true, readBack: true},
	storage.Coupons: {route: woo.RouteCoupons, batch: true, update: true, recognised: byMeta, orderable: true,
		readBack: true},
	storage.Categories: {route: woo.RouteCategories, batch: true, update: true, recognised: byUnique,
		fields: []string{"name", "parent"}, orderable: true, readBack: true},
	storage.Tags: {route: woo.RouteTags, batch: true, update: true, recognised: byUnique, fields: []string{"name"},
		orderable: true, readBack: true},
	Webhooks: {route: woo.RouteWebhooks, batch: true, update: true, recognised: byContent,
		fields: []string{"topic", "delivery_url", "name"}, orderable: true},
}

// Writable lists the resources that can be written, for messages and help.
func Writable() []storage.Resource {
	return []storage.Resource{storage.Orders, storage.OrderNotes, storage.Refunds, storage.Products, storage.Variations,
		storage.Customers, storage.Coupons, storage.Categories, storage.Tags, Webhooks}
}
