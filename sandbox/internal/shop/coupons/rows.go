package coupons

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// couponRows is the number of meta data rows that every new coupon takes, for properties that may be empty (recordings:
// cpn-meta, whose own entry has the id 241).
const couponRows = 10

// optionalRows says which further properties have a row: those that are not empty.
func (c *Coupon) optionalRows() [7]bool {
	return [...]bool{
		len(c.ProductIDs) > 0, len(c.ExcludedProductIDs) > 0,
		len(c.Categories.Values) > 0, len(c.ExcludedCategories.Values) > 0,
		c.MinimumAmount != "", c.MaximumAmount != "", len(c.Emails.Values) > 0,
	}
}

// insertCoupon stores a new coupon. It is always published (recordings: cpn-status-draft).
func (c *Clerk) insertCoupon(coupon *Coupon) {
	coupon.ID = c.IDs.Post.Next()
	coupon.Author = c.UserID()
	coupon.Created = c.Now()
	coupon.Modified = coupon.Created
	coupon.firstCode = coupon.Code
	c.IDs.PostMeta += couponRows
	for _, row := range coupon.optionalRows() {
		if row {
			c.IDs.PostMeta.Next()
		}
	}
	coupon.Meta.Save(&c.IDs.PostMeta)
	c.Coupons.Insert(coupon)
	c.Fire("woocommerce_new_coupon", coupon.ID)
}

// updateCoupon stores what changed in a coupon. Only code and description move the modification date; everything else
// is meta data of the post (recordings: cpn-update).
func (c *Clerk) updateCoupon(stored, changed *Coupon) {
	changed.Meta.Save(&c.IDs.PostMeta)
	had := stored.optionalRows()
	for i, row := range changed.optionalRows() {
		if row && !had[i] {
			c.IDs.PostMeta.Next()
		}
	}
	if stored.Status == "trash" && changed.Status != "trash" {
		c.takeSlugBack(changed)
	}
	if changed.Code != stored.Code || changed.Description != stored.Description || changed.Status != stored.Status {
		changed.Modified = c.Now()
	}
	c.Coupons.Change(stored, func(coupon *Coupon) { *coupon = *changed })
	c.Fire("woocommerce_update_coupon", stored.ID)
}

// takeSlugBack is what WordPress does when an update of the status takes a post out of the trash. The post gets the
// slug back that it had before the trash. Once it is published, WordPress remembers the slug it had in the trash.
func (c *Clerk) takeSlugBack(coupon *Coupon) {
	const wished = "_wp_desired_post_slug"
	slug := coupon.Meta.Text(wished)
	if slug == "" {
		return
	}
	coupon.Meta.Delete(wished)
	coupon.Meta.Save(&c.IDs.PostMeta)
	if coupon.Status == "publish" {
		coupon.Meta = append(coupon.Meta, core.Meta{ID: c.IDs.PostMeta.Next(), Key: "_wp_old_slug", Value: slug +
			"__trashed"})
	}
}

// trashCoupon moves a coupon to the trash. Another coupon may then use its code (recordings: cpn-trash-reuse).
func (c *Clerk) trashCoupon(coupon *Coupon) {
	c.Coupons.Change(coupon, func(coupon *Coupon) {
		from := coupon.Status
		coupon.Status = "trash"
		coupon.Modified = c.Now()
		coupon.Meta = append(coupon.Meta,
			core.Meta{Key: "_wp_trash_meta_status", Value: from},
			core.Meta{Key: "_wp_trash_meta_time", Value: c.Now().Unix()})
		if slug := coupon.slug(); slug != "" {
			// WordPress frees the slug and remembers it (webhooks.jsonl 67).
			coupon.Meta = append(coupon.Meta, core.Meta{Key: "_wp_desired_post_slug", Value: slug})
		}
		coupon.Meta.Save(&c.IDs.PostMeta)
	})
	c.Fire("wp_trash_post", coupon.ID)
	c.Fire("woocommerce_trash_coupon", coupon.ID)
}

// record are the facts that permissions look at in a coupon.
func (c *Coupon) record(own bool) capability.Record {
	return capability.Record{Own: own, Status: c.Status, TrashedFrom: c.Meta.Text("_wp_trash_meta_status")}
}
