package catalogue

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

// recordChecks are about records that lists leave out, or that are not what WooCommerce gives. Each answer by itself is
// right, so that nothing is refused and a copy is wrong all the same.
func recordChecks() []Check {
	orders := []evidence.Scope{evidence.OrdersRead, evidence.OrdersWrite}
	return []Check{
		{
			ID: "records-hidden", Area: AreaData, Severity: Problem, Stage: StageLetIn,
			Scopes: []evidence.Scope{evidence.OrdersRead, evidence.ProductsRead, evidence.CustomersRead},
			Title:  "Lists leave out records that the store has",
			See: "The store's own report counts more records than its lists have; or the list of all users lacks the " +
				"user the key belongs to.",
			Tell: "Orders in a status that nothing registers are orders-in-no-list. Here their status is a usual " +
				"one, " +
				"or the records are no orders.",
			Cause: "A plugin for vendors, B2B or memberships, or a snippet, changes the query behind the lists of " +
				"the " +
				"API. Or records were taken out of the database by hand, and the store's counts are old.",
			Fixes: []Fix{
				menu("In the plugin for vendors, B2B prices or memberships: let the key's user see everything. Or " +
					"switch " +
					"such plugins off one after the other, on a copy of the shop, until the command below gives what " +
					"it should."),
				wpcli("grep -rnE 'woocommerce_orders_table_query_clauses|woocommerce_order_query_args|" +
					"woocommerce_rest_(orders_prepare|shop_order|product|customer)_(object_)?query|pre_get_posts|" +
					"posts_(where|clauses|join)|pre_get_users|pre_user_query|rest_user_query' --include=*.php " +
					"wp-content/mu-plugins wp-content/themes wp-content/plugins --exclude-dir=woocommerce"),
			},
			Under: []string{"cache-rest", "cache-plugin-broken-json", "query-string-dropped", "order-status-filter"},
			find:  findHiddenRecords,
		},
		{
			ID: "records-distorted", Area: AreaData, Severity: Problem, Stage: StageLetIn,
			Scopes: append([]evidence.Scope{evidence.ProductsRead, evidence.CustomersRead}, orders...),
			Title:  "Records are not what WooCommerce gives: members lack or have another form",
			See: "A status with the prefix wc-, a date that is written otherwise, a number in quotation marks, a " +
				"total " +
				"with a comma; or members such as line_items or billing.email are not there.",
			Tell: "When the whole answer is another one it is answered-in-place; text around it is stray-output.",
			Cause: "A plugin or snippet changes records before they are given out " +
				"(woocommerce_rest_prepare_shop_order_object and its like), to hide data or for one client alone.",
			Fixes: []Fix{
				wpcli("grep -rnE 'woocommerce_rest_prepare_|rest_post_dispatch|rest_pre_echo_response|" +
					"rest_request_after_callbacks' --include=*.php wp-content/mu-plugins wp-content/themes " +
					"wp-content/plugins --exclude-dir=woocommerce"),
				menu("On a copy of the shop: switch plugins that touch the REST API or {resource} off one after the " +
					"other, until the command below gives what it should."),
			},
			Under: []string{"cache-plugin-broken-json", inPlaceID},
			find:  findDistorted,
		},
	}
}

func findHiddenRecords(f *Case) *hit {
	hides := func(kind string, scopes []evidence.Scope, args string, listed, counted int, shown ...string) *hit {
		return &hit{confidence: verdict.Likely, concerns: scopes, shown: shown,
			vars: map[string]string{"resource": kind},
			why: fmt.Sprintf("the store's report counts %s, and its lists have %d", evidence.Plural(counted,
				strings.TrimSuffix(kind, "s")), listed),
			proof: prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/"+kind+"?per_page=1&"+args+"' | grep -i "+
				"'^x-wp-total:' | tr -d '\\r' | sed 's/$/ of "+fmt.Sprint(counted)+"/'",
				fmt.Sprintf("“: %d of %d”", listed, counted), fmt.Sprintf("no “: %d of %d”", listed, counted))}
	}
	counted, told := f.OrdersCounted()
	listed, known := f.OrdersListed()
	if told && known && counted > listed && f.Get(evidence.CountUsual) != nil {
		return hides("orders", []evidence.Scope{evidence.OrdersRead, evidence.OrdersWrite, evidence.OrdersDelete},
			"status="+evidence.UsualStatuses(), listed, counted, evidence.Describe(f.Get(evidence.ListOrders)),
			evidence.Describe(f.Get(evidence.CountUsual)), evidence.Describe(f.OrderReport()))
	}
	counted, told = f.ProductsCounted()
	listed, known = f.ProductsListed()
	if told && known && counted > listed {
		return hides("products", []evidence.Scope{evidence.ProductsRead, evidence.ProductsWrite,
			evidence.ProductsDelete}, "status=any", listed, counted, evidence.Describe(f.Get(evidence.ListProducts)),
			evidence.Describe(f.Get(evidence.TotalsProducts)))
	}
	if f.OwnerUnlisted() && f.Target.Wants(evidence.CustomersRead, evidence.CustomersWrite) {
		return &hit{confidence: verdict.Likely,
			concerns: []evidence.Scope{evidence.CustomersRead, evidence.CustomersWrite, evidence.CustomersDelete},
			why: fmt.Sprintf("the list of users of every role has %s and lacks user %d, to whom the key belongs",
				evidence.Plural(f.Get(evidence.ListCustomers).Records(), "user"), f.Owner.ID),
			shown: []string{evidence.Describe(f.Get(evidence.ListCustomers)),
				evidence.Describe(f.Get(evidence.OwnerSelf))}, vars: map[string]string{"resource": "customers"},
			proof: prove(fmt.Sprintf("{keyed} '{home}/wp-json/wc/v3/customers?role=all&include=%d&_fields=id' | "+
				"grep -o "+
				"'\"id\":%d'", f.Owner.ID, f.Owner.ID), "nothing", fmt.Sprintf("“%d”", f.Owner.ID))}
	}
	return nil
}

