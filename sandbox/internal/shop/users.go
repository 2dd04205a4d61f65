package shop

import "github.com/waybillhq/waybill/sandbox/internal/identity"

// SetDirectory gives the store the roles and keys of its users. Without one,
// users that the store creates have no capabilities.
func (s *Store) SetDirectory(d *identity.Directory) { s.directory = d }

func newUserTable() *Table[*identity.User] {
	return newTable[*identity.User]().
		namedBy("login", func(u *identity.User) (string, bool) { return collationKey(u.Login), true }).
		namedBy("email", func(u *identity.User) (string, bool) { return collationKey(u.Email), u.Email != "" }).
		namedBy("nicename", func(u *identity.User) (string, bool) { return u.Nicename, true })
}

// AddUser adds a user; a zero id takes the next number. Whoever adds one
// refreshes the directory of roles for it.
func (s *Store) AddUser(u *identity.User) {
	if u.ID == 0 {
		u.ID = s.ids.User.next()
	}
	s.ids.User = max(s.ids.User, counter(u.ID))
	s.ids.UserMeta += userRows
	if u.ID == 1 {
		s.ids.UserMeta += adminRows
	}
	s.Users.Insert(u)
	s.spread(u)
}

// How many rows of wp_usermeta WordPress writes for a new user, and how many
// more for the one it installs.
const (
	userRows  = 13
	adminRows = 2
)

// refresh computes the capabilities of a user anew.
func (s *Store) refresh(u *identity.User) {
	if s.directory != nil {
		s.directory.Refresh(u)
	}
}

// revokeKeys removes the keys of a user.
func (s *Store) revokeKeys(u *identity.User) {
	if s.directory != nil {
		s.directory.RemoveUserKeys(u.ID)
	}
}

// roleNames are the roles users may have.
func (s *Store) roleNames() []string {
	if s.directory == nil {
		return nil
	}
	return s.directory.RoleNames()
}
