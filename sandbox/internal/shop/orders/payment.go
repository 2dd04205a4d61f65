package orders

import (
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// paymentComplete is what a gateway calls once it has received the money.
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

// notePayment notes that the order was paid. Since 10.4 this note replaces that about the change of status.
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
