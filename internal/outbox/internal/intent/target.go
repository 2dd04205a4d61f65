package intent

import (
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/woo"
)

// Webhooks are written to a store but not mirrored. Two equal webhooks cannot be told apart, so webhooks are created
// one after the other.
const Webhooks = storage.Webhooks

// MarkerKey is the meta key under which a record carries the id of the write that created it, or a line the id of the
// write that added it. The leading underscore keeps it out of sight in the store's admin pages and e-mails.
const MarkerKey = "_waybill_write"

// recognition says how a created record is told from all others after its answer was lost.
type recognition int

// The ways to tell a created record from all others.
const (
	ByMeta    recognition = iota // meta_data holds the marker
	ByUnique                     // by a unique field and an id above the floor
	ByContent                    // by equal content and an id above the floor
)

// Target says how the records of a resource are written. A resource without a target cannot be written.
type Target struct {
	Route      woo.Route
	Batch      bool
	Update     bool
	Recognised recognition
	Fields     []string // what ByUnique and ByContent compare
	// ReadBack says that the record is read after a write, and that this reading replaces the write's answer.
	ReadBack bool
	// AnswersDiffer says that the answer to a write has other values than a read (products are answered in the edit
	// context, with generated_slug and permalink_template, and average_rating "0" for "0.00"). The mirror therefore
	// never takes the answer.
	AnswersDiffer bool
	// Orderable says that the list can be sorted by id.
	Orderable bool
}

// Targets says how each resource is written.
var Targets = map[storage.Resource]Target{
	storage.Orders:     {Route: woo.RouteOrders, Batch: true, Update: true, Recognised: ByMeta, Orderable: true},
	storage.OrderNotes: {Route: woo.RouteOrderNotes, Recognised: ByContent, Fields: []string{"note", "customer_note"}},
	storage.Refunds:    {Route: woo.RouteOrderRefunds, Recognised: ByMeta, Orderable: true},
	storage.Products: {Route: woo.RouteProducts, Batch: true, Update: true, Recognised: ByMeta, Orderable: true,
		ReadBack: true, AnswersDiffer: true},
	storage.Variations: {Route: woo.RouteVariations, Batch: true, Update: true, Recognised: ByMeta, Orderable: true,
		ReadBack: true, AnswersDiffer: true},
	storage.Customers: {Route: woo.RouteCustomers, Batch: true, Update: true, Recognised: ByUnique,
		Fields:    []string{"email"},
		Orderable: true, ReadBack: true},
	storage.Coupons: {Route: woo.RouteCoupons, Batch: true, Update: true, Recognised: ByMeta, Orderable: true,
		ReadBack: true},
	storage.Categories: {Route: woo.RouteCategories, Batch: true, Update: true, Recognised: ByUnique,
		Fields: []string{"name", "parent"}, Orderable: true, ReadBack: true},
	storage.Tags: {Route: woo.RouteTags, Batch: true, Update: true, Recognised: ByUnique, Fields: []string{"name"},
		Orderable: true, ReadBack: true},
	Webhooks: {Route: woo.RouteWebhooks, Batch: true, Update: true, Recognised: ByContent,
		Fields: []string{"topic", "delivery_url", "name"}, Orderable: true},
}

// Writable lists the resources that can be written, for messages and help.
func Writable() []storage.Resource {
	return []storage.Resource{storage.Orders, storage.OrderNotes, storage.Refunds, storage.Products, storage.Variations,
		storage.Customers, storage.Coupons, storage.Categories, storage.Tags, Webhooks}
}
