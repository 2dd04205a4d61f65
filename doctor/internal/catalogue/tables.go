package catalogue

import (
	"fmt"
	"strings"

	"github.com/waybillhq/waybill/doctor/internal/evidence"
	"github.com/waybillhq/waybill/doctor/internal/verdict"
)

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
