package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
)

// signals are the collections whose Allow header is always asked for: together they tell an owner without any rights
// from one who lacks a single right, and give the map of --permissions.
var signals = []string{
	"orders", "products", "customers", "coupons", "webhooks", "reports/sales", "products/reviews", "products/categories",
}

// batches are asked for only when something is to be written.
var batches = map[Scope]string{
	OrdersWrite: "orders/batch", ProductsWrite: "products/batch", CustomersDelete: "customers/batch", CouponsWrite: "coupons/batch",
}

var (
	orderFields    = []string{"id", "status", "customer_id", "created_via", "date_created_gmt", "date_modified_gmt", "_links"}
	productFields  = []string{"id", "status", "type", "_links"}
	customerFields = []string{"id", "role", "_links"}
	linkFields     = []string{"id", "status", "_links"}
	webhookFields  = []string{"id", "name", "status", "topic", "delivery_url", "date_created_gmt", "date_modified_gmt"}
)

// fieldsArg asks a list for the named fields; of the links only the record's own, which since WordPress 6.7 carries what
// the caller may do with it.
func fieldsArg(fields []string) string {
	return strings.ReplaceAll(strings.Join(fields, ","), "_links", "_links.self")
}

func (c *collection) list(id, purpose, route string, fields []string, args url.Values) probe {
	args.Set("_fields", fieldsArg(fields))
	return c.keyed(probe{id: id, purpose: purpose, url: c.root.url("wc/v3/" + route), route: "wc/v3/" + route, args: args, fields: fields})
}

func (c *collection) options(id, purpose, route string) probe {
	return c.keyed(probe{
		id: id, purpose: purpose, method: http.MethodOptions, url: c.root.url(route), route: route, fields: []string{"namespace", "methods"}, limit: 1 << 20,
	})
}

// askPermissions asks what the key may do, and sends the probes that do not depend on any answer.
func (c *collection) askPermissions(ctx context.Context) {
	t := c.ev.Target
	var probes []probe
	if !c.hasRead() {
		probes = append(probes, c.scopeProbe("scope.read", "a read of a route that exists nowhere: refused only when the key may not read", http.MethodGet, "wc/v3/"+probeRoute))
	}
	probes = append(probes,
		c.scopeProbe("scope.write", "a write to a route that exists nowhere: refused only when the key may not write; nothing is executed", http.MethodPost, "wc/v3/"+probeRoute),
		c.ownerProbe())
	routes := append([]string(nil), signals...)
	for _, scope := range capability.Scopes {
		if route, ok := batches[scope]; ok && t.wants(scope) {
			routes = append(routes, route)
		}
	}
	if t.wants(TermsRead, TermsWrite) {
		routes = append(routes, "products/attributes")
	}
	if t.wants(ShippingRead) {
		routes = append(routes, "shipping/zones")
	}
	if t.wants(SettingsScope) {
		routes = append(routes, "settings")
	}
	lists := c.listProbes(t)
	listed := func(route string) bool {
		return slices.ContainsFunc(lists, func(pr probe) bool { return pr.id == listsOf[route] })
	}
	for _, route := range routes {
		if !listed(route) {
			probes = append(probes, c.askAllowed(route))
		}
	}
	probes = append(probes, lists...)
	probes = append(probes, c.trafficProbes(t)...)
	c.spread(len(probes) + usualRest)
	c.all(ctx, probes...)
	c.all(ctx, c.notSaid(routes, listed)...)
	if t.writes() {
		c.askWrites(ctx)
	}
}

// listsOf are the probes that list a route's records. WordPress sends the Allow header with every answer of a route, so a list
// says which methods are permitted as well (docs/woocommerce/permissions.md#allow-header).
var listsOf = map[string]string{
	"orders": "list.orders", "products": "list.products", "customers": "list.customers", "coupons": "list.coupons", "webhooks": "list.webhooks",
	"reports/sales": "list.reports", "products/reviews": "list.reviews", "products/categories": "list.terms", "shipping/zones": "list.shipping",
}

// saysAllowed: the answer to a list carries the header. A caller who may do nothing gets none, and neither does one whose header
// got lost: those are asked for with OPTIONS.
func saysAllowed(x *Exchange) bool { return isJSON(x) && len(allowed(x)) > 0 }

