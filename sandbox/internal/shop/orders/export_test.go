package orders

import (
	"slices"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// What only the room sees, for tests that ask a whole shop.

// OrderFilter is orderFilter.
type OrderFilter = orderFilter

// SaveOrder saves an empty order with a status, registered or not, and returns its number.
func (s *Store) SaveOrder(status string, customer int64) int64 {
	d := s.clerk(nil).newDraft()
	d.order.Status, d.order.CustomerID = status, customer
	d.save()
	return d.order.ID
}

// FilterByStatus makes a filter ask for statuses.
func (s *Store) FilterByStatus(f *OrderFilter, caller *identity.User, asked ...string) {
	f.statuses, f.listed = s.statusFilter(asked, caller)
}

// BothPages is a page the fast way and the slow one; cut says that an index gave the fast one.
func (s *Store) BothPages(f OrderFilter) (fast, slow []*Order, fastTotal, slowTotal int, cut bool) {
	_, _, _, cut = s.indexOf(f)
	matching := slices.Clone(s.matchingOrders(f))
	fast, fastTotal = s.listOrders(f)
	return fast, core.Paged(matching, f.ListFilter), fastTotal, len(matching), cut
}
