package shop

import (
	"github.com/waybillhq/waybill/sandbox/internal/shop/customers"
	"github.com/waybillhq/waybill/sandbox/internal/shop/orders"
)

// Network are the sites of a multisite installation; see [customers.Network] for what they share.
type Network struct {
	people customers.Network
	sites  []*Store
}

// join adds a site. The store must not be in use.
func (n *Network) join(s *Store) {
	n.people.Join(s.Customers)
	n.sites = append(n.sites, s)
	s.Orders.SetNetwork(func(site int64) (*orders.Store, bool) {
		if site < 1 || site > int64(len(n.sites)) {
			return nil, false
		}
		return n.sites[site-1].Orders, true
	})
}
