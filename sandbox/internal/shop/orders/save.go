package orders

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// save stores the order, its lines and its meta data, and then does what the new status requires.
func (d *orderDraft) save() {
	o := d.order
	if o.Billing.Email == "" && o.CustomerID != 0 {
		if customer, ok := d.customers.Users.Get(o.CustomerID); ok {
			o.Billing.Email = wptext.SanitizeEmail(customer.Email)
		}
	}
	creating := o.ID == 0
	wasDraft := !creating && isDraftStatus(d.stored.Status)
	wasTrash := !creating && d.stored.Status == "trash"
	if !creating && d.Caught && d.Dies == "woocommerce_before_order_object_save" {
		failed := d.Say("Error saving order ID %s.", strconv.FormatInt(o.ID, 10))
		d.addNote(o.ID, failed+" Call to undefined function erp_push_order()", false, false)
		d.applyTransition() // reads the order as it was before
		return
	}
	if creating {
		d.number(&o.Document)
		o.Key = "wc_order_" + d.Secrets.Text(13)
	}
	if creating {
		d.dieHalfway()
	}
	o.Version = d.Version()
	if creating || d.movesDate() {
		o.Modified = d.Now()
	}
	o.indexAddresses()
	d.saveLines(&o.Document)
	d.store()

	switch {
	case creating && !isDraftStatus(o.Status), wasDraft && !isDraftStatus(o.Status):
		d.Fire("woocommerce_new_order", o.ID)
	case !creating && (o.Status != "trash" && !wasTrash || d.InstalledStorage() == capability.Posts):
		d.Fire("woocommerce_update_order", o.ID)
	}
	d.applyTransition()
}

// movesDate says whether saving the order moves its modification date. An order kept as a post moves it only when its
// status, its parent, its dates or the customer's note change. Everything else is in rows of its own (measured on
// 10.0.2: a change of meta data through the API left date_modified unchanged).
func (d *orderDraft) movesDate() bool {
	if d.InstalledStorage() != capability.Posts {
		return true
	}
	is, was := d.order, d.stored
	return is.Status != was.Status || is.ParentID != was.ParentID || is.CustomerNote != was.CustomerNote ||
		!is.Created.Equal(was.Created)
}

// applyTransition does what a new status requires, in the order of WooCommerce's hooks: stock and counts first, then
// the note, then what depends on the old status.
func (d *orderDraft) applyTransition() {
	t := d.transition
	d.transition = nil
	if t == nil {
		return
	}
	id := d.order.ID
	defer d.catch(id)
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

// catch notes an exception that a plugin throws in a step of an order's status, and lets the request go on, as
// WooCommerce does.
func (d *orderDraft) catch(id int64) {
	if !d.Caught {
		return
	}
	if thrown := recover(); thrown != nil {
		d.addNote(id, d.Say("Error during status transition.")+fmt.Sprintf(" %v", thrown), false, false)
		d.load()
	}
}

// refundFully is what the status "refunded" does: it refunds the rest.
func (c *Clerk) refundFully(orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok {
		return
	}
	left := c.FloatAmount(core.Number(stored.Total) - c.totalRefunded(orderID))
	if core.Number(left) == 0 {
		return
	}
	if _, err := c.createRefund(orderID, refundRequest{amount: left, reason: "Order fully refunded."}); err != nil {
		// WooCommerce ignores the result too: an order with a negative total stays without a refund.
		c.Fire("woocommerce_refund_failed", orderID)
	}
	c.addNote(orderID, "Order status set to refunded. To return funds to the customer you will need to issue a "+
		"refund through your payment gateway.", false, false)
}

// createRefund makes a refund (wc_create_refund). A refund that the gateway refuses is deleted again, but its id is
// used up.
func (c *Clerk) createRefund(orderID int64, request refundRequest) (*Refund, error) {
	stored, ok := c.Orders.Get(orderID)
	if !ok {
		return nil, errors.New("Invalid order ID.") //nolint:staticcheck,revive // shown to clients
	}
	remaining := core.Number(core.Fixed(core.Number(stored.Total)-c.totalRefunded(orderID), c.Decimals()))
	remainingItems := c.remainingItems(stored)
	if refusesAmount(request.amount, remaining) {
		return nil, errRefundAmount
	}
	amount := rest.Float(request.amount)

	refund := &Refund{Document: newDocument(), Amount: c.Amount(request.amount), Reason: request.reason, By: c.UserID()}
	if refund.By == 0 {
		refund.By = 1
	}
	refund.Currency, refund.ParentID, refund.PricesIncludeTax = stored.Currency, orderID, stored.PricesIncludeTax
	quantity := c.addRefundLines(refund, stored, request.lines)
	c.sumUpTaxes(&refund.Document)
	c.insertRefund(refund)
	c.calculateTotalsWithoutTaxes(&refund.Document)
	refund.Total = core.Fixed(-amount, c.Decimals())

	if request.pay {
		// The sandbox's gateways cannot refund; those that WooCommerce brings along cannot either.
		c.removeRefund(refund)
		return nil, errors.New(c.gatewayRefusal(stored.PaymentMethod))
	}
	if request.restock {
		c.restockRefunded(orderID, request.lines)
	}
	c.Fire("woocommerce_refund_created", refund.ID)
	partial := remaining-amount > 0 ||
		len(request.lines) > 0 && hasFreeItem(stored) && remainingItems-quantity > 0
	c.typeRefund(refund, partial)
	d := c.draftOf(stored)
	if !partial {
		d.setStatus("refunded", false)
		d.save()
	}
	d.save()
	c.Fire("woocommerce_order_refunded", orderID)
	return refund, nil
}

// dieHalfway stores what WooCommerce has stored of a new order when a plugin dies during the first save: the row, then
// the meta data, then line after line (WC_Abstract_Order::save, save_items).
func (d *orderDraft) dieHalfway() {
	lines := 0
	switch d.Dies {
	case "woocommerce_new_order_item":
		lines = min(1, len(d.order.Lines))
	case "wp_insert_post", "woocommerce_new_order":
	default:
		return
	}
	half := d.order.clone()
	half.Lines, half.Shipping, half.Fees, half.Coupons, half.Taxes = half.Lines[:lines], nil, nil, nil, nil
	if d.Dies == "wp_insert_post" {
		bare := newOrder()
		bare.Document, bare.Key, bare.Status, bare.CustomerNote = half.Document, half.Key, half.Status,
			half.CustomerNote
		bare.Meta = nil
		half = bare
	}
	d.order = half
	d.saveLines(&half.Document)
	d.store()
	d.Reach(d.Dies)
}
