package catalogue

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

func dataChecks() []Check {
	orders := []evidence.Scope{evidence.OrdersRead, evidence.OrdersWrite}
	return []Check{
		{
			ID: "modified-after-ignored", Area: AreaData, Severity: Problem, Stage: StageLetIn, Scopes: orders,
			Title: "The store ignores the filter for changed records",
			See:   "modified_after has no effect: orders “changed after the year 2100” come back.",
			Tell:  "When no argument has any effect, it is query-string-dropped.",
			Cause: "WooCommerce before 5.8, or something on the way that drops the argument.",
			Fixes: []Fix{
				menu("In wp-admin: Plugins > WooCommerce > Update now (after a backup)."),
				wpcli("wp plugin update woocommerce && wp wc update"),
				filterSearch,
				waybill("Until then Waybill finds changes by reading dates and comparing, which costs more requests."),
				prove("{keyed} '{home}/wp-json/wc/v3/orders?per_page=1&_fields=id"+
					"&modified_after=2100-01-01T00:00:00' | head -c 2",
					"“[{” (an order that changed after the year 2100)", "“[]”"),
			},
			Under: []string{"query-string-dropped", "cache-rest", "cache-plugin-broken-json"},
			find: func(f *Case) *hit {
				x := f.Get(evidence.FilterModified)
				if x == nil || x.Status != http.StatusOK || x.Body.Count <= 0 {
					return nil
				}
				return &hit{confidence: verdict.Sure, refit: f.updateOrSearch,
					why:   fmt.Sprintf("asked for orders changed after 2100, the store gave %d", x.Body.Count),
					shown: []string{evidence.Describe(x)}}
			},
		},
		{
			ID: "per-page-over-100", Area: AreaData, Severity: Problem, Stage: StageLetIn,
			Title: "The store refuses pages of 100 records",
			See: "400 rest_invalid_param for per_page; or lists of fewer records than were asked for, which say " +
				"that more pages follow.",
			Tell: "The answer names per_page. A client that asks for more than 100 gets it from every store; this " +
				"store refuses 100 as well, or gives less.",
			Cause: "A plugin or snippet lowered the limit that WordPress sets to 100.",
			Fixes: []Fix{
				wpcli("grep -rn 'rest_endpoints\\|collection_params\\|per_page' --include=*.php " +
					"wp-content/mu-plugins wp-content/themes wp-content/plugins/*/ | " +
					"grep -v woocommerce/ | head -40   # who minds per_page"),
				client("Ask for as many records at once as the answer says the store gives, and read on."),
				prove("{keyed}"+statusOnly+" '{home}/wp-json/wc/v3/{resource}?per_page=100&_fields=id'", "400", "200"),
			},
			Under: []string{"query-string-dropped", "cache-plugin-broken-json"},
			find:  findRefusedPage,
		},
		pagesUnheeded,
		{
			ID: "hpos-query-500", Area: AreaData, Severity: Problem, Stage: StageLetIn, Scopes: orders,
			Title: "Some filters of orders break on this version's order tables",
			See:   "GET of orders with some arguments is 500 while without them it works.",
			Tell:  "Only with order tables, and in versions 7 of WooCommerce.",
			Cause: "Early faults of order tables.",
			Fixes: []Fix{menu("In wp-admin: Plugins > WooCommerce > Update now (after a backup)."),
				wpcli("wp plugin update woocommerce && wp wc update")},
			find: func(f *Case) *hit {
				x, filter := f.Get(evidence.FilterModified), "modified_after"
				if long := f.Get(evidence.LongURI); long != nil && long.Status >= 500 && (x == nil || x.Status < 500) {
					x, filter = long, "include and customer"
				}
				if x == nil || x.Status < 500 || evidence.Broke(f.Get(evidence.ListOrders)) || f.Front.ID != "" ||
					evidence.HasMark(x, "maintenance-core") || x.Status == http.StatusServiceUnavailable {
					return nil
				}
				return &hit{confidence: verdict.Likely,
					why:   "a list of orders with " + filter + " breaks, without it it works",
					shown: []string{evidence.Describe(x), evidence.Describe(f.Get(evidence.ListOrders))}}
			},
		},
		{
			ID: "order-status-filter", Area: AreaData, Severity: Warning, Stage: StageLetIn, Scopes: orders,
			Title: "A usual order status is missing from this store",
			See:   "400 rest_invalid_param for a status; /orders/statuses does not list it.",
			Tell:  "GET /orders/statuses lists what the store knows.",
			Cause: "A plugin or snippet removed the status.",
			Fixes: []Fix{
				wpcli("grep -rn 'wc_order_statuses\\|woocommerce_register_shop_order_post_statuses' " +
					"wp-content/plugins wp-content/themes wp-content/mu-plugins"),
				client("Ask only for statuses that GET /orders/statuses lists, without the prefix wc-."),
				prove("{keyed} '{home}/wp-json/wc/v3/orders/statuses?_fields=slug' | grep -o '\"{missing}\"'",
					"nothing", "“{missing}”"),
			},
			find: findMissingStatus,
			unasked: func(f *Case) string {
				if len(f.NamedStatuses()) > 0 {
					return ""
				}
				return "the store does not say which statuses it has: /orders/statuses is a route of WooCommerce " +
					"9.6, " +
					"and the report of orders was not given"
			},
		},
		{
			ID: "orders-in-no-list", Area: AreaData, Severity: Warning, Stage: StageLetIn, Scopes: orders,
			Title: "Orders have a status that this store does not know, and lists leave them out",
			See: "The store counts more orders than its lists have; such an order answers under its id, and 400 " +
				"rest_invalid_param comes for its status.", Tell: "post_type_counts of the system status counts " +
				"orders and refunds together. Auto-drafts are in no list either, and are no orders yet.",
			Cause: "The plugin or snippet that registered the status was switched off or renamed it; or a program " +
				"wrote the status into the database.",
			Fixes: []Fix{
				menu("In wp-admin: Plugins > switch the plugin that brought the status “{missing}” on again; or " +
					"give these orders another status: wp-admin shows order {id} under " +
					"{home}/wp-admin/admin.php?page=wc-orders&action=edit&id={id} (orders in posts: " +
					"post.php?action=edit&post={id})."),
				wpcli("grep -rn '{missing}' wp-content/plugins wp-content/themes wp-content/mu-plugins   # who " +
					"brought the status\n" +
					"wp wc shop_order update {id} --status=processing --user=1   # moves one order; choose the " +
					"status it should have"),
				waybill("Waybill keeps such orders once it has read them, looks for others under ids it does not " +
					"know, and says in waybill stores and waybill verify how many are missing."),
				prove("{keyed} '{home}/wp-json/wc/v3/orders?status=any&include={id}&_fields=id' | grep -o '{id}'",
					"nothing", "“{id}”"),
			},
			Under: []string{"order-status-filter"},
			find:  findHiddenOrders,
		},
		{
			ID: "pagination-header-missing", Area: AreaData, Severity: Warning, Stage: StageLetIn,
			Title: "The store's totals get lost on the way",
			See:   "Lists come without X-WP-Total and X-WP-TotalPages; clients stop after the first page or never.",
			Tell:  "Names of headers are not case sensitive: read them so.",
			Cause: "A proxy or the web server takes the headers away.",
			Fixes: []Fix{
				nginx("# take away: fastcgi_hide_header X-WP-Total; proxy_hide_header X-WP-Total; (and " +
					"X-WP-TotalPages likewise)"),
				host("“The headers X-WP-Total and X-WP-TotalPages of {host}/wp-json/wc/v3/ do not arrive. Please " +
					"let them pass.”"),
				waybill("Waybill reads on until a page is not full, so nothing is lost; it takes a request more."),
				prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/{resource}?per_page=1' | grep -i "+
					"'^x-wp-totalpages'", "nothing", "“x-wp-totalpages”"),
			},
			Under: []string{"cache-rest", "cache-plugin-broken-json", "headers-already-sent"},
			find:  findMissingTotals,
		},
		{
			ID: "customers-role-filter", Area: AreaData, Severity: Note, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.CustomersRead, evidence.CustomersWrite},
			Title:  "Some customers have a role of their own and are left out of the usual list",
			See:    "A customer known by id is missing from the list.", Tell: "role=all shows them.",
			Cause: "GET /customers lists the role “customer” unless told otherwise; B2B and membership plugins give " +
				"other roles.",
			Fixes: []Fix{client("Ask with role=all."), waybill("Waybill asks with role=all."),
				look("Nothing changes in the store. The header X-WP-Total of " +
					"{home}/wp-json/wc/v3/customers?role=customer counts one role, that of ?role=all counts " +
					"everybody. The integration should have as many customers as the second says.")},
			find: findOtherRoles,
		},
		{
			ID: "date-filter-local-time", Area: AreaData, Severity: Note, Stage: StageRoot, Scopes: orders,
			Title: "Dates in filters are in the store's own time zone",
			See:   "Orders are missing or doubled by some hours.",
			Tell:  "The store's time zone is not UTC; with dates_are_gmt=true it is right.",
			Cause: "after, before and modified_after compare local times and drop the zone of the value.",
			Fixes: []Fix{client("Send times in UTC together with dates_are_gmt=true."), waybill("Waybill does."),
				look("Nothing changes in the store. Make an order, and let the integration ask for the orders of " +
					"the last minute: it is mended when the order is there.")},
			find: func(f *Case) *hit {
				index := f.Index()
				if index == nil {
					return nil
				}
				offset := strings.Trim(string(index.GMTOffset), `"`)
				if (offset == "" || offset == "0" || offset == "null") &&
					(index.Timezone == "" || index.Timezone == "UTC") {
					return nil
				}
				return &hit{confidence: verdict.Sure,
					why: "the store's time zone is " + evidence.FirstOf(index.Timezone, "UTC"+sign(offset))}
			},
		},
		{
			ID: "multilang-duplicates", Area: AreaData, Severity: Note, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.ProductsRead, evidence.ProductsWrite},
			Title:  "Products exist once per language",
			See:    "Several ids for one SKU, or only one language in lists.",
			Tell:   "A language plugin is active; ?lang= changes the list.",
			Cause:  "WPML and Polylang keep a product for each language.",
			Fixes: []Fix{client("Ask with ?lang=all (WPML) or for one language, and join products by SKU."),
				look("Nothing changes in the store. Look for one SKU in the integration: it is mended when the " +
					"product is there once.")},
			find: func(f *Case) *hit {
				if p := f.plugin("sitepress-multilingual-cms", "polylang"); p != "" {
					return &hit{confidence: verdict.Likely, why: "the plugin " + p + " is active"}
				}
				return nil
			},
		},
	}
}

