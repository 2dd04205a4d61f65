package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// lacking makes a cause of capabilities that are asked for. Of these it names the ones that the key's owner does not hold,
// where that is known. When he holds them all, the refusal is not for want of a capability.
func (f *granted) lacking(id string, why, shown string, caps ...string) answer {
	a := answer{id: id, confidence: Sure, why: why, shown: []string{shown}}
	f.nameMissing(&a, caps...)
	return a
}

// nameMissing fills in the capabilities to add.
func (f *granted) nameMissing(a *answer, caps ...string) {
	missing := f.owner.missing(caps...)
	if f.owner.known {
		a.overruled = len(missing) == 0
		a.shown = append(a.shown, f.ownerShown(caps, missing))
		if !a.overruled {
			a.why += "; missing: " + strings.Join(missing, ", ")
		}
	}
	a.vars = map[string]string{"caps": strings.Join(missing, " ")}
}

func (f *granted) ownerShown(asked, missing []string) string {
	if len(missing) == 0 {
		return f.owner.words() + " holds " + strings.Join(asked, " and ")
	}
	return f.owner.words() + " does not hold " + strings.Join(missing, ", ")
}

func (f *granted) allowLine(route string) string {
	list, _ := f.methods(route)
	return fmt.Sprintf("Allow on /%s: %s", route, firstOf(strings.Join(list, ", "), "nothing"))
}

