package woo

import "context"

// Reports is the store's own reports.
type Reports struct{ client *Client }

// Reports gives access to reports. It sends no request.
func (c *Client) Reports() Reports { return Reports{c} }

// ReportOptions selects a time: a Period, or days in the store's zone.
type ReportOptions struct {
	Period  string `query:"period"`   // week, month, last_month or year
	DateMin string `query:"date_min"` // "2026-01-31"
	DateMax string `query:"date_max"`
}

// Sales reads the sales report. Without options the report is that of today. The store answers with a list of one.
func (r Reports) Sales(ctx context.Context, opts ReportOptions) ([]SalesReport, error) {
	return report[SalesReport](ctx, r, "sales", opts)
}

// TopSellers reads the products sold most.
func (r Reports) TopSellers(ctx context.Context, opts ReportOptions) ([]TopSeller, error) {
	return report[TopSeller](ctx, r, "top_sellers", opts)
}

// OrderTotals counts orders by status.
func (r Reports) OrderTotals(ctx context.Context) ([]ReportTotal, error) {
	return r.totals(ctx, "orders")
}

// ProductTotals counts products by type.
func (r Reports) ProductTotals(ctx context.Context) ([]ReportTotal, error) {
	return r.totals(ctx, "products")
}

// CustomerTotals counts customers that have paid and those that have not.
func (r Reports) CustomerTotals(ctx context.Context) ([]ReportTotal, error) {
	return r.totals(ctx, "customers")
}

// CouponTotals counts coupons by type.
func (r Reports) CouponTotals(ctx context.Context) ([]ReportTotal, error) {
	return r.totals(ctx, "coupons")
}

// ReviewTotals counts reviews by rating.
func (r Reports) ReviewTotals(ctx context.Context) ([]ReportTotal, error) {
	return r.totals(ctx, "reviews")
}

func (r Reports) totals(ctx context.Context, what string) ([]ReportTotal, error) {
	return report[ReportTotal](ctx, r, what+"/totals", ReportOptions{})
}

func report[T any](ctx context.Context, r Reports, name string, opts ReportOptions) ([]T, error) {
	query, err := encodeOptions(opts)
	if err != nil {
		return nil, err
	}
	items, _, err := list[T](ctx, r.client, Request{Path: string(RouteReports) + "/" + name, Query: query})
	return items, err
}

// SalesReport is the totals of the sales in a period.
type SalesReport struct {
	Record
	TotalSales      Money               `json:"total_sales"`
	NetSales        Money               `json:"net_sales"`
	AverageSales    Money               `json:"average_sales"`
	TotalOrders     Number              `json:"total_orders"`
	TotalItems      Number              `json:"total_items"`
	TotalTax        Money               `json:"total_tax"`
	TotalShipping   Money               `json:"total_shipping"`
	TotalRefunds    Money               `json:"total_refunds"`
	TotalDiscount   Money               `json:"total_discount"`
	TotalCustomers  Number              `json:"total_customers"`
	TotalsGroupedBy string              `json:"totals_grouped_by"` // day or month
	Totals          map[string]SalesSum `json:"totals"`            // by day ("2026-01-31") or month ("2026-01")
}

func (r *SalesReport) UnmarshalJSON(b []byte) error { return readRecord(b, r) }
func (r SalesReport) MarshalJSON() ([]byte, error)  { return writeRecord(&r) }

// SalesSum is one day or month of a sales report.
type SalesSum struct {
	Record
	Sales     Money  `json:"sales"`
	Orders    Number `json:"orders"`
	Items     Number `json:"items"`
	Tax       Money  `json:"tax"`
	Shipping  Money  `json:"shipping"`
	Discount  Money  `json:"discount"`
	Customers Number `json:"customers"`
}

func (s *SalesSum) UnmarshalJSON(b []byte) error { return readRecord(b, s) }
func (s SalesSum) MarshalJSON() ([]byte, error)  { return writeRecord(&s) }

// TopSeller is a product that sells well.
type TopSeller struct {
	Record
	Name      string `json:"name"`
	ProductID int64  `json:"product_id"`
	Quantity  Number `json:"quantity"`
}

func (t *TopSeller) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t TopSeller) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }

// ReportTotal is the number of records under one slug, such as a status or a type.
type ReportTotal struct {
	Record
	Slug  string `json:"slug"`
	Name  string `json:"name"`
	Total Number `json:"total"`
}

func (t *ReportTotal) UnmarshalJSON(b []byte) error { return readRecord(b, t) }
func (t ReportTotal) MarshalJSON() ([]byte, error)  { return writeRecord(&t) }
