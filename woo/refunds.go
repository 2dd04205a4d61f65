package woo

// OrderRefunds is the refunds of one order. A refund cannot be changed. Failures arrive with HTTP status 500 and the real
// status inside; see Error.EffectiveStatus.
type OrderRefunds struct {
	Listing[Refund, RefundOptions]
	Reading[Refund, int64]
	Creating[Refund]
	Deleting[Refund, int64]
}

// OrderRefunds gives access to the refunds of an order.
func (c *Client) OrderRefunds(order int64) OrderRefunds {
	e := endpoint{c, "orders/" + itoa(order) + "/refunds"}
	return OrderRefunds{
		Listing[Refund, RefundOptions]{e}, Reading[Refund, int64]{e}, Creating[Refund]{e}, Deleting[Refund, int64]{e},
	}
}

// Refunds lists the refunds of all orders. Since WooCommerce 9.0.
func (c *Client) Refunds() Listing[Refund, RefundOptions] {
	return Listing[Refund, RefundOptions]{endpoint{c, "refunds"}}
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

	// APIRefund and APIRestock are only sent. The store takes both for true when they are not: it then asks the payment
	// gateway to send the money, and fails if the gateway cannot.
	APIRefund  *bool `json:"api_refund"`
	APIRestock *bool `json:"api_restock"`
}

func (r *Refund) UnmarshalJSON(b []byte) error { return readRecord(b, r) }
func (r Refund) MarshalJSON() ([]byte, error)  { return writeRecord(&r) }