// productCauses: what is missing for products and their variations.
func (f *granted) productCauses() []answer {
	var causes []answer
	if f.t.wants(ProductsRead, ProductsWrite, ProductsDelete) && f.refuses("products", "GET") {
		causes = append(causes, f.lacking("cap-read-private", "reading products asks for read_private_products, published ones too", f.allowLine("products"), "read_private_products"))
	}
	if f.t.wants(ProductsWrite) {
		if f.refuses("products", "POST") {
			causes = append(causes, f.lacking("cap-create-missing", "creating products asks for publish_products", f.allowLine("products"), "publish_products"))
		}
		if a := f.recordEditCause("products", "list.products", "product"); a.id != "" {
			causes = append(causes, a)
		} else if f.refuses("products/batch", "POST") {
			causes = append(causes, f.lacking("cap-others", "changing several products in one request, or those of others, asks for edit_others_products", f.allowLine("products/batch"), "edit_others_products"))
		}
		if open, shut := f.recordsBy("variations", http.MethodPut, "list.variations"); len(open) > 0 && len(shut) > 0 && f.owner.known && f.owner.has("edit_product") {
			causes = append(causes, f.someRefused("variations", []string{fmt.Sprintf("%d of %d variations cannot be changed", len(shut), len(open)+len(shut))}, []string{"edit_product"}))
		} else if len(shut) > 0 {
			causes = append(causes, f.lacking("cap-variation", "changing a variation asks for edit_product, in the singular, and nothing else",
				fmt.Sprintf("variation %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("variations", shut[0]), ", ")), "edit_product").at(shut[0], http.MethodPut))
		}
	}
	if f.t.wants(ProductsDelete) {
		_, shut := f.recordsBy("products", http.MethodDelete, "list.products")
		if len(shut) > 0 {
			causes = append(causes, f.lacking("cap-delete", "deleting products asks for the delete_ capabilities of products", fmt.Sprintf("product %d (%s): Allow %s", shut[0].ID, shut[0].Status, strings.Join(f.recordMethods("products", shut[0]), ", ")),
				"delete_products", "delete_others_products", "delete_published_products", "delete_private_products"))
		} else if _, shut := f.recordsBy("variations", http.MethodDelete, "list.variations"); len(shut) > 0 {
			causes = append(causes, f.lacking("cap-variation", "deleting a variation asks for delete_product, in the singular, and nothing else",
				fmt.Sprintf("variation %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("variations", shut[0]), ", ")), "delete_product").at(shut[0], http.MethodDelete))
		}
	}
	return causes
}

// recordEditCause tells by status and by who made them which of the edit_ capabilities is missing for products or coupons.
func (f *granted) recordEditCause(kind, list, singular string) answer {
	open, shut := f.recordsBy(kind, http.MethodPut, list)
	if len(shut) == 0 {
		return answer{}
	}
	plural := map[string]string{"product": "products", "coupon": "shop_coupons"}[singular]
	shown := fmt.Sprintf("%s %d (%s): Allow %s", singular, shut[0].ID, shut[0].Status, strings.Join(f.recordMethods(kind, shut[0]), ", "))
	openBy, shutBy := byStatus(open), byStatus(shut)
	others := "edit_others_" + plural
	noOthers := f.refuses(kind+"/batch", "POST")
	if held := []string{"edit_" + plural, others, "edit_published_" + plural, "edit_private_" + plural}; len(open) > 0 && !noOthers && f.owner.known && len(f.owner.missing(held...)) == 0 {
		return f.someRefused(kind, []string{shown}, held)
	}
	switch {
	case noOthers:
		return f.lacking("cap-others", fmt.Sprintf("changing %ss of others asks for %s", singular, others), shown, others)
	case shutBy["publish"] > 0 && openBy["publish"] > 0:
		return f.lacking("cap-others", fmt.Sprintf("some published %ss can be changed and others not: those that somebody else made ask for %s", singular, others), shown, others)
	case shutBy["publish"] > 0:
		return f.lacking("cap-published", fmt.Sprintf("changing published %ss asks for edit_published_%s", singular, plural), shown, "edit_published_"+plural)
	case shutBy["private"] > 0:
		return f.lacking("cap-private", fmt.Sprintf("changing private %ss asks for edit_private_%s", singular, plural), shown, "edit_private_"+plural)
	}
	return f.lacking("cap-others", fmt.Sprintf("changing %ss asks for edit_%s and %s", singular, plural, others), shown, "edit_"+plural, others)
}

func byStatus(list []listed) map[string]int {
	n := map[string]int{}
	for _, r := range list {
		status := r.Status
		if status == "future" {
			status = "publish"
		}
		n[status]++
	}
	return n
}

// termCauses: categories, tags, attributes.
func (f *granted) termCauses() []answer {
	var causes []answer
	if f.t.wants(TermsRead, TermsWrite) && (f.refuses("products/categories", "GET") || f.refuses("products/attributes", "GET")) {
		causes = append(causes, f.lacking("cap-terms-read", "reading categories, tags and attributes asks for manage_product_terms", f.allowLine("products/categories"), "manage_product_terms"))
	}
	if f.t.wants(TermsWrite) && f.refuses("products/categories", "POST") {
		causes = append(causes, f.lacking("cap-terms-write", "changing categories and tags asks for edit_product_terms", f.allowLine("products/categories"), "edit_product_terms"))
	}
	return causes
}

// customerCauses: customers are users, and WordPress has its own ideas about who may touch users.
func (f *granted) customerCauses() []answer {
	var causes []answer
	if f.t.wants(CustomersRead, CustomersWrite, CustomersDelete) && f.refuses("customers", "GET") {
		causes = append(causes, f.lacking("cap-customers", "reading customers asks for list_users", f.allowLine("customers"), "list_users"))
	}
	if f.t.wants(CustomersWrite) {
		if f.refuses("customers", "POST") {
			causes = append(causes, f.customerCreateCause())
		}
		if a := f.customerEditCause(); a.id != "" {
			causes = append(causes, a)
		}
	}
	if f.t.wants(CustomersDelete) {
		if a := f.customerDeleteCause(); a.id != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

func (f *granted) customerCreateCause() answer {
	// A version that hides itself shows by refusing somebody who holds what newer ones ask for.
	old := f.olderThan("9.9.0") || f.wooVersion() == "" && f.owner.known && f.owner.has("create_customers") && !f.owner.has("promote_users")
	if old {
		return f.lacking("cap-customers-create-version", strings.TrimSpace("WooCommerce "+f.wooVersion())+" asks for promote_users to create a customer; create_customers takes its place in 9.9", f.allowLine("customers"), "promote_users")
	}
	return f.lacking("cap-customers", "creating customers asks for create_customers", f.allowLine("customers"), "create_customers")
}

func (f *granted) customerEditCause() answer {
	open, shut := f.recordsBy("customers", http.MethodPut, "list.customers")
	if len(shut) == 0 {
		return answer{}
	}
	shown := fmt.Sprintf("%d of %d users can be changed", len(open), len(open)+len(shut))
	if multisite, ok := f.multisite(); ok && multisite && len(open) == 0 {
		return answer{id: "multisite-edit-users", confidence: Sure, shown: []string{shown, "the store is a site of a multisite network"}, why: "in a network only super admins may change users, whatever a site's role says"}.at(customerIn(shut), http.MethodPut)
	}
	if withRole(shut, "customer", "subscriber", "") == 0 {
		return answer{}
	}
	if f.rights.shopManager {
		return f.shopManagerLimits(open, shut, shown)
	}
	if withRole(open, "customer") > 0 {
		// edit_users is asked of every user alike: who may change one customer holds it.
		return f.someRefused("customers", []string{shown}, []string{"edit_users"}).at(customerIn(shut), http.MethodPut)
	}
	return f.lacking("cap-customers", "changing customers asks for edit_users", shown, "edit_users").at(customerIn(shut), http.MethodPut)
}

// customerIn is the user of a list to look at first: a customer, because others may be closed for reasons of their own.
func customerIn(list []listed) listed {
	for _, r := range list {
		if r.Role == "customer" {
			return r
		}
	}
	return list[0]
}

// shopManagerLimits: a Shop Manager may change customers, which is what an integration changes, and nobody else. A user without
// a role cannot be told from a customer: the API shows him as one. Only where it refuses every single one of several is it
// something else.
func (f *granted) shopManagerLimits(open, shut []listed, shown string) answer {
	const several = 3
	if refused := withRole(shut, "customer"); withRole(open, "customer") == 0 && refused >= several {
		return answer{
			id: "perm-filter-override", confidence: Likely, shown: []string{shown, "the key behaves as one of a Shop Manager"},
			why: fmt.Sprintf("a Shop Manager may change customers, and not one of %d can be changed: a plugin overrules the permissions, or none of them has the role Customer", refused),
		}
	}
	return answer{
		id: "shop-manager-limits", note: true, confidence: Sure, shown: []string{shown, "the key behaves as one of a Shop Manager"},
		why: "a Shop Manager may change users with the role Customer and nobody else: not subscribers, and not users without a role, whom the API shows as customers",
	}
}

func withRole(list []listed, roles ...string) int {
	n := 0
	for _, r := range list {
		if slices.Contains(roles, r.Role) {
			n++
		}
	}
	return n
}

func (f *granted) customerDeleteCause() answer {
	open, shut := f.recordsBy("customers", http.MethodDelete, "list.customers")
	shown := fmt.Sprintf("%d of %d users can be deleted", len(open), len(open)+len(shut))
	if len(open) > 0 || len(shut) == 0 {
		return answer{}
	}
	switch multisite, ok := f.multisite(); {
	case ok && multisite:
		return answer{id: "multisite-edit-users", confidence: Sure, shown: []string{shown, "the store is a site of a multisite network"}, why: "in a network only super admins may delete users, whatever a site's role says"}.at(customerIn(shut), http.MethodDelete)
	case f.rights.shopManager:
		return answer{id: "shop-manager-limits", confidence: Sure, shown: []string{shown, "the key behaves as one of a Shop Manager"}, why: "a Shop Manager may neither delete customers nor change them in batches", vars: map[string]string{"caps": "delete_users promote_users"}}.at(customerIn(shut), http.MethodDelete)
	case withRole(shut, "customer", "subscriber", "") == 0:
		return answer{} // nobody there who may be deleted through the API at all
	}
	return f.lacking("cap-customers", "deleting customers asks for delete_users", shown, "delete_users").at(customerIn(shut), http.MethodDelete)
}

// couponCauses: with coupons switched off WordPress does not even know what a coupon is, and refuses everybody.
func (f *granted) couponCauses() []answer {
	if !f.t.wants(CouponsRead, CouponsWrite) {
		return nil
	}
	if list, ok := f.methods("coupons"); ok && len(list) == 0 {
		var setting struct {
			Value string `json:"value"`
		}
		readJSON(f.x("setting.coupons"), &setting)
		if setting.Value == "no" {
			return []answer{{id: "coupons-disabled", confidence: Sure, shown: []string{f.allowLine("coupons"), "setting woocommerce_enable_coupons: no"}, why: "coupons are switched off in the shop; then the API refuses them to everybody, administrators included"}}
		}
		if f.owner.known && setting.Value == "" && f.owner.has("read_private_shop_coupons") && f.owner.has("publish_shop_coupons") {
			return []answer{{id: "coupons-disabled", confidence: Likely, shown: []string{f.allowLine("coupons"), f.owner.words() + " holds read_private_shop_coupons and publish_shop_coupons"},
				why: "the key's owner holds the capabilities of coupons and is refused every use of them: coupons are switched off in the shop, and then the API refuses them to everybody"}}
		}
		if f.rights.admin && setting.Value == "" {
			return []answer{{id: "coupons-disabled", confidence: Likely, shown: []string{f.allowLine("coupons")}, why: "an administrator's key is refused every use of coupons and nothing else: coupons are switched off"}}
		}
	}
	var causes []answer
	if f.refuses("coupons", "GET") {
		causes = append(causes, f.lacking("cap-read-private", "reading coupons asks for read_private_shop_coupons", f.allowLine("coupons"), "read_private_shop_coupons"))
	}
	if f.t.wants(CouponsWrite) {
		if f.refuses("coupons", "POST") {
			causes = append(causes, f.lacking("cap-create-missing", "creating coupons asks for publish_shop_coupons", f.allowLine("coupons"), "publish_shop_coupons"))
		}
		if a := f.recordEditCause("coupons", "list.coupons", "coupon"); a.id != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

// managerCauses: what asks for one capability of its own.
func (f *granted) managerCauses() []answer {
	var causes []answer
	hooks := f.t.wants(WebhooksScope) || f.t.DeliveryURL != ""
	if (hooks || f.t.wants(SettingsScope, ShippingRead)) && f.refuses("webhooks", "GET") {
		causes = append(causes, f.lacking("cap-manage-woocommerce", "webhooks, settings, system status, shipping and taxes ask for manage_woocommerce", f.allowLine("webhooks"), "manage_woocommerce"))
	}
	if f.t.wants(ReportsRead) && f.refuses("reports/sales", "GET") {
		causes = append(causes, f.lacking("cap-reports", "reports ask for view_woocommerce_reports", f.allowLine("reports/sales"), "view_woocommerce_reports"))
	}
	if f.t.wants(ReviewsRead) && f.refuses("products/reviews", "GET") {
		causes = append(causes, f.lacking("cap-reviews", "reading reviews asks for moderate_comments", f.allowLine("products/reviews"), "moderate_comments"))
	}
	return causes
}
