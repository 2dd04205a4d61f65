package catalogue

import (
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// Works says what was seen to work, so that a reader need not look there.
func (f *Case) Works(found []Finding) []string {
	works := []string{}
	add := func(ok bool, text string) {
		if ok {
			works = append(works, text)
		}
	}
	for _, l := range f.Evidence.DNS {
		add(l.Host == f.Hostname() && len(l.Addrs) > 0,
			l.Host+" has an address ("+evidence.FirstOf(strings.Join(l.Addrs, ", "))+")")
	}
	for _, h := range f.Evidence.TLS {
		add(h.Verified, "the TLS certificate is good ("+h.Version+")")
	}
	index := f.Index()
	add(index != nil, "WordPress answers and its REST API is at "+f.Evidence.Root)
	add(index != nil && slices.Contains(index.Namespaces, "wc/v3"), "WooCommerce is active and offers wc/v3")
	add(f.Known(), "the key is known and let in ("+
		map[evidence.Way]string{evidence.WayHeader: "in the header", evidence.WayQuery: "in the address",
			evidence.WayOAuth: "by signature"}[f.Evidence.Way]+")")
	for _, scope := range f.Target.Scopes {
		add(f.scopeWorks(scope, found), string(scope)+" works")
	}
	return works
}

// scopeNeeds says which collections and methods must be permitted for a scope to work.
var scopeNeeds = map[evidence.Scope][][2]string{
	evidence.OrdersRead: {{"orders", "GET"}}, evidence.OrdersWrite: {{"orders", "POST"}},
	evidence.OrdersDelete:     {{"orders", "GET"}},
	evidence.FulfillmentsRead: {{"webhooks", "GET"}}, evidence.FulfillmentsWrite: {{"webhooks", "GET"}},
	evidence.ProductsRead: {{"products", "GET"}}, evidence.ProductsWrite: {{"products", "POST"}},
	evidence.ProductsDelete: {{"products", "GET"}},
	evidence.TermsRead:      {{"products/categories", "GET"}}, evidence.TermsWrite: {{"products/categories", "POST"}},
	evidence.CustomersRead: {{"customers", "GET"}}, evidence.CustomersWrite: {{"customers", "GET"}},
	evidence.CustomersDelete: {{"customers", "GET"}},
	evidence.CouponsRead:     {{"coupons", "GET"}}, evidence.CouponsWrite: {{"coupons", "POST"}},
	evidence.WebhooksScope: {{"webhooks", "POST"}}, evidence.ReportsRead: {{"reports/sales", "GET"}},
	evidence.ReviewsRead:  {{"products/reviews", "GET"}},
	evidence.ShippingRead: {{"webhooks", "GET"}}, evidence.SettingsScope: {{"settings", "GET"}},
}

// readProofs are the requests without whose right answer nothing can be said of a scope: a read of its records, and of
// those that write a POST that reaches no code. The doors of the scope come to them.
var readProofs = map[evidence.Scope]evidence.Probe{
	evidence.FulfillmentsRead: evidence.ListFulfillments, evidence.FulfillmentsWrite: evidence.ListFulfillments,
	evidence.OrdersRead: evidence.ListOrders, evidence.OrdersWrite: evidence.ListOrders,
	evidence.OrdersDelete: evidence.ListOrders, evidence.ProductsRead: evidence.ListProducts,
	evidence.ProductsWrite: evidence.ListProducts, evidence.ProductsDelete: evidence.ListProducts,
	evidence.TermsRead: evidence.ListTerms, evidence.TermsWrite: evidence.ListTerms,
	evidence.CustomersRead: evidence.ListCustomers, evidence.CustomersWrite: evidence.ListCustomers,
	evidence.CustomersDelete: evidence.ListCustomers,
	evidence.CouponsRead:     evidence.ListCoupons, evidence.CouponsWrite: evidence.ListCoupons,
	evidence.WebhooksScope: evidence.ListWebhooks, evidence.ReportsRead: evidence.ListReports,
	evidence.ReviewsRead: evidence.ListReviews, evidence.ShippingRead: evidence.ListShipping,
	evidence.SettingsScope: evidence.SiteStatus,
}

// scopeProofs are the requests that a scope is made of: the very method and path of each, as far as there was room for
// it. A scope of which one was not sent is not said to work.
func scopeProofs(scope evidence.Scope) []evidence.Probe {
	read, known := readProofs[scope]
	if !known {
		return nil
	}
	proofs := []evidence.Probe{read}
	if scope == evidence.SettingsScope {
		proofs = append(proofs, evidence.ListSettings)
	}
	if (evidence.TargetFacts{Scopes: []evidence.Scope{scope}}).Writes() {
		proofs = append(proofs, evidence.ScopeWrite)
	}
	switch {
	case scope == evidence.OrdersWrite:
		proofs = append(proofs, evidence.BodyType) // which is a batch of orders
	case strings.HasSuffix(string(scope), ":delete"):
		proofs = append(proofs, evidence.VerbDelete)
	}
	for _, door := range evidence.DoorsOf(scope) {
		proofs = append(proofs, door.Probe())
	}
	return proofs
}

// omitted are the requests of a scope that the budget had no room for.
func (f *Case) omitted(scope evidence.Scope) []evidence.Door {
	return slices.DeleteFunc(evidence.DoorsOf(scope), func(d evidence.Door) bool {
		return !slices.Contains(f.Evidence.Omitted, d.Probe())
	})
}

// NotAsked says of the scopes that would be said to work, had every request been asked that they are made of, which
// requests were not.
func (f *Case) NotAsked(found []Finding) []Unasked {
	var list []Unasked
	for _, scope := range f.Target.Scopes {
		doors := f.omitted(scope)
		if len(doors) == 0 || !f.nothingAgainst(scope, found) {
			continue
		}
		one := Unasked{Scope: scope}
		for _, door := range doors {
			one.Requests = append(one.Requests, door.Words())
		}
		list = append(list, one)
	}
	return list
}

// Unasked are the requests of a scope that the budget had no room for.
type Unasked struct {
	Scope    evidence.Scope `json:"scope"`
	Requests []string       `json:"requests"` // method and path
}

// scopeWorks is the rule for what may be said to work: all of it was asked, and nothing speaks against it.
func (f *Case) scopeWorks(scope evidence.Scope, found []Finding) bool {
	return len(f.omitted(scope)) == 0 && f.nothingAgainst(scope, found)
}

// nothingAgainst says whether what is permitted was also seen to be answered. Each request that proves the scope, and
// for which there was room, was sent and got its answer; no request that stands for the scope got another one; and no
// problem concerns it.
func (f *Case) nothingAgainst(scope evidence.Scope, found []Finding) bool {
	if !f.Known() || !f.Rights.Asked {
		return false
	}
	for _, need := range scopeNeeds[scope] {
		if !f.Permits(need[0], need[1]) {
			return false
		}
	}
	if len(f.unproved(scope)) > 0 || f.shutByMethod(scope) || f.Unknown[scope] != "" || f.waveringScope(scope) {
		return false
	}
	for _, x := range f.Standing() {
		if slices.Contains(f.ScopesOf(x), scope) && (!evidence.Proven(x) || f.Usurps(x)) &&
			!(x.Of(evidence.LongURI) && warned(found, "uri-too-long")) {
			return false // only a finding about long addresses says that the rest works
		}
	}
	return !slices.ContainsFunc(found, func(finding Finding) bool {
		return hinders(finding, scope) && !f.besides(finding, scope)
	})
}

// shutByMethod: a record of the scope may be changed by what the store says, and not with the method of a change.
func (f *Case) shutByMethod(scope evidence.Scope) bool {
	return slices.ContainsFunc(evidence.EditsOf(scope), func(e evidence.Edit) bool {
		_, shut := f.ShutForPut(e)
		return shut
	})
}

// besides says whether a problem is one of the server's with single answers, none of which is of the scope.
func (f *Case) besides(finding Finding, scope evidence.Scope) bool {
	if finding.Area != AreaServer {
		return false
	}
	seen := false
	for _, x := range f.Standing() {
		if evidence.Proven(x) && !evidence.Noisy(x) && !f.Usurps(x) {
			continue
		}
		scopes := f.ScopesOf(x)
		if slices.Contains(scopes, scope) {
			return false
		}
		seen = seen || len(scopes) > 0 && slices.ContainsFunc(finding.Evidence, func(line string) bool {
			return strings.Contains(line, evidence.Describe(x))
		})
	}
	return seen
}

func warned(found []Finding, id string) bool {
	return slices.ContainsFunc(found, func(one Finding) bool { return one.ID == id && one.Severity == Warning })
}

// unproved are the requests that would prove a scope and were not sent, or got another answer than a healthy store's.
// A scope that nothing proves is unproved, too.
func (f *Case) unproved(scope evidence.Scope) []evidence.Probe {
	var missing []evidence.Probe
	proofs := scopeProofs(scope)
	for _, id := range proofs {
		if slices.Contains(f.Evidence.Omitted, id) {
			continue
		}
		if x := f.Get(id); x == nil || !evidence.Proven(x) {
			missing = append(missing, id)
		}
	}
	for _, e := range evidence.EditsOf(scope) {
		if _, there := f.Editable(e); there && !evidence.Proven(f.Get(e.Probe())) {
			missing = append(missing, e.Probe())
		}
	}
	missing = append(missing, f.unprovedPages(scope)...)
	if read := f.Read(); read == nil || slices.Contains(f.ScopesOf(read), scope) && !evidence.Proven(read) {
		missing = append(missing, evidence.ReadFirst)
	}
	if len(proofs) == 0 {
		missing = append(missing, evidence.Probe("a proof of "+string(scope)))
	}
	return missing
}

// unprovedPages are the later pages that were not given: whoever reads a list reads all of it.
func (f *Case) unprovedPages(scope evidence.Scope) []evidence.Probe {
	var missing []evidence.Probe
	for _, list := range evidence.Paged {
		first := f.Get(evidence.Lists.Of(list.Name))
		if list.Scope != scope || first.Records() == 0 {
			continue
		}
		page, place := evidence.DeepPage(list.Name, 2), evidence.DeepOffset(list.Name)
		if x := f.Get(page); x == nil || !evidence.Proven(x) || evidence.Unheeded(first, x) {
			missing = append(missing, page)
		}
		if evidence.Unheeded(first, f.Get(place)) {
			missing = append(missing, place)
		}
	}
	return missing
}

// unseen are the scopes that were asked for and not seen to work, as far as there was room to ask.
func (f *Case) unseen(found []Finding) []evidence.Scope {
	return slices.DeleteFunc(slices.Clone(f.Target.Scopes),
		func(s evidence.Scope) bool { return f.nothingAgainst(s, found) })
}

// writesOnly are the problems outside of permissions that leave reading alone.
var writesOnly = []string{"key-read-only", "method-blocked", "method-rewritten", "redirect-post-to-get",
	"body-too-large", "content-type-missing", "cf-waf-payload"}

// singleRequests are problems of single requests, and one that hinders nobody: whoever has a key is let in where
// strangers are.
var singleRequests = []string{inPlaceID, "path-refused", "unexplained-answer", "anonymous-read", variesID,
	"pages-unheeded"}

// hinders says whether a problem concerns a scope of which every proof was seen. Where reading is permitted and was
// answered, what lacks is for writing; what is wrong with webhooks concerns only webhooks.
func hinders(finding Finding, scope evidence.Scope) bool {
	resource, action, _ := strings.Cut(string(scope), ":")
	reads := action == "read"
	switch {
	case finding.Severity != Problem:
		return false
	case finding.concerns != nil:
		return slices.Contains(finding.concerns, scope)
	case slices.Contains(singleRequests, finding.ID), finding.readsWork:
		return false // the requests themselves tell
	case finding.Area == AreaWebhooks:
		return scope == evidence.WebhooksScope
	case finding.ID == "cap-delete" && action != "delete":
		return false
	case finding.ID == "shop-manager-limits":
		return scope == evidence.CustomersDelete // single customers can be created and changed
	case reads && slices.Contains(writesOnly, finding.ID):
		return false
	case finding.Area != AreaPermissions:
		return true
	case reads && finding.ID != "perm-filter-override":
		return false
	}
	return strings.Contains(strings.ToLower(finding.Why+strings.Join(finding.Evidence, " ")),
		strings.TrimSuffix(resource, "s"))
}

// doorAnswers reports whether a write at the very address was seen to arrive; no is true when something else answered.
func (f *Case) doorAnswers(id evidence.Probe) (yes, no bool) {
	x := f.Get(id)
	if x == nil || evidence.Unsent(x) {
		return false, false
	}
	return evidence.Proven(x), !evidence.Proven(x)
}
