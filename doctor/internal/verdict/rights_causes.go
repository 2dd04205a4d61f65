package verdict

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
)

// productCauses are the causes of what is missing for products and their variations.
func (f *granted) productCauses() []Answer {
	var causes []Answer
	if f.Target.Wants(evidence.ProductsRead, evidence.ProductsWrite, evidence.ProductsDelete) &&
		f.Refuses("products", "GET") {
		causes = append(causes,
			f.lacking("cap-read-private", "reading products asks for read_private_products, published ones too",
				f.AllowLine("products"), "read_private_products"))
	}
	if f.Target.Wants(evidence.ProductsWrite) {
		if f.Refuses("products", "POST") {
			causes = append(causes,
				f.lacking("cap-create-missing", "creating products asks for publish_products", f.AllowLine("products"),
					"publish_products"))
		}
		if a := f.recordEditCause("products", evidence.ListProducts, "product"); a.ID != "" {
			causes = append(causes, a)
		} else if f.Refuses("products/batch", "POST") {
			causes = append(causes,
				f.lacking("cap-others",
					"changing several products in one request, or those of others, asks for edit_others_products",
					f.AllowLine("products/batch"), "edit_others_products"))
		}
		if open, shut := f.RecordsBy("variations", http.MethodPut, evidence.ListVariations); len(open) > 0 &&
			len(shut) > 0 && f.Owner.Known && f.Owner.Has("edit_product") {
			causes = append(causes,
				f.someRefused("variations",
					[]string{fmt.Sprintf("%d of %d variations cannot be changed", len(shut), len(open)+len(shut))},
					[]string{"edit_product"}))
		} else if len(shut) > 0 {
			causes = append(causes,
				f.lacking("cap-variation",
					"changing a variation asks for edit_product, in the singular, and nothing else",
					fmt.Sprintf("variation %d: Allow %s", shut[0].ID,
						strings.Join(f.RecordMethods("variations", shut[0]), ", ")), "edit_product").at(shut[0],
					http.MethodPut))
		}
	}
	if f.Target.Wants(evidence.ProductsDelete) {
		_, shut := f.RecordsBy("products", http.MethodDelete, evidence.ListProducts)
		if len(shut) > 0 {
			causes = append(causes,
				f.lacking("cap-delete", "deleting products asks for the delete_ capabilities of products",
					fmt.Sprintf("product %d (%s): Allow %s", shut[0].ID, shut[0].Status,
						strings.Join(f.RecordMethods("products", shut[0]), ", ")),
					"delete_products", "delete_others_products", "delete_published_products",
					"delete_private_products"))
		} else if _, shut := f.RecordsBy("variations", http.MethodDelete, evidence.ListVariations); len(shut) > 0 {
			causes = append(causes,
				f.lacking("cap-variation",
					"deleting a variation asks for delete_product, in the singular, and nothing else",
					fmt.Sprintf("variation %d: Allow %s", shut[0].ID,
						strings.Join(f.RecordMethods("variations", shut[0]), ", ")), "delete_product").at(shut[0],
					http.MethodDelete))
		}
	}
	return causes
}

// recordEditCause tells by status and by who made them which of the edit_ capabilities is missing for products or
// coupons.
func (f *granted) recordEditCause(kind string, list evidence.Probe, singular string) Answer {
	open, shut := f.RecordsBy(kind, http.MethodPut, list)
	if len(shut) == 0 {
		return Answer{}
	}
	plural := map[string]string{"product": "products", "coupon": "shop_coupons"}[singular]
	shown := fmt.Sprintf("%s %d (%s): Allow %s", singular, shut[0].ID, shut[0].Status,
		strings.Join(f.RecordMethods(kind, shut[0]), ", "))
	openBy, shutBy := byStatus(open), byStatus(shut)
	others := "edit_others_" + plural
	noOthers := f.Refuses(kind+"/batch", "POST")
	if held := []string{"edit_" + plural, others, "edit_published_" + plural,
		"edit_private_" + plural}; len(open) > 0 && !noOthers && f.Owner.Known && len(f.Owner.Missing(held...)) == 0 {
		return f.someRefused(kind, []string{shown}, held)
	}
	switch {
	case noOthers:
		return f.lacking("cap-others", fmt.Sprintf("changing %ss of others asks for %s", singular, others), shown,
			others)
	case shutBy["publish"] > 0 && openBy["publish"] > 0:
		return f.lacking("cap-others",
			fmt.Sprintf("some published %ss can be changed and others not: those that somebody else made ask for %s",
				singular, others), shown, others)
	case shutBy["publish"] > 0:
		return f.lacking("cap-published",
			fmt.Sprintf("changing published %ss asks for edit_published_%s", singular, plural), shown,
			"edit_published_"+plural)
	case shutBy["private"] > 0:
		return f.lacking("cap-private", fmt.Sprintf("changing private %ss asks for edit_private_%s", singular, plural),
			shown, "edit_private_"+plural)
	}
	return f.lacking("cap-others", fmt.Sprintf("changing %ss asks for edit_%s and %s", singular, plural, others), shown,
		"edit_"+plural, others)
}

