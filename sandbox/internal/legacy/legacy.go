package legacy

import (
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Store is what the older versions need to know of the store around them.
type Store interface {
	Storage() capability.Storage
	Zone() *time.Location
	// IsOrderPost tells whether the order's row in wp_posts is an order, and not only a placeholder.
	IsOrderPost(id int64) bool
}

// Register adds the older namespaces for all routes of wc/v3 registered so far.
func Register(server *rest.Server, store Store) {
	v := versions{store, server}
	server.Alias(rest.Alias{From: "wc/v3", To: "wc/v2", Shape: v.two})
	server.Alias(rest.Alias{
		From: "wc/v3", To: "wc/v1", Shape: v.one, Links: version1Links, OwnRules: true, Wrap: v.blindOrders,
	})
	server.Alias(rest.Alias{From: "wc/v3", To: "wc-analytics", Guard: analyticsGuard})
}

// analyticsGuard gives the customers of the analytics the permission of reports: they are a report, whatever their
// address says (permission oracle: analytics.customers_search).
func analyticsGuard(path string) rest.Permission {
	if path != "/customers" {
		return nil
	}
	return func(r *rest.Request) error {
		if r.Can("view_woocommerce_reports") {
			return nil
		}
		return r.Denied("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.")
	}
}

type versions struct {
	store  Store
	server *rest.Server
}

// two gives a record the form of wc/v2: the members of its item schema, the stock as in_stock, and what WooCommerce
// shows beside the schema.
func (v versions) two(r *rest.Request, path string, record *rest.Object) *rest.Object {
	if !isProduct(path) {
		return record
	}
	record = withStock(record)
	v.setImages(r, record, imageMembers)
	return v.only(record, "wc/v2", path, "brands")
}

// one gives a record the form of wc/v1: no GMT dates, no meta data, empty texts where later versions say null.
func (v versions) one(r *rest.Request, path string, record *rest.Object) *rest.Object {
	if isProduct(path) {
		record = withStock(record)
		record.Set("download_type", "standard")
		for _, name := range []string{"date_on_sale_from", "date_on_sale_to"} {
			if date, ok := record.Get(name); ok && date == nil {
				record.Set(name, "")
			}
		}
		v.setImages(r, record, version1ImageMembers)
	}
	if isOrder(path) {
		record = version1Order(record)
	}
	return v.only(record, "wc/v1", path, "brands")
}

// isProduct tells whether a route below its namespace answers with products or variations.
func isProduct(path string) bool {
	return path == "/products" || path == `/products/(?P<id>[\d]+)` ||
		strings.HasPrefix(path, `/products/(?P<product_id>[\d]+)/variations`)
}

// version1Links leaves out relations that later versions added.
func version1Links(_ string, links []rest.Link) []rest.Link {
	return slices.DeleteFunc(slices.Clone(links), func(l rest.Link) bool { return l.Rel == "email_templates" })
}

// withStock adds in_stock, which later versions replaced by stock_status.
func withStock(record *rest.Object) *rest.Object {
	record = record.Clone()
	if status, ok := record.Get("stock_status"); ok {
		record.Set("in_stock", status == "instock")
	}
	return record
}

// only keeps the members that the item schema of a namespace names, and the extra ones. A record of a route without a
// schema keeps everything.
func (v versions) only(record *rest.Object, namespace, path string, extra ...string) *rest.Object {
	properties := v.server.SchemaProperties("/" + namespace + path)
	if properties == nil {
		return record
	}
	kept := &rest.Object{}
	for name, value := range record.All() {
		if properties.Has(name) || name == "id" {
			kept.Set(name, value)
			continue
		}
		for _, e := range extra {
			if name == e {
				kept.Set(name, value)
			}
		}
	}
	return kept
}
