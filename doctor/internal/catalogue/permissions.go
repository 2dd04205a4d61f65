package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func permissionChecks() []Check {
	addCaps := []Fix{
		wpcli("{grant}"),
		php("// functions.php or a small plugin, once:\n{phpgrant}"),
		waybill("waybill role --for {rolefor}{storage} --format plugin   # a role of its own with exactly what is " +
			"needed, as a plugin to install"),
		allowProof,
	}
	blog := Fix{FixMenu, "edit_posts and edit_others_posts also open the blog's posts. Who does not want that: " +
		"WooCommerce > Settings > Advanced > Features > “Enable compatibility mode”, and let it finish; then the " +
		"order capabilities decide."}
	rights := func(id, title, see, tell, cause string, fixes ...Fix) Check {
		return Check{ID: id, Area: AreaPermissions, Severity: Problem, Stage: StageLetIn, Title: title, See: see,
			Tell: tell, Cause: cause, Fixes: fixes, find: fromRights(id)}
	}
	return []Check{
		rights("perm-filter-override", "A plugin overrules the permissions of the REST API",
			"403 for an owner who has the capability, often for one kind of action everywhere.",
			"Routes outside of the REST permissions let the same key in.",
			"The filter woocommerce_rest_check_permissions, or a membership or B2B plugin.",
			wpcli("grep -rnE 'woocommerce_rest_check_permissions|map_meta_cap|user_has_cap' --include=*.php "+
				"wp-content/mu-plugins wp-content/themes wp-content/plugins --exclude-dir=woocommerce"),
			wpcli("wp eval 'global $wp_filter; foreach ( "+
				"$wp_filter[\"woocommerce_rest_check_permissions\"]->callbacks ?? [] as $priority => $list ) { "+
				"foreach ( array_keys( $list ) as $name ) { echo \"$priority $name\\n\"; } }'   # what is hooked "+
				"there: let it return its first argument for the key's user"),
		),
		rights("key-owner-not-in-blog", "The key's owner has no role on this site of the network",
			"403 on everything, Allow is empty everywhere, and the store is a multisite network.",
			"On another site of the network the same user has rights.",
			"Membership of a site is a matter of its own in a network.",
			menu("In this site's wp-admin: Users > Add Existing User, with a role that has the rights (Shop "+
				"manager, or one made by waybill role)."),
			wpcli("wp user set-role {user} shop_manager --url={home}"),
		),
		rights("key-owner-demoted", "The key's owner has no rights in the shop",
			"403 on everything, Allow is empty everywhere, and the store knows the caller.",
			"With single missing capabilities some routes are allowed.",
			"The user was given another role (customer, subscriber, none), or his role lost everything.",
			menu("In wp-admin: Users > the key's user > Role: Shop manager, or a role made for the integration."),
			wpcli("wp user set-role {user} shop_manager"),
			waybill("waybill role --for {rolefor}{storage} --format plugin   # a role of its own with exactly what "+
				"is needed"),
			allowProof,
		),
		rights("role-caps-stripped", "The role has lost capabilities that WooCommerce gives it",
			"It worked until some day, and then several requests got 403 at once.",
			"The owner behaves as a Shop Manager (or an administrator) and lacks what the role has by nature.",
			"A role editor or a security plugin changed the role.",
			menu("In wp-admin: WooCommerce > Status > Tools > “Reset capabilities” > Reset. It gives the stock "+
				"roles back what they have by nature."),
			wpcli("wp wc tool run reset_roles --user=1   # or only what is missing:\nwp cap add {stock} {caps}"),
		),
		rights("cap-read-private", "The key's owner may not list records",
			"Lists are refused with 403 although edit_ or read_ capabilities were given.",
			"The Allow header of the collection lacks GET.",
			"Every read asks for read_private_…, of published records too. read_shop_orders and the like do not "+
				"exist.", addCaps...),
		rights("cap-hpos-placeholder",
			"Orders can be read and not changed: order tables ask for the capabilities of blog posts",
			"GET of an order is 200, PUT is 403 woocommerce_rest_cannot_edit; Allow on /orders has GET, POST and on "+
				"a single order only GET.",
			"All order capabilities are there. In legacy storage or compatibility mode they would be enough.",
			"Before WooCommerce 11.0, with order tables and without compatibility mode (the default), an order's "+
				"row in wp_posts is a placeholder with the capabilities of posts (WooCommerce issue 63206).",
			append(slices.Clone(addCaps), blog)...),
		rights("cap-hpos-mixed", "Old orders can be changed and new ones not, or the other way round",
			"PUT works up to some order and is 403 from there on.",
			"The Allow headers of the oldest and of the newest order differ.",
			"The store moved to order tables: orders from before are still posts and ask for order capabilities, "+
				"later ones ask for those of blog posts. WooCommerce 11.0 ended that.",
			append(slices.Clone(addCaps), blog)...),
		rights("cap-order-status", "Orders in a status of a plugin cannot be changed",
			"PUT is 403 for orders in one status and works for all others, on order tables of WooCommerce 11.0 or "+
				"newer.", "The Allow header differs by the status of the order.",
			"A status that a plugin registered as public asks for edit_published_shop_orders besides, one "+
				"registered as private for edit_private_shop_orders.", addCaps...),
		{
			ID: "order-status-public", Area: AreaPermissions, Severity: Warning, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.OrdersRead, evidence.OrdersWrite, evidence.OrdersDelete},
			Title:  "A status of orders is public: every user's key can have details of orders sent elsewhere",
			See:    "WordPress shows a status of orders to everybody, in its list of statuses.",
			Tell:   "WooCommerce's own statuses are not in that list.",
			Cause: "A plugin or snippet registers a status of orders with 'public' => true. Who reads one post of " +
				"a public status needs no more than to be a user, and receipts and e-mails of an order ask for " +
				"just that.",
			Fixes: []Fix{
				php("// in the snippet or plugin that registers the status: 'public' => false. Or, as a file in " +
					"wp-content/mu-plugins/:\nadd_action( 'init', function () {\n" +
					"\tforeach ( array( {quoted} ) as $name ) {\n\t\t$status = get_post_status_object( $name );\n" +
					"\t\tif ( $status ) {\n\t\t\t$status->public             = false;\n" +
					"\t\t\t$status->publicly_queryable = false;\n\t\t}\n\t}\n}, 999 );"),
				prove("curl -sS '{home}/wp-json/wp/v2/statuses' | grep -o '\"wc-[^\"]*\":'", "{names}", "nothing"),
			},
			find: findPublicStatus,
		},
		rights("order-post-row-missing", "Some orders cannot be changed by anybody: their row in wp_posts is gone",
			"GET is 200, PUT and DELETE are 403 even for an administrator, only for some orders.",
			"A missing capability concerns all orders of a kind.",
			"A database cleaner or an import removed the placeholder rows. Since WooCommerce 11.0 such orders can "+
				"be changed.",
			menu("WooCommerce > Settings > Advanced > Features > “Enable compatibility mode”: the synchronisation "+
				"makes the missing rows again. Afterwards it may be switched off."),
			wpcli("wp wc hpos backfill {id} --from=hpos --to=posts   # for each of: {ids}"),
			prove("{keyed} -o /dev/null -D - -X OPTIONS '{home}/wp-json/wc/v3/orders/{id}' | grep -i '^allow'",
				"no “PUT”", "“PUT”"),
		),
		rights("cap-create-missing", "The key's owner may change records and not create them",
			"POST is 403 woocommerce_rest_cannot_create, PUT works.", "The Allow header of the collection lacks POST.",
			"Creating asks for publish_…, whatever the status.", addCaps...),
		rights("cap-others", "The key's owner may change only his own records",
			"PUT is 403 for records that somebody else made, and for batches.",
			"The Allow header differs between own records and those of others.", "Records of others ask for "+
				"edit_others_… besides. Orders on order tables ask for it since WooCommerce 11.0; until then they "+
				"asked for edit_others_posts.", addCaps...),
		rights("cap-published", "The key's owner may not change published records",
			"PUT is 403 for published products and works for drafts.",
			"The Allow header differs by the status of the record.",
			"Published records ask for edit_published_… besides.", addCaps...),
		rights("cap-private", "The key's owner may not change private records",
			"PUT is 403 for private products and works for published ones.",
			"The Allow header differs by the status of the record.",
			"Private records of others ask for edit_private_… besides.", addCaps...),
		rights("cap-variation", "Products can be changed, their variations not",
			"PUT of a product is 200, of a variation 403.", "The Allow header of a variation lacks PUT.",
			"A variation asks for edit_product (delete_product) in the singular, and for nothing else.", addCaps...),
		rights("cap-terms-read", "Categories, tags and attributes cannot be read",
			"GET of categories or attributes is 403, products work.", "There is no Allow header there.",
			"Reading terms asks for manage_product_terms.", addCaps...),
		rights("cap-terms-write", "Categories and tags can be read and not changed",
			"POST of categories is 403, GET works.", "The Allow header lacks POST there.",
			"Changing terms asks for edit_product_terms.", addCaps...),
		rights("cap-customers", "Customers are refused",
			"403 on customers for one or more methods.", "Allow per method: GET list_users, POST create_customers, "+
				"PUT edit_users, DELETE delete_users, batch promote_users.",
			"Customers are WordPress users. read_customer and edit_customer do not exist.", addCaps...),
		rights("cap-customers-create-version",
			"Creating customers asks for another capability in this version of WooCommerce",
			"POST of customers is 403 although the role has create_customers.", "WooCommerce older than 9.9.",
			"Before 9.9 it asked for promote_users.",
			menu("In wp-admin: Plugins > WooCommerce > Update now: from 9.9 on create_customers is enough."),
			wpcli("wp plugin update woocommerce && wp wc update"),
			wpcli("{grant}\n# until then; it lets the user give roles to others, take it away after the update"),
		),
		rights("shop-manager-limits", "A Shop Manager may not delete customers nor change them in batches",
			"DELETE of a customer and customers/batch are 403, and users of other roles than customer cannot be "+
				"changed.", "Everything else of the shop works.",
			"WooCommerce gives Shop Managers neither delete_users nor promote_users.",
			waybill("waybill role --for {rolefor}{storage} --format plugin   # a role of its own that may"),
			client("Let the integration anonymise customers by an update instead of deleting them."),
		),
		rights("multisite-edit-users", "In a multisite network a site's administrator may not change users",
			"PUT and DELETE of customers are 403 for an owner with every capability of the site.",
			"The store is a site of a network.",
			"WordPress lets only super admins (manage_network_users) change users of a network.",
			client("Let the integration leave customers alone (take customers:write out of its scopes) and carry "+
				"customer data on orders."),
			menu("Or in Network Admin: a user of its own for this integration with the right to manage network "+
				"users. It may then change users of every site: weigh that."),
		),
		{
			ID: "customer-other-site", Area: AreaPermissions, Severity: Warning, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.CustomersRead, evidence.CustomersWrite},
			Title:  "Customers of this site's orders belong to another site of the network",
			See: "An order names a customer, and GET of that customer is 404 woocommerce_rest_invalid_id or " +
				"wc_user_invalid_id.",
			Tell:  "In a single store deleting a customer takes him off his orders. The store is a site of a network.",
			Cause: "The accounts of a network are shared, the API of a site shows only the members of that site.",
			Fixes: []Fix{
				menu("In this site's wp-admin: Users > Add Existing User, with the role Customer: for {ids}."),
				wpcli("for id in {ids}; do wp user set-role $id customer --url={home}; done"),
				php("// or for all of the network: every site shows every customer (a network-wide option; weigh " +
					"that, and whether this version reads it)\n" +
					"update_site_option( 'woocommerce_network_wide_customers', 'yes' );"),
				client("Or take name and address from the order: they are on it."),
				prove("{keyed}"+statusOnly+" '{home}/wp-json/wc/v3/customers/{id}'", "404", "200"),
			},
			find: findStrangers,
		},
		rights("cap-manage-woocommerce", "Webhooks, settings and system status are refused",
			"Webhooks, settings and the system status answer 403, everything else works.",
			"There is no Allow header on /webhooks.",
			"They ask for manage_woocommerce, which opens all settings of the shop.",
			append([]Fix{waybill("Waybill works without webhooks: it polls. Leave webhooks and settings out of its " +
				"scopes and nothing needs to be changed.")}, addCaps...)...),
		rights("cap-reports", "Reports are refused", "Reports answer 403, everything else works.",
			"There is no Allow header on /reports/sales.",
			"Reports ask for view_woocommerce_reports; manage_woocommerce does not include it.", addCaps...),
		rights("cap-reviews", "Product reviews are refused", "Reviews answer 403, everything else works.",
			"There is no Allow header on /products/reviews.",
			"Reviews are comments: reading asks for moderate_comments.", addCaps...),
		rights("cap-delete", "The key's owner may not delete", "DELETE is 403, everything else works.",
			"The Allow header lacks DELETE.",
			"Deleting asks for the delete_ capabilities; refunds for delete_shop_order, in the singular.", addCaps...),
		{
			ID: "coupons-disabled", Area: AreaPermissions, Severity: Problem, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.CouponsRead, evidence.CouponsWrite},
			Title:  "Coupons are switched off in the shop, and so is their API",
			See:    "403 on coupons, for administrators too; everything else works.",
			Tell:   "Allow is empty on /coupons while other routes are allowed; the setting says no.",
			Cause:  "With coupons switched off WordPress does not know their type at all.",
			Fixes: []Fix{
				menu("In wp-admin: WooCommerce > Settings > General > “Enable the use of coupon codes”, Save."),
				wpcli("wp option update woocommerce_enable_coupons yes"),
				client("Or leave coupons out of the integration's scopes."),
			},
			find: fromRights("coupons-disabled"),
		},
		{
			ID: "fulfillments-off", Area: AreaPermissions, Severity: Problem, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.FulfillmentsRead, evidence.FulfillmentsWrite},
			Title:  "Fulfilments are switched off in the shop, or its WooCommerce has none",
			See:    "GET of the fulfilments of an order is 404 rest_no_route, and the order itself is there.",
			Tell:   "The rest of the API is there. A missing capability is 403 (cap-manage-woocommerce).",
			Cause:  "Fulfilments are a feature of WooCommerce since 10.1, off unless somebody switches it on.",
			Fixes: []Fix{
				menu("In wp-admin: WooCommerce > Settings > Advanced > Features > “Order Fulfillments”, Save. Before " +
					"WooCommerce 10.1 there is no such feature."),
				wpcli("wp option update woocommerce_feature_fulfillments_enabled yes"),
				client("Or leave fulfillments out of the integration's scopes."),
				prove("{keyed}"+statusOnly+" '{home}/wp-json/wc/v3/orders/{id}/fulfillments'", "404", "200"),
			},
			find: findFulfillmentsOff,
		},
		{
			ID: "shipping-disabled", Area: AreaPermissions, Severity: Problem, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.ShippingRead},
			Title:  "Shipping is switched off in the shop, and so is its API",
			See:    "/shipping/zones is 404 rest_no_route, for everybody.",
			Tell:   "Only these routes; the route itself is registered (OPTIONS answers).",
			Cause:  "“Ship to” is set to “Disable shipping”.",
			Fixes: []Fix{
				menu("In wp-admin: WooCommerce > Settings > General > Shipping location(s): not “Disable shipping & " +
					"shipping calculations”."),
				wpcli("wp option update woocommerce_ship_to_countries ''"),
				client("Or leave shipping out of the integration's scopes."),
			},
			find: findShippingDisabled,
		},
		{
			ID: "endpoint-removed", Area: AreaPermissions, Severity: Problem, Stage: StageRoot,
			Title: "A part of the API was taken out of this store",
			See:   "One resource is 404 rest_no_route while its namespace is there.",
			Tell:  "With WooCommerce inactive the whole namespace is missing.",
			Cause: "A filter such as rest_endpoints, or a hardening plugin.",
			Fixes: []Fix{
				wpcli("grep -rn 'rest_endpoints\\|woocommerce_rest_api_get_rest_namespaces\\|" +
					"wc_rest_should_load_namespace' wp-content/plugins wp-content/themes wp-content/mu-plugins"),
				menu("In the hardening plugin: leave /wc/v3/{endpoint} in the API, with all that is below it."),
			},
			Under: []string{"wc-namespace-old"},
			find:  findMissingRoute,
		},
	}
}