// distortable are the kinds of records whose pages are held against what WooCommerce gives.
var distortable = []struct {
	page   evidence.Probe
	kind   string
	scopes []evidence.Scope
}{
	{evidence.PageOrders, "orders", []evidence.Scope{evidence.OrdersRead, evidence.OrdersWrite}},
	{evidence.PageProducts, "products", []evidence.Scope{evidence.ProductsRead, evidence.ProductsWrite}},
	{evidence.PageCustomers, "customers", []evidence.Scope{evidence.CustomersRead, evidence.CustomersWrite}},
}

func findDistorted(f *Case) *hit {
	for _, one := range distortable {
		x := f.Get(one.page)
		if x == nil || len(x.Body.Odd) == 0 || f.Usurps(x) {
			continue
		}
		odd := slices.Clone(x.Body.Odd)
		// What is written otherwise is misread; what lacks is missed.
		slices.SortStableFunc(odd, func(a, b evidence.Odd) int {
			return evidence.BoolToInt(a.Is == "") - evidence.BoolToInt(b.Is == "")
		})
		h := &hit{confidence: verdict.Sure, concerns: one.scopes, vars: map[string]string{"resource": one.kind},
			shown: []string{evidence.Describe(x)}, why: odd[0].Line(one.kind)}
		for _, o := range odd[:min(len(odd), 6)] {
			h.shown = append(h.shown, o.Line(one.kind))
		}
		if n := len(odd) - 1; n > 0 {
			h.why += fmt.Sprintf(", and %d more members are not as WooCommerce gives them", n)
		}
		if odd[0].Is == "" {
			h.severity = Warning // what is there is right
		}
		h.proof = distortedProof(one.kind, odd[0])
		return h
	}
	return nil
}

// distortedProof shows the member of the record: as it is, or that it lacks.
func distortedProof(kind string, o evidence.Odd) Fix {
	outer, inner, nested := strings.Cut(o.Member, ".")
	name := evidence.FirstOf(inner, outer)
	if o.ID == "" {
		return Fix{}
	}
	ask := "{keyed} '{home}/wp-json/wc/v3/" + kind + "/" + o.ID + "?_fields=" + outer + "'"
	if o.Is == "" {
		return prove(ask+" | grep -o '\""+name+"\"'", "nothing", "“"+name+"”")
	}
	if nested || !json.Valid([]byte(o.Is)) || strings.ContainsAny(o.Is, "“”;'\\/") {
		return look("waybill doctor {home} --check records-distorted   # finds nothing when it is mended")
	}
	return prove(ask, "“\""+name+"\":"+o.Is+"”", "no “\""+name+"\":"+o.Is+"”")
}

