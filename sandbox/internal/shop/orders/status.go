package orders

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// transition is a change of status that has been decided and not yet acted on.
type transition struct {
	from, to string
	manual   bool // the note about it names the user
	quiet    bool // no note about it
}

// setStatus changes the status of a draft. Unknown statuses become pending; an old status that is a draft or no longer
// registered counts as pending (WC_Abstract_Order::set_status).
func (d *orderDraft) setStatus(status string, manual bool) {
	status = strings.TrimPrefix(status, "wc-")
	if !d.Statuses.knows(status) && status != "auto-draft" && status != "trash" {
		status = "pending"
	}
	old := d.order.Status
	if old == "auto-draft" || !d.Statuses.knows(old) && old != "trash" {
		old = "pending"
	}
	d.order.Status = status
	if old == status {
		return
	}
	if d.transition != nil {
		old = d.transition.from
	}
	d.transition = &transition{from: old, to: status, manual: manual}
	d.setDatePaid()
	if status == "completed" {
		d.order.Completed = d.Now()
	}
}

// setDatePaid sets the date of payment, once, when the order has reached the status that payment leads to.
func (d *orderDraft) setDatePaid() {
	if !d.order.Paid.IsZero() {
		return
	}
	if d.order.Status == "completed" || d.order.Status == d.paidStatus() {
		d.order.Paid = d.Now()
	}
}

// paidStatus is the status payment leads to: goods that have to be sent make an order processing, the rest completes
// it.
func (d *orderDraft) paidStatus() string {
	if d.needsProcessing(d.order) {
		return "processing"
	}
	return "completed"
}

// paymentComplete is what a gateway calls once it has the money.
func (d *orderDraft) paymentComplete(transactionID string) {
	d.Fire("woocommerce_pre_payment_complete", d.order.ID)
	switch d.order.Status {
	case "on-hold", "pending", "failed", "cancelled":
	default:
		d.Fire("woocommerce_payment_complete_order_status_"+d.order.Status, d.order.ID)
		return
	}
	if transactionID != "" && transactionID != "0" {
		d.order.TransactionID = transactionID
	}
	if d.order.Paid.IsZero() {
		d.order.Paid = d.Now()
	}
	d.setStatus(d.paidStatus(), false)
	d.notePayment()
	d.save()
	d.customers.As(d.Actor).MarkPaying(d.order.CustomerID)
	d.reduceStockOnce(d.order.ID)
	d.Fire("woocommerce_payment_complete", d.order.ID)
	d.load()
}

// notePayment says that the order was paid for, since 10.4 instead of what the change of its status says.
func (d *orderDraft) notePayment() {
	if !d.Has(core.PaymentNotes) {
		return
	}
	if d.transition != nil {
		d.transition.quiet = true
	}
	note := d.Say("Payment complete.")
	if title, id := d.order.PaymentMethodTitle, d.order.TransactionID; rest.Truthy(title) && rest.Truthy(id) {
		note = d.Say("Payment via %s (%s).", title, id)
	}
	d.addNote(d.order.ID, note, false, false)
}

// applyTransition does what a new status entails, in the order WooCommerce's hooks run: stock and counts first, then
// the note, then what depends on where the order came from.
func (d *orderDraft) applyTransition() {
	t := d.transition
	d.transition = nil
	if t == nil {
		return
	}
	id := d.order.ID
	d.Reach("woocommerce_order_status_changed")
	switch t.to {
	case "completed", "processing", "on-hold":
		d.reduceStockOnce(id)
	case "cancelled", "pending":
		d.restoreStockOnce(id)
	case "failed":
		if d.Has(core.FailedRestocks) {
			d.restoreStockOnce(id)
		}
	}
	if t.to == "completed" {
		d.customers.As(d.Actor).MarkPaying(d.order.CustomerID)
	}
	switch t.to {
	case "completed", "processing":
		d.grantDownloads(id)
	case "refunded":
		d.refundFully(id)
	}
	switch t.to {
	case "completed", "processing", "on-hold":
		d.countSales(id, false)
	}
	switch t.to {
	case "pending", "completed", "processing", "on-hold", "cancelled", "failed":
		d.countCouponUsage(id)
	}
	d.mail("status_"+t.to, id)
	if !t.quiet && !(d.Has(core.DraftsAreQuiet) && isDraftStatus(t.from)) {
		d.addNote(id, d.Say("Order status changed from %s to %s.", d.Translate(d.Statuses.name(t.from)),
			d.Translate(d.Statuses.name(t.to))), false, t.manual)
	}
	if t.to == "cancelled" && (t.from == "completed" || t.from == "processing" || t.from == "on-hold") {
		d.countSales(id, false)
	}
	d.Fire("woocommerce_order_status_"+t.to, id)
	if t.from != "" {
		d.mail("status_"+t.from+"_to_"+t.to, id)
		d.Fire("woocommerce_order_status_"+t.from+"_to_"+t.to, id)
		d.Fire("woocommerce_order_status_changed", id)
	}
	d.load()
}

// grantDownloads marks that permissions to download were given.
func (c *Clerk) grantDownloads(orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok || stored.DownloadsGranted {
		return
	}
	if stored.Status == "processing" && c.Options.Get("woocommerce_downloads_grant_access_after_payment") == "no" {
		return
	}
	d := c.draftOf(stored)
	d.order.DownloadsGranted = true
	d.saveMarks()
}

// countSales adds an order to the sold quantities of its products, or takes it out again once it is cancelled, in the
// trash or about to be deleted.
func (c *Clerk) countSales(orderID int64, deleting bool) {
	stored, ok := c.Orders.Get(orderID)
	if !ok {
		return
	}
	undone := deleting || stored.Status == "cancelled" || stored.Status == "trash"
	if stored.SalesRecorded != undone {
		return
	}
	for _, line := range stored.Lines {
		if line.ProductID == 0 {
			continue
		}
		quantity := max(line.Quantity, -line.Quantity)
		if undone {
			quantity = -quantity
		}
		c.catalogue.As(c.Actor).AddSales(line.ProductID, quantity)
	}
	d := c.draftOf(stored)
	d.order.SalesRecorded = !undone
	d.saveMarks()
}
