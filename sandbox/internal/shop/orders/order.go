package orders

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
)

// Document is what orders and refunds have in common: lines, taxes and totals in one currency. Amounts are decimal
// strings as WooCommerce keeps them (see core/money.go).
type Document struct {
	ID       int64
	ParentID int64
	// Author and Row describe the row of wp_posts with the document's id. The row decides who may change the document.
	Author int64
	Row    capability.PostType

	Currency         string
	Version          string // of WooCommerce when it was last saved
	PricesIncludeTax bool
	Created          time.Time
	Modified         time.Time

	DiscountTotal, DiscountTax string
	ShippingTotal, ShippingTax string
	CartTax                    string
	Total, TotalTax            string

	Lines    []*ProductLine
	Shipping []*ShippingLine
	Fees     []*FeeLine
	Taxes    []*TaxLine
	Coupons  []*CouponLine
	Meta     core.MetaList

	// CouponUsageCounted: the usage counts of the coupons include this order.
	CouponUsageCounted bool

	// removed are the ids of lines that were removed but not yet deleted from the store.
	removed []int64
	// revision counts saves. A rendered form of an older revision is out of date.
	revision uint64
}

// RecordID is the number of the document.
func (d *Document) RecordID() int64 { return d.ID }

// Order is an order of a customer or guest.
type Order struct {
	Document

	Status     string // without the prefix wc-
	CustomerID int64  // 0 for guests
	Billing    customers.Address
	ShipTo     customers.Address // where the goods go

	PaymentMethod      string
	PaymentMethodTitle string
	TransactionID      string
	IPAddress          string
	UserAgent          string
	CreatedVia         string
	CustomerNote       string
	CartHash           string
	Key                string
	Completed          time.Time // zero: not completed
	Paid               time.Time // zero: not paid

	StockReduced     bool
	SalesRecorded    bool
	DownloadsGranted bool
	NewOrderMailed   bool // the shop got its e-mail about the order

	listed bool // a list with the status "any" shows it
}

// ProductLine is a line of goods.
type ProductLine struct {
	ID          int64
	Name        string
	ProductID   int64
	VariationID int64
	Quantity    int64
	TaxClass    string
	Subtotal    string // before discounts
	SubtotalTax string
	Total       string
	TotalTax    string
	Taxes       []LineTax
	Meta        core.MetaList

	raised *raisedSubtotal
}

// raisedSubtotal is the subtotal of a line that was stored below its total, and reads as high as the total.
type raisedSubtotal struct{ stored, read string }

// keepSubtotal brings back a subtotal that only reading raised. WooCommerce stores only what was changed.
func (l *ProductLine) keepSubtotal() {
	if l.raised != nil && l.Subtotal == l.raised.read {
		l.Subtotal = l.raised.stored
	}
	l.raised = nil
}

// LineTax is the tax of one rate on a line.
type LineTax struct {
	RateID          int64
	Total, Subtotal string // Subtotal is of product lines only
}

// ShippingLine is a way of shipping and its cost.
type ShippingLine struct {
	ID         int64
	Title      string
	MethodID   string
	InstanceID string
	Total      string
	TotalTax   string
	Taxes      []LineTax
	Meta       core.MetaList
}

// FeeLine is a fee, or a rebate when its total is negative.
type FeeLine struct {
	ID        int64
	Name      string
	TaxClass  string
	TaxStatus string // taxable or none
	Amount    string
	Total     string
	TotalTax  string
	Taxes     []LineTax
	Meta      core.MetaList
}

// TaxLine is the sum of one tax rate over the whole document.
type TaxLine struct {
	ID            int64
	RateCode      string
	RateID        int64
	Label         string
	Compound      bool
	RatePercent   float64
	Total         string // of goods and fees
	ShippingTotal string
	Meta          core.MetaList
}

// CouponLine is a coupon applied to the order.
type CouponLine struct {
	ID          int64
	Code        string
	Discount    string
	DiscountTax string
	Meta        core.MetaList
}

