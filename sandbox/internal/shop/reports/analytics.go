package reports

import (
	"fmt"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// analytics is the controller of wc-analytics, as far as it shows a shop's own data. On a real store the numbers come
// from look-up tables that WooCommerce's background queue fills. The sandbox runs that queue for webhooks only, so
// these tables and the reports are empty (measured on a store without cron, orders in it; recording leg-analytics).
type analytics struct{ *Store }

// emptyReports are reports that list rows of the look-up tables.
var emptyReports = []string{"orders", "products", "variations", "categories", "coupons", "taxes", "downloads"}

func (c analytics) register(server *rest.Server) {
	read := func(path string, action capability.Action, handler rest.Handler) {
		server.Register(rest.Route{Pattern: "/wc-analytics/" + path, Endpoints: []rest.Endpoint{
			{Methods: rest.Readable, Permission: c.MayAll(capability.Analytics, action, core.CannotList),
				Handler: handler},
		}})
	}
	for _, name := range emptyReports {
		read("reports/"+name, capability.Read, func(r *rest.Request) (*rest.Response, error) {
			return c.rows(r, name, nil), nil
		})
	}
	read("reports", capability.Read, c.index)
	read("reports/customers", capability.Read, c.customerRows)
	read("reports/stock", capability.Read, c.stock)
	read("reports/revenue/stats", capability.Read, c.stats("revenue"))
	read("reports/orders/stats", capability.Read, c.stats("orders"))
	read("reports/performance-indicators", capability.Read, c.indicators)
	read("leaderboards", capability.Leaderboards, c.leaderboards)
	read("admin/notes", capability.AdminNotes, func(*rest.Request) (*rest.Response, error) {
		response := &rest.Response{Body: rest.List{}}
		response.SetHeader("X-WP-Total", "0")
		return response, nil
	})
}

// rows answers with the page of a report that the request asks for.
func (c analytics) rows(r *rest.Request, report string, rows []rest.Item) *rest.Response {
	perPage := core.AbsInt(r.Param("per_page"))
	if perPage == 0 {
		perPage = 10
	}
	first := min((max(core.AbsInt(r.Param("page")), 1)-1)*perPage, int64(len(rows)))
	list := rest.List{}
	for _, row := range rows[first:min(first+perPage, int64(len(rows)))] {
		list = append(list, row)
	}
	response := &rest.Response{Body: list}
	rest.Paginate(r, response, "/wc-analytics/reports/"+report, len(rows), rest.Pages(len(rows), int(perPage)))
	return response
}

// reportIndex are the reports that the index names, with what they are.
var reportIndex = [][2]string{
	{"performance-indicators", "Batch endpoint for getting specific performance indicators from `stats` endpoints."},
	{"revenue/stats", "Stats about revenue."},
	{"orders/stats", "Stats about orders."},
	{"products", "Products detailed reports."},
	{"products/stats", "Stats about products."},
	{"variations", "Variations detailed reports."},
	{"variations/stats", "Stats about variations."},
	{"categories", "Product categories detailed reports."},
	{"categories/stats", "Stats about product categories."},
	{"coupons", "Coupons detailed reports."},
	{"coupons/stats", "Stats about coupons."},
	{"taxes", "Taxes detailed reports."},
	{"taxes/stats", "Stats about taxes."},
	{"downloads", "Product downloads detailed reports."},
	{"downloads/files", "Product download files detailed reports."},
	{"downloads/stats", "Stats about product downloads."},
	{"customers", "Customers detailed reports."},
	{"customers/stats", "Stats about groups of customers."},
	{"stock/stats", "Stats about product stock."},
}

func (c analytics) index(r *rest.Request) (*rest.Response, error) {
	list := rest.List{}
	for _, report := range reportIndex {
		path := "/wc-analytics/reports/" + report[0]
		page, _, _ := strings.Cut(report[0], "/")
		list = append(list, rest.Item{
			Data: rest.NewObject("slug", report[0], "description", report[1], "path", path),
			Links: []rest.Link{
				{Rel: "self", Href: r.RESTURL(path)},
				{Rel: "report", Href: "/analytics/" + page},
				{Rel: "collection", Href: r.RESTURL("/wc-analytics/reports")},
			},
		})
	}
	return &rest.Response{Body: list}, nil
}

// statNames are the numbers about orders.
var statNames = []string{
	"orders_count", "num_items_sold", "gross_sales", "total_sales", "coupons", "coupons_count", "refunds", "taxes",
	"shipping",
	"net_revenue", "avg_items_per_order", "avg_order_value", "total_customers",
}

// stats are numbers about a period in intervals, all zero. The default period is the last week, by weeks.
func (c analytics) stats(report string) rest.Handler {
	return func(r *rest.Request) (*rest.Response, error) {
		now := r.Now.In(c.Zone())
		zero := func(products bool) *rest.Object {
			numbers := &rest.Object{}
			for _, name := range statNames {
				numbers.Set(name, int64(0))
			}
			if products {
				numbers.Set("products", int64(0))
			}
			numbers.Set("segments", rest.List{})
			return numbers
		}
		monday := time.Date(now.Year(), now.Month(), now.Day()-(int(now.Weekday())+6)%7, 0, 0, 0, 0, now.Location())
		start := now.AddDate(0, 0, -7)
		interval := func(from, to time.Time) *rest.Object {
			year, week := from.ISOWeek()
			return rest.NewObject("interval", fmt.Sprintf("%d-%02d", year, week),
				"date_start", from.Format(time.DateTime), "date_start_gmt", from.UTC().Format(time.DateTime),
				"date_end", to.Format(time.DateTime), "date_end_gmt", to.UTC().Format(time.DateTime),
				"subtotals", zero(false))
		}
		intervals := rest.List{interval(monday, now), interval(start, monday.Add(-time.Second))}
		response := &rest.Response{Body: rest.NewObject("totals", zero(true), "intervals", intervals)}
		rest.Paginate(r, response, "/wc-analytics/reports/"+report+"/stats", len(intervals), 1)
		return response, nil
	}
}

// customerRows lists registered customers. WooCommerce fills that table at once.
func (c analytics) customerRows(r *rest.Request) (*rest.Response, error) {
	var rows []rest.Item
	for u := range c.customers.Members() {
		if !u.Is("customer") {
			continue
		}
		id := int64(len(rows) + 1)
		address := c.customers.CustomerOf(u.ID).Billing
		row := rest.NewObject("id", id, "user_id", u.ID, "username", u.Login, "name", u.FirstName+" "+u.LastName,
			"email",
			u.Email,
			"country", address.Country, "city", address.City, "state", address.State, "postcode", address.Postcode,
			"date_registered", c.LocalDate(u.Registered), "date_last_active", nil, "date_last_order", nil,
			"orders_count", int64(0), "total_spend", int64(0), "avg_order_value", int64(0),
			"date_registered_gmt", core.GMTDate(u.Registered), "date_last_active_gmt", nil)
		rows = append(rows, rest.Item{Data: row, Links: []rest.Link{
			{Rel: "customer", Href: r.RESTURL("/wc-analytics/customers/" + core.Itoa(id))},
			{Rel: "collection", Href: r.RESTURL("/wc-analytics/customers")},
		}})
	}
	return c.rows(r, "customers", rows), nil
}

// stock lists published products and variations with their stock.
func (c analytics) stock(r *rest.Request) (*rest.Response, error) {
	var rows []rest.Item
	for p := range c.catalogue.Products.All() {
		if p.Status != "publish" {
			continue
		}
		stock, name := c.catalogue.ShownStock(p), p.Name
		path := "/wc-analytics/products/" + core.Itoa(p.ID)
		var links []rest.Link
		if p.IsVariation() {
			parent := "/wc-analytics/products/" + core.Itoa(p.ParentID)
			path = parent + "/variations/" + core.Itoa(p.ID)
			links = []rest.Link{{Rel: "parent", Href: r.RESTURL(parent)}}
		}
		row := rest.NewObject("id", p.ID, "parent_id", p.ParentID, "name", name, "sku", p.SKU,
			"stock_status", stock.Status, "stock_quantity", p.StockQuantity, "manage_stock", p.ManageStock,
			"low_stock_amount", core.AbsInt(c.Option("woocommerce_notify_low_stock_amount")))
		rows = append(rows, rest.Item{Data: row, Links: append([]rest.Link{{Rel: "product", Href: r.RESTURL(path)}},
			links...)})
	}
	return c.rows(r, "stock", rows), nil
}

// indicators are single numbers of reports, each named "report/number".
func (c analytics) indicators(r *rest.Request) (*rest.Response, error) {
	var rows []rest.Item
	for _, stat := range core.ListOfNames(r.Param("stats")) {
		report, chart, ok := strings.Cut(stat, "/")
		if !ok {
			continue
		}
		label := strings.ReplaceAll(chart, "_", " ")
		format := "number"
		switch chart {
		case "total_sales", "gross_sales", "net_revenue", "refunds", "taxes", "shipping", "avg_order_value", "amount",
			"total_tax", "order_tax", "shipping_tax":
			format = "currency"
		}
		rows = append(rows, rest.Item{
			Data: rest.NewObject("stat", stat, "chart", chart, "label", strings.ToUpper(label[:1])+label[1:], "format",
				format,
				"value", nil),
			Links: []rest.Link{
				{Rel: "api", Href: r.RESTURL("/wc-analytics/reports/" + report + "/stats")},
				{Rel: "report", Href: "/analytics/" + report},
			},
		})
	}
	return c.rows(r, "performance-indicators", rows), nil
}

// leaderboards are the best of each kind. They are empty, because there are no numbers.
func (c analytics) leaderboards(*rest.Request) (*rest.Response, error) {
	board := func(id, label string, headers ...string) *rest.Object {
		columns := rest.List{}
		for _, h := range headers {
			columns = append(columns, rest.NewObject("label", h))
		}
		return rest.NewObject("id", id, "label", label, "headers", columns, "rows", rest.List{})
	}
	return &rest.Response{Body: rest.List{
		board("customers", "Top Customers - Total Spend", "Customer Name", "Orders", "Total Spend"),
		board("coupons", "Top Coupons - Number of Orders", "Coupon code", "Orders", "Amount discounted"),
		board("categories", "Top categories - Items sold", "Category", "Items sold", "Net sales"),
		board("products", "Top products - Items sold", "Product", "Items sold", "Net sales"),
	}}, nil
}
