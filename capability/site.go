package capability

// Site is what a store has switched on, as far as permissions depend on it. The zero Site is a single site with order
// tables (HPOS, no sync) and the newest measured WooCommerce version.
type Site struct {
	Storage Storage
	Version Version
	// Multisite: only super admins edit and delete users (docs/checks/multisite-edit-users.md).
	Multisite bool
	// CouponsDisabled: the coupon post type is not registered, everybody is refused (docs/checks/coupons-disabled.md).
	CouponsDisabled bool
	// ShippingDisabled: the zone routes answer 404 to everybody, before any permission
	// (docs/checks/shipping-disabled.md).
	ShippingDisabled bool
	// PluginStatuses: a plugin registers order statuses as public or private, and a role must serve orders of such
	// statuses too. Only Uses, and what is built on it, looks here.
	PluginStatuses bool
	// ApplicationPasswords: the site has at least one application password. Then WordPress takes a key for a user name
	// and a password wherever WooCommerce does not look at the key, and refuses it
	// (docs/woocommerce/permissions.md#fact-8).
	ApplicationPasswords bool
	// Fulfillments: the feature of that name is switched on (WooCommerce > Settings > Advanced > Features).
	Fulfillments bool
}

// Order returns the record of an order on this store, by how the order came to be. AnyStorage counts as HPOS here; use
// [Storage.Modes] to go through all modes.
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

// Refund returns the record of a refund. order says how the refunded order came to be, own whether the caller made the
// refund.
func (s Site) Refund(order Origin, own bool) Record {
	row := s.Order(order).Row
	if row == ShopOrderPost {
		row = RefundPost
	}
	return Record{Row: row, Own: own}
}
