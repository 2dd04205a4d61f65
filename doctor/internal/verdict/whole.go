package verdict

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// wholeCause is a cause behind several refusals at once: no rights at all, a plugin that overrules, a role that was
// cut.
func (f *granted) wholeCause(parts []Answer) Answer {
	if f.Owner.Known {
		return f.wholeCauseOfOwner(parts)
	}
	if a := f.nothingAllowed(parts); a.ID != "" {
		return a
	}
	if a := f.overruled(parts); a.ID != "" {
		return a
	}
	return f.roleWasCut(parts)
}

// nothingAllowed finds that the owner is known and may do nothing that belongs to WooCommerce. Who is asked for reviews
// alone needs nothing that does.
func (f *granted) nothingAllowed(parts []Answer) Answer {
	if !f.allSignalsRefused() || len(parts) == 0 {
		return Answer{}
	}
	shown := []string{f.refusedSignals(), evidence.Describe(f.Read())}
	if f.Rights.Admin || f.Rights.managesKnown && f.Rights.manages {
		return Answer{ID: "perm-filter-override", Confidence: Sure,
			Shown: append(shown, "routes that ask for the capability itself let the key in"),
			Why: "the key's owner has the rights, and every REST permission is refused all the same: a plugin " +
				"overrules them"}
	}
	if multisite, ok := f.Multisite(); ok && multisite {
		return Answer{ID: "key-owner-not-in-blog", Confidence: Likely,
			Shown: append(shown, "the store is a site of a multisite network"),
			Why:   "the key's owner is known to the network and has no role on this site"}
	}
	return Answer{ID: "key-owner-demoted", Confidence: Sure, Shown: shown,
		Why: "the store knows the key's owner and lets him do nothing: he has no role, or one without any right in " +
			"the shop"}
}

// overruled finds that a plugin overrules the permissions: they contradict each other in a way that no set of
// capabilities could, or an administrator is refused one kind of action everywhere, or everything with one kind of
// record. Single refusals are taken for what they nearly always are, a missing capability.
func (f *granted) overruled(parts []Answer) Answer {
	if why := f.contradiction(); why != "" {
		return Answer{ID: "perm-filter-override", Confidence: Sure, Shown: []string{why},
			Why: "the REST permissions contradict the capabilities of the key's owner: a plugin overrules them"}
	}
	if !f.Rights.Admin || len(parts) == 0 {
		return Answer{}
	}
	if f.Rights.managesKnown && !f.Rights.manages && len(f.Rights.Lacks) > 2 {
		return Answer{ID: "role-caps-stripped", Confidence: Sure, Shown: allWhy(parts),
			Why: "the key's owner is an administrator without the capabilities of WooCommerce: they were taken " +
				"from the role",
			Vars: map[string]string{"caps": strings.Join(f.Rights.Lacks.Sorted(), " ")}}
	}
	if what := f.refusedEverywhere(); what != "" {
		return Answer{ID: "perm-filter-override", Confidence: Likely,
			Shown: append([]string{"a route that only administrators may use lets the key in"}, allWhy(parts)...),
			Why:   "the key's owner is an administrator, and " + what + ": a plugin overrules the REST permissions"}
	}
	if kinds := f.refusedKinds(); len(kinds) > 1 && len(f.Rights.Lacks) > 2 {
		return Answer{ID: "role-caps-stripped", Confidence: Likely, Shown: allWhy(parts),
			Why: "the key's owner is an administrator, and several capabilities of different kinds are gone from " +
				"the role",
			Vars: map[string]string{"caps": strings.Join(f.Rights.Lacks.Sorted(), " ")}}
	}
	return Answer{}
}

func allWhy(parts []Answer) []string {
	var lines []string
	for _, a := range parts {
		lines = append(lines, a.Why)
	}
	return lines
}

