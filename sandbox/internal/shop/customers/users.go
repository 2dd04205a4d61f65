package customers

import (
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// SetDirectory gives the store the roles and keys of its users. Without a directory, users that the store creates have
// no capabilities.
func (s *Store) SetDirectory(d *identity.Directory) { s.Directory = d }

func newUserTable() *core.Table[*identity.User] {
	return core.NewTable[*identity.User]().
		NamedBy("login", func(u *identity.User) (string, bool) { return core.CollationKey(u.Login), true }).
		NamedBy("email", func(u *identity.User) (string, bool) { return core.CollationKey(u.Email), u.Email != "" }).
		NamedBy("nicename", func(u *identity.User) (string, bool) { return u.Nicename, true })
}

// The rows of wp_usermeta that WordPress writes for a new user, and the further ones for the user that it installs.
const (
	userRows  = 13
	adminRows = 2
)

// refresh computes the capabilities of a user anew.
func (s *Store) refresh(u *identity.User) {
	if s.Directory != nil {
		s.Directory.Refresh(u)
	}
}

// revokeKeys removes the keys of a user.
func (s *Store) revokeKeys(u *identity.User) {
	if s.Directory != nil {
		s.Directory.RemoveUserKeys(u.ID)
	}
}

// roleNames are the roles users may have.
func (s *Store) roleNames() []string {
	if s.Directory == nil {
		return nil
	}
	return s.Directory.RoleNames()
}

// keepCustomer returns the customer record of a user, and makes one where there is none.
func (s *Store) keepCustomer(id int64) *Customer {
	customer, ok := s.Customers.Get(id)
	if !ok {
		customer = &Customer{UserID: id}
		s.Customers.Insert(customer)
	}
	return customer
}
