package woo

// Coupons is the coupons of the store. While coupons are switched off in the store, every call is refused with 403, even to
// an administrator (docs/woocommerce/routing.md#coupons-disabled).
type Coupons struct {
	Collection[Coupon, CouponOptions]
	Trashing[Coupon, int64]
}

// Coupons gives access to coupons.
func (c *Client) Coupons() Coupons {
	collection := newCollection[Coupon, CouponOptions](c, "coupons")
	return Coupons{collection, Trashing[Coupon, int64]{collection.Listing.endpoint}}
}

// CouponOptions selects coupons.
type CouponOptions struct {
	ListOptions
	DateRange
	Code string `query:"code"`
}

// Coupon is one coupon. No limit is null.
type Coupon struct {
	Record
	ID                        int64     `json:"id"`
	Code                      string    `json:"code"`
	Amount                    Money     `json:"amount"` // an amount or, for percent, a percentage
	Status                    string    `json:"status"`
	DateCreated               LocalTime `json:"date_created"`
	DateCreatedGMT            GMTTime   `json:"date_created_gmt"`
	DateModified              LocalTime `json:"date_modified"`
	DateModifiedGMT           GMTTime   `json:"date_modified_gmt"`
	DiscountType              string    `json:"discount_type"` // percent, fixed_cart, fixed_product
	Description               string    `json:"description"`
	DateExpires               LocalTime `json:"date_expires"`
	DateExpiresGMT            GMTTime   `json:"date_expires_gmt"`
	UsageCount                Number    `json:"usage_count"`
	IndividualUse             bool      `json:"individual_use"`
	ProductIDs                []int64   `json:"product_ids"`
	ExcludedProductIDs        []int64   `json:"excluded_product_ids"`
	UsageLimit                Number    `json:"usage_limit"`
	UsageLimitPerUser         Number    `json:"usage_limit_per_user"`
	LimitUsageToXItems        Number    `json:"limit_usage_to_x_items"`
	FreeShipping              bool      `json:"free_shipping"`
	ProductCategories         []int64   `json:"product_categories"`
	ExcludedProductCategories []int64   `json:"excluded_product_categories"`
	ExcludeSaleItems          bool      `json:"exclude_sale_items"`
	MinimumAmount             Money     `json:"minimum_amount"`
	MaximumAmount             Money     `json:"maximum_amount"`
	EmailRestrictions         []string  `json:"email_restrictions"`
	UsedBy                    []string  `json:"used_by"` // user ids, and e-mail addresses of guests
	MetaData                  MetaList  `json:"meta_data"`
}

func (c *Coupon) UnmarshalJSON(b []byte) error { return readRecord(b, c) }
func (c Coupon) MarshalJSON() ([]byte, error)  { return writeRecord(&c) }
