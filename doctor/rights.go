package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// rights is what was seen of the permissions of the key's owner.
type rights struct {
	asked        bool
	held, lacks  capability.Set
	admin        bool // a route outside of the REST permissions lets only administrators in, and let the key in
	manages      bool // the same for manage_woocommerce
	managesKnown bool
	shopManager  bool // only the role of this name may edit customers and nobody else
}

// proves says which capability stands behind a method of a collection (docs/woocommerce/permissions.md#minimal-sets).
var proves = []struct {
	route, method, capability string
}{
	{"orders", "GET", "read_private_shop_orders"},
	{"orders", "POST", "publish_shop_orders"},
	{"orders/batch", "POST", "edit_others_shop_orders"},
	{"products", "GET", "read_private_products"},
	{"products", "POST", "publish_products"},
	{"products/batch", "POST", "edit_others_products"},
	{"products/categories", "GET", "manage_product_terms"},
	{"products/categories", "POST", "edit_product_terms"},
	{"products/reviews", "GET", "moderate_comments"},
	{"products/reviews", "POST", "edit_products"},
	{"customers", "GET", "list_users"},
	{"customers", "POST", "create_customers"},
	{"customers/batch", "POST", "promote_users"},
	{"coupons", "GET", "read_private_shop_coupons"},
	{"coupons", "POST", "publish_shop_coupons"},
	{"coupons/batch", "POST", "edit_others_shop_coupons"},
	{"webhooks", "GET", "manage_woocommerce"},
	{"reports/sales", "GET", "view_woocommerce_reports"},
}

// methods are those the store says the key may use on a collection; known is false when it did not say.
func (f *View) methods(route string) (list []string, known bool) {
	x := allowOf(f.ev.Exchanges, route)
	if x == nil || x.Body.Kind != "json" || x.Status != http.StatusOK && !saysAllowed(x) || notRegistered(x) {
		return nil, false
	}
	return allowed(x), true
}

// notRegistered: WordPress answers OPTIONS of a route that it does not have with 200 and an empty list.
func notRegistered(options *Exchange) bool {
	if options == nil || options.Body.Kind != "json" {
		return false
	}
	return options.Body.Code == noRoute || options.Status == http.StatusOK && options.Body.Count == 0 && len(allowed(options)) == 0
}

// may reports whether a method is permitted on a collection; no is true only when the store said so.
func (f *View) may(route, method string) (yes, no bool) {
	list, known := f.methods(route)
	if !known {
		return false, false
	}
	yes = slices.Contains(list, method)
	return yes, !yes
}

func (f *View) refuses(route, method string) bool {
	_, no := f.may(route, method)
	return no
}

func (f *View) permits(route, method string) bool {
	yes, _ := f.may(route, method)
	return yes
}

// decideRights names what the key's owner lacks for the wanted scopes.
func (f *keyed) decideRights() rights {
	r := rights{held: capability.Set{}, lacks: capability.Set{}}
	if !f.known() {
		return r
	}
	for _, p := range proves {
		capName := f.capabilityBehind(p.capability)
		switch yes, no := f.may(p.route, p.method); {
		case yes:
			r.asked = true
			r.held.Add(capName)
		case no:
			r.asked = true
			r.lacks.Add(capName)
		}
	}
	r.admin = slices.Contains(allowed(f.x("oracle.admin")), http.MethodPost) || f.owner.known && f.owner.caps.Has("manage_options")
	if x := f.x("oracle.manage"); x != nil && x.Status == http.StatusOK && !notRegistered(x) {
		r.managesKnown, r.manages = true, slices.Contains(allowed(x), http.MethodGet)
	}
	r.shopManager = f.isShopManager()
	return r
}

