package orders

import "github.com/waybillhq/waybill/capability"

// saveMarks stores an order in which only WooCommerce's own marks changed: stock taken, sales counted, coupon use
// counted, downloads granted. No hook says that the order was updated (recordings: dlv-run-12-dlv-order-trash-restore,
// dlv-run-17-dlv-order-draft-to-pending). Orders kept as posts do not even change their date.
func (d *orderDraft) saveMarks() {
	if d.InstalledStorage() != capability.Posts {
		d.order.Modified, d.order.Version = d.Now(), d.Version()
	}
	d.store()
}
