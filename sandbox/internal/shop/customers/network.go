package customers

import (
	"iter"

	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// Join adds a site to the network. The site takes the lock of the earlier sites. The store must not be in use.
func (n *Network) Join(s *Store) {
	s.Network = n
	if len(n.sites) == 0 {
		s.JoinNetwork(nil)
	} else {
		s.JoinNetwork(n.sites[0].RWMutex)
		s.Lock()
		defer s.Unlock()
	}
	n.sites = append(n.sites, s)
}

// Meet makes the users of the first site known to s. A site calls it when it joins, and after a reset, before it has
// users of its own.
func (s *Store) Meet() {
	n := s.Network
	if n == nil || n.sites[0] == s {
		return
	}
	for u := range n.sites[0].Users.All() {
		n.sites[0].show(s, u)
	}
}

// SiteID is the number of the site in its network; 1 for a store of its own.
func (s *Store) SiteID() int64 {
	if s.Network != nil {
		for i, site := range s.Network.sites {
			if site == s {
				return int64(i + 1)
			}
		}
	}
	return 1
}

// spread copies a user's network-wide data to the other sites.
func (s *Store) spread(u *identity.User) {
	if s.Network == nil {
		return
	}
	for _, site := range s.Network.sites {
		if site != s {
			s.show(site, u)
		}
	}
}

// show updates a user's network-wide data on another site: the account, and what WooCommerce keeps of the customer.
// Roles are not included. wp_users and wp_usermeta belong to the network.
func (s *Store) show(site *Store, u *identity.User) {
	copied := *u
	if known, ok := site.Users.Get(u.ID); ok {
		site.Users.Change(known, func(known *identity.User) {
			copied.Roles, copied.Granted, copied.Refused, copied.Outsider = known.Roles, known.Granted, known.Refused,
				known.Outsider
			*known = copied
		})
		site.refresh(known)
	} else {
		copied.Roles, copied.Granted, copied.Refused, copied.Outsider = nil, nil, nil, true
		site.IDs.User = max(site.IDs.User, core.Counter(u.ID))
		site.Users.Insert(&copied)
		site.refresh(&copied)
	}
	site.IDs.UserMeta = max(site.IDs.UserMeta, s.IDs.UserMeta)
	if customer, ok := s.Customers.Get(u.ID); ok {
		there := site.keepCustomer(u.ID)
		*there = *customer
		there.Meta = append(core.MetaList(nil), customer.Meta...)
	}
}

// Members are the users of the site.
func (s *Store) Members() iter.Seq[*identity.User] {
	return func(yield func(*identity.User) bool) {
		for u := range s.Users.All() {
			if !u.Outsider && !yield(u) {
				return
			}
		}
	}
}

// UserFor finds a user as far as the caller may know of him: members of the site, and everybody for a super admin. A
// network may show all its users on all sites (docs/checks/customer-other-site.md).
func (s *Store) UserFor(caller *identity.User, id int64) (*identity.User, bool) {
	u, ok := s.Users.Get(id)
	if !ok || u.Outsider && !(caller.Known() && caller.SuperAdmin) &&
		!s.Options.Yes("woocommerce_network_wide_customers") {
		return nil, false
	}
	return u, true
}

// enter makes a user of the network a member of the site.
func (s *Store) enter(u *identity.User, role string) {
	if u.Outsider {
		s.Users.Change(u, func(u *identity.User) { u.Outsider, u.Roles = false, []string{role} })
		s.refresh(u)
	}
}

// SetMember makes a user of the network a member of the site with these roles, or removes him from the site.
func (s *Store) SetMember(u *identity.User, member bool, roles ...string) {
	s.Users.Change(u, func(u *identity.User) { u.Outsider, u.Roles = !member, roles })
	s.refresh(u)
}

// leave removes a user from the site. The network still has him.
func (s *Store) leave(u *identity.User) { s.SetMember(u, false) }

// AddUser adds a user. A zero id takes the next number. The caller must refresh the directory of roles for him.
func (s *Store) AddUser(u *identity.User) {
	if u.ID == 0 {
		u.ID = s.IDs.User.Next()
	}
	s.IDs.User = max(s.IDs.User, core.Counter(u.ID))
	s.IDs.UserMeta += userRows
	if s.Has(core.WordPress71) {
		s.IDs.UserMeta++ // infinite_scrolling
	}
	if u.ID == 1 {
		s.IDs.UserMeta += adminRows
	}
	s.Users.Insert(u)
	s.spread(u)
}
