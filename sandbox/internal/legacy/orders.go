package legacy

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// blindOrders makes wc/v1 blind to orders in order tables: its controller
// looks for posts of type shop_order, and there are none (recordings
// leg-v1-orders, -order, -delete, -restore).
func blindOrders(ordersInTables func() bool) func(string, rest.Handler) rest.Handler {
	return func(path string, next rest.Handler) rest.Handler {
		switch path {
		case "/orders":
			return func(r *rest.Request) (*rest.Response, error) {
				if r.Method == "POST" || !ordersInTables() {
					return next(r)
				}
				response := &rest.Response{Body: rest.List{}}
				rest.Paginate(r, response, "/wc/v3/orders", 0, 0)
				return response, nil
			}
		case `/orders/(?P<id>[\d]+)`:
			return func(r *rest.Request) (*rest.Response, error) {
				if !ordersInTables() {
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
}
