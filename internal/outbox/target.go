package outbox

import (
	"fmt"
	"net/url"
	"strconv"

	"github.com/waybillhq/waybill/internal/storage"
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
	collection string // below wc/v3; %d is the parent
	nested     bool
	batch      bool
	update     bool
	trash      bool // DELETE without force moves to the trash
	recognised recognition
	fields     []string // what byUnique and byContent compare
	// statuses is the value of the status filter that leaves out least. Look-ups name the statuses of orders, because
	// "any" leaves some out, and ask for the trash by itself (lookup.go).
	statuses string
	// roles is the same for the role filter, whose default lists customers only (docs/woocommerce/lists.md#customers-role-filter).
	roles string
	// readBack: the answer of a write is not what a read returns (products answer in the edit context, with
	// generated_slug and permalink_template, and average_rating "0" for "0.00"), so the mirror needs a read after it.
	readBack bool
	// order of the list by id, where the list knows it
	orderable bool
}

var targets = map[storage.Resource]target{
	storage.Orders:     {collection: "orders", batch: true, update: true, trash: true, recognised: byMeta, statuses: "any", orderable: true},
	storage.OrderNotes: {collection: "orders/%d/notes", nested: true, recognised: byContent, fields: []string{"note", "customer_note"}},
	storage.Refunds:    {collection: "orders/%d/refunds", nested: true, recognised: byMeta, orderable: true},
	storage.Products:   {collection: "products", batch: true, update: true, trash: true, recognised: byMeta, statuses: "any", orderable: true, readBack: true},
	storage.Variations: {collection: "products/%d/variations", nested: true, batch: true, update: true, recognised: byMeta, orderable: true, readBack: true},
	storage.Customers:  {collection: "customers", batch: true, update: true, recognised: byUnique, fields: []string{"email"}, roles: "all", orderable: true},
	storage.Coupons:    {collection: "coupons", batch: true, update: true, trash: true, recognised: byMeta, orderable: true},
	storage.Categories: {collection: "products/categories", batch: true, update: true, recognised: byUnique, fields: []string{"name", "parent"}, orderable: true},
	storage.Tags:       {collection: "products/tags", batch: true, update: true, recognised: byUnique, fields: []string{"name"}, orderable: true},
	Webhooks:           {collection: "webhooks", batch: true, update: true, recognised: byContent, fields: []string{"topic", "delivery_url", "name"}, orderable: true},
}

// Writable lists the resources that can be written, for messages and help.
func Writable() []storage.Resource {
	return []storage.Resource{storage.Orders, storage.OrderNotes, storage.Refunds, storage.Products, storage.Variations,
		storage.Customers, storage.Coupons, storage.Categories, storage.Tags, Webhooks}
}

// everything is the query of a list that leaves nothing out that can be asked for.
func (t target) everything() url.Values {
	query := url.Values{}
	if t.statuses != "" {
		query.Set("status", t.statuses)
	}
	if t.roles != "" {
		query.Set("role", t.roles)
	}
	return query
}

func (t target) collectionPath(parent int64) string {
	if t.nested {
		return fmt.Sprintf(t.collection, parent)
	}
	return t.collection
}

func (t target) recordPath(parent, id int64) string {
	return t.collectionPath(parent) + "/" + strconv.FormatInt(id, 10)
}
