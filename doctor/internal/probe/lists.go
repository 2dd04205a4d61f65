package probe

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

const ordersBatch = "orders/batch"

// saidByDoors are routes whose doors say which methods are allowed, with the scopes that must know it.
var saidByDoors = map[string][]evidence.Scope{
	"products/batch": {evidence.ProductsWrite}, "coupons/batch": {evidence.CouponsWrite},
	"products/attributes": {evidence.TermsRead, evidence.TermsWrite},
}

var (
	orderFields = []string{"id", "status", "customer_id", "created_via", "date_created_gmt", "date_modified_gmt",
		"_links"}
	productFields  = []string{"id", "status", "type", "_links"}
	customerFields = []string{"id", "role", "_links"}
	linkFields     = []string{"id", "status", "_links"}
	webhookFields  = []string{"id", "name", "status", "topic", "delivery_url", "date_created_gmt", "date_modified_gmt"}
)

// fieldsArg asks a list for the named fields; of the links only the record's own, which since WordPress 6.7 carries
// what the caller may do with it.
func fieldsArg(fields []string) string {
	return strings.ReplaceAll(strings.Join(fields, ","), "_links", "_links.self")
}

func (c *collection) list(id evidence.Probe, purpose, route string, fields []string, args url.Values) probe {
	args.Set("_fields", fieldsArg(fields))
	return c.keyed(probe{id: id, purpose: purpose, url: c.root.URL("wc/v3/" + route), route: "wc/v3/" + route,
		args: args, fields: fields})
}

func (c *collection) options(id evidence.Probe, purpose, route string) probe {
	return c.keyed(probe{
		id: id, purpose: purpose, method: http.MethodOptions, url: c.root.URL(route), route: route,
		fields: []string{"namespace", "methods"}, limit: 1 << 20,
	})
}

func (c *collection) askAllowed(route string) probe {
	return c.options(evidence.Allowing.Of(route), "ask which methods the key may use on "+route, "wc/v3/"+route)
}

// notSaid asks for the methods of those routes whose lists did not say them. Where the store is slow, the question
// would only make the wait longer.
func (c *collection) notSaid(routes []string, listed func(route string) bool) []probe {
	var probes []probe
	for _, route := range routes {
		if x := c.get(evidence.ListsOf[route]); listed(route) && !evidence.SaysAllowed(x) &&
			!(c.lean() && tookLong(x)) {
			probes = append(probes, c.askAllowed(route))
		}
	}
	return probes
}

// listProbes read ids with what the key may do to each record.
func (c *collection) listProbes(t evidence.TargetFacts) []probe {
	var probes []probe
	if t.Wants(evidence.OrdersRead, evidence.OrdersWrite, evidence.OrdersDelete, evidence.WebhooksScope,
		evidence.FulfillmentsRead, evidence.FulfillmentsWrite) ||
		t.DeliveryURL != "" {
		probes = append(probes,
			c.list(evidence.ListOrders, "the newest orders and what the key may do with each", "orders", orderFields,
				url.Values{"per_page": {"100"}, "orderby": {"id"}, "order": {"desc"}}))
	}
	if t.Wants(evidence.ProductsRead, evidence.ProductsWrite, evidence.ProductsDelete) {
		probes = append(probes,
			c.list(evidence.ListProducts, "products of every status and what the key may do with each", "products",
				productFields,
				url.Values{"per_page": {"100"}, "status": {"any"}, "orderby": {"id"}, "order": {"desc"}}))
	}
	if t.Wants(evidence.CustomersRead, evidence.CustomersWrite, evidence.CustomersDelete) {
		probes = append(probes,
			c.list(evidence.ListCustomers, "users of every role and what the key may do with each", "customers",
				customerFields,
				url.Values{"per_page": {"100"}, "role": {"all"}, "orderby": {"id"}, "order": {"asc"}}))
	}
	if t.Wants(evidence.CouponsRead, evidence.CouponsWrite) {
		probes = append(probes,
			c.list(evidence.ListCoupons, "coupons and what the key may do with each", "coupons", linkFields,
				url.Values{"per_page": {"100"}, "orderby": {"id"}, "order": {"desc"}}))
	}
	if t.Wants(evidence.TermsRead, evidence.TermsWrite) {
		probes = append(probes,
			c.list(evidence.ListTerms, "categories and what the key may do with each", "products/categories",
				linkFields, url.Values{"per_page": {"20"}}))
	}
	if t.Wants(evidence.ReviewsRead) {
		probes = append(probes,
			c.list(evidence.ListReviews, "read one review", "products/reviews", linkFields,
				url.Values{"per_page": {"1"}}))
	}
	// Whoever wants no webhooks may have some: a webhook that is switched off and a queue that stands concern the shop.
	probes = append(probes, c.list(evidence.ListWebhooks, "the webhooks of the store", "webhooks", webhookFields,
		url.Values{"per_page": {"100"}}))
	if t.Wants(evidence.ShippingRead) {
		probes = append(probes,
			c.list(evidence.ListShipping, "read the shipping zones", "shipping/zones", linkFields, url.Values{}))
	}
	if t.Wants(evidence.SettingsScope) {
		probes = append(probes,
			c.list(evidence.ListSettings, "the groups of settings", "settings", []string{"id"}, url.Values{}))
	}
	if t.Wants(evidence.ReportsRead) {
		probes = append(probes,
			c.list(evidence.ListReports, "read the sales report", "reports/sales", []string{"total_orders"},
				url.Values{}))
	}
	return probes
}

