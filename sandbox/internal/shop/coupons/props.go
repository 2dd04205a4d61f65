package coupons

import (
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// couponProp is a property of coupons that requests may set.
type couponProp struct {
	name string
	set  func(*Store, *Coupon, rest.Value) error
}

// couponProps are the writable properties in the order of the schema. That order decides which of two contradicting
// values is refused. Before 10.2 an amount is judged by the type that the coupon had before; a maximum is judged by the
// new minimum (recordings: cpn-percent-101, cpn-min-max). "date_expires_gmt" is accepted without effect, and so is
// "status" before 10.4.
var couponProps = []couponProp{
	{"code", (*Store).setCouponCode},
	{"amount", (*Store).setCouponAmount},
	{"discount_type", setDiscountType},
	{"description", func(_ *Store, c *Coupon, v rest.Value) error {
		c.Description = wptext.KsesPost(rest.Text(v))
		return nil
	}},
	{"date_expires", func(s *Store, c *Coupon, v rest.Value) error {
		c.Expires = s.expiry(v)
		return nil
	}},
	{"individual_use", flagProp(func(c *Coupon) *bool { return &c.IndividualUse })},
	{"product_ids", idsProp(func(c *Coupon) *[]int64 { return &c.ProductIDs })},
	{"excluded_product_ids", idsProp(func(c *Coupon) *[]int64 { return &c.ExcludedProductIDs })},
	{"usage_limit", limitProp(func(c *Coupon) *int64 { return &c.UsageLimit })},
	{"usage_limit_per_user", limitProp(func(c *Coupon) *int64 { return &c.LimitPerUser })},
	{"limit_usage_to_x_items", limitProp(func(c *Coupon) *int64 { return &c.LimitItems })},
	{"free_shipping", flagProp(func(c *Coupon) *bool { return &c.FreeShipping })},
	{"product_categories", categoriesProp(func(c *Coupon) *core.Sparse[int64] { return &c.Categories })},
	{"excluded_product_categories",
		categoriesProp(func(c *Coupon) *core.Sparse[int64] { return &c.ExcludedCategories })},
	{"exclude_sale_items", flagProp(func(c *Coupon) *bool { return &c.ExcludeSaleItems })},
	{"minimum_amount", func(s *Store, c *Coupon, v rest.Value) error {
		c.MinimumAmount = s.Amount(v)
		return nil
	}},
	{"maximum_amount", (*Store).setCouponMaximum},
	{"email_restrictions", setCouponEmails},
}

func couponRefused(code, message string) error { return rest.Errorf(400, code, "%s", message) }

func (s *Store) setCouponCode(c *Coupon, v rest.Value) error {
	code := CouponCode(rest.Text(v))
	if _, taken := s.couponByCodeBut(code, c.ID); taken {
		return couponRefused("woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
	}
	c.Code = code
	return nil
}

func (s *Store) setCouponAmount(c *Coupon, v rest.Value) error {
	amount := s.Amount(v)
	if !rest.IsNumeric(amount) {
		amount = "0"
	}
	if n := core.Number(amount); n < 0 || c.DiscountType == "percent" && n > 100 {
		return couponRefused("coupon_invalid_amount", "Invalid discount amount.")
	}
	c.Amount = amount
	return nil
}

func setDiscountType(_ *Store, c *Coupon, v rest.Value) error {
	discountType := rest.Text(v)
	if discountType == "percent_product" {
		discountType = "percent"
	}
	if !slices.Contains([]string{"percent", "fixed_cart", "fixed_product"}, discountType) {
		return couponRefused("coupon_invalid_discount_type", "Invalid discount type.")
	}
	c.DiscountType = discountType
	return nil
}

// expiry reads a date of expiry. A text that is no date counts as the beginning of 1970, which in UTC means none.
func (s *Store) expiry(v rest.Value) time.Time {
	if !rest.Truthy(v) {
		return time.Time{}
	}
	if rest.IsNumeric(v) {
		return time.Unix(rest.Int(v), 0).UTC()
	}
	at, ok := s.ParseMoment(rest.Text(v))
	if !ok {
		at, _ = s.ParseMoment("1970-01-01T00:00:00")
	}
	if at.Unix() == 0 {
		return time.Time{}
	}
	return at
}

// setCouponMaximum compares as PHP does: as numbers if both are numbers, else as text.
func (s *Store) setCouponMaximum(c *Coupon, v rest.Value) error {
	maximum := rest.Text(v)
	below := c.MinimumAmount > maximum
	if rest.IsNumeric(c.MinimumAmount) && rest.IsNumeric(maximum) {
		below = core.Number(c.MinimumAmount) > core.Number(maximum)
	}
	if rest.Truthy(v) && below {
		return couponRefused("coupon_invalid_maximum_amount", "Invalid maximum spend value.")
	}
	c.MaximumAmount = s.Amount(v)
	return nil
}

// setCouponEmails drops elements that are neither an address nor a pattern of addresses (recordings: cpn-email-bad).
func setCouponEmails(_ *Store, c *Coupon, v rest.Value) error {
	list := rest.Elements(v)
	if !rest.IsArray(v) {
		list = rest.List{v}
	}
	emails := core.Sift(list, func(v rest.Value) (string, bool) {
		email := wptext.SanitizeEmail(strings.ToLower(rest.Text(v)))
		return email, email != ""
	})
	for _, email := range emails.Values {
		if !wptext.IsEmail(email) {
			return couponRefused("coupon_invalid_email_address", "Invalid email address restriction.")
		}
	}
	c.Emails = emails
	return nil
}

func flagProp(field func(*Coupon) *bool) func(*Store, *Coupon, rest.Value) error {
	return func(_ *Store, c *Coupon, v rest.Value) error {
		*field(c) = rest.Truthy(v)
		return nil
	}
}

func limitProp(field func(*Coupon) *int64) func(*Store, *Coupon, rest.Value) error {
	return func(_ *Store, c *Coupon, v rest.Value) error {
		*field(c) = core.AbsInt(v)
		return nil
	}
}

// idList is wp_parse_id_list without zeros.
func idList(v rest.Value) core.Sparse[int64] {
	list := rest.Elements(v)
	if !rest.IsArray(v) {
		list = nil
		for _, name := range core.ListOfNames(v) {
			list = append(list, name)
		}
	}
	seen := map[int64]bool{}
	return core.Sift(list, func(v rest.Value) (int64, bool) {
		id := core.AbsInt(v)
		if id == 0 || seen[id] {
			return 0, false
		}
		seen[id] = true
		return id, true
	})
}

// idsProp sets a list that is stored as text. Storing it closes gaps.
func idsProp(field func(*Coupon) *[]int64) func(*Store, *Coupon, rest.Value) error {
	return func(_ *Store, c *Coupon, v rest.Value) error {
		*field(c) = idList(v).Values
		return nil
	}
}

func categoriesProp(field func(*Coupon) *core.Sparse[int64]) func(*Store, *Coupon, rest.Value) error {
	return func(_ *Store, c *Coupon, v rest.Value) error {
		*field(c) = idList(v)
		return nil
	}
}

// setCouponMeta changes meta data. A key that names a property sets the property.
func (s *Store) setCouponMeta(c *Coupon, v rest.Value) error {
	if !rest.IsArray(v) {
		return nil
	}
	for _, element := range rest.Elements(v) {
		entry := rest.AsObject(element)
		if entry == nil {
			return core.ErrFatal
		}
		key, value := rest.Text(entry.Value("key")), entry.Value("value")
		if couponPostMeta[key] {
			if set := couponSetter(strings.TrimLeft(key, "_")); set != nil {
				if err := set(s, c, value); err != nil {
					return err
				}
				continue
			}
		}
		c.Meta.Update(key, value, entry.Value("id"))
	}
	return nil
}

// couponSetter is the setter that WooCommerce calls for a meta key in the form of a property.
func couponSetter(name string) func(*Store, *Coupon, rest.Value) error {
	switch name {
	case "usage_count":
		return limitProp(func(c *Coupon) *int64 { return &c.UsageCount })
	case "used_by":
		// This changes WooCommerce's object only: users are stored when they use a coupon.
		return func(*Store, *Coupon, rest.Value) error { return nil }
	}
	for _, prop := range couponProps {
		if prop.name == name {
			return prop.set
		}
	}
	return nil
}

// couponPostMeta are the keys under which the post of a coupon keeps its properties.
var couponPostMeta = core.KeySet(`
	discount_type coupon_amount expiry_date date_expires usage_count individual_use product_ids exclude_product_ids
	usage_limit usage_limit_per_user limit_usage_to_x_items free_shipping product_categories exclude_product_categories
	exclude_sale_items minimum_amount maximum_amount customer_email _used_by _edit_lock _edit_last`)