// allowOf is the exchange that tells which methods a key may use on a route: the question for them, or the list of its records;
// nil when neither was answered.
func allowOf(list []Exchange, route string) *Exchange {
	if x := find(list, "allow."+route); x != nil {
		return x
	}
	if x := find(list, listsOf[route]); saysAllowed(x) {
		return x
	}
	return nil
}

func (c *collection) allowOf(route string) *Exchange {
	c.mu.Lock()
	defer c.mu.Unlock()
	return allowOf(c.ev.Exchanges, route)
}

func (c *collection) askAllowed(route string) probe {
	return c.options("allow."+route, "ask which methods the key may use on "+route, "wc/v3/"+route)
}

// notSaid asks for the methods of those routes whose lists did not say them. A list that took too long says that the store is
// slow, and the question would only make the wait longer.
func (c *collection) notSaid(routes []string, listed func(route string) bool) []probe {
	var probes []probe
	for _, route := range routes {
		if x := c.get(listsOf[route]); listed(route) && !saysAllowed(x) && !tookLong(x) {
			probes = append(probes, c.askAllowed(route))
		}
	}
	return probes
}

// usualRest is how many requests follow as a rule.
const usualRest = 18

// tooSlow is how long a small answer takes in a store that is asked no more than is needed to say so.
const tooSlow = 5 * time.Second

func tookLong(x *Exchange) bool {
	return x != nil && !unsent(x) && (x.Elapsed >= tooSlow || timedOut(x))
}

// lean: the store takes so long that the questions about its usual road would only make the wait longer.
func (c *collection) lean() bool { return tookLong(c.get("read")) || tookLong(c.get("read.oauth")) }

// askWrites sends what stands for writes. A store that took long over the first one is asked once more, to tell a slow store
// from chance, and then no longer: each further one would take as long and say the same. After chance all of it is asked, or a
// store that was busy for a moment would pass for one that writes were proved on.
func (c *collection) askWrites(ctx context.Context) {
	probes := c.writeProbes()
	again := slices.IndexFunc(probes, func(pr probe) bool { return pr.id == "body.type" })
	if tookLong(c.get("scope.write")) && again >= 0 {
		probes[again].timeout = patience
		c.one(ctx, probes[again])
		if tookLong(c.get("body.type")) {
			return
		}
		probes = slices.Delete(probes, again, again+1)
	}
	c.all(ctx, probes...)
}

// hasRead: a read with the key got its data, so the key may read.
func (c *collection) hasRead() bool {
	x := viewOf(c.ev).read()
	return letIn(x) && x.Status == http.StatusOK
}

func (c *collection) scopeProbe(id, purpose, method, route string) probe {
	pr := probe{id: id, purpose: purpose, method: method, url: c.root.url(route), route: route}
	return c.keyed(pr)
}

// listProbes read ids with what the key may do to each record.
func (c *collection) listProbes(t TargetFacts) []probe {
	var probes []probe
	if t.wants(OrdersRead, OrdersWrite, OrdersDelete, WebhooksScope) || t.DeliveryURL != "" {
		probes = append(probes, c.list("list.orders", "the newest orders and what the key may do with each", "orders", orderFields,
			url.Values{"per_page": {"100"}, "orderby": {"id"}, "order": {"desc"}}))
	}
	if t.wants(ProductsRead, ProductsWrite, ProductsDelete) {
		probes = append(probes, c.list("list.products", "products of every status and what the key may do with each", "products", productFields,
			url.Values{"per_page": {"100"}, "status": {"any"}, "orderby": {"id"}, "order": {"desc"}}))
	}
	if t.wants(CustomersRead, CustomersWrite, CustomersDelete) {
		probes = append(probes, c.list("list.customers", "users of every role and what the key may do with each", "customers", customerFields,
			url.Values{"per_page": {"100"}, "role": {"all"}, "orderby": {"id"}, "order": {"asc"}}))
	}
	if t.wants(CouponsRead, CouponsWrite) {
		probes = append(probes, c.list("list.coupons", "coupons and what the key may do with each", "coupons", linkFields, url.Values{"per_page": {"100"}}))
	}
	if t.wants(TermsRead, TermsWrite) {
		probes = append(probes, c.list("list.terms", "categories and what the key may do with each", "products/categories", linkFields, url.Values{"per_page": {"20"}}))
	}
	if t.wants(ReviewsRead) {
		probes = append(probes, c.list("list.reviews", "read one review", "products/reviews", linkFields, url.Values{"per_page": {"1"}}))
	}
	// Whoever wants no webhooks may have some: a webhook that is switched off and a queue that stands concern the shop.
	probes = append(probes, c.list("list.webhooks", "the webhooks of the store", "webhooks", webhookFields, url.Values{"per_page": {"100"}}))
	if t.wants(ShippingRead) {
		probes = append(probes, c.list("list.shipping", "read the shipping zones", "shipping/zones", linkFields, url.Values{}))
	}
	if t.wants(ReportsRead) {
		probes = append(probes, c.list("list.reports", "read the sales report", "reports/sales", []string{"total_orders"}, url.Values{}))
	}
	return probes
}

