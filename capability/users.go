package capability

import "slices"

// userChecks are the checks about customers. Customers are users, so four rules come on top of the capability.
func (s Site) userChecks(caller Caller, as context, base Check, rec Record) []Check {
	need := guards[byUser].Needs[as]
	if as == toCreate && !s.Version.AtLeast(sinceCreateCustomers) {
		need = "promote_users"
	}
	base.Needs = []string{need}
	if as != toEdit && as != toDelete {
		return []Check{base}
	}
	// A shop manager may touch customers and himself, nobody else (wc-rest-functions.php:272-284).
	if caller.hasRole("shop_manager") && !rec.Self && !slices.Contains(rec.targetRoles(), "customer") {
		base.Never = true
	}
	// In a network WordPress maps edit_users and delete_users to nothing a site's administrator has (core
	// capabilities.php 61-74, 670-678).
	if s.Multisite && !caller.SuperAdmin {
		base.Never = true
	}
	checks := []Check{base}
	if (as == toDelete || rec.ChangesLogin) && s.Version.AtLeast(sinceProtectedRoles) &&
		!isOpenRole(rec.targetRoles()[0]) {
		checks = append(checks, Check{Never: true, Code: base.Code, Guard: "protected role",
			Source: "R1 customers 222-282; docs/checks/customer-protected-role.md"})
	}
	return checks
}

// targetRoles gives a user without roles the empty role. WC_Customer takes such a user for a customer; the shop
// manager's rule does not.
func (r Record) targetRoles() []string {
	if len(r.TargetRoles) == 0 {
		return []string{""}
	}
	return r.TargetRoles
}

// isOpenRole says whether the API may delete users of a role, and change their email and password.
func isOpenRole(role string) bool {
	return role == "customer" || role == "subscriber" || role == ""
}