// contradiction finds permissions that no set of capabilities gives.
func (f *granted) contradiction() string {
	if why := f.oneCapabilityBothWays(); why != "" {
		return why
	}
	if receipt := f.Get(evidence.OracleReceipt); receipt != nil &&
		slices.Contains(evidence.Allowed(receipt), http.MethodGet) {
		// A receipt of somebody else's order asks, outside of the REST permissions, for what editing the order asks.
		return evidence.Describe(receipt) +
			" is allowed and changing the same order is not, although both ask for the same capability"
	}
	_, shut := f.RecordsBy("products", http.MethodPut, evidence.ListProducts)
	for _, product := range shut {
		if (product.Status == "draft" || product.Status == "pending") && f.Permits("products/batch", "POST") &&
			f.Permits("products/reviews", "POST") {
			return fmt.Sprintf("product %d is a %s and may not be changed, although batches of products and reviews "+
				"prove the capabilities for that", product.ID, product.Status)
		}
	}
	return ""
}

// refusedEverywhere names one action that is refused for every kind of record, or one kind of record for which every
// action is refused, when all else is allowed.
func (f *granted) refusedEverywhere() string {
	kinds := []string{"orders", "products", "products/categories", "customers"}
	for _, method := range []string{"GET", "POST"} {
		refused, known := 0, 0
		for _, kind := range kinds {
			if yes, no := f.May(kind, method); yes || no {
				known++
				refused += evidence.BoolToInt(no)
			}
		}
		other := map[string]string{"GET": "POST", "POST": "GET"}[method]
		if known >= 3 && refused == known && f.Permits("orders", other) && f.Permits("products", other) {
			return map[string]string{"GET": "reading", "POST": "creating"}[method] +
				" is refused for every kind of record while the rest is allowed"
		}
	}
	if orders, products := f.allShut("orders", evidence.ListOrders), f.allShut("products",
		evidence.ListProducts); orders && products && f.Permits("orders", "POST") && f.Permits("products", "POST") {
		return "changing is refused for every order and every product"
	}
	for _, kind := range []string{"orders", "products", "customers"} {
		list, known := f.Methods(kind)
		batch, batchKnown := f.Methods(kind + "/batch")
		if known && len(list) == 0 && (!batchKnown || len(batch) == 0) && len(f.refusedKinds()) == 1 {
			return "everything is refused with " + kind + " while the rest is allowed"
		}
	}
	return ""
}

// allShut says whether there are records, and not one may be changed.
func (f *granted) allShut(kind string, list evidence.Probe) bool {
	open, shut := f.RecordsBy(kind, http.MethodPut, list)
	return len(open) == 0 && len(shut) > 0
}

// refusedKinds are the kinds of records of which something is refused.
func (f *granted) refusedKinds() []string {
	var kinds []string
	for _, p := range Proves {
		if f.Refuses(p.Route, p.Method) {
			kinds = evidence.AppendNew(kinds, strings.TrimSuffix(strings.TrimSuffix(p.Route, "/batch"), "/sales"))
		}
	}
	return kinds
}

// roleWasCut finds that the owner is a Shop Manager and lacks several of what every Shop Manager has.
func (f *granted) roleWasCut(parts []Answer) Answer {
	if !f.Rights.ShopManager {
		return Answer{}
	}
	stock, ok := capability.StockRole("shop_manager", f.Version())
	if !ok {
		return Answer{}
	}
	var gone []string
	for _, name := range f.Rights.Lacks.Sorted() {
		if stock.Caps.Has(name) {
			gone = append(gone, name)
		}
	}
	ids := map[string]bool{}
	for _, a := range parts {
		if a.ID != "shop-manager-limits" && a.ID != "order-post-row-missing" {
			ids[a.ID] = true
		}
	}
	if len(ids) < 2 && len(gone) < 3 {
		return Answer{}
	}
	if len(gone) == 0 {
		gone = []string{"edit_others_posts"}
	}
	return Answer{
		ID: "role-caps-stripped", Confidence: Likely, Vars: map[string]string{"caps": strings.Join(gone, " ")},
		Shown: []string{"the key behaves as one of a Shop Manager: he may edit customers and no other users",
			"missing of what the role has by nature: " + strings.Join(gone, ", ")},
		Why: "the key's owner is a Shop Manager, and the role has lost capabilities that WooCommerce gives it",
	}
}
