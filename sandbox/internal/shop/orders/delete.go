package orders

import (
	"slices"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Deleting orders. The trash keeps the order and remembers its status. Deleting for good removes refunds and child
// orders too (recordings: order-deleted-child-get, refund-after-order-delete).

func (c *Clerk) trashOrder(stored *Order) {
	if stored.Status == "trash" {
		return
	}
	from := stored.Status
	c.Orders.Change(stored, func(o *Order) {
		o.Status, o.listed = "trash", c.anyShows("trash")
		o.Modified = c.Now()
		o.Meta = append(o.Meta,
			core.Meta{Key: "_wp_trash_meta_status", Value: "wc-" + from},
			core.Meta{Key: "_wp_trash_meta_time", Value: c.Now().Unix()})
		o.Meta.Save(c.orderMetaCounter())
		o.revision++
	})
	if c.InstalledStorage() != capability.HPOS {
		// The order has a post that is an order. That post goes to the trash too.
		c.Fire("wp_trash_post", stored.ID)
	}
	c.Fire("woocommerce_trash_order", stored.ID)
	c.countSales(stored.ID, false)
	c.countCouponUsage(stored.ID)
}

// UntrashOrder brings an order back from the trash to the status it had, as the admin screens do.
func (s *Store) UntrashOrder(id int64) bool {
	stored, ok := s.Orders.Get(id)
	if !ok || stored.Status != "trash" {
		return false
	}
	c := s.clerk(nil)
	d := c.draftOf(stored)
	if c.InstalledStorage() == capability.Posts {
		c.Fire("untrashed_post", id)
	} else {
		c.Fire("woocommerce_untrash_order", id)
	}
	d.setStatus(d.order.Meta.Text("_wp_trash_meta_status"), false)
	d.save()
	d.order.Meta.Delete("_wp_trash_meta_status")
	d.order.Meta.Delete("_wp_trash_meta_time")
	d.order.Meta.Save(c.orderMetaCounter())
	d.store()
	return true
}

func (c *Clerk) deleteOrder(stored *Order) {
	id := stored.ID
	c.countSales(id, true)
	for _, refund := range c.refundsOf(id) {
		c.removeRefund(refund)
	}
	for {
		children := c.Orders.Group("parent", id)
		if len(children) == 0 {
			break
		}
		c.deleteOrder(children[0])
	}
	c.deleteItems(&stored.Document)
	for _, note := range c.notesOf(id) {
		c.Notes.Delete(note)
	}
	c.forgetFulfillments(id)
	c.Orders.Delete(stored)
	c.Fire("woocommerce_delete_order", id)
}

// releaseOrders makes the orders of a deleted user orders of a guest.
func (s *Store) releaseOrders(user, _ int64) {
	for _, order := range slices.Clone(s.Orders.Group("customer", user)) {
		s.Orders.Change(order, func(o *Order) {
			o.CustomerID = 0
			o.Modified = s.Now()
			o.revision++
		})
	}
}
