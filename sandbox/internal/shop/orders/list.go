package orders

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// list answers GET /orders.
func (c orders) list(r *rest.Request) (*rest.Response, error) {
	filter := c.orderListFilter(r)
	page, total := c.listOrders(filter)
	pages := rest.Pages(total, int(filter.PerPage))
	if len(page) == 0 {
		// WooCommerce counts only when the page has records. So a page beyond the end reports a total of zero
		// (docs/checks/page-beyond-total-zero.md). The legacy storage counts always, unless an offset goes beyond the
		// end.
		if c.Storage() != capability.Posts || filter.Offset != nil {
			total, pages = 0, 0
		}
	}
	// The links to other pages hold what the controller put into the request meanwhile: statuses as a list, and
	// decimals and context once an order was shown. Only wc/v2 leaves the statuses alone (recordings: leg-v2-orders).
	if r.Namespace() != "wc/v2" {
		statuses := r.Param("status")
		r.Query.Delete("status")
		r.Set("status", statuses)
	}
	view := c.ViewOf(r)
	view.Whole = false
	items := make(rest.List, len(page))
	for i, order := range page {
		items[i] = rest.Item{Data: c.orderJSON(order, view), Links: c.orderLinks(r, order)}
	}
	if len(page) > 0 {
		r.Set("dp", int64(view.Decimals))
		context := r.Text("context")
		if context == "" {
			context = "view"
		}
		r.Set("context", context)
	}
	response := &rest.Response{Body: items}
	rest.Paginate(r, response, "/wc/v3/orders", total, pages)
	return response, nil
}