func sign(offset string) string {
	if strings.HasPrefix(offset, "-") {
		return offset
	}
	return "+" + offset
}

// plugin is the name of the first active plugin whose directory is one of the given.
func (f *Case) plugin(dirs ...string) string {
	for _, p := range f.Status.Plugins {
		dir, _, _ := strings.Cut(p.Plugin, "/")
		if slices.Contains(dirs, dir) ||
			slices.ContainsFunc(dirs, func(d string) bool { return strings.HasPrefix(dir, d+"-") }) {
			return p.Name
		}
	}
	return ""
}

func findMissingTotals(f *Case) *hit {
	if h := f.wrongTotal(); h != nil {
		return h
	}
	var list *evidence.Exchange
	for _, id := range []evidence.Probe{evidence.ReadFirst, evidence.QueryRight, evidence.ReadOAuth,
		evidence.ListOrders, evidence.ListProducts, evidence.ListCustomers} {
		x := f.Get(id)
		if x == nil || x.Status != http.StatusOK || x.Body.Count < 0 || f.Usurps(x) {
			continue
		}
		if list == nil {
			list = x
		}
		if evidence.Total(x) >= 0 && x.Header.Get("X-Wp-Totalpages") != "" {
			return nil
		}
	}
	if list == nil || evidence.PrimaryOf(f.Target).Single {
		return nil
	}
	if evidence.Total(list) >= 0 {
		return &hit{confidence: verdict.Sure, why: "no list says how many pages there are",
			shown: []string{evidence.Describe(list) + " without X-WP-TotalPages"}}
	}
	return &hit{confidence: verdict.Sure, why: "no list says how many records there are",
		shown: []string{evidence.Describe(list) + " without X-WP-Total"}}
}

