package capability

import "slices"

// Site is what a store has switched on, as far as permissions depend on it. The zero Site is a single site with order
// tables (HPOS, no sync) and the newest measured WooCommerce version.
type Site struct {
	Storage Storage
	Version Version
	// Multisite: only super admins edit and delete users (taxonomy multisite-edit-users).
	Multisite bool
	// CouponsDisabled: the coupon post type is not registered, everybody is refused (taxonomy 1.4).
	CouponsDisabled bool
	// ShippingDisabled: the zone routes answer 404 to everybody, before any permission (taxonomy 1.5).
	ShippingDisabled bool
	// PluginStatuses: a plugin registers order statuses as public or private. Only Uses and what is built on it look
	// here: a role must serve orders of such statuses too.
	PluginStatuses bool
	// ApplicationPasswords: the site has at least one. Then WordPress takes a key for a user name and a password where
	// WooCommerce does not look at it, and refuses it (docs/woocommerce/permissions.md#fact-8).
	ApplicationPasswords bool
	// Fulfillments: the feature of that name is switched on (WooCommerce > Settings > Advanced > Features).
	Fulfillments bool
}

// Record states what a store looks at in the record that is acted on. The zero Record is a published record of another
// author. For orders use [Site.Order], which knows the rows of each storage mode.
type Record struct {
	// Missing: there is no record with that id.
	Missing bool
	// Row is the row of wp_posts with the record's id; "" means the usual one of the resource under Site.Storage.
	Row PostType
	// Own: the caller is the row's post_author. For order notes it is the order's row that counts, for refunds the
	// refund's.
	Own bool
	// Status of a product or coupon: publish, future, draft, pending, private, trash; "" means publish. Of an order use
	// Registered and Trashed.
	Status string
	// TrashedFrom is the status a trashed product or coupon had before; "" means publish.
	TrashedFrom string
	// Registered is how a plugin registered the order's status; of a trashed order, the status it had before. All of
	// WooCommerce's own statuses are neither public nor private.
	Registered Registration
	// Trashed: the order is in the trash.
	Trashed bool
	// Buyer: the caller is the customer of the order (fulfilments).
	Buyer bool

	// TargetRoles are the role names of the user that is acted on (customers); none counts as customer.
	TargetRoles []string
	// Self: the user that is acted on is the caller.
	Self bool
	// ChangesLogin: the request changes the user's email or sets a password.
	ChangesLogin bool

	// IsVariation: a variation is addressed through /products.
	IsVariation bool
	// UnapprovedDownload: the product gets a downloadable file from outside the approved directories.
	UnapprovedDownload bool
}

// Registration is how a status was told to WordPress (register_post_status), as far as permissions look at it.
type Registration string

// The registrations that decide something.
const (
	// PublicStatus: registered with 'public' => true.
	PublicStatus Registration = "public"
	// PrivateStatus: registered with 'private' => true.
	PrivateStatus Registration = "private"
)

// Order returns the record of an order that came to be as origin says, on this store.
// AnyStorage counts as HPOS here; use [Storage.Modes] to go through all of them.
func (s Site) Order(origin Origin) Record {
	row, authored := s.Storage.OrderRow()
	switch origin {
	case CreatedByCaller:
		return Record{Row: row, Own: authored}
	case EnteredByCaller:
		return Record{Row: row, Own: true}
	case BeforeSwitch:
		return Record{Row: ShopOrderPost}
	case EnteredBeforeSwitch:
		return Record{Row: ShopOrderPost, Own: true}
	case RowMissing:
		return Record{Row: NoPost}
	default:
		return Record{Row: row}
	}
}

// Refund returns the record of a refund whose order came to be as origin says; own says who made the refund.
func (s Site) Refund(order Origin, own bool) Record {
	row := s.Order(order).Row
	if row == ShopOrderPost {
		row = RefundPost
	}
	return Record{Row: row, Own: own}
}

// Modes are the plain storage modes that s stands for: all for AnyStorage, itself otherwise.
func (s Storage) Modes() []Storage {
	switch s {
	case AnyStorage:
		return []Storage{HPOS, HPOSSync, Posts, HPOSMigrated}
	case "":
		return []Storage{HPOS}
	default:
		return []Storage{s}
	}
}

// KeyAccess is the permission chosen for a key. It is asked before any capability, and for every route under wc/.
type KeyAccess string

const (
	// ReadWrite is the zero KeyAccess.
	ReadWrite KeyAccess = ""
	// ReadOnly keys are refused what writes.
	ReadOnly KeyAccess = "read"
	// WriteOnly keys are refused what reads.
	WriteOnly KeyAccess = "write"
)

// Caller is the user a key belongs to.
type Caller struct {
	// Caps are the primitive capabilities as stored in the user's roles and for the user.
	Caps Set
	// Roles are role names. The name itself counts: WooCommerce grants edit_users to users of role shop_manager at run
	// time and in exchange lets them touch customers only (docs/woocommerce/permissions.md#fact-4).
	Roles []string
	// Anonymous: nobody was authenticated; refusals are 401 instead of 403.
	Anonymous bool
	// SuperAdmin of a multisite network holds every capability.
	SuperAdmin bool
	// Key is the key's own permission.
	Key KeyAccess
}

// Holds reports whether WordPress would say that the caller has all the given primitive capabilities.
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
