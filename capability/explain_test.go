package capability

import (
	"slices"
	"strings"
	"testing"
)

func TestMinimalSetsPerScope(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scope   Scope
		storage Storage
		version Version
		want    string
	}{
		// oracle, table of minimal sets; docs/woocommerce/permissions.md#minimal-sets.
		{OrdersRead, HPOS, Measured, "read_private_shop_orders"},
		{OrdersRead, Posts, Measured, "read_private_shop_orders"},
		{OrdersWrite, HPOS, Measured, "edit_others_posts edit_others_shop_orders edit_posts publish_shop_orders"},
		{OrdersWrite, HPOSSync, Measured, "edit_others_shop_orders edit_shop_orders publish_shop_orders"},
		{OrdersWrite, Posts, Measured, "edit_others_shop_orders edit_shop_orders publish_shop_orders"},
		{OrdersWrite, HPOSMigrated, Measured,
			"edit_others_posts edit_others_shop_orders edit_posts edit_shop_orders publish_shop_orders"},
		{OrdersWrite, AnyStorage, Measured,
			"edit_others_posts edit_others_shop_orders edit_posts edit_shop_orders publish_shop_orders"},
		{OrdersDelete, HPOS, Measured, "delete_others_posts delete_posts"},
		{OrdersDelete, Posts, Measured, "delete_others_shop_orders delete_shop_order delete_shop_orders"},
		{OrdersDelete, AnyStorage, Measured,
			"delete_others_posts delete_others_shop_orders delete_posts delete_shop_order delete_shop_orders"},
		{OrdersWrite, HPOS, Version{10, 9, 4},
			"edit_others_posts edit_others_shop_orders edit_posts publish_shop_orders"},
		{OrdersRead, HPOS, Newest, "read_private_shop_orders"},
		{OrdersWrite, HPOS, Newest, "edit_others_shop_orders edit_shop_orders publish_shop_orders"},
		{OrdersWrite, HPOS, Version{11, 0, 0}, "edit_others_shop_orders edit_shop_orders publish_shop_orders"},
		{OrdersWrite, HPOSMigrated, Newest, "edit_others_shop_orders edit_shop_orders publish_shop_orders"},
		{OrdersWrite, AnyStorage, Newest, "edit_others_shop_orders edit_shop_orders publish_shop_orders"},
		{OrdersDelete, HPOS, Newest, "delete_others_posts delete_others_shop_orders delete_posts delete_shop_orders"},
		{OrdersDelete, Posts, Newest, "delete_others_shop_orders delete_shop_order delete_shop_orders"},
		{OrdersWrite, HPOS, AnyVersion,
			"edit_others_posts edit_others_shop_orders edit_posts edit_shop_orders publish_shop_orders"},
		{OrdersWrite, AnyStorage, AnyVersion,
			"edit_others_posts edit_others_shop_orders edit_posts edit_shop_orders publish_shop_orders"},
		{OrdersDelete, AnyStorage, AnyVersion,
			"delete_others_posts delete_others_shop_orders delete_posts delete_shop_order delete_shop_orders"},
		{ProductsRead, HPOS, AnyVersion, "read_private_products"},
		{CustomersWrite, HPOS, AnyVersion, "create_customers edit_users"},
		{ProductsRead, HPOS, Measured, "read_private_products"},
		{ProductsWrite, HPOS, Measured,
			"edit_others_products edit_private_products edit_product edit_products edit_published_products " +
				"publish_products"},
		{ProductsDelete, HPOS, Measured,
			"delete_others_products delete_private_products delete_product delete_products delete_published_products"},
		{TermsRead, HPOS, Measured, "manage_product_terms"},
		{TermsWrite, HPOS, Measured, "edit_product_terms manage_product_terms"},
		{CustomersRead, HPOS, Measured, "list_users"},
		{CustomersWrite, HPOS, Measured, "create_customers edit_users"},
		{CustomersWrite, HPOS, Version{9, 9, 0}, "create_customers edit_users"},
		{CustomersWrite, HPOS, Version{9, 8, 5}, "edit_users promote_users"},
		{CustomersDelete, HPOS, Measured, "delete_users"},
		{CouponsRead, HPOS, Measured, "read_private_shop_coupons"},
		{CouponsWrite, HPOS, Measured,
			"edit_others_shop_coupons edit_private_shop_coupons edit_published_shop_coupons edit_shop_coupons " +
				"publish_shop_coupons"},
		{WebhooksScope, HPOS, Measured, "manage_woocommerce"},
		{ReportsRead, HPOS, Measured, "view_woocommerce_reports"},
		{ReviewsRead, HPOS, Measured, "moderate_comments"},
		{ShippingRead, HPOS, Measured, "manage_woocommerce"},
		{SettingsScope, HPOS, Measured, "manage_woocommerce"},
	} {
		site := Site{Storage: c.storage, Version: c.version}
		minimum, want := site.Minimal([]Scope{c.scope}), NewSet(strings.Fields(c.want)...)
		if reading, ok := readings[c.scope]; ok { // besides what was measured for the scope itself
			want = want.Union(site.Minimal([]Scope{reading}).Caps())
		}
		if got := minimum.Caps(); !got.Equal(want) {
			t.Errorf("%s on %s, WooCommerce %s: %s, want %s", c.scope, c.storage, c.version, got, want)
		}
		if len(minimum.Impossible) > 0 {
			t.Errorf("%s on %s: impossible %v", c.scope, c.storage, minimum.Impossible)
		}
	}
}

