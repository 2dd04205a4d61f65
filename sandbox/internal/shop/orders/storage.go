package orders

import (
	"errors"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/wptext"
)

// IsOrderPost says whether an order has a row in wp_posts that is an order, and not a placeholder.
func (s *Store) IsOrderPost(id int64) bool {
	o, ok := s.Orders.Get(id)
	return ok && o.Row == capability.ShopOrderPost
}

// savedNote is what is stored of a customer's note. Under the legacy storage the note is the excerpt of a post. It
// loses backslashes there, and HTML too when the author may not post unfiltered HTML.
func (c *Clerk) savedNote(note string) string {
	if c.Storage() != capability.Posts {
		return note
	}
	note = wptext.StripSlashes(note)
	if c.User != nil && !c.User.Can("unfiltered_html") {
		note = wptext.KsesPost(note)
	}
	return note
}

// errOutOfSync is PHP's uncaught exception when somebody changes the storage while orders exist in one place only.
//
//nolint:staticcheck // clients are shown it
var errOutOfSync = errors.New("The authoritative table for orders storage can't be changed while there are orders " +
	"out of sync")

// ChangeStorage runs before an option about the storage of orders changes. An error refuses the change.
func (s *Store) ChangeStorage(option, value string) error {
	switch {
	case option == core.OrderTablesOption && value != s.Options.Get(option) && s.ordersOutOfSync():
		return errOutOfSync
	case option == core.OrderSyncOption && value == "yes":
		s.syncOrders()
	}
	return nil
}

// ordersOutOfSync says whether an order exists in only one of the two places.
func (s *Store) ordersOutOfSync() bool {
	if s.Options.Yes(core.OrderSyncOption) {
		return false
	}
	return s.Orders.Len()+s.Refunds.Len() > 0
}

// syncOrders gives every order and refund the row of wp_posts that it has after synchronisation. WooCommerce does that
// in the background within minutes; the sandbox does it at once.
func (s *Store) syncOrders() {
	orderRow, _ := capability.HPOSSync.OrderRow()
	for o := range s.Orders.All() {
		o.Row = orderRow
	}
	for refund := range s.Refunds.All() {
		refund.Row = capability.RefundPost
	}
}
