package orders

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// OrderStatuses are all registered statuses.
func (s *Store) OrderStatuses() []OrderStatus { return s.Statuses }

// RegisterOrderStatus adds a status as a plugin does. The status of checkout drafts stays last (recordings:
// status-custom-statuses).
func (s *Store) RegisterOrderStatus(status OrderStatus) {
	status.Slug = strings.TrimPrefix(status.Slug, "wc-")
	kept := slices.DeleteFunc(slices.Clone(s.Statuses),
		func(known OrderStatus) bool { return known.Slug == status.Slug })
	place := slices.IndexFunc(kept, func(known OrderStatus) bool { return known.Slug == "checkout-draft" })
	if place < 0 {
		place = len(kept)
	}
	s.Statuses = slices.Insert(kept, place, status)
	s.relist()
}

// UnregisterOrderStatus removes a status. Orders keep it, but on order tables only a list that names it shows them
// (status-custom-gone-list).
func (s *Store) UnregisterOrderStatus(slug string) {
	slug = strings.TrimPrefix(slug, "wc-")
	s.Statuses = slices.DeleteFunc(slices.Clone(s.Statuses), func(known OrderStatus) bool { return known.Slug == slug })
	s.relist()
}

// EachPublicStatus yields the statuses that a plugin registered as public, with the prefix wc-.
func (s *Store) EachPublicStatus(yield func(name, label string)) {
	for _, status := range s.Statuses {
		if status.Public && !status.NameOnly {
			yield("wc-"+status.Slug, status.Name)
		}
	}
}

// storageChanged recomputes what lists show after orders moved to another storage.
func (s *Store) storageChanged(option string) {
	if option == core.OrderTablesOption {
		s.relist()
	}
}

// relist recomputes which orders a list with the status "any" shows.
func (s *Store) relist() {
	for _, o := range slices.Collect(s.Orders.All()) {
		if listed := s.anyShows(o.Status); listed != o.listed {
			s.Orders.Change(o, func(o *Order) { o.listed = listed })
		}
	}
	s.InvalidateRendered()
}

// anyShows says whether a list with the status "any" shows orders with a status (measured on 10.0.2, 10.3.6 and 11.0.1,
// both storages). Posts are found by WP_Query, which leaves out statuses excluded from search and shows unregistered
// ones. Order tables show registered statuses, or what the version makes of "any".
func (s *Store) anyShows(slug string) bool {
	status, registered := s.Statuses.find(slug)
	switch {
	case s.Storage() == capability.Posts:
		return !unsearchable[slug] && !status.ExcludeFromSearch
	case s.Has(core.AnyFiltersNothing):
		return true
	}
	return registered && !status.NameOnly && !(status.ExcludeFromSearch && s.Has(core.AnyLeavesOutUnsearchable))
}

// unsearchable are WordPress's own statuses that it leaves out of "any".
var unsearchable = map[string]bool{"trash": true, "auto-draft": true}