// trafficProbes see what the road to the store does to requests: verbs, long addresses, bodies, names of clients, caches.
func (c *collection) trafficProbes(t TargetFacts) []probe {
	r := primaryOf(t)
	probes := []probe{c.readProbe("read.again", "the first read once more, to see whether a cache answers", r, c.way)}
	if !c.lean() {
		probes = append(probes,
			c.keyed(probe{id: "uri.long", purpose: "a long address, as a list of record numbers makes it", url: c.root.url(r.route), route: r.route,
				args: mergeArgs(filtersOf(r), url.Values{"include": {longInclude}, "per_page": {"1"}, "_fields": {"id"}}), fields: []string{"id"}, bodyIs: "4,000 characters of record numbers"}),
			probe{id: "index.bare", purpose: "the REST index without a client's name and without Accept", url: c.root.url(""), args: url.Values{"_fields": {"name"}},
				header: map[string]string{"User-Agent": "", "Accept": ""}, fields: []string{"name"}},
			probe{id: "index.library", purpose: "the REST index under the names of common libraries", url: c.root.url(""), args: url.Values{"_fields": {"name"}},
				header: map[string]string{"User-Agent": libraryUA}, fields: []string{"name"}},
		)
	}
	if !c.lean() {
		probes = append(probes, c.crossProbe(r))
	}
	if c.get("read.fresh") == nil {
		probes = append(probes, c.fresh(r))
	}
	if t.wants(OrdersRead, OrdersWrite) {
		probes = append(probes,
			c.keyed(probe{id: "filter", purpose: "orders changed after the year 2100: a store that knows the filter has none", url: c.root.url("wc/v3/orders"), route: "wc/v3/orders",
				args: url.Values{"per_page": {"1"}, "_fields": {"id"}, "modified_after": {"2100-01-01T00:00:00"}, "dates_are_gmt": {"true"}}, fields: []string{"id"}}),
			c.keyed(probe{id: "statuses", purpose: "the order statuses of the store", url: c.root.url("wc/v3/orders/statuses"), route: "wc/v3/orders/statuses", fields: []string{"slug"}}),
		)
	}
	return probes
}

// filtersOf are filters of orders that broke on early order tables; nothing is found by them.
func filtersOf(r resource) url.Values {
	if r.route != "wc/v3/orders" {
		return nil
	}
	return url.Values{"customer": {nowhereID}}
}

// crossProbe brings the key to an address that was asked for without one before: a cache that keeps refusals and does not
// look at the key answers with the refusal.
func (c *collection) crossProbe(r resource) probe {
	pr := c.readProbe("cache.cross", "the key on an address that was asked for without a key before, to see whether a cache keeps refusals", r, WayNone)
	pr.args = crossArgs(r)
	return c.authorise(pr, c.way)
}

func (c *collection) fresh(r resource) probe { return c.freshAs(r, c.way) }

func (c *collection) freshAs(r resource, way Way) probe {
	pr := probe{id: "read.fresh", purpose: "the first read with an argument no cache has seen", url: c.root.url(r.route), route: r.route, args: r.args(), fields: []string{"id"}}
	pr.args.Set("_", nonce())
	return c.authorise(pr, way)
}

const libraryUA = "python-requests/2.32.3 Go-http-client/1.1 curl/8.5.0 WooCommerce API Client-PHP/3.1.0"