// isShopManager: WooCommerce lets users of the role named shop_manager edit customers and refuses them all others
// (docs/woocommerce/permissions.md#fact-4). No other role behaves so.
func (f *keyed) isShopManager() bool {
	if f.owner.known {
		return f.owner.is("shop_manager")
	}
	if multisite, known := f.multisite(); known && multisite {
		return false
	}
	users, _ := readList(f.x("list.customers"))
	customers, others := 0, 0
	for _, u := range users {
		editable := f.mayRecord("customers", u, http.MethodPut)
		switch {
		case u.Role == "customer" && editable:
			customers++
		case u.Role != "customer" && editable:
			others++
		}
	}
	// He may edit himself besides.
	return customers > 0 && others <= 1 && len(users) > customers+others
}

// mayRecord is what the store says about one record, in the list or asked for the record itself.
func (f *View) mayRecord(kind string, l listed, method string) bool {
	return slices.Contains(f.recordMethods(kind, l), method)
}

func (f *View) recordMethods(kind string, l listed) []string {
	if len(l.Links.Self) > 0 && len(l.Links.Self[0].TargetHints.Allow) > 0 {
		return l.Links.Self[0].TargetHints.Allow
	}
	return allowed(f.x(fmt.Sprintf("allow.%s/%d", kind, l.ID)))
}

// recordsBy sorts the records of a list by whether a method is permitted on them. Records about which the store said
// nothing are left out.
func (f *View) recordsBy(kind, method string, lists ...string) (open, shut []listed) {
	seen := map[int64]bool{}
	for _, id := range lists {
		records, _ := readList(f.x(id))
		for _, r := range records {
			methods := f.recordMethods(kind, r)
			if seen[r.ID] || len(methods) == 0 {
				continue
			}
			seen[r.ID] = true
			if slices.Contains(methods, method) {
				open = append(open, r)
			} else {
				shut = append(shut, r)
			}
		}
	}
	return open, shut
}

// rightsCauses lists the causes, the one that explains most first.
func (f *granted) rightsCauses() []answer {
	if !f.rights.asked {
		return f.refusedWithoutMap()
	}
	parts := slices.Concat(f.orderCauses(), f.productCauses(), f.termCauses(), f.customerCauses(), f.couponCauses(), f.managerCauses())
	whole := f.wholeCause(parts)
	if whole.id == "" {
		return append(parts, f.noteOfCutRole()...)
	}
	for i := range parts {
		parts[i].also = append(parts[i].also, whole.id)
	}
	return append([]answer{whole}, parts...)
}

// refusedWithoutMap: the store refuses a caller it knows and does not say what it would allow (something takes the Allow
// header away, or OPTIONS is blocked).
func (f *granted) refusedWithoutMap() []answer {
	var causes []answer
	for _, one := range []struct{ list, id, name, caps string }{
		{"list.orders", "cap-read-private", "orders", "read_private_shop_orders"},
		{"list.products", "cap-read-private", "products", "read_private_products"},
		{"list.customers", "cap-customers", "customers", "list_users"},
		{"list.coupons", "cap-read-private", "coupons", "read_private_shop_coupons"},
	} {
		if x := f.x(one.list); x != nil && x.Status == http.StatusForbidden && strings.HasPrefix(x.Body.Code, "woocommerce_rest_cannot") {
			causes = append(causes, answer{id: one.id, confidence: Possible, shown: []string{describe(x)}, why: "the key's owner may not read " + one.name, vars: map[string]string{"caps": one.caps}})
		}
	}
	return causes
}

// wholeCause is a cause behind several refusals at once: no rights at all, a plugin that overrules, a role that was cut.
func (f *granted) wholeCause(parts []answer) answer {
	if f.owner.known {
		return f.wholeCauseOfOwner(parts)
	}
	if a := f.nothingAllowed(parts); a.id != "" {
		return a
	}
	if a := f.overruled(parts); a.id != "" {
		return a
	}
	return f.roleWasCut(parts)
}