// wrongTotal: a list says that it has fewer records than it gives.
func (f *Case) wrongTotal() *hit {
	x := f.ShortTotal()
	if x == nil {
		return nil
	}
	total, given := evidence.Total(x), x.Records()
	said := fmt.Sprintf("“: %d of %d”", total, given)
	return &hit{confidence: verdict.Sure, title: "The store's totals are wrong",
		why: fmt.Sprintf("a list says that it has %s, and gives %d", evidence.Plural(total, "record"), given),
		shown: []string{fmt.Sprintf("%s, X-WP-Total: %d, with %s", evidence.Describe(x), total,
			evidence.Plural(given, "record"))},
		fixes: []Fix{wpcli("grep -rnE 'X-WP-Total|rest_post_dispatch|found_posts' --include=*.php " +
			"wp-content/mu-plugins wp-content/themes wp-content/plugins --exclude-dir=woocommerce")},
		proof: prove("{keyed} -o /dev/null -D - '{home}/wp-json/wc/v3/"+f.routeOf(x)+"?per_page=1' | grep -i "+
			"'^x-wp-total:' | tr -d '\\r' | sed 's/$/ of "+fmt.Sprint(given)+"/'", said, "no "+said)}
}

// filterSearch looks for code that takes an argument out of the query of a list.
var filterSearch = wpcli("grep -rnE 'woocommerce_rest_orders_prepare_object_query|" +
	"woocommerce_rest_shop_order_object_query|rest_shop_order_collection_params|date_query|modified_after|" +
	"woocommerce_order_query_args' --include=*.php wp-content/mu-plugins wp-content/themes wp-content/plugins " +
	"--exclude-dir=woocommerce   # who drops the filter")

// updateOrSearch leaves the update out where WooCommerce is known to be new enough, and the search where it is not.
func (f *Case) updateOrSearch(own []Fix) []Fix {
	if f.WooVersion() == "" {
		return own
	}
	old := f.OlderThan("5.8.0")
	return slices.DeleteFunc(slices.Clone(own), func(fix Fix) bool {
		update := fix.Kind == FixMenu || strings.HasPrefix(fix.Text, "wp plugin update")
		return update && !old || fix.Text == filterSearch.Text && old
	})
}

// tablesMissing: WooCommerce answers all the same, with orders that have no lines or no meta data.
var tablesMissing = Check{
	ID: "tables-missing", Area: AreaServer, Severity: Problem, Stage: StageLetIn,
	Title: "A table of WooCommerce is missing in the database",
	See: "The system status says that a table is not there. Orders come without lines or without meta data, with " +
		"status 200, or a list breaks.",
	Tell: "With php-fatal requests break and all tables are there.",
	Cause: "A move to another host, a restored backup or a cleaner of the database left the table out. What stood in " +
		"it is gone until a backup brings it back.",
	Fixes: []Fix{
		host("“The table {table} is missing in the database of {host}. Please restore it from a backup.”"),
		menu("Without a backup: WooCommerce > Status > Tools > “Verify base database tables” > Verify database. It " +
			"makes the table anew and empty."),
		wpcli("wp db tables --all-tables | grep '{table}'   # is it there?\n" +
			"wp wc tool run verify_db_tables --user=1   # makes it anew and empty, where there is no backup"),
		prove("{keyed} '{home}/wp-json/wc/v3/system_status?_fields=database.database_tables' | grep -o '\"{table}\":{'",
			"nothing", "“{table}”"),
	},
	find: findMissingTables,
}

// tableOf says which scopes read or write what stands in a table, by the end of its name.
var tableOf = []struct {
	name string
	kind string
}{
	{"wc_orders", "orders"}, {"wc_order_addresses", "orders"}, {"wc_order_operational_data", "orders"},
	{"wc_orders_meta", "orders"}, {"woocommerce_order_items", "orders"}, {"woocommerce_order_itemmeta", "orders"},
	{"wc_product_meta_lookup", "products"}, {"woocommerce_attribute_taxonomies", "terms"},
	{"woocommerce_tax_rates", "orders"}, {"woocommerce_shipping_zones", "shipping"},
	{"woocommerce_shipping_zone_locations", "shipping"}, {"woocommerce_shipping_zone_methods", "shipping"},
}

func findMissingTables(f *Case) *hit {
	missing := f.MissingTables()
	if len(missing) == 0 {
		return nil
	}
	h := &hit{confidence: verdict.Sure, concerns: []evidence.Scope{}, vars: map[string]string{"table": missing[0]},
		shown: []string{evidence.Describe(f.Get(evidence.SiteStatus)) + " without " + strings.Join(missing, ", ")},
		why:   fmt.Sprintf("the system status says that the database has no table %s", strings.Join(missing, ", "))}
	for _, table := range missing {
		for _, one := range tableOf {
			if !strings.HasSuffix(table, one.name) {
				continue
			}
			for _, scope := range f.Target.Scopes {
				if resource, _, _ := strings.Cut(string(scope), ":"); resource == one.kind {
					h.concerns = append(h.concerns, scope)
				}
			}
		}
	}
	if len(h.concerns) == 0 {
		h.severity = Warning // nothing that was asked for stands in it
	}
	return h
}
