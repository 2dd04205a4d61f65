package identity

import (
	"slices"
	"time"

	"github.com/waybillhq/waybill/capability"
)

// User is a WordPress user. WooCommerce calls some of them customers.
type User struct {
	ID          int64
	Login       string
	Password    string // in clear: the sandbox protects nothing
	Nicename    string
	Email       string
	DisplayName string
	FirstName   string
	LastName    string
	URL         string
	Registered  time.Time // UTC
	// Roles in the order they were given; the first is "the role" to WooCommerce. A user may have none.
	Roles []string
	// Granted and Refused are single capabilities beside the roles.
	Granted, Refused capability.Set
	// SuperAdmin holds every capability on all sites of a network.
	SuperAdmin bool
	// Outsider is a user of a network who is no member of this site. The site knows his id, login and e-mail, and he
	// has no role (docs/checks/key-owner-not-in-blog.md).
	Outsider bool

	// effective is what roles, Granted and Refused amount to. Directory keeps it current.
	effective capability.Set
	// stored is effective without what is granted at run time.
	stored capability.Set
}

// Stored are the capabilities that WordPress has stored for the user: those of his roles, the names of his roles, and
// Granted, without Refused and without what is granted at run time only.
func (u *User) Stored() capability.Set { return u.stored }

// RecordID is the user's id.
func (u *User) RecordID() int64 { return u.ID }

// Can tells whether the user has a primitive capability. A nil user and ID 0 have none.
func (u *User) Can(capability string) bool {
	return u.Known() && (u.SuperAdmin || u.effective.Has(capability))
}

// Known tells whether u is a user at all.
func (u *User) Known() bool { return u != nil && u.ID != 0 }

// Role is the first role, "" without one.
func (u *User) Role() string {
	if u == nil || len(u.Roles) == 0 {
		return ""
	}
	return u.Roles[0]
}

// Is tells whether the user has a role.
func (u *User) Is(role string) bool { return u != nil && slices.Contains(u.Roles, role) }

// AsCaller describes the user to the permission model. The key's own permission is not part of it, because it is
// checked before any capability.
func (u *User) AsCaller() capability.Caller {
	if !u.Known() {
		return capability.Caller{Anonymous: true}
	}
	return capability.Caller{Caps: u.effective, Roles: u.Roles, SuperAdmin: u.SuperAdmin}
}
