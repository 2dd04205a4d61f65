package woo

import (
	"context"
	"encoding/json"
	"iter"
)

// Coupons is the service for the coupons of the store. While coupons are switched off in the store, every call is
// refused with 403, even to an administrator (docs/woocommerce/routing.md#coupons-disabled).
type Coupons struct{ resource[Coupon] }

// Coupons gives access to coupons. It sends no request.
func (c *Client) Coupons() Coupons { return Coupons{resourceAt[Coupon](c, RouteCoupons, 0)} }

// List reads one page of coupons. Next to an error with KindStrayOutput the page is returned too.
func (r Coupons) List(ctx context.Context, opts CouponOptions) (*Page[Coupon], error) {
	return r.list(ctx, opts)
}

// Pages reads page after page of coupons, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (r Coupons) Pages(ctx context.Context, opts CouponOptions) iter.Seq2[*Page[Coupon], error] {
	return r.pages(ctx, opts)
}

// All reads all coupons that opts selects, page after page. The first error ends the walk.
func (r Coupons) All(ctx context.Context, opts CouponOptions) iter.Seq2[Coupon, error] {
	return r.all(ctx, opts)
}

// Count asks how many coupons opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (r Coupons) Count(ctx context.Context, opts CouponOptions) (int, error) {
	return r.count(ctx, opts)
}

// Get reads one coupon.
func (r Coupons) Get(ctx context.Context, id int64) (*Coupon, error) { return r.get(ctx, itoa(id)) }

// Create makes a coupon of the fields that are set, and returns it as the store made it. The request is never repeated.
func (r Coupons) Create(ctx context.Context, coupon Coupon) (*Coupon, error) {
	return r.create(ctx, coupon)
}

// Update sends the fields of change that are set. For a coupon that was read use Change: the whole coupon sent back
// would overwrite what others changed meanwhile.
func (r Coupons) Update(ctx context.Context, id int64, change Coupon) (*Coupon, error) {
	return r.update(ctx, itoa(id), change)
}

// Change sends only what edit changes in a copy of from, the coupon as it was read. When edit changes nothing, nothing
// is sent and from is returned.
func (r Coupons) Change(ctx context.Context, id int64, from *Coupon, edit func(*Coupon)) (*Coupon, error) {
	return r.change(ctx, itoa(id), from, edit)
}

// UpdateRaw is Update with a JSON object that is sent as it stands.
func (r Coupons) UpdateRaw(ctx context.Context, id int64, body json.RawMessage) (*Coupon, error) {
	return r.updateRaw(ctx, itoa(id), body)
}

// Trash moves the coupon to the trash. Setting the status restores the coupon. The coupon returned has its former
// status.
func (r Coupons) Trash(ctx context.Context, id int64) (*Coupon, error) {
	return r.remove(ctx, itoa(id), false)
}

// Delete removes the coupon for good and returns it as it was.
func (r Coupons) Delete(ctx context.Context, id int64) (*Coupon, error) {
	return r.remove(ctx, itoa(id), true)
}

// Batch sends up to MaxBatch writes of coupons in one request. The error is about the request as a whole. The BatchItem
// of a write that failed holds the error of that write. When the answer is lost, a part of the batch may have been
// executed: look at each coupon.
func (r Coupons) Batch(ctx context.Context, batch Batch[Coupon]) (*BatchResult[Coupon], error) {
	return r.batch(ctx, batch)
}

// CouponOptions selects coupons.
type CouponOptions struct {
	ListOptions
	DateRange
	Code string `query:"code"`
}

// Coupon is one coupon. A limit that is not set is null.
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
