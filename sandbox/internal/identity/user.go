package identity

import (
	"slices"
	"time"
)

// User is a WordPress user. WooCommerce calls some of them customers and keeps
// what it knows about them in Meta.
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
	Registered  time.Time
	// Roles in the order they were given; the first is "the role" to
	// WooCommerce. A user may have none.
	Roles []string
	// Grants and refusals of single capabilities beside the roles.
	Caps map[string]bool
	// SuperAdmin matters on multisite only.
	SuperAdmin bool

	// effective is what roles and Caps amount to; Directory keeps it current.
	effective map[string]bool
}

// RecordID is the user's id.
func (u *User) RecordID() int64 { return u.ID }

// Can tells whether the user has a primitive capability. A nil user, and the
// user with ID 0 that stands for nobody, has none.
func (u *User) Can(capability string) bool {
	return u != nil && u.effective[capability]
}

// Role is the first role, "" without one.
func (u *User) Role() string {
	if u == nil || len(u.Roles) == 0 {
		return ""
	}
	return u.Roles[0]
}

// Is tells whether the user has a role.
func (u *User) Is(role string) bool { return u != nil && slices.Contains(u.Roles, role) }

// Role is a named set of primitive capabilities.
type Role struct {
	Slug string
	Name string
	Caps map[string]bool
}
