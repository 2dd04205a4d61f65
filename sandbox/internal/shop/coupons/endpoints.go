package coupons

import (
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// coupons is the controller of /coupons.
type coupons struct{ *Store }

func (c coupons) mayOne(action capability.Action, message string) rest.Permission {
	return func(r *rest.Request) error {
		record := capability.Record{Missing: true}
		if coupon, ok := c.Coupons.Get(r.Int("id")); ok {
			record = coupon.record(core.OwnedBy(r, coupon.Author))
		}
		return c.May(r, capability.Coupons, action, record, message)
	}
}

func errInvalidCoupon(status int) error {
	return rest.Errorf(status, "woocommerce_rest_shop_coupon_invalid_id", "Invalid ID.")
}

func (c coupons) get(r *rest.Request) (*rest.Response, error) {
	coupon, ok := c.Coupons.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidCoupon(404)
	}
	return c.answer(r, coupon), nil
}

func (c coupons) answer(r *rest.Request, coupon *Coupon) *rest.Response {
	return &rest.Response{Body: c.couponJSON(coupon), Links: couponLinks(r, coupon)}
}

func (c coupons) create(r *rest.Request) (*rest.Response, error) {
	if rest.Truthy(r.Param("id")) {
		return nil, rest.Errorf(400, "woocommerce_rest_shop_coupon_exists", "Cannot create existing shop_coupon.")
	}
	if strings.TrimSpace(r.Text("code")) == "" {
		return nil, rest.Errorf(400, "woocommerce_rest_empty_coupon_code", "The coupon code cannot be empty.")
	}
	coupon := &Coupon{Status: "publish", DiscountType: "fixed_cart", Amount: "0"}
	if err := c.setCouponProps(coupon, r); err != nil {
		return nil, err
	}
	c.clerk(r.Caller).insertCoupon(coupon)
	response := c.answer(r, coupon)
	response.Status = 201
	response.SetHeader("Location", r.RESTURL("/wc/v3/coupons/"+core.Itoa(coupon.ID)))
	return response, nil
}

func (s *Store) setCouponProps(coupon *Coupon, r *rest.Request) error {
	if v := r.Param("discount_type"); v != nil && s.Has(core.TypeBeforeAmount) {
		if err := setDiscountType(s, coupon, v); err != nil {
			return err
		}
	}
	if v := r.Param("status"); v != nil && s.Has(core.CouponStatus) {
		coupon.Status = rest.Text(v)
	}
	for _, prop := range couponProps {
		if v := r.Param(prop.name); v != nil {
			if err := prop.set(s, coupon, v); err != nil {
				return err
			}
		}
	}
	return s.setCouponMeta(coupon, r.Param("meta_data"))
}

func (c coupons) update(r *rest.Request) (*rest.Response, error) {
	stored, ok := c.Coupons.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidCoupon(400)
	}
	changed := *stored
	changed.Meta = append(core.MetaList(nil), stored.Meta...)
	if err := c.setCouponProps(&changed, r); err != nil {
		return nil, err
	}
	c.clerk(r.Caller).updateCoupon(stored, &changed)
	return c.answer(r, stored), nil
}

func (c coupons) remove(r *rest.Request) (*rest.Response, error) {
	coupon, ok := c.Coupons.Get(r.Int("id"))
	if !ok {
		return nil, errInvalidCoupon(404)
	}
	if c.mayOne(capability.Delete, core.CannotDelete)(r) != nil {
		return nil, r.Denied("woocommerce_rest_user_cannot_delete_shop_coupon",
			"Sorry, you are not allowed to delete shop_coupon.")
	}
	// The answer is the coupon as it was before.
	response := c.answer(r, coupon)
	clerk := c.clerk(r.Caller)
	if r.Bool("force") {
		c.Coupons.Delete(coupon)
		clerk.Fire("woocommerce_delete_coupon", coupon.ID)
		return response, nil
	}
	if coupon.Status == "trash" {
		return nil, rest.Errorf(410, "woocommerce_rest_already_trashed", "The shop_coupon has already been deleted.")
	}
	clerk.trashCoupon(coupon)
	return response, nil
}

func (c coupons) batch(r *rest.Request) (*rest.Response, error) {
	return rest.Batch(r, rest.BatchOperations{
		CreatePermission: c.MayAll(capability.Coupons, capability.Create, core.CannotCreate),
		UpdatePermission: c.mayOne(capability.Update, core.CannotEdit),
		DeletePermission: c.mayOne(capability.Delete, core.CannotDelete),
		Create:           c.create,
		Update:           c.update,
		Delete:           c.remove,
		CreateDefaults: rest.NewObject(
			"discount_type", "fixed_cart", "individual_use", false, "free_shipping", false, "exclude_sale_items",
			false),
	})
}

func (s *Store) couponJSON(c *Coupon) rest.Value {
	orNull := func(limit int64) rest.Value {
		if limit == 0 {
			return nil
		}
		return limit
	}
	visible := make(core.MetaList, 0, len(c.Meta))
	for _, m := range c.Meta {
		if !core.HiddenMeta(couponPostMeta, m.Key) {
			visible = append(visible, m)
		}
	}
	usedBy := make(rest.List, len(c.UsedBy))
	for i, by := range c.UsedBy {
		usedBy[i] = by
	}
	return rest.NewObject(
		"id", c.ID,
		"code", c.Code,
		// The amount has two decimals, whatever number of decimals the store shows.
		"amount", core.FixedAmount(c.AmountInForce(), 2),
		"status", c.Status,
		"date_created", s.LocalDate(c.Created),
		"date_created_gmt", core.GMTDate(c.Created),
		"date_modified", s.LocalDate(c.Modified),
		"date_modified_gmt", core.GMTDate(c.Modified),
		"discount_type", c.DiscountType,
		"description", c.Description,
		"date_expires", s.LocalDate(c.Expires),
		"date_expires_gmt", core.GMTDate(c.Expires),
		"usage_count", c.UsageCount,
		"individual_use", c.IndividualUse,
		"product_ids", core.IDsJSON(c.ProductIDs),
		"excluded_product_ids", core.IDsJSON(c.ExcludedProductIDs),
		"usage_limit", orNull(c.UsageLimit),
		"usage_limit_per_user", orNull(c.LimitPerUser),
		"limit_usage_to_x_items", orNull(c.LimitItems),
		"free_shipping", c.FreeShipping,
		"product_categories", c.Categories.JSON(),
		"excluded_product_categories", c.ExcludedCategories.JSON(),
		"exclude_sale_items", c.ExcludeSaleItems,
		"minimum_amount", core.FixedAmount(c.MinimumAmount, 2),
		"maximum_amount", core.FixedAmount(c.Maximum(), 2),
		"email_restrictions", c.Emails.JSON(),
		"used_by", usedBy,
		"meta_data", core.MetaJSON(visible),
	)
}

func couponLinks(r *rest.Request, c *Coupon) []rest.Link {
	return []rest.Link{
		{Rel: "self", Href: r.RESTURL("/wc/v3/coupons/" + core.Itoa(c.ID))},
		{Rel: "collection", Href: r.RESTURL("/wc/v3/coupons")},
	}
}
