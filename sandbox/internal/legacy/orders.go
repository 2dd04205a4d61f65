package legacy

import (
	"strconv"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// isOrder tells whether a route below its namespace answers with orders.
func isOrder(path string) bool { return path == "/orders" || path == `/orders/(?P<id>[\d]+)` }

// version1Order gives the lines of an order the form of wc/v1: prices as text, meta instead of meta_data, no images
// (recording leg-v1-create).
func version1Order(order *rest.Object) *rest.Object {
	order = order.Clone()
	for _, kind := range []string{"line_items", "tax_lines", "shipping_lines", "fee_lines", "coupon_lines"} {
		lines, ok := order.Get(kind)
		if !ok {
			continue
		}
		older := rest.List{}
		for _, e := range rest.Elements(lines) {
			if line, ok := e.(*rest.Object); ok {
				e = version1Line(kind, line)
			}
			older = append(older, e)
		}
		order.Set(kind, older)
	}
	return order
}

func version1Line(kind string, line *rest.Object) *rest.Object {
	line = line.Clone()
	for _, name := range []string{
		"meta_data", "global_unique_id", "image", "parent_name", "rate_percent", "instance_id", "tax_status",
	} {
		line.Delete(name)
	}
	if kind == "line_items" {
		if price, ok := line.Get("price"); ok {
			line.Set("price", strconv.FormatFloat(rest.Float(price), 'f', 2, 64))
		}
		line.Set("meta", rest.List{})
	}
	return line
}

// blindOrders makes wc/v1 blind to orders that are in order tables only: its controller looks for posts of type
// shop_order, and there are none (recordings leg-v1-orders, -order, -delete, -restore). With synchronisation those
// posts exist.
func (v versions) blindOrders(path string, next rest.Handler) rest.Handler {
	sees := func() bool {
		storage := v.store.Storage()
		return storage == capability.Posts || storage == capability.HPOSSync
	}
	switch path {
	case "/orders":
		return func(r *rest.Request) (*rest.Response, error) {
			if r.Method == "POST" || sees() {
				return next(r)
			}
			response := &rest.Response{Body: rest.List{}}
			rest.Paginate(r, response, "/wc/v3/orders", 0, 0)
			return response, nil
		}
	case `/orders/(?P<id>[\d]+)`:
		return func(r *rest.Request) (*rest.Response, error) {
			if sees() || v.store.IsOrderPost(r.Int("id")) {
				return next(r)
			}
			switch r.Method {
			case "GET", "HEAD":
				return nil, rest.Errorf(404, "woocommerce_rest_invalid_shop_order_id", "Invalid ID.")
			case "DELETE":
				return nil, rest.Errorf(404, "woocommerce_rest_shop_order_invalid_id", "ID is invalid.")
			}
			return nil, rest.Errorf(400, "woocommerce_rest_shop_order_invalid_id", "ID is invalid.")
		}
	}
	return next
}
