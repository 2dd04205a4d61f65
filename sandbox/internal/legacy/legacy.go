// Package legacy serves the older versions of WooCommerce's API, wc/v1 and
// wc/v2, and wc-analytics, from the handlers of wc/v3: routes, methods and
// arguments as a real store lists them, records in their older form.
//
// It guarantees the differences that recordings show (section discovery,
// leg-*): members that later versions added are left out, wc/v1 does not see
// orders that live in order tables. It must not know how records are kept.
//
//	legacy.Register(server, func() bool { return storage != capability.Posts })
package legacy

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// Register adds the older namespaces for all routes of wc/v3 registered so
// far. ordersInTables says whether orders live in order tables.
func Register(server *rest.Server, ordersInTables func() bool) {
	server.Alias(rest.Alias{From: "wc/v3", To: "wc/v2", Shape: version2})
	server.Alias(rest.Alias{
		From: "wc/v3", To: "wc/v1", Shape: version1, Links: version1Links, OwnRules: true, Wrap: blindOrders(ordersInTables),
	})
	server.Alias(rest.Alias{From: "wc/v3", To: "wc-analytics"})
}

// version2 gives a record the form of wc/v2: what the item schema of wc/v2
// names, the stock as in_stock, and what WooCommerce shows beside its schema.
func version2(path string, record *rest.Object) *rest.Object {
	if !isProduct(path) {
		return record
	}
	record = withStock(record)
	return only(record, "wc/v2", path, "brands")
}

// version1 gives a record the form of wc/v1: no GMT dates, no meta data, empty
// texts where later versions say null.
func version1(path string, record *rest.Object) *rest.Object {
	if isProduct(path) {
		record = withStock(record)
		record.Set("download_type", "standard")
		for _, name := range []string{"date_on_sale_from", "date_on_sale_to"} {
			if v, ok := record.Get(name); ok && v == nil {
				record.Set(name, "")
			}
		}
		record.Set("images", version1Images(record.Value("images")))
	}
	if isOrder(path) {
		record = version1Order(record)
	}
	return only(record, "wc/v1", path, "brands")
}

// isProduct tells whether a route below its namespace answers with products or
// variations.
func isProduct(path string) bool {
	return path == "/products" || path == `/products/(?P<id>[\d]+)` ||
		strings.HasPrefix(path, `/products/(?P<product_id>[\d]+)/variations`)
}

// version1Links leaves out relations that came later.
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

// only keeps the members that the item schema of a namespace names, and the
// extra ones. A route without a schema keeps everything.
func only(record *rest.Object, namespace, path string, extra ...string) *rest.Object {
	properties := rest.SchemaProperties("/" + namespace + path)
	if properties == nil {
		return record
	}
	kept := &rest.Object{}
	for name, v := range record.All() {
		if properties.Has(name) || name == "id" {
			kept.Set(name, v)
			continue
		}
		for _, e := range extra {
			if name == e {
				kept.Set(name, v)
			}
		}
	}
	return kept
}

// version1Images are a product's images with their position and without GMT
// dates.
func version1Images(v rest.Value) rest.Value {
	images := rest.List{}
	for i, e := range rest.Elements(v) {
		image, ok := e.(*rest.Object)
		if !ok {
			continue
		}
		older := &rest.Object{}
		for _, name := range []string{"id", "date_created", "date_modified", "src", "name", "alt"} {
			if value, ok := image.Get(name); ok {
				older.Set(name, value)
			}
		}
		older.Set("position", int64(i))
		images = append(images, older)
	}
	return images
}