// writeProbes go to routes that exist nowhere, so that a body can be sent without anything reading it.
func (c *collection) writeProbes() []probe {
	post := func(id, purpose, route, body, is string) probe {
		return c.keyed(probe{id: id, purpose: purpose, method: http.MethodPost, url: c.root.url(route), route: route, body: body, bodyIs: is})
	}
	nowhere := "wc/v3/" + probeRoute
	return []probe{
		c.scopeProbe("verb.put", "PUT to the namespace, which has no such method", http.MethodPut, "wc/v3"),
		c.scopeProbe("verb.delete", "DELETE to the namespace, which has no such method", http.MethodDelete, "wc/v3"),
		post("body.large", "a body of 256 kB to a route that exists nowhere", nowhere, largeBody, "256 kB of JSON"),
		post("body.markup", "a product description with HTML to a route that exists nowhere", nowhere, markupBody, ""),
		post("body.type", "a body that is no JSON to the batch route: refused unread (400) as long as its content type arrives", "wc/v3/orders/batch", brokenJSON, ""),
	}
}

var (
	longInclude = strings.TrimSuffix(strings.Repeat("9000000001,", 364), ",")
	largeBody   = `{"padding":"` + strings.Repeat("waybill ", 32<<10) + `"}`
)

// markupBody holds what real product descriptions and order notes hold and what careless filters object to.
const markupBody = `{"description":"<p style=\"margin:0\">It's 50% off &amp; <a href=\"https://example.com/?a=1&b=2\">more</a>.</p>` +
	`<table><tr><td>Select a size from the list below; union of two parts -- order now</td></tr></table>` +
	`<iframe src=\"https://www.youtube.com/embed/x\"></iframe><script type=\"application/ld+json\">{}</script>` +
	`<img src=\"https://example.com/a.png\" alt=\"or 1=1\">","note":"SELECT * FROM the menu; UNION SELECT Merlot 2019"}`

// listed is one record of a list, with what the caller may do to it.
type listed struct {
	ID         int64  `json:"id"`
	Status     string `json:"status"`
	Type       string `json:"type"`
	Role       string `json:"role"`
	CreatedVia string `json:"created_via"`
	Customer   int64  `json:"customer_id"`
	Created    string `json:"date_created_gmt"`
	Modified   string `json:"date_modified_gmt"`
	Links      struct {
		Self []struct {
			Href        string `json:"href"`
			TargetHints struct {
				Allow []string `json:"allow"`
			} `json:"targetHints"`
		} `json:"self"`
	} `json:"_links"`
}

func (l listed) href() string {
	if len(l.Links.Self) == 0 {
		return ""
	}
	return l.Links.Self[0].Href
}

// readList reads a list of records; ok is false when the answer is none.
func readList(x *Exchange) (records []listed, ok bool) {
	if x == nil || x.Status != http.StatusOK || x.Body.Count < 0 {
		return nil, false
	}
	if x.Body.JSON == nil {
		return nil, x.Body.Count == 0
	}
	return records, json.Unmarshal(x.Body.JSON, &records) == nil
}

// askRecords sends what depends on the first answers: the oldest orders, single records where the list did not say what
// is allowed, whole pages as a sync reads them, facts of the site.
func (c *collection) askRecords(ctx context.Context) {
	t := c.ev.Target
	probes := slices.Concat(c.doorProbes(t), c.siteProbes(t), c.deepProbes(t, 2, 2))
	probes = append(probes, c.orderProbes(t)...)
	probes = append(probes, c.followUps()...)
	probes = append(probes, c.productProbes(t)...)
	probes = append(probes, c.customerProbes(t)...)
	probes = append(probes, c.pageProbes(t)...)
	probes = append(probes, c.deepProbes(t, 3, 2+c.left()-len(probes)-usualRows)...)
	probes = c.within(probes, rowsReserve)
	c.spread(len(probes))
	c.all(ctx, probes...)
	c.askRows(ctx)
	c.askHidden(ctx)
}

func (c *collection) orderProbes(t TargetFacts) []probe {
	var probes []probe
	list := c.get("list.orders")
	orders, ok := readList(list)
	if !ok {
		return nil
	}
	if total(list) > 100 {
		probes = append(probes, c.list("list.orders.old", "the oldest orders and what the key may do with each", "orders", orderFields,
			url.Values{"per_page": {"20"}, "orderby": {"id"}, "order": {"asc"}}))
	}
	if t.wants(OrdersWrite, OrdersDelete) && !hinted(orders) {
		for _, order := range spread(orders, 4) {
			probes = append(probes, c.options(fmt.Sprintf("allow.orders/%d", order.ID), "ask what the key may do with one order", fmt.Sprintf("wc/v3/orders/%d", order.ID)))
		}
	}
	if t.wants(OrdersRead) && len(orders) > 0 {
		id := orders[0].ID
		probes = append(probes,
			c.list("one.orders", "one order", fmt.Sprintf("orders/%d", id), []string{"id"}, url.Values{}),
			c.list("list.notes", "the notes of one order", fmt.Sprintf("orders/%d/notes", id), []string{"id"}, url.Values{}))
	}
	if t.wants(OrdersRead, OrdersDelete) || c.suspicious() {
		probes = append(probes, c.list("list.refunds", "one refund, and how many there are", "refunds", []string{"id", "parent_id", "_links"}, url.Values{"per_page": {"1"}}))
	}
	return probes
}

