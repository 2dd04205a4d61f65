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

// savedNote is what is saved of a customer's note: under the legacy storage it is the excerpt of a post, which loses
// backslashes, and HTML from who may not post what they like.
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

// errOutOfSync is the exception nobody catches when somebody moves orders that exist in one place only.
//
//nolint:staticcheck // clients are shown it
var errOutOfSync = errors.New("The authoritative table for orders storage can't be changed while there are orders " +
	"out of sync")

// ChangeStorage is called before an option about the storage of orders changes.
func (s *Store) ChangeStorage(option, value string) error {
	switch {
	case option == core.OrderTablesOption && value != s.Options.Get(option) && s.ordersOutOfSync():
		return errOutOfSync
	case option == core.OrderSyncOption && value == "yes":
		s.syncOrders()
	}
	return nil
}

// ordersOutOfSync says whether an order exists in one of the two places only.
func (s *Store) ordersOutOfSync() bool {
	if s.Options.Yes(core.OrderSyncOption) {
		return false
	}
	return s.Orders.Len()+s.Refunds.Len() > 0
}

// syncOrders gives every order and refund the row in wp_posts that it has once it is copied there. WooCommerce does
// that in the background, within minutes; here it is done at once.
func (s *Store) syncOrders() {
	orderRow, _ := capability.HPOSSync.OrderRow()
	for o := range s.Orders.All() {
		o.Row = orderRow
	}
	for refund := range s.Refunds.All() {
		refund.Row = capability.RefundPost
	}
}