func TestRoleForStatusesOfPluginsAsksForPublishedAndPrivate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		site Site
		want string // beside what a store without such statuses asks for
	}{
		{Site{Version: Newest}, "delete_private_shop_orders, delete_published_shop_orders, edit_private_shop_orders, " +
			"edit_published_shop_orders"},
		{Site{Version: AnyVersion, Storage: AnyStorage},
			"delete_private_shop_orders, delete_published_shop_orders, edit_private_shop_orders, " +
				"edit_published_shop_orders"},
		{Site{Version: Measured}, ""},
		{Site{Version: Newest, Storage: Posts}, ""},
		{Site{Version: Newest, Storage: HPOSSync}, ""},
	} {
		scopes := []Scope{OrdersRead, OrdersWrite, OrdersDelete}
		plain := c.site.Minimal(scopes).Caps()
		c.site.PluginStatuses = true
		if got := c.site.Minimal(scopes).Caps().Without(plain).String(); got != c.want {
			t.Errorf("%s on %s: besides %q, want %q", c.site.Version, c.site.Storage, got, c.want)
		}
	}
}

// Every measured operation of a scope works with the role that is made for it, on the version and for all versions.
func TestRolesPassTheMeasuredOperationsOfTheirScopes(t *testing.T) {
	t.Parallel()
	inScope := map[Operation]Scope{}
	for _, scope := range Scopes {
		for _, op := range scopeOperations[scope] {
			inScope[op] = scope
		}
	}
	passed := 0
	forEachMeasured(t, func(site Site, m measured, want answers) {
		c := parseCase(t, m.Op)
		scope, ok := inScope[c.op]
		if !ok || want.Needs == nil || c.rec.Missing || c.rec.UnapprovedDownload || c.target != "" &&
			c.target != "customer" {
			return
		}
		for _, made := range []Site{site, {Version: AnyVersion, Storage: AnyStorage}} {
			made.PluginStatuses = c.rec.Registered != ""
			caps := made.Minimal([]Scope{scope}).Caps()
			if c.op.InBatch && c.op.Action == Delete {
				caps.Add("edit_others_shop_orders") // batches of deletions are no part of the scope
			}
			for name := range want.Needs {
				if !caps.Has(name) {
					t.Errorf("%s on %s of %s asks for %s, which the role for %s on %s lacks", m.Op, site.Storage,
						site.Version, name, scope, made.Version)
				}
			}
			passed++
		}
	})
	if passed < 1000 {
		t.Errorf("only %d operations were tried", passed)
	}
}

