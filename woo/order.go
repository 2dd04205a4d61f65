package woo

// Order is one order. Amounts include or exclude tax as PricesIncludeTax says; see WooCommerce's documentation of
// orders for the meaning of each field.
type Order struct {
	Record
	ID                 int64          `json:"id"`
	ParentID           int64          `json:"parent_id"`
	Number             string         `json:"number"`
	OrderKey           string         `json:"order_key"`
	CreatedVia         string         `json:"created_via"`
	Version            string         `json:"version"`
	Status             string         `json:"status"` // without "wc-"
	Currency           string         `json:"currency"`
	CurrencySymbol     string         `json:"currency_symbol"`
	DateCreated        LocalTime      `json:"date_created"`
	DateCreatedGMT     GMTTime        `json:"date_created_gmt"`
	DateModified       LocalTime      `json:"date_modified"`
	DateModifiedGMT    GMTTime        `json:"date_modified_gmt"`
	DatePaid           LocalTime      `json:"date_paid"`
	DatePaidGMT        GMTTime        `json:"date_paid_gmt"`
	DateCompleted      LocalTime      `json:"date_completed"`
	DateCompletedGMT   GMTTime        `json:"date_completed_gmt"`
	DiscountTotal      Money          `json:"discount_total"`
	DiscountTax        Money          `json:"discount_tax"`
	ShippingTotal      Money          `json:"shipping_total"`
	ShippingTax        Money          `json:"shipping_tax"`
	CartTax            Money          `json:"cart_tax"`
	Total              Money          `json:"total"`
	TotalTax           Money          `json:"total_tax"`
	PricesIncludeTax   bool           `json:"prices_include_tax"`
	CustomerID         int64          `json:"customer_id"` // 0: guest
	CustomerIPAddress  string         `json:"customer_ip_address"`
	CustomerUserAgent  string         `json:"customer_user_agent"`
	CustomerNote       string         `json:"customer_note"`
	Billing            Address        `json:"billing"`
	Shipping           Address        `json:"shipping"`
	PaymentMethod      string         `json:"payment_method"`
	PaymentMethodTitle string         `json:"payment_method_title"`
	TransactionID      string         `json:"transaction_id"`
	CartHash           string         `json:"cart_hash"`
	MetaData           MetaList       `json:"meta_data"`
	LineItems          []LineItem     `json:"line_items"`
	TaxLines           []TaxLine      `json:"tax_lines"`
	ShippingLines      []ShippingLine `json:"shipping_lines"`
	FeeLines           []FeeLine      `json:"fee_lines"`
	CouponLines        []CouponLine   `json:"coupon_lines"`
	Refunds            []RefundRef    `json:"refunds"`
	PaymentURL         string         `json:"payment_url"`
	IsEditable         bool           `json:"is_editable"`
	NeedsPayment       bool           `json:"needs_payment"`
	NeedsProcessing    bool           `json:"needs_processing"`
	SetPaid            bool           `json:"set_paid"`      // only sent: marks the order paid and reduces stock
	ManualUpdate       bool           `json:"manual_update"` // only sent: the status note names the user
}

func (o *Order) UnmarshalJSON(b []byte) error { return readRecord(b, o) }
func (o Order) MarshalJSON() ([]byte, error)  { return writeRecord(&o) }

// Address is a billing or shipping address. Shipping has no e-mail.
type Address struct {
	Record
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Company   string `json:"company"`
	Address1  string `json:"address_1"`
	Address2  string `json:"address_2"`
	City      string `json:"city"`
	State     string `json:"state"`    // code, or free text where the country has no states
	Postcode  string `json:"postcode"` // text: leading zeros matter
	Country   string `json:"country"`  // ISO 3166-1 alpha-2
	Email     string `json:"email"`
	Phone     string `json:"phone"`
}

func (a *Address) UnmarshalJSON(b []byte) error { return readRecord(b, a) }
func (a Address) MarshalJSON() ([]byte, error)  { return writeRecord(&a) }

// LineItem is a product in an order. In a refund quantity and amounts are negative.
type LineItem struct {
	Record
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	ParentName  string    `json:"parent_name"` // of a variation's product; null otherwise
	ProductID   int64     `json:"product_id"`
	VariationID int64     `json:"variation_id"`
	Quantity    Number    `json:"quantity"`
	TaxClass    string    `json:"tax_class"`
	Subtotal    Money     `json:"subtotal"` // before discounts
	SubtotalTax Money     `json:"subtotal_tax"`
	Total       Money     `json:"total"` // after discounts
	TotalTax    Money     `json:"total_tax"`
	Taxes       []LineTax `json:"taxes"`
	MetaData    MetaList  `json:"meta_data"`
	SKU         string    `json:"sku"`
	Price       Money     `json:"price"` // computed: total divided by quantity, a JSON number
	Image       *ImageRef `json:"image"`
	RefundTotal Number    `json:"refund_total"`
}

