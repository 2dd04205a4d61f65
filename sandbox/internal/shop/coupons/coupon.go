package coupons

import (
	"html"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// slug is the name of the coupon's post.
func (c *Coupon) slug() string {
	if c.firstCode != "" {
		return wptext.SanitizeTitle(c.firstCode)
	}
	return wptext.SanitizeTitle(c.Code)
}

func newCouponTable() *core.Table[*Coupon] {
	return core.NewTable[*Coupon]().
		OrderedBy("created", func(c *Coupon) (int64, bool) { return c.Created.Unix(), true }).
		OrderedBy("modified", func(c *Coupon) (int64, bool) { return c.Modified.Unix(), true }).
		NamedBy("code", func(c *Coupon) (string, bool) { return core.CollationKey(c.Code), c.Status == "publish" })
}

// CouponCode is wc_format_coupon_code: no markup, no blanks around, lower case.
func CouponCode(text string) string {
	text = wptext.StripTags(html.UnescapeString(text))
	return strings.ToLower(strings.TrimSpace(wptext.NormalizeEntities(text)))
}

// CouponByCode finds the published coupon with a code. Of several it is the youngest.
func (s *Store) CouponByCode(code string) (*Coupon, bool) { return s.couponByCodeBut(code, 0) }

// couponByCodeBut finds a coupon with a code, other than the coupon with the id not.
func (s *Store) couponByCodeBut(code string, not int64) (*Coupon, bool) {
	code = CouponCode(code)
	if code == "" {
		return nil, false
	}
	named := s.Coupons.Named("code", core.CollationKey(code))
	for i := len(named) - 1; i >= 0; i-- {
		if named[i].ID != not {
			return named[i], true
		}
	}
	return nil, false
}

// AmountInForce is the discount as it is read. A percentage beyond 100 can be stored by setting the amount before the
// type, but it reads as 0 (recordings: cpn-percent-101).
func (c *Coupon) AmountInForce() string {
	if c.DiscountType == "percent" && core.Number(c.Amount) > 100 {
		return "0"
	}
	return c.Amount
}

// Maximum is the highest subtotal in force. A maximum below the minimum can be stored by raising the minimum, but it
// reads as none.
func (c *Coupon) Maximum() string {
	if c.MaximumAmount != "" && core.Number(c.MinimumAmount) > core.Number(c.MaximumAmount) {
		return ""
	}
	return c.MaximumAmount
}

// ForCart says whether the coupon is for the order as a whole.
func (c *Coupon) ForCart() bool { return c.DiscountType == "fixed_cart" }

// Info is what an order keeps of a coupon: id, code, type unless it is fixed_cart, amount, and whether shipping is free
// (recordings: coup-percent, coup-free-shipping).
func (c *Coupon) Info() string {
	var discountType rest.Value
	if c.DiscountType != "fixed_cart" {
		discountType = c.DiscountType
	}
	list := rest.List{c.ID, c.Code, discountType, core.Number(c.AmountInForce())}
	if c.FreeShipping {
		list = append(list, true)
	}
	return string(rest.AppendJSON(nil, list))
}

// CouponData is what an order kept of a coupon before WooCommerce 8.7: all properties (measured on 8.4.0).
func (s *Store) CouponData(c *Coupon) rest.Value {
	var limitItems rest.Value
	if c.LimitItems != 0 {
		limitItems = c.LimitItems
	}
	return rest.NewObject(
		"id", c.ID, "code", c.Code, "amount", c.Amount, "status", c.Status,
		"date_created", s.UnformattedDate(c.Created), "date_modified", s.UnformattedDate(c.Modified),
		"date_expires", s.UnformattedDate(c.Expires),
		"discount_type", c.DiscountType, "description", c.Description, "usage_count", c.UsageCount,
		"individual_use", c.IndividualUse, "product_ids", core.IDsJSON(c.ProductIDs), "excluded_product_ids",
		core.IDsJSON(c.ExcludedProductIDs),
		"usage_limit", c.UsageLimit, "usage_limit_per_user", c.LimitPerUser, "limit_usage_to_x_items", limitItems,
		"free_shipping", c.FreeShipping, "product_categories", c.Categories.JSON(), "excluded_product_categories",
		c.ExcludedCategories.JSON(),
		"exclude_sale_items", c.ExcludeSaleItems, "minimum_amount", c.MinimumAmount, "maximum_amount", c.MaximumAmount,
		"email_restrictions", c.Emails.JSON(), "virtual", false, "meta_data", core.MetaJSON(c.Meta),
	)
}

// CountUse adds one use by a user or e-mail address.
func (c *Clerk) CountUse(coupon *Coupon, usedBy string) {
	c.Coupons.Change(coupon, func(coupon *Coupon) {
		coupon.UsageCount++
		if usedBy != "" && usedBy != "0" {
			coupon.UsedBy = append(coupon.UsedBy, strings.ToLower(usedBy))
			c.IDs.PostMeta.Next()
		}
	})
}

// UncountUse takes one use back.
func (c *Clerk) UncountUse(coupon *Coupon, usedBy string) {
	if coupon.UsageCount <= 0 {
		return
	}
	c.Coupons.Change(coupon, func(coupon *Coupon) {
		coupon.UsageCount--
		if usedBy == "" || usedBy == "0" {
			return
		}
		for i, by := range coupon.UsedBy {
			if strings.EqualFold(by, usedBy) {
				coupon.UsedBy = append(coupon.UsedBy[:i:i], coupon.UsedBy[i+1:]...)
				return
			}
		}
	})
}

// UsesBy counts the uses of a user or e-mail address.
func (c *Coupon) UsesBy(who string) int64 {
	uses := int64(0)
	for _, by := range c.UsedBy {
		if strings.EqualFold(by, who) {
			uses++
		}
	}
	return uses
}