// staffRoles are the roles that never count as customers.
var staffRoles = []string{"administrator", "shop_manager", "editor", "author", "contributor", "subscriber", "customer",
	""}

func findOtherRoles(f *Case) *hit {
	records, ok := evidence.ReadList(f.Get(evidence.ListCustomers))
	if !ok {
		return nil
	}
	count := map[string]int{}
	for _, r := range records {
		if !slices.Contains(staffRoles, r.Role) {
			count[r.Role]++
		}
	}
	var roles []string
	for role, n := range count {
		lower := strings.ToLower(role)
		telling := slices.ContainsFunc([]string{"customer", "wholesale", "b2b", "member", "vip", "dealer", "reseller",
			"buyer", "client"}, func(s string) bool { return strings.Contains(lower, s) })
		if telling || n >= 3 {
			roles = append(roles, fmt.Sprintf("%s (%d)", role, n))
		}
	}
	if len(roles) == 0 {
		return nil
	}
	slices.Sort(roles)
	return &hit{confidence: verdict.Likely,
		why:   "users of these roles are not in the usual list: " + strings.Join(roles, ", "),
		shown: []string{evidence.Describe(f.Get(evidence.ListCustomers))}}
}

// findRefusedPage finds that the store objects to the size of a page that every store gives.
func findRefusedPage(f *Case) *hit {
	for _, name := range []string{"orders", "products", "customers", "coupons"} {
		x := f.Get(evidence.Lists.Of(name))
		if x == nil || x.Status != http.StatusBadRequest || x.Body.Code != "rest_invalid_param" {
			continue
		}
		var refusal struct {
			Data struct {
				Params map[string]string `json:"params"`
			} `json:"data"`
		}
		evidence.ReadJSON(x, &refusal)
		if said, ok := refusal.Data.Params["per_page"]; ok {
			return &hit{confidence: verdict.Sure,
				why:   fmt.Sprintf("a page of %d %s is refused: %s", evidence.PageSize, name, said),
				shown: []string{evidence.Describe(x)}, vars: map[string]string{"resource": name}}
		}
	}
	if h := f.refusedPages(); h != nil {
		return h
	}
	return f.cutPages()
}

// refusedPages finds that every page of 100 is refused, of whatever records, for one reason that names no argument,
// while smaller pages are given.
func (f *Case) refusedPages() *hit {
	var refused []*evidence.Exchange
	for _, x := range f.With(evidence.Lists) {
		if !strings.Contains(x.Request.URL, fmt.Sprintf("per_page=%d", evidence.PageSize)) {
			continue
		}
		if x.Status != http.StatusBadRequest || x.Body.Code == "" ||
			len(refused) > 0 && x.Body.Code != refused[0].Body.Code {
			return nil
		}
		refused = append(refused, x)
	}
	small := f.Read()
	if len(refused) < 2 || !evidence.Proven(small) {
		return nil
	}
	return &hit{confidence: verdict.Likely,
		why: fmt.Sprintf("all %d lists that were asked for %d records are refused (%s), and a smaller page is given",
			len(refused), evidence.PageSize, refused[0].Body.Code),
		shown: []string{evidence.Describe(refused[0]), "a page of one: " + evidence.Describe(small)},
		vars:  map[string]string{"resource": evidence.Lists.About(refused[0])}}
}
