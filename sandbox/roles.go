package sandbox

import (
	"fmt"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// GiveRole defines a role, or changes it, and makes it the only role of the user with that login. So a test sees what a
// list of capabilities opens on this store. The zero role takes all roles away; on a site of a network the user is then
// no member. The error says that there is no such user.
func (s *Store) GiveRole(login string, role capability.Role) error {
	err := fmt.Errorf("sandbox: there is no user %q", login)
	s.shop.Update(func(*shop.Store) {
		user, ok := s.directory.ByLogin(login)
		if !ok {
			return
		}
		err = nil
		user.Outsider = role.Name == "" && s.network != nil
		if role.Name == "" {
			s.directory.SetRoles(user)
			return
		}
		s.directory.DefineRole(role)
		s.directory.SetRoles(user, role.Name)
	})
	return err
}
