package reports

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

const reportsPath = "/wc/v3/reports"

// reports is the controller of /reports.
type reports struct{ *Store }

func (c reports) register(server *rest.Server) {
	read := func(path string, handler rest.Handler) {
		server.Register(rest.Route{Pattern: reportsPath + path, Endpoints: []rest.Endpoint{{
			Methods: rest.Readable, Permission: c.MayAll(capability.Reports, capability.Read, core.CannotList),
			Handler: handler,
		}}})
	}
	totals := func(count func() []total) rest.Handler {
		return func(*rest.Request) (*rest.Response, error) {
			return &rest.Response{Body: totalsJSON(count())}, nil
		}
	}
	read("", c.index)
	read("/sales", c.sales)
	read("/top_sellers", c.topSellers)
	read("/orders/totals", totals(c.orderTotals))
	read("/products/totals", totals(c.productTotals))
	read("/customers/totals", totals(c.customerTotals))
	read("/coupons/totals", totals(c.couponTotals))
	read("/reviews/totals", totals(c.reviewTotals))
}

// index lists the reports, with three that do not exist, as WooCommerce does.
func (c reports) index(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, report := range [][2]string{
		{"sales", "List of sales reports."},
		{"top_sellers", "List of top sellers products."},
		{"orders/totals", "Orders totals."},
		{"products/totals", "Products totals."},
		{"customers/totals", "Customers totals."},
		{"coupons/totals", "Coupons totals."},
		{"reviews/totals", "Reviews totals."},
		{"categories/totals", "Categories totals."},
		{"tags/totals", "Tags totals."},
		{"attributes/totals", "Attributes totals."},
	} {
		items = append(items, rest.Item{
			Data: rest.NewObject("slug", report[0], "description", report[1]),
			Links: []rest.Link{
				{Rel: "self", Href: r.RESTURL(reportsPath + "/" + report[0])},
				{Rel: "collection", Href: r.RESTURL(reportsPath)},
			},
		})
	}
	return &rest.Response{Body: items}, nil
}

// period is the period that a request asks for.
func (c reports) period(r *rest.Request) reportPeriod {
	return c.reportPeriodOf(r.Text("period"), r.Text("date_min"), r.Text("date_max"))
}

func (c reports) sales(r *rest.Request) (*rest.Response, error) {
	return &rest.Response{Body: rest.List{rest.Item{
		Data:  c.salesReport(c.period(r)).json(),
		Links: []rest.Link{{Rel: "about", Href: r.RESTURL(reportsPath)}},
	}}}, nil
}

func (c reports) topSellers(r *rest.Request) (*rest.Response, error) {
	items := rest.List{}
	for _, best := range c.bestSellers(c.period(r)) {
		p, ok := c.catalogue.Products.Get(best.productID)
		if !ok {
			continue
		}
		items = append(items, rest.Item{
			Data: rest.NewObject("name", p.Name, "product_id", p.ID, "quantity", best.quantity),
			Links: []rest.Link{
				{Rel: "about", Href: r.RESTURL(reportsPath)},
				{Rel: "product", Href: r.RESTURL("/wc/v3/products/" + core.Itoa(p.ID))},
			},
		})
	}
	return &rest.Response{Body: items}, nil
}