func TestMinimalRoleServesItsScopesAndNoCapabilityCanBeSpared(t *testing.T) {
	t.Parallel()
	for _, storage := range Storages {
		for _, version := range []Version{{8, 4, 0}, {9, 5, 1}, {9, 9, 0}, Measured, Newest, AnyVersion} {
			site := Site{Storage: storage, Version: version, PluginStatuses: version != Measured}
			for i := range Scopes {
				scopes := Scopes[:i+1]
				role := Role{Name: "custom", Caps: site.Minimal(scopes).Caps()}
				e := site.Explain(role, scopes)
				if len(e.Refused) > 0 || len(e.Lacks) > 0 {
					t.Errorf("%s %s: the role for %s is refused %d uses, lacks %v", storage, version,
						JoinScopes(scopes), len(e.Refused), e.Lacks)
				}
				if len(e.Idle) > 0 || len(e.Unwanted) > 0 {
					t.Errorf("%s %s: the role for %s carries %v %v for nothing", storage, version, JoinScopes(scopes),
						e.Idle, e.Unwanted)
				}
				for _, need := range site.Minimal(scopes).Needs {
					less := Caller{Caps: role.Caps.Without(NewSet(need.Capability))}
					if !slices.ContainsFunc(need.Uses, func(use Use) bool { return !site.allowedWith(less, use) }) {
						t.Errorf("%s %s: %s can be spared from the role for %s", storage, version, need.Capability,
							JoinScopes(scopes))
					}
				}
			}
		}
		if testing.Short() {
			break
		}
	}
}

func TestUsersOfANetworkCannotBeWrittenByAnyRole(t *testing.T) {
	t.Parallel()
	minimum := Site{Multisite: true}.Minimal([]Scope{CustomersRead, CustomersWrite, CustomersDelete})
	var impossible []string
	for _, use := range minimum.Impossible {
		impossible = append(impossible, use.Op.String())
	}
	if want := []string{"customers.update", "customers.delete"}; !slices.Equal(impossible, want) {
		t.Errorf("impossible %v, want %v", impossible, want)
	}
	if got := minimum.Caps().String(); got != "create_customers, list_users" {
		t.Errorf("needs %s", got)
	}
}

// The published lists, against what was measured of them (docs/woocommerce/permissions.md#minimal-sets,
// docs/woocommerce/permissions.md#fact-1, #fact-3).
func TestPublishedListsAreExplained(t *testing.T) {
	t.Parallel()
	five, _ := PublishedList("l5")
	e := Site{Version: Measured}.Explain(five, []Scope{OrdersRead, OrdersWrite})
	if got := names(e.Lacks); got != "publish_shop_orders edit_others_posts edit_posts" {
		t.Errorf("L5 lacks %s", got)
	}
	if got := extents(e); got["orders:read"] != All || got["orders:write"] != Nothing {
		t.Errorf("L5 opens %v", got)
	}
	if got := idleNames(e); got != "delete_shop_orders edit_others_shop_orders edit_shop_orders read_shop_orders" {
		t.Errorf("L5 carries for nothing: %s", got)
	}

	dedicated, _ := PublishedList("LROLE")
	e = Site{Version: Measured}.Explain(dedicated, []Scope{OrdersWrite, ProductsWrite})
	if got := idleNames(e); got != "assign_product_terms delete_shop_orders edit_customer edit_shop_orders "+
		"read_customer read_product read_shop_coupons read_shop_orders upload_files" {
		t.Errorf("LROLE carries for nothing on order tables: %s", got)
	}
	if got := names(e.Lacks); got != "edit_others_posts edit_posts publish_products" {
		t.Errorf("LROLE lacks %s", got)
	}
	e = Site{Storage: Posts}.Explain(dedicated, []Scope{OrdersWrite})
	if got := idleNames(e); got != "assign_product_terms edit_customer read_customer read_product read_shop_coupons "+
		"read_shop_orders upload_files" {
		t.Errorf("LROLE carries for nothing on posts: %s", got)
	}
	if len(e.Lacks) > 0 {
		t.Errorf("LROLE lacks %s on posts", names(e.Lacks))
	}
	// Since 11.0 the lists do on order tables what they do on posts.
	for _, list := range PublishedLists() {
		tables, posts := (Site{Version: Newest}).Explain(list, []Scope{OrdersWrite}),
			(Site{Version: Newest, Storage: Posts}).Explain(list, []Scope{OrdersWrite})
		if a, b := names(tables.Lacks), names(posts.Lacks); a != b {
			t.Errorf("%s lacks %q on order tables of %s, %q on posts", list.Name, a, Newest, b)
		}
	}
}

