// Package rest is a WordPress REST server: it routes, authenticates by way of a hook, validates and sanitises
// parameters, asks permission, calls handlers and renders their answers the way WordPress does, byte for byte where a
// client could notice.
//
// It knows HTTP and WordPress, and nothing of shops: orders, products and the rest register their routes as data
// (Route) and answer with Response values.
//
// # How to add a resource
//
// Register one Route per URL pattern, written exactly as WordPress writes it ("/wc/v3/orders/(?P<id>[\d]+)"). Each
// Endpoint names its methods, a permission callback and a handler:
//
//	server.Register(rest.Route{
//		Pattern: `/wc/v3/orders/(?P<id>[\d]+)`,
//		Endpoints: []rest.Endpoint{
//			{Methods: rest.Readable, Permission: c.mayRead, Handler: c.get},
//			{Methods: rest.Editable, Permission: c.mayEdit, Handler: c.update},
//			{Methods: rest.Deletable, Permission: c.mayDelete, Handler: c.remove},
//		},
//	})
//
// The argument schema of an endpoint comes from the recorded index of a real store (schema/wc-v3.jsonl) by pattern and
// methods, so a resource of wc/v3 need not spell it out; Endpoint.Args replaces the recorded schema. Endpoint.Rules
// states where the real controller validates or sanitises in another way than WordPress's default.
//
// A handler receives a Request whose parameters are validated and sanitised already, and returns a Response or an
// error. An *Error is sent as WordPress sends a WP_Error; any other error, or a panic, becomes what PHP makes of an
// uncaught exception: a 500 internal_server_error.
//
//	func (c *orders) get(r *rest.Request) (*rest.Response, error) {
//		order, ok := c.shop.Order(r.Int("id"))
//		if !ok {
//			return nil, rest.Errorf(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID.")
//		}
//		return &rest.Response{Body: order.JSON(), Links: c.links(r, order)}, nil
//	}
//
// A collection answers with a List of items, each an *Object or Raw JSON without _links together with its links (Item);
// Paginate adds the totals and the Link header. Batch runs a controller's own permission and handler functions over the
// items of a batch request.
//
// Older versions of a namespace are served by Alias from the same handlers; Request.Namespace tells a handler which
// namespace was asked for. Handlers write paths of wc/v3 into links; RESTURL renames them.
//
// The store is locked around a request: shared for GET, HEAD and OPTIONS, exclusively for everything else, so handlers
// of writes need no locks. A handler that must wait for the outside world (fetching an image) does so inside
// Request.Unlocked.
package rest