// newOrder returns an order as WooCommerce begins one: nothing in it, pending.
func newOrder() *Order {
	return &Order{Status: "pending", Document: newDocument()}
}

func newDocument() Document {
	return Document{
		DiscountTotal: "0", DiscountTax: "0", ShippingTotal: "0", ShippingTax: "0",
		CartTax: "0", Total: "0", TotalTax: "0",
	}
}

func newOrderTable() *core.Table[*Order] {
	return core.NewTable[*Order]().
		OrderedBy("created", func(o *Order) (int64, bool) { return o.Created.Unix(), true }).
		OrderedBy("modified", func(o *Order) (int64, bool) { return o.Modified.Unix(), true }).
		OrderedBy("listed", func(o *Order) (int64, bool) { return 0, o.listed }).
		OrderedBy("listed-created", func(o *Order) (int64, bool) { return o.Created.Unix(), o.listed }).
		OrderedBy("listed-modified", func(o *Order) (int64, bool) { return o.Modified.Unix(), o.listed }).
		GroupedBy("parent", func(o *Order) (int64, bool) { return o.ParentID, o.ParentID != 0 }).
		GroupedBy("customer", func(o *Order) (int64, bool) { return o.CustomerID, o.CustomerID != 0 })
}

// clone returns a copy that shares nothing that can change with the original.
func (d Document) clone() Document {
	d.Lines = cloneEach(d.Lines, (*ProductLine).clone)
	d.Shipping = cloneEach(d.Shipping, (*ShippingLine).clone)
	d.Fees = cloneEach(d.Fees, (*FeeLine).clone)
	d.Taxes = cloneEach(d.Taxes, (*TaxLine).clone)
	d.Coupons = cloneEach(d.Coupons, (*CouponLine).clone)
	d.Meta = slices.Clone(d.Meta)
	d.removed = slices.Clone(d.removed)
	return d
}

func cloneEach[T any](lines []*T, clone func(*T) *T) []*T {
	if lines == nil {
		return nil
	}
	copies := make([]*T, len(lines))
	for i, line := range lines {
		copies[i] = clone(line)
	}
	return copies
}

func (o *Order) clone() *Order {
	c := *o
	c.Document = o.Document.clone()
	return &c
}

func (l *ProductLine) clone() *ProductLine {
	c := *l
	c.Taxes, c.Meta = slices.Clone(l.Taxes), slices.Clone(l.Meta)
	return &c
}

func (l *ShippingLine) clone() *ShippingLine {
	c := *l
	c.Taxes, c.Meta = slices.Clone(l.Taxes), slices.Clone(l.Meta)
	return &c
}

func (l *FeeLine) clone() *FeeLine {
	c := *l
	c.Taxes, c.Meta = slices.Clone(l.Taxes), slices.Clone(l.Meta)
	return &c
}

func (l *TaxLine) clone() *TaxLine {
	c := *l
	c.Meta = slices.Clone(l.Meta)
	return &c
}

func (l *CouponLine) clone() *CouponLine {
	c := *l
	c.Meta = slices.Clone(l.Meta)
	return &c
}

// NeedsPayment says whether the order can still be paid.
func (o *Order) NeedsPayment() bool {
	switch o.Status {
	case "pending", "failed", "checkout-draft":
		return core.Number(o.Total) > 0
	}
	return false
}

// IsEditable says whether the admin screens let people change lines.
func (o *Order) IsEditable() bool {
	return o.Status == "pending" || o.Status == "on-hold" || o.Status == "auto-draft"
}

func findByID[T any](lines []*T, id int64, idOf func(*T) int64) *T {
	for _, line := range lines {
		if id != 0 && idOf(line) == id {
			return line
		}
	}
	return nil
}

func findLine(lines []*ProductLine, id int64) *ProductLine {
	return findByID(lines, id, func(l *ProductLine) int64 { return l.ID })
}
