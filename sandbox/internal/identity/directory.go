package identity

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/waybillhq/waybill/capability"
)

// Users finds users; the store's own table implements it.
type Users interface {
	Get(id int64) (*User, bool)
	All() iter.Seq[*User]
}

// Directory holds roles, keys and application passwords, and looks up users. The store's lock guards it: changes need
// the lock exclusively, Authenticate and look-ups need it shared. A lock of its own guards what Authenticate writes
// (last access, nonces).
type Directory struct {
	users     Users
	roles     map[string]capability.Role
	roleOrder []string

	keys      map[string]*Key // by consumer key
	nextKeyID int64
	passwords []*ApplicationPassword

	used sync.Mutex // guards LastAccess and Nonces of all keys
}

// NewDirectory returns a directory with the given roles and no keys.
func NewDirectory(roles []capability.Role, users Users) *Directory {
	d := &Directory{users: users, roles: map[string]capability.Role{}, keys: map[string]*Key{}}
	for _, role := range roles {
		d.DefineRole(role)
	}
	return d
}

// DefineRole adds or replaces a role and brings its users up to date.
func (d *Directory) DefineRole(role capability.Role) {
	if _, ok := d.roles[role.Name]; !ok {
		d.roleOrder = append(d.roleOrder, role.Name)
	}
	d.roles[role.Name] = role
	for u := range d.users.All() {
		if u.Is(role.Name) {
			d.Refresh(u)
		}
	}
}

// RemoveRole forgets a role; its users keep its name without its capabilities.
func (d *Directory) RemoveRole(name string) {
	delete(d.roles, name)
	d.roleOrder = slices.DeleteFunc(d.roleOrder, func(n string) bool { return n == name })
	for u := range d.users.All() {
		if u.Is(name) {
			d.Refresh(u)
		}
	}
}

// Role returns a role by its slug.
func (d *Directory) Role(name string) (capability.Role, bool) {
	role, ok := d.roles[name]
	return role, ok
}

// RoleNames returns the slugs of all roles in the order they were defined.
func (d *Directory) RoleNames() []string { return slices.Clone(d.roleOrder) }

// Refresh recomputes what a user may do. Call it after adding a user or changing Roles, Granted or Refused.
func (d *Directory) Refresh(u *User) {
	effective := capability.NewSet()
	for _, name := range u.Roles {
		if role, ok := d.roles[name]; ok {
			maps.Copy(effective, role.Caps)
		}
		// WordPress gives every user a capability named like each of its roles.
		effective.Add(name)
	}
	maps.Copy(effective, u.Granted)
	for name := range u.Refused {
		delete(effective, name)
	}
	u.stored = effective.Clone()
	// WooCommerce grants edit_users to shop managers at run time, by the name of the role
	// (docs/woocommerce/permissions.md#fact-4).
	if u.Is("shop_manager") {
		effective.Add("edit_users")
	}
	u.effective = effective
}

// SetRoles replaces a user's roles.
func (d *Directory) SetRoles(u *User, names ...string) {
	u.Roles = names
	d.Refresh(u)
}

// ByLogin finds a user by login name, else by e-mail address, as WordPress does at sign-in.
func (d *Directory) ByLogin(login string) (*User, bool) {
	for u := range d.users.All() {
		if strings.EqualFold(u.Login, login) {
			return u, true
		}
	}
	for u := range d.users.All() {
		if u.Email != "" && strings.EqualFold(u.Email, login) {
			return u, true
		}
	}
	return nil, false
}

// User finds a user by id.
func (d *Directory) User(id int64) (*User, bool) { return d.users.Get(id) }

// AddKey adds a key; a zero ID takes the next number.
func (d *Directory) AddKey(k *Key) {
	if k.ID == 0 {
		k.ID = d.nextKeyID + 1
	}
	d.nextKeyID = max(d.nextKeyID, k.ID)
	d.keys[k.ConsumerKey] = k
}

// RemoveKey revokes a key. Requests with that key count as a stranger's from now on.
func (d *Directory) RemoveKey(k *Key) { delete(d.keys, k.ConsumerKey) }

// RemoveUserKeys revokes the keys of a user, as WordPress does when the user is deleted.
func (d *Directory) RemoveUserKeys(userID int64) {
	maps.DeleteFunc(d.keys, func(_ string, k *Key) bool { return k.UserID == userID })
}

// Keys returns copies of all keys, by id.
func (d *Directory) Keys() []Key {
	d.used.Lock()
	defer d.used.Unlock()
	keys := make([]Key, 0, len(d.keys))
	for _, k := range d.keys {
		keys = append(keys, *k)
	}
	slices.SortFunc(keys, func(a, b Key) int { return int(a.ID - b.ID) })
	return keys
}

// AddApplicationPassword gives a user an application password. The first one marks application passwords as in use,
// which changes what WordPress says to unknown Basic credentials (docs/checks/invalid-username-global.md).
func (d *Directory) AddApplicationPassword(p *ApplicationPassword) {
	d.passwords = append(d.passwords, p)
}

// RemoveApplicationPassword removes an application password without a trace. WordPress itself would keep the mark that
// application passwords are in use.
func (d *Directory) RemoveApplicationPassword(p *ApplicationPassword) {
	d.passwords = slices.DeleteFunc(d.passwords, func(have *ApplicationPassword) bool { return have == p })
}

// Key finds a key by its consumer key; nil when there is none.
func (d *Directory) Key(consumerKey string) *Key { return d.keys[consumerKey] }
