package woo

import (
	"context"
	"iter"
)

// OrderRefunds is the refunds of one order. A refund cannot be changed. Failures arrive with HTTP status 500 and the
// real status inside; see Error.EffectiveStatus.
type OrderRefunds struct{ resource[Refund] }

// OrderRefunds gives access to the refunds of an order. It sends no request.
func (c *Client) OrderRefunds(order int64) OrderRefunds {
	return OrderRefunds{resourceAt[Refund](c, RouteOrderRefunds, order)}
}

// List reads one page of refunds of the order. Next to an error with KindStrayOutput the page is returned too.
func (r OrderRefunds) List(ctx context.Context, opts RefundOptions) (*Page[Refund], error) {
	return r.list(ctx, opts)
}

// Pages reads page after page of refunds of the order, beginning with the page that opts names. A page holds 100 unless
// opts says otherwise. The first error ends the walk.
func (r OrderRefunds) Pages(ctx context.Context, opts RefundOptions) iter.Seq2[*Page[Refund], error] {
	return r.pages(ctx, opts)
}

// All reads all refunds of the order that opts selects, page after page. The first error ends the walk.
func (r OrderRefunds) All(ctx context.Context, opts RefundOptions) iter.Seq2[Refund, error] {
	return r.all(ctx, opts)
}

// Count asks how many refunds of the order opts selects, with one request for one id. The error is ErrNoTotal when the
// store gives no number.
func (r OrderRefunds) Count(ctx context.Context, opts RefundOptions) (int, error) {
	return r.count(ctx, opts)
}

// Get reads one refund.
func (r OrderRefunds) Get(ctx context.Context, id int64) (*Refund, error) {
	return r.get(ctx, itoa(id))
}

// Create makes a refund of the fields that are set, and returns it as the store made it. The request is never repeated.
func (r OrderRefunds) Create(ctx context.Context, refund Refund) (*Refund, error) {
	return r.create(ctx, refund)
}

// Delete removes the refund for good and returns it as it was.
func (r OrderRefunds) Delete(ctx context.Context, id int64) (*Refund, error) {
	return r.remove(ctx, itoa(id), true)
}

// Refunds lists the refunds of all orders. Since WooCommerce 9.0.
type Refunds struct{ resource[Refund] }

// Refunds gives access to the refunds of all orders. It sends no request.
func (c *Client) Refunds() Refunds { return Refunds{resourceAt[Refund](c, RouteRefunds, 0)} }

// List reads one page of refunds. Next to an error with KindStrayOutput the page is returned too.
func (r Refunds) List(ctx context.Context, opts RefundOptions) (*Page[Refund], error) {
	return r.list(ctx, opts)
}

// Pages reads page after page of refunds, beginning with the page that opts names. A page holds 100 unless opts says
// otherwise. The first error ends the walk.
func (r Refunds) Pages(ctx context.Context, opts RefundOptions) iter.Seq2[*Page[Refund], error] {
	return r.pages(ctx, opts)
}

// All reads all refunds that opts selects, page after page. The first error ends the walk.
func (r Refunds) All(ctx context.Context, opts RefundOptions) iter.Seq2[Refund, error] {
	return r.all(ctx, opts)
}

// Count asks how many refunds opts selects, with one request for one id. The error is ErrNoTotal when the store gives
// no number.
func (r Refunds) Count(ctx context.Context, opts RefundOptions) (int, error) {
	return r.count(ctx, opts)
}

// RefundOptions selects refunds.
type RefundOptions struct {
	ListOptions
	DateRange
	Parent        []int64 `query:"parent"` // orders
	ParentExclude []int64 `query:"parent_exclude"`
	Decimals      *int    `query:"dp"`
}

// Refund is money given back for an order.
type Refund struct {
	Record
	ID              int64          `json:"id"`
	ParentID        int64          `json:"parent_id"` // the order; only in Client.Refunds
	DateCreated     LocalTime      `json:"date_created"`
	DateCreatedGMT  GMTTime        `json:"date_created_gmt"`
	Amount          Money          `json:"amount"` // positive
	Reason          string         `json:"reason"`
	RefundedBy      int64          `json:"refunded_by"`
	RefundedPayment bool           `json:"refunded_payment"`
	MetaData        MetaList       `json:"meta_data"`
	LineItems       []LineItem     `json:"line_items"`
	TaxLines        []TaxLine      `json:"tax_lines"`
	ShippingLines   []ShippingLine `json:"shipping_lines"`
	FeeLines        []FeeLine      `json:"fee_lines"`

	// APIRefund and APIRestock are only sent. The store takes each for true when it is missing. With APIRefund true the
	// store asks the payment gateway to send the money, and fails if the gateway cannot.
	APIRefund  *bool `json:"api_refund"`
	APIRestock *bool `json:"api_restock"`
}

func (r *Refund) UnmarshalJSON(b []byte) error { return readRecord(b, r) }
func (r Refund) MarshalJSON() ([]byte, error)  { return writeRecord(&r) }