func (l *LineItem) UnmarshalJSON(b []byte) error { return readRecord(b, l) }
func (l LineItem) MarshalJSON() ([]byte, error)  { return writeRecord(&l) }

// LineTax is the share of one tax rate in a line.
type LineTax struct {
	Record
	ID          int64  `json:"id"` // of the tax rate
	Total       Money  `json:"total"`
	Subtotal    Money  `json:"subtotal"`
	RefundTotal Number `json:"refund_total"`
}

func (t *LineTax) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t LineTax) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// ImageRef is the picture of a line item. A line without one has empty strings here.
type ImageRef struct {
	Record
	ID  int64  `json:"id"`
	Src string `json:"src"`
}

func (i *ImageRef) UnmarshalJSON(b []byte) error { return readRecord(b, i) }
func (i ImageRef) MarshalJSON() ([]byte, error)  { return writeRecord(&i) }

// TaxLine is the sum of one tax rate over an order.
type TaxLine struct {
	Record
	ID               int64    `json:"id"`
	RateCode         string   `json:"rate_code"`
	RateID           int64    `json:"rate_id"`
	Label            string   `json:"label"`
	Compound         bool     `json:"compound"`
	TaxTotal         Money    `json:"tax_total"`
	ShippingTaxTotal Money    `json:"shipping_tax_total"`
	RatePercent      Number   `json:"rate_percent"`
	MetaData         MetaList `json:"meta_data"`
}

func (t *TaxLine) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TaxLine) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// ShippingLine is one way of shipping in an order.
type ShippingLine struct {
	Record
	ID          int64     `json:"id"`
	MethodTitle string    `json:"method_title"`
	MethodID    string    `json:"method_id"`
	InstanceID  string    `json:"instance_id"`
	Total       Money     `json:"total"`
	TotalTax    Money     `json:"total_tax"`
	TaxStatus   string    `json:"tax_status"`
	Taxes       []LineTax `json:"taxes"`
	MetaData    MetaList  `json:"meta_data"`
}

func (l *ShippingLine) UnmarshalJSON(b []byte) error { return readRecord(b, l) }
func (l ShippingLine) MarshalJSON() ([]byte, error)  { return writeRecord(&l) }

// FeeLine is a surcharge, or a discount when it is negative.
type FeeLine struct {
	Record
	ID        int64     `json:"id"`
	Name      string    `json:"name"`
	TaxClass  string    `json:"tax_class"`
	TaxStatus string    `json:"tax_status"`
	Amount    Money     `json:"amount"`
	Total     Money     `json:"total"`
	TotalTax  Money     `json:"total_tax"`
	Taxes     []LineTax `json:"taxes"`
	MetaData  MetaList  `json:"meta_data"`
}

func (l *FeeLine) UnmarshalJSON(b []byte) error { return readRecord(b, l) }
func (l FeeLine) MarshalJSON() ([]byte, error)  { return writeRecord(&l) }

// CouponLine is a coupon used in an order. Only Code is sent.
type CouponLine struct {
	Record
	ID            int64    `json:"id"`
	Code          string   `json:"code"`
	Discount      Money    `json:"discount"`
	DiscountTax   Money    `json:"discount_tax"`
	DiscountType  string   `json:"discount_type"`
	NominalAmount Money    `json:"nominal_amount"`
	FreeShipping  bool     `json:"free_shipping"`
	MetaData      MetaList `json:"meta_data"`
}

func (l *CouponLine) UnmarshalJSON(b []byte) error { return readRecord(b, l) }
func (l CouponLine) MarshalJSON() ([]byte, error)  { return writeRecord(&l) }

// RefundRef is a refund as its order lists it.
type RefundRef struct {
	Record
	ID     int64  `json:"id"`
	Reason string `json:"reason"`
	Total  Money  `json:"total"` // negative
}

func (r *RefundRef) UnmarshalJSON(b []byte) error { return readRecord(b, r) }
func (r RefundRef) MarshalJSON() ([]byte, error)  { return writeRecord(&r) }