func findFulfillmentsOff(f *Case) *hit {
	x := f.Get(evidence.ListFulfillments)
	if x == nil || x.Status != http.StatusNotFound || x.Body.Code != evidence.NoRoute {
		return nil
	}
	path := strings.TrimSuffix(evidence.PathOf(evidence.WithoutArgs(x.Request.URL)), "/fulfillments")
	return &hit{
		confidence: verdict.Sure, shown: []string{evidence.Describe(x)},
		vars: map[string]string{"id": path[strings.LastIndexByte(path, '/')+1:]},
		why:  "the store has orders, and no route for their fulfilments",
	}
}

// findStrangers finds that orders name users whom the site does not have among its members.
func findStrangers(f *Case) *hit {
	var ids, shown []string
	for _, x := range f.With(evidence.Members) {
		if x.Status == http.StatusNotFound && x.Body.Kind == "json" && x.Body.Code != evidence.NoRoute {
			ids = append(ids, evidence.Members.About(x))
			shown = append(shown, evidence.Describe(x))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return &hit{confidence: verdict.Likely,
		why:   "orders of this site name users of the network who are not members of it: " + strings.Join(ids, ", "),
		shown: shown,
		vars:  map[string]string{"ids": strings.Join(ids, " "), "id": ids[0]}}
}

func findShippingDisabled(f *Case) *hit {
	x := f.Get(evidence.ListShipping)
	if x == nil || x.Status != http.StatusNotFound || x.Body.Code != evidence.NoRoute {
		return nil
	}
	h := &hit{confidence: verdict.Sure, why: "the zones answer 404 to a caller who is let in, and their route exists",
		shown: []string{evidence.Describe(x), evidence.Describe(f.Get(evidence.AllowShippingZones))}}
	if evidence.NotRegistered(f.Get(evidence.AllowShippingZones)) {
		h.confidence, h.why = verdict.Likely, "the zones answer 404 to a caller who is let in"
	}
	return h
}

func findMissingRoute(f *Case) *hit {
	if h := hitOf(f.Partly, "endpoint-removed"); h != nil {
		return h
	}
	index := f.Index()
	if f.Route.ID != "" || index == nil && !f.Known() || index != nil && !slices.Contains(index.Namespaces, "wc/v3") {
		return nil
	}
	route, x := f.MissingRoute()
	if route == "" {
		return nil
	}
	return &hit{confidence: verdict.Sure, why: "the store has wc/v3 and no route /" + route,
		shown: []string{evidence.Describe(x)}, vars: map[string]string{"endpoint": route}}
}

// findPublicStatus finds that a status that is registered as public lets every user's key have the details and receipt
// of an order in it sent to any address (HposOrderCapabilityHelper.php; WordPress' own read_post everywhere else).
func findPublicStatus(f *Case) *hit {
	public, known := f.PublicStatuses()
	if !known || len(public) == 0 || f.OlderThan("9.5.0") {
		return nil
	}
	mode, modeKnown := f.Storage()
	asOrders, versionKnown := f.TablesAskOrders()
	names, quoted := make([]string, len(public)), make([]string, len(public))
	for i, slug := range public {
		names[i], quoted[i] = "wc-"+slug, "'wc-"+slug+"'"
	}
	h := &hit{
		confidence: verdict.Sure,
		shown:      []string{evidence.Describe(f.Get(evidence.StatusesPublic)) + " names " + strings.Join(names, ", ")},
		vars:       map[string]string{"quoted": strings.Join(quoted, ", "), "names": strings.Join(names, ",")},
		why: fmt.Sprintf("orders in the status %s: who has a key of any user of the shop, a customer's too, "+
			"can have their details and receipts sent to an address of his choice", strings.Join(public, " and ")),
	}
	switch {
	case modeKnown && (mode == capability.HPOSSync || mode == capability.Posts):
	case versionKnown && !asOrders && modeKnown:
		h.severity = Note
		h.why = fmt.Sprintf("the status %s is registered as public. From WooCommerce 11.0 on who has a key of any "+
			"user of the shop, a customer's too, can have the details of orders in it sent to an address of his "+
			"choice", strings.Join(public, " and "))
	case !versionKnown || !modeKnown && !asOrders:
		h.confidence = verdict.Possible
	}
	if modeKnown {
		h.shown = append(h.shown, "order storage: "+mode.Title())
	}
	if f.WooVersion() != "" {
		h.shown = append(h.shown, "WooCommerce "+f.WooVersion())
	}
	return h
}