func byStatus(list []evidence.Record) map[string]int {
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

// termCauses are the causes of what is missing for categories, tags and attributes.
func (f *granted) termCauses() []Answer {
	var causes []Answer
	if f.Target.Wants(evidence.TermsRead, evidence.TermsWrite) &&
		(f.Refuses("products/categories", "GET") || f.Refuses("products/attributes", "GET")) {
		causes = append(causes,
			f.lacking("cap-terms-read", "reading categories, tags and attributes asks for manage_product_terms",
				f.AllowLine("products/categories"), "manage_product_terms"))
	}
	if f.Target.Wants(evidence.TermsWrite) && f.Refuses("products/categories", "POST") {
		causes = append(causes,
			f.lacking("cap-terms-write", "changing categories and tags asks for edit_product_terms",
				f.AllowLine("products/categories"), "edit_product_terms"))
	}
	return causes
}

// customerCauses are the causes of what is missing for customers. They are users, and WordPress has rules of its own
// about who may touch users.
func (f *granted) customerCauses() []Answer {
	var causes []Answer
	if f.Target.Wants(evidence.CustomersRead, evidence.CustomersWrite, evidence.CustomersDelete) &&
		f.Refuses("customers", "GET") {
		causes = append(causes,
			f.lacking("cap-customers", "reading customers asks for list_users", f.AllowLine("customers"), "list_users"))
	}
	if f.Target.Wants(evidence.CustomersWrite) {
		if f.Refuses("customers", "POST") {
			causes = append(causes, f.customerCreateCause())
		}
		if a := f.customerEditCause(); a.ID != "" {
			causes = append(causes, a)
		}
	}
	if f.Target.Wants(evidence.CustomersDelete) {
		if a := f.customerDeleteCause(); a.ID != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

func (f *granted) customerCreateCause() Answer {
	// A version that hides itself shows by refusing somebody who holds what newer ones ask for.
	old := f.OlderThan("9.9.0") || f.WooVersion() == "" && f.Owner.Known && f.Owner.Has("create_customers") &&
		!f.Owner.Has("promote_users")
	if old {
		return f.lacking("cap-customers-create-version",
			strings.TrimSpace("WooCommerce "+f.WooVersion())+
				" asks for promote_users to create a customer; create_customers takes its place in 9.9",
			f.AllowLine("customers"), "promote_users")
	}
	return f.lacking("cap-customers", "creating customers asks for create_customers", f.AllowLine("customers"),
		"create_customers")
}

func (f *granted) customerEditCause() Answer {
	open, shut := f.RecordsBy("customers", http.MethodPut, evidence.ListCustomers)
	if len(shut) == 0 {
		return Answer{}
	}
	shown := fmt.Sprintf("%d of %d users can be changed", len(open), len(open)+len(shut))
	if multisite, ok := f.Multisite(); ok && multisite && len(open) == 0 {
		return Answer{ID: "multisite-edit-users", Confidence: Sure,
			Shown: []string{shown, "the store is a site of a multisite network"},
			Why:   "in a network only super admins may change users, whatever a site's role says"}.at(customerIn(shut),
			http.MethodPut)
	}
	if withRole(shut, "customer", "subscriber", "") == 0 {
		return Answer{}
	}
	if f.Rights.ShopManager {
		return f.shopManagerLimits(open, shut, shown)
	}
	if withRole(open, "customer") > 0 {
		// edit_users is asked of every user alike: who may change one customer holds it.
		return f.someRefused("customers", []string{shown}, []string{"edit_users"}).at(customerIn(shut), http.MethodPut)
	}
	return f.lacking("cap-customers", "changing customers asks for edit_users", shown,
		"edit_users").at(customerIn(shut), http.MethodPut)
}

// customerIn is the user of a list to look at first: a customer, because others may be closed for reasons of their own.
func customerIn(list []evidence.Record) evidence.Record {
	for _, r := range list {
		if r.Role == "customer" {
			return r
		}
	}
	return list[0]
}

// shopManagerLimits explains why a Shop Manager may not change some users: WooCommerce lets him change customers, which
// is what an integration changes, and nobody else. A user without a role is shown by the API as a customer, so a
// refusal or two prove nothing. Where every one of several customers is refused, a plugin overrules the permissions.
func (f *granted) shopManagerLimits(open, shut []evidence.Record, shown string) Answer {
	const several = 3
	if refused := withRole(shut, "customer"); withRole(open, "customer") == 0 && refused >= several {
		return Answer{
			ID: "perm-filter-override", Confidence: Likely,
			Shown: []string{shown, "the key behaves as one of a Shop Manager"},
			Why: fmt.Sprintf("a Shop Manager may change customers, and not one of %d can be changed: a plugin "+
				"overrules the permissions, or none of them has the role Customer", refused),
		}
	}
	return Answer{
		ID: "shop-manager-limits", Note: true, Confidence: Sure,
		Shown: []string{shown, "the key behaves as one of a Shop Manager"},
		Why: "a Shop Manager may change users with the role Customer and nobody else: not subscribers, and not " +
			"users without a role, whom the API shows as customers",
	}
}

func (f *granted) customerDeleteCause() Answer {
	open, shut := f.RecordsBy("customers", http.MethodDelete, evidence.ListCustomers)
	shown := fmt.Sprintf("%d of %d users can be deleted", len(open), len(open)+len(shut))
	if len(open) > 0 || len(shut) == 0 {
		return Answer{}
	}
	switch multisite, ok := f.Multisite(); {
	case ok && multisite:
		return Answer{ID: "multisite-edit-users", Confidence: Sure,
			Shown: []string{shown, "the store is a site of a multisite network"},
			Why:   "in a network only super admins may delete users, whatever a site's role says"}.at(customerIn(shut),
			http.MethodDelete)
	case f.Rights.ShopManager:
		return Answer{ID: "shop-manager-limits", Confidence: Sure,
			Shown: []string{shown, "the key behaves as one of a Shop Manager"},
			Why:   "a Shop Manager may neither delete customers nor change them in batches",
			Vars:  map[string]string{"caps": "delete_users promote_users"}}.at(customerIn(shut), http.MethodDelete)
	case withRole(shut, "customer", "subscriber", "") == 0:
		return Answer{} // nobody there who may be deleted through the API at all
	}
	return f.lacking("cap-customers", "deleting customers asks for delete_users", shown,
		"delete_users").at(customerIn(shut), http.MethodDelete)
}

// couponCauses are the causes of what is missing for coupons. With coupons switched off WordPress does not know the
// kind of record, and refuses everybody.
func (f *granted) couponCauses() []Answer {
	if !f.Target.Wants(evidence.CouponsRead, evidence.CouponsWrite) {
		return nil
	}
	if list, ok := f.Methods("coupons"); ok && len(list) == 0 {
		var setting struct {
			Value string `json:"value"`
		}
		evidence.ReadJSON(f.Get(evidence.SettingCoupons), &setting)
		if setting.Value == "no" {
			return []Answer{{ID: "coupons-disabled", Confidence: Sure,
				Shown: []string{f.AllowLine("coupons"), "setting woocommerce_enable_coupons: no"},
				Why: "coupons are switched off in the shop; then the API refuses them to everybody, " +
					"administrators included"}}
		}
		if f.Owner.Known && setting.Value == "" && f.Owner.Has("read_private_shop_coupons") &&
			f.Owner.Has("publish_shop_coupons") {
			return []Answer{{ID: "coupons-disabled", Confidence: Likely,
				Shown: []string{f.AllowLine("coupons"),
					f.Owner.Words() + " holds read_private_shop_coupons and publish_shop_coupons"},
				Why: "the key's owner holds the capabilities of coupons and is refused every use of them: coupons " +
					"are switched off in the shop, and then the API refuses them to everybody"}}
		}
		if f.Rights.Admin && setting.Value == "" {
			return []Answer{{ID: "coupons-disabled", Confidence: Likely, Shown: []string{f.AllowLine("coupons")},
				Why: "an administrator's key is refused every use of coupons and nothing else: coupons " +
					"are switched off"}}
		}
	}
	var causes []Answer
	if f.Refuses("coupons", "GET") {
		causes = append(causes,
			f.lacking("cap-read-private", "reading coupons asks for read_private_shop_coupons", f.AllowLine("coupons"),
				"read_private_shop_coupons"))
	}
	if f.Target.Wants(evidence.CouponsWrite) {
		if f.Refuses("coupons", "POST") {
			causes = append(causes,
				f.lacking("cap-create-missing", "creating coupons asks for publish_shop_coupons",
					f.AllowLine("coupons"), "publish_shop_coupons"))
		}
		if a := f.recordEditCause("coupons", evidence.ListCoupons, "coupon"); a.ID != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

// managerCauses are the causes of what is missing where something asks for a single capability of its own.
func (f *granted) managerCauses() []Answer {
	var causes []Answer
	hooks := f.Target.Wants(evidence.WebhooksScope) || f.Target.DeliveryURL != ""
	if (hooks || f.Target.Wants(evidence.SettingsScope, evidence.ShippingRead, evidence.FulfillmentsRead,
		evidence.FulfillmentsWrite)) && f.Refuses("webhooks", "GET") {
		causes = append(causes,
			f.lacking("cap-manage-woocommerce",
				"webhooks, settings, system status, shipping, taxes and fulfilments ask for manage_woocommerce",
				f.AllowLine("webhooks"), "manage_woocommerce"))
	}
	if f.Target.Wants(evidence.ReportsRead) && f.Refuses("reports/sales", "GET") {
		causes = append(causes,
			f.lacking("cap-reports", "reports ask for view_woocommerce_reports", f.AllowLine("reports/sales"),
				"view_woocommerce_reports"))
	}
	if f.Target.Wants(evidence.ReviewsRead) && f.Refuses("products/reviews", "GET") {
		causes = append(causes,
			f.lacking("cap-reviews", "reading reviews asks for moderate_comments", f.AllowLine("products/reviews"),
				"moderate_comments"))
	}
	return causes
}
