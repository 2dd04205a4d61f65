package doctor

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
)

// lacking makes a cause of a capability that is missing.
func lacking(id string, why, shown string, caps ...string) answer {
	return answer{id: id, confidence: Sure, why: why, shown: []string{shown}, vars: map[string]string{"caps": strings.Join(caps, " ")}}
}

func (f *facts) allowLine(route string) string {
	list, _ := f.methods(route)
	return fmt.Sprintf("Allow on /%s: %s", route, firstOf(strings.Join(list, ", "), "nothing"))
}

// orderCauses: what is missing for the wanted scopes of orders.
func (f *facts) orderCauses() []answer {
	var causes []answer
	if f.t.wants(OrdersRead, OrdersWrite, OrdersDelete) && f.refuses("orders", "GET") {
		causes = append(causes, lacking("cap-read-private", "reading orders asks for read_private_shop_orders", f.allowLine("orders"), "read_private_shop_orders"))
	}
	edit := answer{}
	if f.t.wants(OrdersWrite) {
		edit = f.orderEditCause()
	}
	if edit.id != "" {
		causes = append(causes, edit)
	}
	if f.t.wants(OrdersWrite) && f.refuses("orders", "POST") {
		causes = append(causes, lacking("cap-create-missing", "creating orders asks for publish_shop_orders", f.allowLine("orders"), "publish_shop_orders"))
	}
	if f.t.wants(OrdersWrite) && edit.id == "" && f.refuses("orders/batch", "POST") {
		batch := lacking("cap-others", "changing several orders in one request asks for edit_others_shop_orders, on every kind of storage", f.allowLine("orders/batch"), "edit_others_shop_orders")
		causes = append(causes, batch)
	}
	if f.t.wants(OrdersDelete) {
		if a := f.orderDeleteCause(edit); a.id != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

// orderEditCause: orders that the key may read and not change. Which capability is asked depends on the row that the
// order has in wp_posts (failure-taxonomy 1.1).
func (f *facts) orderEditCause() answer {
	open, shut := f.recordsBy("orders", http.MethodPut, "list.orders", "list.orders.old")
	if len(shut) == 0 {
		return answer{}
	}
	mode, modeKnown := f.storage()
	shown := []string{
		fmt.Sprintf("order %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("orders", shut[0]), ", ")),
		f.allowLine("orders"), fmt.Sprintf("%d of %d orders cannot be changed", len(shut), len(shut)+len(open)),
	}
	if modeKnown {
		shown = append(shown, "order storage: "+mode.Title())
	}
	if a := f.rowMissing(open, shut, shown); a.id != "" {
		return a
	}
	if len(open) == 0 {
		return f.noOrderEditable(mode, modeKnown, shut, shown)
	}
	return f.someOrdersEditable(open, shut, shown)
}

const (
	placeholderCaps = "edit_posts edit_others_posts"
	orderCaps       = "edit_shop_orders edit_others_shop_orders"
)

func (f *facts) noOrderEditable(mode capability.Storage, known bool, shut []listed, shown []string) answer {
	say := func(id string, c Confidence, why, caps string) answer {
		return answer{id: id, confidence: c, why: why, shown: shown, vars: map[string]string{"caps": caps}}
	}
	placeholder := "orders live in WooCommerce's own tables without compatibility mode; there changing an order asks for edit_posts and edit_others_posts, the capabilities of blog posts, and for none of the order capabilities"
	switch {
	case known && (mode == capability.HPOS || mode == capability.HPOSMigrated) && !f.allPosts(shut):
		return say("cap-hpos-placeholder", Sure, placeholder, placeholderCaps)
	case known:
		return say("cap-others", Sure, "changing orders that others made asks for edit_others_shop_orders", orderCaps)
	case f.permits("orders/batch", "POST"):
		// Who holds edit_others_shop_orders could edit on any other storage.
		return say("cap-hpos-placeholder", Likely, placeholder, placeholderCaps)
	}
	return say("cap-others", Possible, "changing orders that others made asks for edit_others_shop_orders, or on order tables without compatibility mode for edit_others_posts", orderCaps+" "+placeholderCaps)
}

// allPosts: every sampled order is a post, whatever the storage is now.
func (f *facts) allPosts(list []listed) bool {
	seen := false
	for _, r := range list {
		x := f.x(fmt.Sprintf("row.%d", r.ID))
		if x == nil {
			continue
		}
		if x.Status != http.StatusOK {
			return false
		}
		seen = true
	}
	return seen
}

// someOrdersEditable: a difference between orders, by kind of row, or by who made them.
func (f *facts) someOrdersEditable(open, shut []listed, shown []string) answer {
	openPosts, shutPosts := f.countRows(open), f.countRows(shut)
	say := func(id string, c Confidence, why, caps string) answer {
		return answer{id: id, confidence: c, why: why, shown: shown, vars: map[string]string{"caps": caps}}
	}
	mixed := "the store moved to order tables: orders from before are posts and ask for edit_others_shop_orders, later ones are not and ask for edit_others_posts"
	switch {
	case openPosts.posts > 0 && openPosts.others == 0 && shutPosts.others > 0 && shutPosts.posts == 0:
		return say("cap-hpos-mixed", Sure, mixed, placeholderCaps)
	case shutPosts.posts > 0 && shutPosts.others == 0 && openPosts.others > 0 && openPosts.posts == 0:
		return say("cap-hpos-mixed", Sure, mixed, orderCaps)
	case madeByAPI(open) && !madeByAPI(shut) && shutPosts.others > 0:
		return say("cap-hpos-placeholder", Likely, "only orders that the key itself made can be changed; those of others ask for edit_others_posts on order tables without compatibility mode", "edit_others_posts")
	case shutPosts.posts > 0:
		return say("cap-others", Likely, "only some orders can be changed: those of others ask for edit_others_shop_orders", "edit_others_shop_orders")
	case newerThanAll(shut, open):
		return say("cap-hpos-mixed", Likely, mixed, placeholderCaps)
	case newerThanAll(open, shut):
		return say("cap-hpos-mixed", Likely, mixed, orderCaps)
	}
	return f.missingRows(shut, shown, Likely)
}

type rowCount struct{ posts, others int }

func (f *facts) countRows(list []listed) rowCount {
	var n rowCount
	for _, r := range list {
		switch x := f.x(fmt.Sprintf("row.%d", r.ID)); {
		case x == nil:
		case x.Status == http.StatusOK:
			n.posts++
		case x.Status == http.StatusNotFound || x.Status == http.StatusBadRequest:
			n.others++
		}
	}
	return n
}

func madeByAPI(list []listed) bool {
	return !slices.ContainsFunc(list, func(r listed) bool { return r.CreatedVia != "rest-api" })
}

func newerThanAll(a, b []listed) bool {
	for _, x := range a {
		for _, y := range b {
			if x.ID <= y.ID {
				return false
			}
		}
	}
	return true
}

// rowMissing: orders that nobody may change, neither edit nor delete, because their row in wp_posts is gone. The count of
// rows tells: orders and refunds have one each.
func (f *facts) rowMissing(open, shut []listed, shown []string) answer {
	var locked []listed
	for _, r := range shut {
		if !f.mayRecord("orders", r, http.MethodDelete) {
			locked = append(locked, r)
		}
	}
	placeholders, posts := f.status.posts("shop_order_placehold"), f.status.posts("shop_order")
	orders := total(f.x("list.orders"))
	if len(locked) == 0 || placeholders < 0 || posts < 0 || orders <= 0 {
		return answer{}
	}
	rows, wanted := placeholders+posts, orders
	if refunds := total(f.x("list.refunds")); refunds > 0 {
		wanted += refunds
	}
	gone := wanted - rows
	shown = append(shown, fmt.Sprintf("%d rows in wp_posts for %d orders and refunds", rows, wanted))
	switch {
	case gone <= 0:
		return answer{}
	case gone >= len(locked), len(open) > 0, rows == 0:
		return f.missingRows(locked, shown, Sure)
	}
	return answer{}
}

func (f *facts) missingRows(locked []listed, shown []string, c Confidence) answer {
	ids := make([]string, 0, 5)
	for _, r := range locked {
		if len(ids) < 5 {
			ids = append(ids, fmt.Sprint(r.ID))
		}
	}
	return answer{
		id: "order-post-row-missing", confidence: c, shown: shown, vars: map[string]string{"ids": strings.Join(ids, " "), "id": ids[0]},
		why: fmt.Sprintf("these orders have no row in wp_posts any more, and without it WordPress lets nobody change them: %s", strings.Join(ids, ", ")),
	}
}

// orderDeleteCause is asked when deleting is wanted; what already explains that orders cannot be edited explains it too.
func (f *facts) orderDeleteCause(edit answer) answer {
	open, shut := f.recordsBy("orders", http.MethodDelete, "list.orders", "list.orders.old")
	if len(shut) == 0 {
		if refund := f.x("allow.refund"); refund != nil && refund.Status == http.StatusOK && !slices.Contains(allowed(refund), http.MethodDelete) && len(open) > 0 {
			return lacking("cap-delete", "deleting a refund asks for delete_shop_order, in the singular", describe(refund), "delete_shop_order")
		}
		return answer{}
	}
	shown := fmt.Sprintf("order %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("orders", shut[0]), ", "))
	if !f.t.wants(OrdersWrite) {
		if a := f.rowMissing(open, shut, []string{shown}); a.id != "" {
			return a
		}
	}
	caps := "delete_shop_orders delete_others_shop_orders"
	if mode, ok := f.storage(); ok && mode != capability.HPOSSync && mode != capability.Posts {
		caps = "delete_posts delete_others_posts"
	}
	a := lacking("cap-delete", "deleting orders asks for "+strings.ReplaceAll(caps, " ", " and "), shown, caps)
	if edit.id != "" {
		a.also = append(a.also, edit.id)
	}
	return a
}

// productCauses: what is missing for products and their variations.
func (f *facts) productCauses() []answer {
	var causes []answer
	if f.t.wants(ProductsRead, ProductsWrite, ProductsDelete) && f.refuses("products", "GET") {
		causes = append(causes, lacking("cap-read-private", "reading products asks for read_private_products, published ones too", f.allowLine("products"), "read_private_products"))
	}
	if f.t.wants(ProductsWrite) {
		if f.refuses("products", "POST") {
			causes = append(causes, lacking("cap-create-missing", "creating products asks for publish_products", f.allowLine("products"), "publish_products"))
		}
		if a := f.recordEditCause("products", "list.products", "product"); a.id != "" {
			causes = append(causes, a)
		} else if f.refuses("products/batch", "POST") {
			causes = append(causes, lacking("cap-others", "changing several products in one request, or those of others, asks for edit_others_products", f.allowLine("products/batch"), "edit_others_products"))
		}
		if _, shut := f.recordsBy("variations", http.MethodPut, "list.variations"); len(shut) > 0 {
			causes = append(causes, lacking("cap-variation", "changing a variation asks for edit_product, in the singular, and nothing else",
				fmt.Sprintf("variation %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("variations", shut[0]), ", ")), "edit_product"))
		}
	}
	if f.t.wants(ProductsDelete) {
		_, shut := f.recordsBy("products", http.MethodDelete, "list.products")
		if len(shut) > 0 {
			causes = append(causes, lacking("cap-delete", "deleting products asks for the delete_ capabilities of products", fmt.Sprintf("product %d (%s): Allow %s", shut[0].ID, shut[0].Status, strings.Join(f.recordMethods("products", shut[0]), ", ")),
				"delete_products", "delete_others_products", "delete_published_products", "delete_private_products"))
		} else if _, shut := f.recordsBy("variations", http.MethodDelete, "list.variations"); len(shut) > 0 {
			causes = append(causes, lacking("cap-variation", "deleting a variation asks for delete_product, in the singular, and nothing else",
				fmt.Sprintf("variation %d: Allow %s", shut[0].ID, strings.Join(f.recordMethods("variations", shut[0]), ", ")), "delete_product"))
		}
	}
	return causes
}

// recordEditCause tells by status and by who made them which of the edit_ capabilities is missing for products or coupons.
func (f *facts) recordEditCause(kind, list, singular string) answer {
	open, shut := f.recordsBy(kind, http.MethodPut, list)
	if len(shut) == 0 {
		return answer{}
	}
	plural := map[string]string{"product": "products", "coupon": "shop_coupons"}[singular]
	shown := fmt.Sprintf("%s %d (%s): Allow %s", singular, shut[0].ID, shut[0].Status, strings.Join(f.recordMethods(kind, shut[0]), ", "))
	openBy, shutBy := byStatus(open), byStatus(shut)
	others := "edit_others_" + plural
	noOthers := f.refuses(kind+"/batch", "POST")
	switch {
	case noOthers:
		return lacking("cap-others", fmt.Sprintf("changing %ss of others asks for %s", singular, others), shown, others)
	case shutBy["publish"] > 0 && openBy["publish"] > 0:
		return lacking("cap-others", fmt.Sprintf("some published %ss can be changed and others not: those that somebody else made ask for %s", singular, others), shown, others)
	case shutBy["publish"] > 0:
		return lacking("cap-published", fmt.Sprintf("changing published %ss asks for edit_published_%s", singular, plural), shown, "edit_published_"+plural)
	case shutBy["private"] > 0:
		return lacking("cap-private", fmt.Sprintf("changing private %ss asks for edit_private_%s", singular, plural), shown, "edit_private_"+plural)
	}
	return lacking("cap-others", fmt.Sprintf("changing %ss asks for edit_%s and %s", singular, plural, others), shown, "edit_"+plural, others)
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
func (f *facts) termCauses() []answer {
	var causes []answer
	if f.t.wants(TermsRead, TermsWrite) && (f.refuses("products/categories", "GET") || f.refuses("products/attributes", "GET")) {
		causes = append(causes, lacking("cap-terms-read", "reading categories, tags and attributes asks for manage_product_terms", f.allowLine("products/categories"), "manage_product_terms"))
	}
	if f.t.wants(TermsWrite) && f.refuses("products/categories", "POST") {
		causes = append(causes, lacking("cap-terms-write", "changing categories and tags asks for edit_product_terms", f.allowLine("products/categories"), "edit_product_terms"))
	}
	return causes
}

// customerCauses: customers are users, and WordPress has its own ideas about who may touch users.
func (f *facts) customerCauses() []answer {
	var causes []answer
	if f.t.wants(CustomersRead, CustomersWrite, CustomersDelete) && f.refuses("customers", "GET") {
		causes = append(causes, lacking("cap-customers", "reading customers asks for list_users", f.allowLine("customers"), "list_users"))
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

func (f *facts) customerCreateCause() answer {
	if f.olderThan("9.9.0") {
		return lacking("cap-customers-create-version", "WooCommerce "+f.wooVersion()+" asks for promote_users to create a customer; create_customers takes its place in 9.9", f.allowLine("customers"), "promote_users")
	}
	return lacking("cap-customers", "creating customers asks for create_customers", f.allowLine("customers"), "create_customers")
}

func (f *facts) customerEditCause() answer {
	open, shut := f.recordsBy("customers", http.MethodPut, "list.customers")
	if len(shut) == 0 {
		return answer{}
	}
	shown := fmt.Sprintf("%d of %d users can be changed", len(open), len(open)+len(shut))
	if multisite, ok := f.multisite(); ok && multisite && len(open) == 0 {
		return answer{id: "multisite-edit-users", confidence: Sure, shown: []string{shown, "the store is a site of a multisite network"}, why: "in a network only super admins may change users, whatever a site's role says"}
	}
	if f.rights.shopManager || withRole(shut, "customer", "subscriber", "") == 0 {
		return answer{} // a Shop Manager may change customers; that is what an integration changes
	}
	return lacking("cap-customers", "changing customers asks for edit_users", shown, "edit_users")
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

func (f *facts) customerDeleteCause() answer {
	open, shut := f.recordsBy("customers", http.MethodDelete, "list.customers")
	shown := fmt.Sprintf("%d of %d users can be deleted", len(open), len(open)+len(shut))
	if len(open) > 0 || len(shut) == 0 {
		return answer{}
	}
	switch multisite, ok := f.multisite(); {
	case ok && multisite:
		return answer{id: "multisite-edit-users", confidence: Sure, shown: []string{shown, "the store is a site of a multisite network"}, why: "in a network only super admins may delete users, whatever a site's role says"}
	case f.rights.shopManager:
		return answer{id: "shop-manager-limits", confidence: Sure, shown: []string{shown, "the key behaves as one of a Shop Manager"}, why: "a Shop Manager may neither delete customers nor change them in batches", vars: map[string]string{"caps": "delete_users promote_users"}}
	case withRole(shut, "customer", "subscriber", "") == 0:
		return answer{} // nobody there who may be deleted through the API at all
	}
	return lacking("cap-customers", "deleting customers asks for delete_users", shown, "delete_users")
}

// couponCauses: with coupons switched off WordPress does not even know what a coupon is, and refuses everybody.
func (f *facts) couponCauses() []answer {
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
		if f.rights.admin && setting.Value == "" {
			return []answer{{id: "coupons-disabled", confidence: Likely, shown: []string{f.allowLine("coupons")}, why: "an administrator's key is refused every use of coupons and nothing else: coupons are switched off"}}
		}
	}
	var causes []answer
	if f.refuses("coupons", "GET") {
		causes = append(causes, lacking("cap-read-private", "reading coupons asks for read_private_shop_coupons", f.allowLine("coupons"), "read_private_shop_coupons"))
	}
	if f.t.wants(CouponsWrite) {
		if f.refuses("coupons", "POST") {
			causes = append(causes, lacking("cap-create-missing", "creating coupons asks for publish_shop_coupons", f.allowLine("coupons"), "publish_shop_coupons"))
		}
		if a := f.recordEditCause("coupons", "list.coupons", "coupon"); a.id != "" {
			causes = append(causes, a)
		}
	}
	return causes
}

// managerCauses: what asks for one capability of its own.
func (f *facts) managerCauses() []answer {
	var causes []answer
	hooks := f.t.wants(WebhooksScope) || f.t.DeliveryURL != ""
	if (hooks || f.t.wants(SettingsScope, ShippingRead)) && f.refuses("webhooks", "GET") {
		causes = append(causes, lacking("cap-manage-woocommerce", "webhooks, settings, system status, shipping and taxes ask for manage_woocommerce", f.allowLine("webhooks"), "manage_woocommerce"))
	}
	if f.t.wants(ReportsRead) && f.refuses("reports/sales", "GET") {
		causes = append(causes, lacking("cap-reports", "reports ask for view_woocommerce_reports", f.allowLine("reports/sales"), "view_woocommerce_reports"))
	}
	if f.t.wants(ReviewsRead) && f.refuses("products/reviews", "GET") {
		causes = append(causes, lacking("cap-reviews", "reading reviews asks for moderate_comments", f.allowLine("products/reviews"), "moderate_comments"))
	}
	return causes
}
