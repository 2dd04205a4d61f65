package capability

import "slices"

// Check is one question the store asks before it acts. It passes when the caller holds all of Needs.
type Check struct {
	// Needs are primitive capabilities; all of them are needed.
	Needs []string
	// Or are capabilities of which each passes the check by itself, without Needs. Few checks have any.
	Or []string
	// Never: the check refuses whatever the capabilities.
	Never bool
	// Status and Code are the refusal; Status 0 means 403, or 401 when nobody was authenticated.
	Status int
	Code   string
	// Item says that the check is for one item of a batch, whose refusal comes inside an HTTP 200.
	Item bool
	// After says that the action itself makes the check, after the permission was passed.
	After bool
	// Guard names the check function and its context, for example "shop_order edit".
	Guard string
	// Source is where the rule can be read: files and lines of WooCommerce (R1 to R3 are the controllers of that API
	// version), pages of docs, or the measurement of real stores (oracle).
	Source string
}

// PassedBy reports whether the check passes for a caller. can says whether that caller holds a capability.
func (c Check) PassedBy(can func(capability string) bool) bool {
	return !c.Never && (!slices.ContainsFunc(c.Needs, func(name string) bool { return !can(name) }) ||
		slices.ContainsFunc(c.Or, can))
}
