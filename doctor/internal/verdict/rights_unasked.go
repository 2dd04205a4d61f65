package verdict

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// What a key may do with a record shows on a record. A shop that has none yet is decided by what the key's owner holds,
// or not at all.

// recordRight is a scope whose rights show on records alone: those of a kind, asked for a method.
type recordRight struct {
	scope        evidence.Scope
	kind, method string
	verb, noun   string // in words
	lists        []evidence.Probe
}

var recordRights = []recordRight{
	{evidence.OrdersWrite, "orders", http.MethodPut, "changing", "order", ordersLists},
	{evidence.OrdersDelete, "orders", http.MethodDelete, "deleting", "order", ordersLists},
	{evidence.ProductsWrite, "products", http.MethodPut, "changing", "product", productsLists},
	{evidence.ProductsDelete, "products", http.MethodDelete, "deleting", "product", productsLists},
	{evidence.CustomersWrite, "customers", http.MethodPut, "changing", "customer", customersLists},
	{evidence.CustomersDelete, "customers", http.MethodDelete, "deleting", "customer", customersLists},
	{evidence.CouponsWrite, "coupons", http.MethodPut, "changing", "coupon", []evidence.Probe{evidence.ListCoupons}},
}

var (
	ordersLists    = []evidence.Probe{evidence.ListOrders, evidence.ListOldOrders}
	productsLists  = []evidence.Probe{evidence.ListProducts}
	customersLists = []evidence.Probe{evidence.ListCustomers}
)

// unaskedRights are those wanted rights that the store has no record for. The list itself was answered, and refuses
// nothing: where it did not come, something else is said.
func (f *granted) unaskedRights() []recordRight {
	var list []recordRight
	for _, right := range recordRights {
		if f.Target.Wants(right.scope) && f.Permits(right.kind, http.MethodGet) && !f.asked(right) {
			list = append(list, right)
		}
	}
	return list
}

// asked says whether the store told of a record whether the method is permitted. Of users only those count who may be
// changed or deleted by the rights of the scope, and nobody needs a right to change himself.
func (f *granted) asked(right recordRight) bool {
	open, shut := f.RecordsBy(right.kind, right.method, right.lists...)
	if right.kind != "customers" {
		return len(open)+len(shut) > 0
	}
	another := func(r evidence.Record) bool { return !f.Owner.Known || r.ID != f.Owner.ID }
	return slices.ContainsFunc(open, another) && !f.Rights.ShopManager ||
		withRole(open, "customer")+withRole(shut, "customer") > 0
}

// rightsToCome names what the owner lacks for the records that the shop will have, where that can be known.
func (f *granted) rightsToCome() []Answer {
	var causes []Answer
	for _, right := range f.unaskedRights() {
		if missing, confidence := f.missingFor(right.scope); len(missing) > 0 {
			cause := f.toCome(right, missing)
			cause.Confidence = confidence
			causes = append(causes, cause)
		}
	}
	return causes
}

// rightsLater names what the owner lacks for records of a state that none of the shop's has, such as the draft that the
// key itself may make: every record there is may be changed, and WordPress tells that he does not hold all of it.
func (f *granted) rightsLater(seen []Answer) []Answer {
	var causes []Answer
	for _, right := range recordRights {
		if right.kind != "products" && right.kind != "coupons" || !f.Target.Wants(right.scope) {
			continue
		}
		open, shut := f.RecordsBy(right.kind, right.method, right.lists...)
		missing, confidence := f.missingFor(right.scope)
		missing = slices.DeleteFunc(missing,
			func(name string) bool { return f.Rights.Held.Has(name) || named(seen, name) })
		if len(open) == 0 || len(shut) > 0 || confidence != Sure || len(missing) == 0 {
			continue
		}
		a := f.lacking(causeOf(missing), fmt.Sprintf("%s %ss asks for %s as well, by the state they are in", right.verb,
			right.noun, strings.Join(missing, " and ")),
			fmt.Sprintf("each %s of the shop may be changed as it is now; none is in the state that asks for more",
				right.noun), missing...)
		a.Warning = true
		a.Title = fmt.Sprintf("The key's owner may handle the %ss that the shop has today, and not %s", right.noun,
			statesOf(missing))
		causes = append(causes, a)
	}
	return causes
}

// statesOf are the records that the capabilities are asked for, in words.
func statesOf(missing []string) string {
	var states []string
	for _, one := range []struct{ part, words string }{
		{"_others_", "those of others"}, {"_published_", "published ones"}, {"_private_", "private ones"},
	} {
		if slices.ContainsFunc(missing, func(name string) bool { return strings.Contains(name, one.part) }) {
			states = append(states, one.words)
		}
	}
	if len(states) < len(missing) {
		states = append([]string{"drafts"}, states...)
	}
	return strings.Join(states, " or ")
}

// named says whether a cause asks for the capability already.
func named(causes []Answer, name string) bool {
	return slices.ContainsFunc(causes, func(a Answer) bool {
		return slices.Contains(strings.Fields(a.Vars["caps"]), name)
	})
}

// unknownRights are the wanted scopes of which nothing shows whether the key may do what they are.
func (f *granted) unknownRights() map[evidence.Scope]string {
	unknown := map[evidence.Scope]string{}
	for _, right := range f.unaskedRights() {
		if _, confidence := f.missingFor(right.scope); confidence == "" {
			unknown[right.scope] = right.noun
		}
	}
	return unknown
}