// nothingAllowed: the owner is known and may do nothing that belongs to WooCommerce. Who is asked for reviews alone needs
// nothing that does.
func (f *granted) nothingAllowed(parts []answer) answer {
	if !f.allSignalsRefused() || len(parts) == 0 {
		return answer{}
	}
	shown := []string{f.refusedSignals(), describe(f.read())}
	if f.rights.admin || f.rights.managesKnown && f.rights.manages {
		return answer{id: "perm-filter-override", confidence: Sure, shown: append(shown, "routes that ask for the capability itself let the key in"),
			why: "the key's owner has the rights, and every REST permission is refused all the same: a plugin overrules them"}
	}
	if multisite, ok := f.multisite(); ok && multisite {
		return answer{id: "key-owner-not-in-blog", confidence: Likely, shown: append(shown, "the store is a site of a multisite network"),
			why: "the key's owner is known to the network and has no role on this site"}
	}
	return answer{id: "key-owner-demoted", confidence: Sure, shown: shown, why: "the store knows the key's owner and lets him do nothing: he has no role, or one without any right in the shop"}
}

// allSignalsRefused: no collection of the shop is open to the key, by no method.
func (f *granted) allSignalsRefused() bool {
	known, granted := 0, 0
	for _, route := range signals {
		if route == "products/reviews" {
			continue // moderate_comments is a capability of the blog, an editor has it
		}
		if list, ok := f.methods(route); ok {
			known++
			granted += len(list)
		}
	}
	return known >= 4 && granted == 0
}

// refusedSignals names the collections that are closed to the key.
func (f *granted) refusedSignals() string {
	var closed []string
	for _, route := range signals {
		if list, ok := f.methods(route); ok && len(list) == 0 {
			closed = append(closed, route)
		}
	}
	return "Allow is empty on " + strings.Join(closed, ", ")
}

// overruled: the permissions contradict each other, in a way that no set of capabilities could, or an administrator is
// refused one kind of action everywhere, or everything with one kind of record. Single refusals are taken for what they
// nearly always are, a missing capability.
func (f *granted) overruled(parts []answer) answer {
	if why := f.contradiction(); why != "" {
		return answer{id: "perm-filter-override", confidence: Sure, shown: []string{why}, why: "the REST permissions contradict the capabilities of the key's owner: a plugin overrules them"}
	}
	if !f.rights.admin || len(parts) == 0 {
		return answer{}
	}
	if f.rights.managesKnown && !f.rights.manages && len(f.rights.lacks) > 2 {
		return answer{id: "role-caps-stripped", confidence: Sure, shown: allWhy(parts), why: "the key's owner is an administrator without the capabilities of WooCommerce: they were taken from the role",
			vars: map[string]string{"caps": strings.Join(f.rights.lacks.Sorted(), " ")}}
	}
	if what := f.refusedEverywhere(); what != "" {
		return answer{id: "perm-filter-override", confidence: Likely, shown: append([]string{"a route that only administrators may use lets the key in"}, allWhy(parts)...),
			why: "the key's owner is an administrator, and " + what + ": a plugin overrules the REST permissions"}
	}
	if kinds := f.refusedKinds(); len(kinds) > 1 && len(f.rights.lacks) > 2 {
		return answer{id: "role-caps-stripped", confidence: Likely, shown: allWhy(parts), why: "the key's owner is an administrator, and several capabilities of different kinds are gone from the role",
			vars: map[string]string{"caps": strings.Join(f.rights.lacks.Sorted(), " ")}}
	}
	return answer{}
}

func allWhy(parts []answer) []string {
	var lines []string
	for _, a := range parts {
		lines = append(lines, a.why)
	}
	return lines
}

// contradiction finds permissions that no set of capabilities gives.
func (f *granted) contradiction() string {
	if why := f.oneCapabilityBothWays(); why != "" {
		return why
	}
	if receipt := f.x("oracle.receipt"); receipt != nil && slices.Contains(allowed(receipt), http.MethodGet) {
		// A receipt of somebody else's order asks, outside of the REST permissions, for what editing the order asks.
		return describe(receipt) + " is allowed and changing the same order is not, although both ask for the same capability"
	}
	_, shut := f.recordsBy("products", http.MethodPut, "list.products")
	for _, product := range shut {
		if (product.Status == "draft" || product.Status == "pending") && f.permits("products/batch", "POST") && f.permits("products/reviews", "POST") {
			return fmt.Sprintf("product %d is a %s and may not be changed, although batches of products and reviews prove the capabilities for that", product.ID, product.Status)
		}
	}
	return ""
}

