package shop

import (
	"slices"
	"strings"
)

// OrderStatus is a status an order can have, by its slug without wc-.
type OrderStatus struct {
	Slug string
	Name string
}

// statuses are the registered order statuses, in WooCommerce's order.
type statuses []OrderStatus

func installedStatuses() statuses {
	return statuses{
		{"pending", "Pending payment"},
		{"processing", "Processing"},
		{"on-hold", "On hold"},
		{"completed", "Completed"},
		{"cancelled", "Cancelled"},
		{"refunded", "Refunded"},
		{"failed", "Failed"},
		{"checkout-draft", "Draft"},
	}
}

// OrderStatuses are all registered statuses.
func (s *Store) OrderStatuses() []OrderStatus { return s.statuses }

// RegisterOrderStatus adds a status as a plugin does; the draft status of the
// checkout stays last (recordings: status-custom-statuses).
func (s *Store) RegisterOrderStatus(slug, name string) {
	slug = strings.TrimPrefix(slug, "wc-")
	s.UnregisterOrderStatus(slug)
	last := len(s.statuses) - 1
	s.statuses = append(append(append(statuses{}, s.statuses[:last]...), OrderStatus{slug, name}), s.statuses[last])
	s.relist()
}

// UnregisterOrderStatus removes a status; orders that have it keep it, but no
// list without an explicit status shows them any more
// (status-custom-gone-list).
func (s *Store) UnregisterOrderStatus(slug string) {
	slug = strings.TrimPrefix(slug, "wc-")
	kept := statuses{}
	for _, status := range s.statuses {
		if status.Slug != slug {
			kept = append(kept, status)
		} else {
			s.forgotStatus = true
		}
	}
	s.statuses = kept
	s.relist()
}

// relist finds anew which orders lists show unasked.
func (s *Store) relist() {
	for _, o := range slices.Collect(s.Orders.All()) {
		if listed := s.statuses.knows(o.Status); listed != o.listed {
			s.Orders.Change(o, func(o *Order) { o.listed = listed })
		}
	}
	s.invalidateRendered()
}

// knows says whether the status is registered.
func (l statuses) knows(slug string) bool {
	for _, status := range l {
		if status.Slug == slug {
			return true
		}
	}
	return false
}

// name is what people read; unknown statuses show their slug.
func (l statuses) name(slug string) string {
	for _, status := range l {
		if status.Slug == slug {
			return status.Name
		}
	}
	return slug
}

// draftStatuses do not announce themselves: no hook tells of a new order while
// it is a draft.
func isDraftStatus(slug string) bool {
	return slug == "auto-draft" || slug == "draft" || slug == "checkout-draft" || slug == "new"
}
