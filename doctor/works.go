package doctor

import (
	"slices"
	"strings"
)

// works says what was seen to work, so that a reader need not look there.
func (f *Case) works(found []Finding) []string {
	works := []string{}
	add := func(ok bool, text string) {
		if ok {
			works = append(works, text)
		}
	}
	for _, l := range f.ev.DNS {
		add(l.Host == f.hostname() && len(l.Addrs) > 0, l.Host+" has an address ("+firstOf(strings.Join(l.Addrs, ", "))+")")
	}
	for _, h := range f.ev.TLS {
		add(h.Verified, "the TLS certificate is good ("+h.Version+")")
	}
	index := f.index()
	add(index != nil, "WordPress answers and its REST API is at "+f.ev.Root)
	add(index != nil && slices.Contains(index.Namespaces, "wc/v3"), "WooCommerce is active and offers wc/v3")
	add(f.known(), "the key is known and let in ("+map[Way]string{WayHeader: "in the header", WayQuery: "in the address", WayOAuth: "by signature"}[f.ev.Way]+")")
	for _, scope := range f.t.Scopes {
		add(f.scopeWorks(scope, found), string(scope)+" works")
	}
	return works
}

// scopeNeeds says which collections and methods must be permitted for a scope to work.
var scopeNeeds = map[Scope][][2]string{
	OrdersRead: {{"orders", "GET"}}, OrdersWrite: {{"orders", "POST"}}, OrdersDelete: {{"orders", "GET"}},
	ProductsRead: {{"products", "GET"}}, ProductsWrite: {{"products", "POST"}}, ProductsDelete: {{"products", "GET"}},
	TermsRead: {{"products/categories", "GET"}}, TermsWrite: {{"products/categories", "POST"}},
	CustomersRead: {{"customers", "GET"}}, CustomersWrite: {{"customers", "GET"}}, CustomersDelete: {{"customers", "GET"}},
	CouponsRead: {{"coupons", "GET"}}, CouponsWrite: {{"coupons", "POST"}},
	WebhooksScope: {{"webhooks", "POST"}}, ReportsRead: {{"reports/sales", "GET"}}, ReviewsRead: {{"products/reviews", "GET"}},
	ShippingRead: {{"webhooks", "GET"}}, SettingsScope: {{"webhooks", "GET"}},
}

// scopeProofs are the requests without whose right answer nothing can be said of a scope: a read of its records, and the very
// address and method of a write. A scope that none of them was sent for is not said to work.
var scopeProofs = map[Scope][]string{
	OrdersRead: {"list.orders"}, OrdersWrite: {"list.orders", "scope.write", "door.orders.post", "door.orders.put"}, OrdersDelete: {"list.orders", "scope.write", "door.orders.delete"},
	ProductsRead: {"list.products"}, ProductsWrite: {"list.products", "scope.write", "door.products.post", "door.products.put"}, ProductsDelete: {"list.products", "scope.write", "verb.delete"},
	TermsRead: {"list.terms"}, TermsWrite: {"list.terms", "scope.write"},
	CustomersRead: {"list.customers"}, CustomersWrite: {"list.customers", "scope.write"}, CustomersDelete: {"list.customers", "scope.write", "verb.delete"},
	CouponsRead: {"list.coupons"}, CouponsWrite: {"list.coupons", "scope.write"},
	WebhooksScope: {"list.webhooks", "scope.write"}, ReportsRead: {"list.reports"}, ReviewsRead: {"list.reviews"}, ShippingRead: {"list.shipping"}, SettingsScope: {"status"},
}

// scopeWorks is the rule for what may be said to work: what is permitted was also seen to be answered. Each request that proves
// the scope was sent and got its answer, no request that stands for it got another one, and no problem concerns it.
func (f *Case) scopeWorks(scope Scope, found []Finding) bool {
	if !f.known() || !f.rights.asked {
		return false
	}
	for _, need := range scopeNeeds[scope] {
		if !f.permits(need[0], need[1]) {
			return false
		}
	}
	if len(f.unproved(scope)) > 0 {
		return false
	}
	for _, x := range f.standing() {
		if slices.Contains(f.scopesOf(x), scope) && !proven(x) && !(x.ID == "uri.long" && warned(found, "uri-too-long")) {
			return false // only of long addresses does a finding say that the rest works
		}
	}
	return !slices.ContainsFunc(found, func(finding Finding) bool { return hinders(finding, scope) })
}

func warned(found []Finding, id string) bool {
	return slices.ContainsFunc(found, func(one Finding) bool { return one.ID == id && one.Severity == Warning })
}

// unproved are the requests that would prove a scope and were not sent, or got another answer than a healthy store's. A scope that
// nothing proves is unproved, too.
func (f *Case) unproved(scope Scope) []string {
	var missing []string
	for _, id := range scopeProofs[scope] {
		if x := f.x(id); x == nil || !proven(x) {
			missing = append(missing, id)
		}
	}
	if read := f.read(); read == nil || slices.Contains(f.scopesOf(read), scope) && !proven(read) {
		missing = append(missing, "read")
	}
	if len(scopeProofs[scope]) == 0 {
		missing = append(missing, "nothing that proves "+string(scope))
	}
	return missing
}

// unseen are the scopes that were asked for and not seen to work.
func (f *Case) unseen(found []Finding) []Scope {
	return slices.DeleteFunc(slices.Clone(f.t.Scopes), func(s Scope) bool { return f.scopeWorks(s, found) })
}

// writesOnly are the problems outside of permissions that leave reading alone.
var writesOnly = []string{"key-read-only", "method-blocked", "method-rewritten", "redirect-post-to-get", "body-too-large", "content-type-missing", "cf-waf-payload"}

// hinders: a scope that every proof was seen for works unless a problem concerns it. Where reading is permitted and was answered,
// what lacks is for writing; what is wrong with webhooks concerns only webhooks.
func hinders(finding Finding, scope Scope) bool {
	resource, action, _ := strings.Cut(string(scope), ":")
	reads := action == "read"
	switch {
	case finding.Severity != Problem:
		return false
	case finding.Area == AreaWebhooks:
		return scope == WebhooksScope
	case finding.ID == "shop-manager-limits":
		return scope == CustomersDelete // single customers can be created and changed
	case reads && slices.Contains(writesOnly, finding.ID):
		return false
	case finding.Area != AreaPermissions:
		return true
	case reads && finding.ID != "perm-filter-override":
		return false
	}
	return strings.Contains(strings.ToLower(finding.Why+strings.Join(finding.Evidence, " ")), strings.TrimSuffix(resource, "s"))
}

// doorAnswers reports whether a write at the very address was seen to arrive; no is true when something else answered.
func (f *Case) doorAnswers(id string) (yes, no bool) {
	x := f.x(id)
	if x == nil || unsent(x) {
		return false, false
	}
	return proven(x), !proven(x)
}
