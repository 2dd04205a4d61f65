package orders

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// OrderStatus is a status an order can have, by its slug without wc-. The switches are arguments of WordPress's
// register_post_status; WooCommerce's own statuses have none of them, but for the checkout's drafts since 10.8.
type OrderStatus struct {
	Slug string
	Name string
	// Public and Private statuses ask for other capabilities; on posts a list with an empty status shows them and
	// nothing else.
	Public, Private bool
	// ExcludeFromSearch is what WordPress also sets of a status whose plugin says nothing about public, private,
	// protected or internal.
	ExcludeFromSearch bool
	// NameOnly: the plugin told WooCommerce of the status (wc_order_statuses) and did not register it with WordPress.
	// Order tables then never find it, and posts take no notice of it in a list.
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

// name is what people read; unknown statuses show their slug.
func (l statuses) name(slug string) string {
	if status, known := l.find(slug); known {
		return status.Name
	}
	return slug
}

// draftStatuses do not announce themselves: no hook tells of a new order while it is a draft.
func isDraftStatus(slug string) bool {
	return slug == "auto-draft" || slug == "draft" || slug == "checkout-draft" || slug == "new"
}
