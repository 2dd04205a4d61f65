package orders

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// OrderStatus is a status of orders, by its slug without wc-. The switches are arguments of WordPress's
// register_post_status. WooCommerce's own statuses have none of them, except checkout drafts since 10.8.
type OrderStatus struct {
	Slug string
	Name string
	// Public and Private statuses ask for other capabilities. On posts a list with an empty status shows only such
	// orders.
	Public, Private bool
	// ExcludeFromSearch is also set by WordPress for a status whose plugin says nothing about public, private,
	// protected or internal.
	ExcludeFromSearch bool
	// NameOnly: the plugin told WooCommerce of the status (wc_order_statuses) but did not register it with WordPress.
	// Order tables then never find the status, and on posts a list ignores it.
	NameOnly bool
}

// statuses are the registered order statuses, in WooCommerce's order.
type statuses []OrderStatus

func installedStatuses(version capability.Version) statuses {
	return statuses{
		{Slug: "pending", Name: "Pending payment"},
		{Slug: "processing", Name: "Processing"},
		{Slug: "on-hold", Name: "On hold"},
		{Slug: "completed", Name: "Completed"},
		{Slug: "cancelled", Name: "Cancelled"},
		{Slug: "refunded", Name: "Refunded"},
		{Slug: "failed", Name: "Failed"},
		{Slug: "checkout-draft", Name: "Draft", ExcludeFromSearch: core.UnsearchableDrafts.Holds(version)},
	}
}

// find returns a registered status.
func (l statuses) find(slug string) (OrderStatus, bool) {
	for _, status := range l {
		if status.Slug == slug {
			return status, true
		}
	}
	return OrderStatus{}, false
}

// knows says whether the status is registered.
func (l statuses) knows(slug string) bool {
	_, known := l.find(slug)
	return known
}

// name is the name of a status for people. An unknown status shows its slug.
func (l statuses) name(slug string) string {
	if status, known := l.find(slug); known {
		return status.Name
	}
	return slug
}

// isDraftStatus says whether a status is a draft. No hook announces an order while it is a draft.
func isDraftStatus(slug string) bool {
	return slug == "auto-draft" || slug == "draft" || slug == "checkout-draft" || slug == "new"
}