func (f *granted) toCome(right recordRight, missing []string) Answer {
	shown := fmt.Sprintf("the shop has no %s to ask about", right.noun)
	asks := fmt.Sprintf("%s %ss asks for %s", right.verb, right.noun, strings.Join(missing, " and "))
	switch multisite, _ := f.Multisite(); {
	case right.kind == "customers" && multisite:
		return Answer{ID: "multisite-edit-users", Confidence: Sure,
			Shown: []string{shown, "the store is a site of a multisite network"},
			Why:   "in a network only super admins may change or delete users, whatever a site's role says"}
	case right.scope == evidence.CustomersDelete && f.Rights.ShopManager:
		return Answer{ID: "shop-manager-limits", Confidence: Sure,
			Shown: []string{shown, "the key behaves as one of a Shop Manager"},
			Why:   "a Shop Manager may neither delete customers nor change them in batches",
			Vars:  map[string]string{"caps": strings.Join(missing, " ")}}
	}
	return f.lacking(causeOf(missing), asks, shown, missing...)
}

// causeOf is the id under which missing capabilities are known: that of the one that opens most.
func causeOf(missing []string) string {
	begins := func(prefix string) bool {
		return slices.ContainsFunc(missing, func(name string) bool { return strings.HasPrefix(name, prefix) })
	}
	has := func(name string) bool { return slices.Contains(missing, name) }
	switch {
	case has("edit_users"), has("delete_users"), has("list_users"), has("create_customers"), has("promote_users"):
		return "cap-customers"
	case begins("delete_") && !begins("edit_"):
		return "cap-delete"
	case begins("edit_others_") && !has("edit_others_posts"), has("edit_shop_orders"), has("edit_products"),
		has("edit_shop_coupons"):
		return "cap-others"
	case has("edit_posts"), has("edit_others_posts"):
		return "cap-hpos-placeholder"
	case begins("edit_published_"):
		return "cap-published"
	case begins("edit_private_"):
		return "cap-private"
	case has("edit_product"):
		return "cap-variation"
	}
	return "cap-others"
}

// missingFor is what the owner lacks for a scope, and how sure that is; "" where nothing decides it. It is decided
// where WordPress tells what he holds, and he lacks something on everything that the store can be, or on none of it.
// What is permitted on the collections he holds, whatever is stored.
func (f *granted) missingFor(scope evidence.Scope) (missing []string, c Confidence) {
	multisite, _ := f.Multisite()
	switch {
	case f.superAdmin(), f.Rights.Admin && !multisite && !f.Owner.Known:
		return nil, Sure // what else he holds is told where his capabilities are: a role editor took some away
	case !f.Owner.Known:
		return nil, ""
	}
	sites := f.possibleSites()
	lacking := map[string]int{}
	for _, site := range sites {
		lacks := f.lacksOn(site, scope)
		if len(lacks) == 0 {
			lacking[""]++ // he has enough for it
		}
		for _, name := range lacks {
			lacking[name]++
		}
	}
	switch enough := lacking[""]; {
	case enough == len(sites):
		return nil, Sure
	case enough > 0, f.givenAtRunTime():
		return nil, ""
	}
	for _, least := range []int{len(sites), 1} { // what all of them ask for, or else what any does
		for _, name := range slices.Sorted(maps.Keys(lacking)) {
			if lacking[name] >= least {
				missing = append(missing, name)
			}
		}
		if len(missing) > 0 {
			return missing, map[bool]Confidence{true: Sure, false: Possible}[least == len(sites)]
		}
	}
	return nil, ""
}

func (f *granted) lacksOn(site capability.Site, scope evidence.Scope) []string {
	minimum := site.Minimal([]capability.Scope{scope})
	var lacks []string
	for _, name := range f.Owner.Missing(minimum.Caps().Sorted()...) {
		if !f.Rights.Held.Has(name) {
			lacks = append(lacks, name)
		}
	}
	if len(minimum.Impossible) > 0 {
		lacks = append(lacks, "manage_network_users")
	}
	return lacks
}

// givenAtRunTime says whether a collection permits what nothing stored gives the owner, so a plugin adds to what he
// holds.
func (f *granted) givenAtRunTime() bool {
	return slices.ContainsFunc(f.Rights.Held.Sorted(), func(name string) bool { return !f.Owner.Has(name) })
}

// possibleSites are the stores that this one can be, by version and by where orders are. Where orders are decides only
// about orders.
func (f *granted) possibleSites() []capability.Site {
	versions := []capability.Version{capability.Measured, capability.Newest}
	if asOrders, known := f.TablesAskOrders(); known && asOrders {
		versions = []capability.Version{capability.Newest}
	} else if known {
		versions = []capability.Version{capability.Measured}
	}
	if f.WooVersion() != "" {
		versions = []capability.Version{f.Version()}
	}
	modes := []capability.Storage{capability.HPOS, capability.HPOSSync, capability.Posts}
	if mode, known := f.Storage(); known {
		modes = []capability.Storage{mode}
	}
	multisite, _ := f.Multisite()
	var sites []capability.Site
	for _, version := range versions {
		for _, mode := range modes {
			sites = append(sites, capability.Site{Version: version, Storage: mode, Multisite: multisite})
		}
	}
	return sites
}
