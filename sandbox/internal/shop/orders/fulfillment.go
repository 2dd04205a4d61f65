package orders

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

func newFulfillmentTable() *core.Table[*Fulfillment] {
	return core.NewTable[*Fulfillment]().
		GroupedBy("order", func(f *Fulfillment) (int64, bool) { return f.OrderID, true })
}

// The statuses of a fulfilment, and those of an order by all its fulfilments.
const (
	unfulfilled        = "unfulfilled"
	fulfilled          = "fulfilled"
	partiallyFulfilled = "partially_fulfilled"
	noFulfillments     = "no_fulfillments"
)

var fulfillmentLabels = map[string]string{
	unfulfilled: "Unfulfilled", fulfilled: "Fulfilled",
	partiallyFulfilled: "Partially fulfilled", noFulfillments: "No fulfillments",
}

// The meta keys of fulfilments that WooCommerce itself reads.
const (
	itemsKey           = "_items"
	dateFulfilledKey   = "_date_fulfilled"
	trackingNumberKey  = "_tracking_number"
	trackingURLKey     = "_tracking_url"
	providerKey        = "_shipment_provider"
	orderFulfillment   = "_fulfillment_status" // meta data of the order
	fulfillmentWallDay = "2006-01-02 15:04:05"
)

// setStatus takes a status that exists. For any other it keeps the current status.
func (f *Fulfillment) setStatus(status string) {
	if status != unfulfilled && status != fulfilled {
		status = unfulfilled
		if f.Status == fulfilled {
			status = fulfilled
		}
	}
	f.Status = status
}

// errFulfillment is an exception without a code of its own.
type errFulfillment string

func (e errFulfillment) Error() string { return string(e) }

// checkFulfillment refuses a fulfilment that WooCommerce would not save.
func checkFulfillment(f *Fulfillment) error {
	if f.Status == "" {
		return errFulfillment("Invalid fulfillment status.")
	}
	items, _ := f.Meta.Get(itemsKey)
	if !rest.Truthy(items) {
		return errFulfillment("The fulfillment should contain at least one item.")
	}
	if !rest.IsArray(items) {
		return errFulfillment("The fulfillment items should be an array.")
	}
	for _, v := range rest.Elements(items) {
		item := rest.AsObject(v)
		id, isNumber := item.Value("item_id").(int64)
		quantity := item.Value("qty")
		if _, isText := quantity.(string); !isNumber || isText || id <= 0 || rest.Float(quantity) <= 0 {
			return errFulfillment("Invalid item.")
		}
	}
	return nil
}

// addFulfillment stores a new fulfilment and updates its order.
func (c *Clerk) addFulfillment(f *Fulfillment) error {
	if err := checkFulfillment(f); err != nil {
		return err
	}
	f.Updated = c.Now()
	if f.Status == fulfilled {
		c.dateFulfilled(f)
	}
	f.ID = c.IDs.Fulfillment.Next()
	f.Meta.Number(&c.IDs.FulfillmentMeta)
	c.Fulfillments.Insert(f)
	c.judgeFulfillments(f.OrderID)
	text := "Fulfillment #" + core.Itoa(f.ID) + " created (status: " + c.Translate(fulfillmentLabels[f.Status]) +
		"). Items: " + c.fulfilledItems(f) + "."
	c.noteFulfillment(f.OrderID, text+trackingText(f))
	return nil
}

// changeFulfillment stores the changes of a fulfilment. A deleted one does not change.
func (c *Clerk) changeFulfillment(stored, changed *Fulfillment, statusSent bool) error {
	if !stored.Deleted.IsZero() {
		return nil
	}
	if err := checkFulfillment(changed); err != nil {
		return err
	}
	if done, _ := changed.Meta.Get(dateFulfilledKey); changed.Status == fulfilled && !rest.Truthy(done) {
		c.dateFulfilled(changed)
	}
	was, differs := stored.Status, statusSent || !sameMeta(stored.Meta, changed.Meta)
	changed.Meta.Number(&c.IDs.FulfillmentMeta)
	c.Fulfillments.Change(stored, func(f *Fulfillment) {
		f.Status, f.Meta, f.Updated = changed.Status, slices.Clone(changed.Meta), c.Now()
	})
	c.judgeFulfillments(stored.OrderID)
	switch {
	case stored.Status != was:
		c.noteFulfillment(stored.OrderID, "Fulfillment #"+core.Itoa(stored.ID)+" status changed from "+
			c.Translate(fulfillmentLabels[was])+" to "+c.Translate(fulfillmentLabels[stored.Status])+".")
	case differs:
		c.noteFulfillment(stored.OrderID, "Fulfillment #"+core.Itoa(stored.ID)+" updated. Items: "+
			c.fulfilledItems(stored)+"."+trackingText(stored))
	}
	return nil
}

// deleteFulfillment marks a fulfilment as deleted.
func (c *Clerk) deleteFulfillment(f *Fulfillment) {
	if !f.Deleted.IsZero() {
		return
	}
	c.Fulfillments.Change(f, func(f *Fulfillment) { f.Deleted = c.Now() })
	c.judgeFulfillments(f.OrderID)
	c.noteFulfillment(f.OrderID, "Fulfillment #"+core.Itoa(f.ID)+" deleted.")
}

