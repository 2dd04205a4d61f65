package shop

import (
	"github.com/waybillhq/waybill/capability"
)

// couponRows are the rows of meta data that every coupon takes when it is
// made: its properties that may be empty (recordings: cpn-meta, whose own
// entry is number 241).
const couponRows = 10

// optionalRows says which further properties have a row: those that are not
// empty.
func (c *Coupon) optionalRows() [7]bool {
	return [...]bool{
		len(c.ProductIDs) > 0, len(c.ExcludedProductIDs) > 0,
		len(c.Categories.values) > 0, len(c.ExcludedCategories.values) > 0,
		c.MinimumAmount != "", c.MaximumAmount != "", len(c.Emails.values) > 0,
	}
}

// insertCoupon stores a new coupon. It is always published (recordings:
// cpn-status-draft).
func (c *clerk) insertCoupon(coupon *Coupon) {
	coupon.ID = c.ids.Post.next()
	coupon.Author = c.userID()
	coupon.Created = c.Now()
	coupon.Modified = coupon.Created
	coupon.firstCode = coupon.Code
	c.ids.PostMeta += couponRows
	for _, row := range coupon.optionalRows() {
		if row {
			c.ids.PostMeta.next()
		}
	}
	coupon.Meta.save(&c.ids.PostMeta)
	c.Coupons.Insert(coupon)
	c.fire("woocommerce_new_coupon", coupon.ID)
}

// updateCoupon stores what changed in a coupon. Only code and description
// count as a modification: everything else is meta data of the post
// (recordings: cpn-update).
func (c *clerk) updateCoupon(stored, changed *Coupon) {
	changed.Meta.save(&c.ids.PostMeta)
	had := stored.optionalRows()
	for i, row := range changed.optionalRows() {
		if row && !had[i] {
			c.ids.PostMeta.next()
		}
	}
	if stored.Status == "trash" && changed.Status != "trash" {
		c.takeSlugBack(changed)
	}
	if changed.Code != stored.Code || changed.Description != stored.Description || changed.Status != stored.Status {
		changed.Modified = c.Now()
	}
	c.Coupons.Change(stored, func(coupon *Coupon) { *coupon = *changed })
	c.fire("woocommerce_update_coupon", stored.ID)
}

// takeSlugBack is what WordPress does when a post leaves the trash by an update
// of its status: it has the slug it wished for, and remembers the one it had
// once it is published.
func (c *clerk) takeSlugBack(coupon *Coupon) {
	const wished = "_wp_desired_post_slug"
	slug := coupon.Meta.text(wished)
	if slug == "" {
		return
	}
	coupon.Meta.delete(wished)
	coupon.Meta.save(&c.ids.PostMeta)
	if coupon.Status == "publish" {
		coupon.Meta = append(coupon.Meta, Meta{ID: c.ids.PostMeta.next(), Key: "_wp_old_slug", Value: slug + "__trashed"})
	}
}

// trashCoupon moves a coupon to the trash, where its code is free again
// (recordings: cpn-trash-reuse).
func (c *clerk) trashCoupon(coupon *Coupon) {
	c.Coupons.Change(coupon, func(coupon *Coupon) {
		from := coupon.Status
		coupon.Status = "trash"
		coupon.Modified = c.Now()
		coupon.Meta = append(coupon.Meta,
			Meta{Key: "_wp_trash_meta_status", Value: from},
			Meta{Key: "_wp_trash_meta_time", Value: c.Now().Unix()})
		if slug := coupon.slug(); slug != "" {
			// WordPress frees the slug and remembers it (webhooks.jsonl 67).
			coupon.Meta = append(coupon.Meta, Meta{Key: "_wp_desired_post_slug", Value: slug})
		}
		coupon.Meta.save(&c.ids.PostMeta)
	})
	c.fire("wp_trash_post", coupon.ID)
	c.fire("woocommerce_trash_coupon", coupon.ID)
}

// record is what permissions look at in a coupon.
func (c *Coupon) record(own bool) capability.Record {
	return capability.Record{Own: own, Status: c.Status, TrashedFrom: c.Meta.text("_wp_trash_meta_status")}
}