func TestUnwantedAndBesidesAreTold(t *testing.T) {
	t.Parallel()
	role := Role{Name: "custom", Caps: NewSet("read_private_shop_orders", "manage_woocommerce", "made_up")}
	e := Site{}.Explain(role, []Scope{OrdersRead})
	if got := names(e.Unwanted); got != "manage_woocommerce" {
		t.Errorf("unwanted %s", got)
	}
	if got := idleNames(e); got != "made_up" {
		t.Errorf("idle %s", got)
	}
	if len(e.Besides) != 2 {
		t.Errorf("besides %v", e.Besides)
	}
}

func TestCustomisedShopManagerShowsWhatWasTakenAway(t *testing.T) {
	t.Parallel()
	stock, _ := StockRole("shop_manager", Measured)
	d := Site{Version: Measured}.TakenAway(stock.Caps.Without(NewSet("edit_others_posts", "list_users",
		"edit_theme_options")))
	if !slices.Equal(d.Removed, []string{"edit_others_posts", "edit_theme_options", "list_users"}) || len(d.Added) > 0 {
		t.Errorf("removed %v, added %v", d.Removed, d.Added)
	}
	if len(d.Gained) > 0 {
		t.Errorf("gained %v", d.Gained)
	}
	lost := map[string]bool{}
	for _, use := range d.Lost {
		lost[strings.TrimSpace(use.Op.String()+" "+use.Which)] = true
	}
	for _, want := range []string{"orders.update of others", "customers.list", "order_receipt.get of others"} {
		if !lost[want] {
			t.Errorf("%s is not among the lost: %v", want, lost)
		}
	}
	if lost["orders.update of its own"] || lost["orders.get"] {
		t.Errorf("too much is lost: %v", lost)
	}
}

func TestScopesAreReadAndRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                "orders:read, orders:write, products:read, customers:read",
		"orders:write,orders:read":        "orders:read, orders:write",
		" Webhooks  orders:* ,webhooks\n": "orders:read, orders:write, orders:delete, webhooks",
	} {
		scopes, err := ParseScopes(text)
		if err != nil || JoinScopes(scopes) != want {
			t.Errorf("%q: %s, %v", text, JoinScopes(scopes), err)
		}
	}
	for _, text := range []string{"orders", "orders:", "everything:*", "orders:read;"} {
		if scopes, err := ParseScopes(text); err == nil || !strings.Contains(err.Error(), "orders:read") {
			t.Errorf("%q gives %v, %v", text, scopes, err)
		}
	}
}

func names(needs []Need) string {
	var all []string
	for _, need := range needs {
		all = append(all, need.Capability)
	}
	return strings.Join(all, " ")
}

func idleNames(e Explanation) string {
	var all []string
	for _, idle := range e.Idle {
		all = append(all, idle.Capability)
	}
	return strings.Join(all, " ")
}

func extents(e Explanation) map[Scope]Extent {
	all := map[Scope]Extent{}
	for _, opening := range e.Opens {
		all[opening.Scope] = opening.Extent
	}
	return all
}
