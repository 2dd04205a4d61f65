package capability

import "slices"

// KeyAccess is the permission chosen for a key. The store asks for it before any capability, on every route under wc/.
type KeyAccess string

const (
	// ReadWrite is the zero KeyAccess.
	ReadWrite KeyAccess = ""
	// ReadOnly keys are refused whatever writes.
	ReadOnly KeyAccess = "read"
	// WriteOnly keys are refused whatever reads.
	WriteOnly KeyAccess = "write"
)

// Caller is the user a key belongs to.
type Caller struct {
	// Caps are the primitive capabilities as stored in the user's roles and for the user.
	Caps Set
	// Roles are role names. The name itself counts: WooCommerce grants edit_users to users of role shop_manager at run
	// time and in exchange lets them touch customers only (docs/woocommerce/permissions.md#fact-4).
	Roles []string
	// Anonymous: nobody was authenticated. Refusals are 401 instead of 403 then.
	Anonymous bool
	// SuperAdmin of a multisite network holds every capability.
	SuperAdmin bool
	// Key is the key's own permission.
	Key KeyAccess
}

// Holds reports whether WordPress would say that the caller has all the given primitive capabilities. It counts what
// WooCommerce grants to the role's name.
func (c Caller) Holds(caps ...string) bool {
	return len(c.lacks(caps)) == 0
}

func (c Caller) lacks(caps []string) []string {
	var missing []string
	for _, name := range caps {
		switch {
		case c.Anonymous:
			missing = append(missing, name)
		case c.SuperAdmin, c.Caps.Has(name):
		case name == "edit_users" && c.hasRole("shop_manager"):
			// wc-user-functions.php:664-673, a filter on user_has_cap.
		default:
			missing = append(missing, name)
		}
	}
	return missing
}

func (c Caller) hasRole(name string) bool { return slices.Contains(c.Roles, name) }
