package orders

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// setStatus changes the status of a draft. An unknown status becomes pending. An old status that is a draft, or no
// longer registered, counts as pending (WC_Abstract_Order::set_status).
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

// paidStatus is the status after payment: processing when something has to be sent, else completed.
func (d *orderDraft) paidStatus() string {
	if d.needsProcessing(d.order) {
		return "processing"
	}
	return "completed"
}

// grantDownloads records that permissions to download were given.
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

// countSales adds an order to the sold quantities of its products. It subtracts the order once it is cancelled, in the
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

// countCouponUsage adds an order to the usage counts of its coupons. It subtracts the order once it is cancelled,
// failed or in the trash.
func (c *Clerk) countCouponUsage(orderID int64) {
	stored, ok := c.Orders.Get(orderID)
	if !ok {
		return
	}
	void := stored.Status == "cancelled" || stored.Status == "failed" || stored.Status == "trash"
	if stored.CouponUsageCounted != void {
		return
	}
	d := c.draftOf(stored)
	d.order.CouponUsageCounted = !void
	d.saveMarks()
	for _, line := range d.order.Coupons {
		coupon, ok := c.coupons.CouponByCode(line.Code)
		switch {
		case !ok:
		case void:
			c.coupons.As(c.Actor).UncountUse(coupon, d.couponUser())
		default:
			c.coupons.As(c.Actor).CountUse(coupon, d.couponUser())
		}
	}
}

// couponUser is the user of a coupon: the customer's id, or the e-mail of a guest.
func (d *orderDraft) couponUser() string {
	if d.order.CustomerID != 0 {
		return core.Itoa(d.order.CustomerID)
	}
	return d.order.Billing.Email
}
