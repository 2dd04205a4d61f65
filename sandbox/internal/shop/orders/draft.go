package orders

import (
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// orderDraft is an order on its way into the store. It is changed in memory and then saved whole, so a request that is
// refused half way leaves what WooCommerce would leave. Changed lines of a stored order are the exception: they are
// stored at once.
type orderDraft struct {
	*Clerk
	order      *Order
	stored     *Order // nil until the first save
	transition *transition
}

// draftOf begins to change an order of the store.
func (c *Clerk) draftOf(stored *Order) *orderDraft {
	d := &orderDraft{Clerk: c, stored: stored}
	d.load()
	return d
}

// newDraft begins a new order.
func (c *Clerk) newDraft() *orderDraft { return &orderDraft{Clerk: c, order: newOrder()} }

// load takes the order as it is stored. Like WooCommerce it computes the taxes of the lines anew, by the current
// settings.
func (d *orderDraft) load() {
	d.order = d.stored.clone()
	d.readBack(&d.order.Document)
}

// readBack gives lines the form that they have when read from the database.
func (s *Store) readBack(d *Document) {
	for _, line := range d.Lines {
		if core.Number(line.Subtotal) < core.Number(line.Total) {
			line.raised = &raisedSubtotal{stored: line.Subtotal, read: line.Total}
			line.Subtotal = line.Total
		}
		line.setTaxes(s, line.Taxes)
	}
	for _, line := range d.Shipping {
		line.setTaxes(s, line.Taxes)
	}
	for _, line := range d.Fees {
		line.setTaxes(s, line.Taxes)
	}
}

// number gives a new document its id, row and dates.
func (c *Clerk) number(d *Document) {
	d.ID = c.NextPostID()
	d.Row, d.Author = c.newOrderRow()
	d.Created, d.Modified = c.Now(), c.Now()
	if d.Currency == "" {
		d.Currency = c.Options.Get("woocommerce_currency")
	}
}

// newOrderRow is the row of wp_posts of a new order. Its author is the user who makes the order; under the legacy
// storage it is user 1 (docs/woocommerce/permissions.md).
func (c *Clerk) newOrderRow() (capability.PostType, int64) {
	row, authored := c.Storage().OrderRow()
	if !authored {
		return row, 1
	}
	return row, c.UserID()
}

// The meta keys under which WooCommerce keeps addresses for its search.
const (
	billingIndexKey  = "_billing_address_index"
	shippingIndexKey = "_shipping_address_index"
)

// indexAddresses keeps each address as one text for searches. These entries take meta ids like all others, so that ids
// run as on a real store.
func (o *Order) indexAddresses() {
	o.Meta.Update(billingIndexKey, o.Billing.Index(true), nil)
	o.Meta.Update(shippingIndexKey, o.ShipTo.Index(false), nil)
}

// saveLines gives new parts of a document their ids: meta data first, then lines by kind. Meta rows that hold a line's
// own properties use up ids, as on a real store.
func (c *Clerk) saveLines(d *Document) {
	d.Meta.Save(c.orderMetaCounter())
	for _, id := range d.removed {
		c.itemOwners.forget(id)
	}
	d.removed = nil
	for _, line := range d.Lines {
		c.saveLine(d.ID, &line.ID, 9, &line.Meta)
	}
	for _, line := range d.Shipping {
		if line.Title == "" {
			line.Title = "Shipping"
		}
		c.saveLine(d.ID, &line.ID, 5, &line.Meta)
	}
	for _, line := range d.Fees {
		if line.Name == "" {
			line.Name = "Fee"
		}
		c.saveLine(d.ID, &line.ID, 6, &line.Meta)
	}
	for _, line := range d.Taxes {
		c.saveLine(d.ID, &line.ID, 6, &line.Meta)
	}
	for _, line := range d.Coupons {
		c.saveLine(d.ID, &line.ID, 2, &line.Meta)
	}
}

func (c *Clerk) saveLine(owner int64, id *int64, rows int, meta *core.MetaList) {
	if *id == 0 {
		*id = c.IDs.OrderItem.Next()
		c.itemOwners.set(*id, owner)
		c.IDs.ItemMeta += core.Counter(rows)
	}
	meta.Save(&c.IDs.ItemMeta)
}

// orderMetaCounter numbers the meta data of orders. They have a table of their own; under the legacy storage they share
// that of posts.
func (s *Store) orderMetaCounter() *core.Counter {
	if s.Storage() == capability.Posts {
		return &s.IDs.PostMeta
	}
	return &s.IDs.OrderMeta
}

// store puts a copy of the order into its table.
func (d *orderDraft) store() {
	saved := d.order.clone()
	saved.listed = d.anyShows(saved.Status)
	for _, line := range saved.Lines {
		line.keepSubtotal()
	}
	if d.stored == nil {
		d.stored = saved
		d.stored.revision = 1
		d.Orders.Insert(d.stored)
		return
	}
	saved.revision = d.stored.revision + 1
	d.Orders.Change(d.stored, func(o *Order) { *o = *saved })
}

// saveItem stores one changed line of an existing order at once.
func (d *orderDraft) saveItem(line any) {
	d.stored.revision++
	switch line := line.(type) {
	case *ProductLine:
		line.Meta.Save(&d.IDs.ItemMeta)
		if stored := findLine(d.stored.Lines, line.ID); stored != nil {
			*stored = *line.clone()
			stored.keepSubtotal()
		}
	case *ShippingLine:
		line.Meta.Save(&d.IDs.ItemMeta)
		if stored := findByID(d.stored.Shipping, line.ID, func(l *ShippingLine) int64 { return l.ID }); stored != nil {
			*stored = *line.clone()
		}
	case *FeeLine:
		line.Meta.Save(&d.IDs.ItemMeta)
		if stored := findByID(d.stored.Fees, line.ID, func(l *FeeLine) int64 { return l.ID }); stored != nil {
			*stored = *line.clone()
		}
	}
}

// SetOrderDates changes the dates of an order as an edit in the database does: nothing else changes.
func (s *Store) SetOrderDates(id int64, created, modified time.Time) {
	if stored, ok := s.Orders.Get(id); ok {
		s.Orders.Change(stored, func(o *Order) {
			o.Created, o.Modified = created.UTC(), modified.UTC()
			o.revision++
		})
	}
}

// transition is a change of status that was decided but has not taken effect yet.
type transition struct {
	from, to string
	manual   bool // the note about the change names the user
	quiet    bool // no note about the change
}