// usualRows is how many requests follow the records as a rule.
const usualRows = 4

// rowsReserve is kept for what the answers to the records make necessary: a look at the queue, at the rows of orders.
const rowsReserve = 2

// within leaves out what the budget no longer allows: always the last, so that two runs ask the same.
func (c *collection) within(probes []probe, reserve int) []probe {
	return probes[:min(len(probes), max(0, c.left()-reserve))]
}

// left is how many requests may still be sent.
func (c *collection) left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.budget.Requests - c.ev.Spent
}

// deepProbes ask for further pages of orders, from one to another, at most the fifth. The second goes with what stands for a
// scope, those after it as far as requests are left.
func (c *collection) deepProbes(t TargetFacts, from, to int) []probe {
	list := c.get("list.orders")
	if !t.wants(OrdersRead) || c.lean() || !c.listWorked("list.orders") {
		return nil
	}
	var probes []probe
	for page := from; page <= min(to, 5) && total(list) > (page-1)*pageSize; page++ {
		args := pageArgs("orders", pageSize)
		args.Set("page", fmt.Sprint(page))
		args.Set("_fields", "id")
		probes = append(probes, c.keyed(probe{id: fmt.Sprintf("deep.orders.%d", page), purpose: "a further page of orders, ids only: a record that breaks pages breaks this one too",
			url: c.root.url("wc/v3/orders"), route: "wc/v3/orders", args: args, fields: []string{"id"}}))
	}
	return probes
}

func (c *collection) productProbes(t TargetFacts) []probe {
	products, ok := readList(c.get("list.products"))
	if !ok {
		return nil
	}
	var probes []probe
	if t.wants(ProductsRead) && !t.wants(ProductsWrite) && len(products) > 0 { // a write at such an address shows the same
		probes = append(probes, c.list("one.products", "one product", fmt.Sprintf("products/%d", products[0].ID), []string{"id"}, url.Values{}))
	}
	for _, product := range products {
		if product.Type == "variable" {
			probes = append(probes, c.list("list.variations", "variations of one product and what the key may do with each",
				fmt.Sprintf("products/%d/variations", product.ID), linkFields, url.Values{"per_page": {"5"}}))
			break
		}
	}
	if t.wants(ProductsWrite, ProductsDelete) && !hinted(products) {
		seen := map[string]bool{}
		for _, product := range products {
			if !seen[product.Status] {
				seen[product.Status] = true
				probes = append(probes, c.options(fmt.Sprintf("allow.products/%d", product.ID), "ask what the key may do with one product", fmt.Sprintf("wc/v3/products/%d", product.ID)))
			}
		}
	}
	return probes
}

func (c *collection) customerProbes(t TargetFacts) []probe {
	customers, ok := readList(c.get("list.customers"))
	if !ok || !t.wants(CustomersWrite, CustomersDelete, OrdersWrite) || hinted(customers) {
		return nil
	}
	var probes []probe
	seen := map[string]bool{}
	for _, customer := range customers {
		if !seen[customer.Role] && len(seen) < 3 {
			seen[customer.Role] = true
			probes = append(probes, c.options(fmt.Sprintf("allow.customers/%d", customer.ID), "ask what the key may do with one user", fmt.Sprintf("wc/v3/customers/%d", customer.ID)))
		}
	}
	return probes
}

// hinted reports whether the list says itself what is allowed (WordPress 6.7 and newer do).
func hinted(records []listed) bool {
	for _, r := range records {
		if len(r.Links.Self) > 0 && len(r.Links.Self[0].TargetHints.Allow) > 0 {
			return true
		}
	}
	return len(records) == 0
}

// spread picks up to n records: the first, the last, and some between.
func spread(records []listed, n int) []listed {
	if len(records) <= n {
		return records
	}
	var picked []listed
	for i := range n {
		picked = append(picked, records[i*(len(records)-1)/(n-1)])
	}
	return picked
}
