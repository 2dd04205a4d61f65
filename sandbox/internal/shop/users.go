package shop

import "github.com/waybillhq/waybill/sandbox/internal/identity"

// AddUser adds a user; a zero id takes the next number. Whoever adds one
// refreshes the directory of roles for it.
func (s *Store) AddUser(u *identity.User) {
	if u.ID == 0 {
		u.ID = s.ids.User.next()
	}
	s.ids.User = max(s.ids.User, counter(u.ID))
	s.Users.Insert(u)
}

// SetDirectory gives the store the roles and keys of its installation.
func (s *Store) SetDirectory(d *identity.Directory) { s.directory = d }