// forgetFulfillments deletes the fulfilments of an order that is deleted for good.
func (c *Clerk) forgetFulfillments(orderID int64) {
	if !c.Has(core.FulfillmentsGo) {
		return
	}
	for _, f := range slices.Clone(c.Fulfillments.Group("order", orderID)) {
		c.Fulfillments.Delete(f)
	}
}

// dateFulfilled records now as the moment when the goods left.
func (c *Clerk) dateFulfilled(f *Fulfillment) {
	at := c.Now()
	if !c.Has(core.FulfillmentsInUTC) {
		at = at.In(c.Zone())
	}
	f.Meta.AddUnique(dateFulfilledKey, at.Format(fulfillmentWallDay))
}

// fulfillmentsOf are the fulfilments of an order that are not deleted.
func (s *Store) fulfillmentsOf(orderID int64) []*Fulfillment {
	var standing []*Fulfillment
	for _, f := range s.Fulfillments.Group("order", orderID) {
		if f.Deleted.IsZero() {
			standing = append(standing, f)
		}
	}
	return standing
}

// judgeFulfillments writes the status that follows from an order's fulfilments into the order. It saves the order even
// when the status did not change.
func (c *Clerk) judgeFulfillments(orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok {
		return
	}
	was, is := stored.Meta.Text(orderFulfillment), c.fulfillmentStatus(stored)
	if was == "" {
		was = noFulfillments
	}
	d := c.draftOf(stored)
	if is == noFulfillments {
		d.order.Meta.Delete(orderFulfillment)
	} else {
		d.order.Meta.Update(orderFulfillment, is, nil)
	}
	d.save()
	if was != is {
		c.noteFulfillment(orderID, "Order fulfillment status changed from "+
			c.Translate(fulfillmentLabels[was])+" to "+c.Translate(fulfillmentLabels[is])+".")
	}
}

// fulfillmentStatus is the status that follows from the fulfilments of an order.
func (s *Store) fulfillmentStatus(order *Order) string {
	standing := s.fulfillmentsOf(order.ID)
	if len(standing) == 0 {
		return noFulfillments
	}
	sent := map[int64]float64{}
	all, some := true, false
	for _, f := range standing {
		if f.Status == fulfilled {
			some = true
		} else {
			all = false
		}
		items, _ := f.Meta.Get(itemsKey)
		for _, v := range rest.Elements(items) {
			sent[rest.Int(rest.AsObject(v).Value("item_id"))] += rest.Float(rest.AsObject(v).Value("qty"))
		}
	}
	switch {
	case all && !s.leavesPieces(order, sent):
		return fulfilled
	case some:
		return partiallyFulfilled
	}
	return unfulfilled
}

// leavesPieces says whether some pieces of an order were neither sent nor refunded.
func (s *Store) leavesPieces(order *Order, sent map[int64]float64) bool {
	left := map[int64]float64{}
	for _, line := range order.Lines {
		left[line.ID] = float64(line.Quantity) - sent[line.ID]
	}
	for _, refund := range s.Refunds.Group("parent", order.ID) {
		for _, line := range refund.Lines {
			left[rest.Int(line.Meta.Text(refundedItemKey))] += float64(line.Quantity) // below zero
		}
	}
	return slices.ContainsFunc(order.Lines, func(line *ProductLine) bool { return left[line.ID] > 0 })
}

// noteFulfillment writes a note about fulfilments, in the versions that write such notes.
func (c *Clerk) noteFulfillment(orderID int64, text string) {
	if c.Has(core.FulfillmentNotes) {
		c.addNote(orderID, strings.TrimSpace(wptext.KsesPost(text)), false, false)
	}
}

// fulfilledItems names the items of a fulfilment.
func (s *Store) fulfilledItems(f *Fulfillment) string {
	var parts []string
	items, _ := f.Meta.Get(itemsKey)
	for _, v := range rest.Elements(items) {
		id := rest.Int(rest.AsObject(v).Value("item_id"))
		name := "Item #" + core.Itoa(id)
		if order, ok := s.Orders.Get(f.OrderID); ok {
			if line := findLine(order.Lines, id); line != nil && line.Name != "" {
				name = line.Name
			}
		}
		parts = append(parts, name+" x"+strconv.FormatInt(rest.Int(rest.AsObject(v).Value("qty")), 10))
	}
	return strings.Join(parts, ", ")
}

// trackingText is how a note names the tracking of a parcel.
func trackingText(f *Fulfillment) string {
	number := f.Meta.Text(trackingNumberKey)
	if number == "" {
		return ""
	}
	text := " Tracking: " + number
	if provider := f.Meta.Text(providerKey); provider != "" {
		text += ", Provider: " + provider
	}
	if address := f.Meta.Text(trackingURLKey); address != "" {
		text += ", URL: " + address
	}
	return text + "."
}

// sameMeta says whether two lists have the same values by key.
func sameMeta(a, b core.MetaList) bool {
	values := func(l core.MetaList) map[string][]byte {
		all := map[string][]byte{}
		for _, m := range l {
			if m.Value != nil {
				all[m.Key] = rest.AppendJSON(nil, m.Value)
			}
		}
		return all
	}
	one, other := values(a), values(b)
	for key, value := range one {
		if !bytes.Equal(value, other[key]) {
			return false
		}
	}
	return len(one) == len(other)
}
