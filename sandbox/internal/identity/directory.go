package identity

import (
	"maps"
	"slices"
	"strings"
)

// Users finds users; the store's own table implements it.
type Users interface {
	Get(id int64) (*User, bool)
	All() func(yield func(*User) bool)
}

// Directory holds roles, keys and application passwords, and looks up users.
// It is not safe for concurrent change: the store's lock guards it, apart from
// what Authenticate writes, which has a lock of its own.
type Directory struct {
	users     Users
	roles     map[string]*Role
	roleOrder []string

	keys      map[string]*Key // by consumer key
	nextKeyID int64
	passwords []*ApplicationPassword
}

// NewDirectory returns a directory with the given roles and no keys.
func NewDirectory(roles []*Role, users Users) *Directory {
	d := &Directory{
		users: users,
		roles: map[string]*Role{},
		keys:  map[string]*Key{},
	}
	for _, role := range roles {
		d.DefineRole(role)
	}
	return d
}

// DefineRole adds or replaces a role and brings its users up to date.
func (d *Directory) DefineRole(role *Role) {
	if _, ok := d.roles[role.Slug]; !ok {
		d.roleOrder = append(d.roleOrder, role.Slug)
	}
	d.roles[role.Slug] = role
	for u := range d.users.All() {
		d.Refresh(u)
	}
}

// Role returns a role by its slug.
func (d *Directory) Role(slug string) (*Role, bool) {
	role, ok := d.roles[slug]
	return role, ok
}

// RoleSlugs returns the slugs of all roles in the order they were defined.
func (d *Directory) RoleSlugs() []string { return slices.Clone(d.roleOrder) }

// Refresh recomputes what a user may do. Call it after adding a user or
// changing Roles or Caps.
func (d *Directory) Refresh(u *User) {
	effective := map[string]bool{}
	for _, slug := range u.Roles {
		role, ok := d.roles[slug]
		if !ok {
			continue
		}
		for capability, granted := range role.Caps {
			if granted {
				effective[capability] = true
			}
		}
		// WordPress gives every user a capability named like each of its roles.
		effective[slug] = true
	}
	for capability, granted := range u.Caps {
		if granted {
			effective[capability] = true
		} else {
			delete(effective, capability)
		}
	}
	// WooCommerce grants edit_users to shop managers at run time, by the name
	// of the role (permissions/README fact 4).
	if effective["shop_manager"] {
		effective["edit_users"] = true
	}
	u.effective = effective
}

// SetRoles replaces a user's roles.
func (d *Directory) SetRoles(u *User, roles ...string) {
	u.Roles = roles
	d.Refresh(u)
}

// Capabilities returns a user's effective primitive capabilities, sorted.
func (d *Directory) Capabilities(u *User) []string {
	return slices.Sorted(maps.Keys(u.effective))
}

// ByLogin finds a user by login name, by e-mail address failing that, as
// WordPress does when someone signs in.
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

// RemoveKey revokes a key.
func (d *Directory) RemoveKey(k *Key) { delete(d.keys, k.ConsumerKey) }

// RemoveUserKeys revokes the keys of a user, as WordPress does when the user
// is deleted.
func (d *Directory) RemoveUserKeys(userID int64) {
	maps.DeleteFunc(d.keys, func(_ string, k *Key) bool { return k.UserID == userID })
}

// Keys returns all keys by id.
func (d *Directory) Keys() []*Key {
	return slices.SortedFunc(maps.Values(d.keys), func(a, b *Key) int { return int(a.ID - b.ID) })
}

// AddApplicationPassword gives a user an application password. The first one
// switches "application passwords in use" on, which changes what WordPress
// says to unknown Basic credentials.
func (d *Directory) AddApplicationPassword(p *ApplicationPassword) {
	d.passwords = append(d.passwords, p)
}