// oneCapabilityBothWays finds two doors that ask for one capability, and one of them is shut.
func (f *granted) oneCapabilityBothWays() string {
	if f.rights.managesKnown && f.rights.manages && f.refuses("webhooks", "GET") {
		return "a route that asks for manage_woocommerce itself lets the key in, webhooks, which ask for the same through the REST permissions, do not"
	}
	for _, route := range []string{"webhooks", "products/attributes", "shipping/zones"} {
		if f.permits(route, "GET") != f.permits(route, "POST") && (f.refuses(route, "GET") || f.refuses(route, "POST")) {
			return f.allowLine(route) + ", although one capability stands behind both methods"
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
			if yes, no := f.may(kind, method); yes || no {
				known++
				refused += boolToInt(no)
			}
		}
		other := map[string]string{"GET": "POST", "POST": "GET"}[method]
		if known >= 3 && refused == known && f.permits("orders", other) && f.permits("products", other) {
			return map[string]string{"GET": "reading", "POST": "creating"}[method] + " is refused for every kind of record while the rest is allowed"
		}
	}
	if orders, products := f.allShut("orders", "list.orders"), f.allShut("products", "list.products"); orders && products && f.permits("orders", "POST") && f.permits("products", "POST") {
		return "changing is refused for every order and every product"
	}
	for _, kind := range []string{"orders", "products", "customers"} {
		list, known := f.methods(kind)
		batch, batchKnown := f.methods(kind + "/batch")
		if known && len(list) == 0 && (!batchKnown || len(batch) == 0) && len(f.refusedKinds()) == 1 {
			return "everything is refused with " + kind + " while the rest is allowed"
		}
	}
	return ""
}

// allShut: there are records, and not one may be changed.
func (f *granted) allShut(kind, list string) bool {
	open, shut := f.recordsBy(kind, http.MethodPut, list)
	return len(open) == 0 && len(shut) > 0
}

// refusedKinds are the kinds of records of which something is refused.
func (f *granted) refusedKinds() []string {
	var kinds []string
	for _, p := range proves {
		if f.refuses(p.route, p.method) {
			kinds = appendNew(kinds, strings.TrimSuffix(strings.TrimSuffix(p.route, "/batch"), "/sales"))
		}
	}
	return kinds
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// roleWasCut: the owner is a Shop Manager and lacks several of what every Shop Manager has.
func (f *granted) roleWasCut(parts []answer) answer {
	if !f.rights.shopManager {
		return answer{}
	}
	stock, ok := capability.StockRole("shop_manager", f.version())
	if !ok {
		return answer{}
	}
	var gone []string
	for _, name := range f.rights.lacks.Sorted() {
		if stock.Caps.Has(name) {
			gone = append(gone, name)
		}
	}
	ids := map[string]bool{}
	for _, a := range parts {
		if a.id != "shop-manager-limits" && a.id != "order-post-row-missing" {
			ids[a.id] = true
		}
	}
	if len(ids) < 2 && len(gone) < 3 {
		return answer{}
	}
	if len(gone) == 0 {
		gone = []string{"edit_others_posts"}
	}
	return answer{
		id: "role-caps-stripped", confidence: Likely, vars: map[string]string{"caps": strings.Join(gone, " ")},
		shown: []string{"the key behaves as one of a Shop Manager: he may edit customers and no other users", "missing of what the role has by nature: " + strings.Join(gone, ", ")},
		why:   "the key's owner is a Shop Manager, and the role has lost capabilities that WooCommerce gives it",
	}
}