func (c *collection) orderProbes(t evidence.TargetFacts) []probe {
	var probes []probe
	list := c.get(evidence.ListOrders)
	orders, ok := evidence.ReadList(list)
	if !ok {
		return nil
	}
	if evidence.Total(list) > 100 {
		probes = append(probes,
			c.list(evidence.ListOldOrders, "the oldest orders and what the key may do with each", "orders", orderFields,
				url.Values{"per_page": {"20"}, "orderby": {"id"}, "order": {"asc"}}))
	}
	if t.Wants(evidence.OrdersWrite, evidence.OrdersDelete) && !evidence.Hinted(orders) {
		for _, order := range spread(orders, 4) {
			probes = append(probes,
				c.options(evidence.Allowing.Of(fmt.Sprintf("orders/%d", order.ID)),
					"ask what the key may do with one order", fmt.Sprintf("wc/v3/orders/%d", order.ID)))
		}
	}
	if t.Wants(evidence.OrdersRead) && len(orders) > 0 {
		id := orders[0].ID
		probes = append(probes,
			c.list(evidence.OneOrders, "one order", fmt.Sprintf("orders/%d", id), []string{"id"}, url.Values{}),
			c.list(evidence.ListNotes, "the notes of one order", fmt.Sprintf("orders/%d/notes", id), []string{"id"},
				url.Values{}))
	}
	if len(orders) > 0 && !c.lean() {
		probes = append(probes, c.strangersOrder(orders[0].ID))
	}
	if t.Wants(evidence.FulfillmentsRead, evidence.FulfillmentsWrite) && len(orders) > 0 {
		probes = append(probes, c.list(evidence.ListFulfillments, "the fulfilments of one order",
			fmt.Sprintf("orders/%d/fulfillments", orders[0].ID), []string{"id"}, url.Values{}))
	}
	if t.Wants(evidence.OrdersRead, evidence.OrdersDelete) || c.suspicious() {
		probes = append(probes,
			c.list(evidence.ListRefunds, "one refund, and how many there are", "refunds",
				[]string{"id", "parent_id", "_links"}, url.Values{"per_page": {"1"}}))
	}
	return probes
}

// strangersOrder reads an order without a key: a snippet may let strangers read single records and no lists.
func (c *collection) strangersOrder(id int64) probe {
	route := fmt.Sprintf("wc/v3/orders/%d", id)
	return probe{id: evidence.AnonOrder, purpose: "one order without a key, which no stranger may read",
		url: c.root.URL(route), route: route, fields: []string{"id"},
		// not the address of the key's own read: a cache may keep this answer
		args: url.Values{"_fields": {"id,status"}}}
}

func (c *collection) productProbes(t evidence.TargetFacts) []probe {
	products, ok := evidence.ReadList(c.get(evidence.ListProducts))
	if !ok {
		return nil
	}
	var probes []probe
	if t.Wants(evidence.ProductsRead) && len(products) > 0 {
		probes = append(probes,
			c.list(evidence.OneProducts, "one product", fmt.Sprintf("products/%d", products[0].ID), []string{"id"},
				url.Values{}))
	}
	for _, product := range products {
		if product.Type == "variable" {
			probes = append(probes,
				c.list(evidence.ListVariations, "variations of one product and what the key may do with each",
					fmt.Sprintf("products/%d/variations", product.ID), linkFields, url.Values{"per_page": {"5"}}))
			break
		}
	}
	if t.Wants(evidence.ProductsWrite, evidence.ProductsDelete) && !evidence.Hinted(products) {
		seen := map[string]bool{}
		for _, product := range products {
			if !seen[product.Status] {
				seen[product.Status] = true
				probes = append(probes,
					c.options(evidence.Allowing.Of(fmt.Sprintf("products/%d", product.ID)),
						"ask what the key may do with one product", fmt.Sprintf("wc/v3/products/%d", product.ID)))
			}
		}
	}
	return probes
}

func (c *collection) customerProbes(t evidence.TargetFacts) []probe {
	customers, ok := evidence.ReadList(c.get(evidence.ListCustomers))
	if !ok || !t.Wants(evidence.CustomersWrite, evidence.CustomersDelete, evidence.OrdersWrite) ||
		evidence.Hinted(customers) {
		return nil
	}
	var probes []probe
	seen := map[string]bool{}
	for _, customer := range customers {
		if !seen[customer.Role] && len(seen) < 3 {
			seen[customer.Role] = true
			probes = append(probes,
				c.options(evidence.Allowing.Of(fmt.Sprintf("customers/%d", customer.ID)),
					"ask what the key may do with one user", fmt.Sprintf("wc/v3/customers/%d", customer.ID)))
		}
	}
	return probes
}

// spread picks up to n records: the first, the last, and some between.
func spread(records []evidence.Record, n int) []evidence.Record {
	if len(records) <= n {
		return records
	}
	var picked []evidence.Record
	for i := range n {
		picked = append(picked, records[i*(len(records)-1)/(n-1)])
	}
	return picked
}

// pageArgs ask for one page of everything, newest first.
func pageArgs(name string, count int) url.Values {
	args := url.Values{"per_page": {fmt.Sprint(count)}, "orderby": {"id"}, "order": {"desc"}}
	switch name {
	case "products":
		args.Set("status", "any")
	case "customers":
		args.Set("role", "all")
	}
	return args
}
