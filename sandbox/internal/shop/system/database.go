package system

import (
	"strings"

	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
)

// databaseTables are the tables of a store, WooCommerce's core first. Each has the megabytes of data and of indexes
// that an empty table takes (recordings: sys-status).
const (
	coreTables = `
woocommerce_sessions 0.02 0.02
woocommerce_api_keys 0.02 0.03
woocommerce_attribute_taxonomies 0.02 0.02
woocommerce_downloadable_product_permissions 0.02 0.06
woocommerce_order_items 0.02 0.02
woocommerce_order_itemmeta 0.02 0.03
woocommerce_tax_rates 0.02 0.06
woocommerce_tax_rate_locations 0.02 0.03
woocommerce_shipping_zones 0.02 0.00
woocommerce_shipping_zone_locations 0.02 0.03
woocommerce_shipping_zone_methods 0.02 0.00
woocommerce_payment_tokens 0.02 0.02
woocommerce_payment_tokenmeta 0.02 0.03
woocommerce_log 0.02 0.02`
	otherTables = `
actionscheduler_actions 0.02 0.11
actionscheduler_claims 0.02 0.02
actionscheduler_groups 0.02 0.02
actionscheduler_logs 0.02 0.03
commentmeta 0.02 0.03
comments 0.02 0.09
links 0.02 0.02
options 0.19 0.03
postmeta 0.02 0.03
posts 0.05 0.06
termmeta 0.02 0.03
terms 0.02 0.03
term_relationships 0.02 0.02
term_taxonomy 0.02 0.03
usermeta 0.02 0.03
users 0.02 0.05
wc_admin_notes 0.02 0.00
wc_admin_note_actions 0.02 0.02
wc_category_lookup 0.02 0.00
wc_customer_lookup 0.02 0.03
wc_download_log 0.02 0.03
wc_email_unsubscribes 0.02 0.02
wc_orders 0.02 0.11
wc_orders_meta 0.02 0.03
wc_order_addresses 0.02 0.06
wc_order_coupon_lookup 0.02 0.03
wc_order_operational_data 0.02 0.03
wc_order_product_lookup 0.02 0.08
wc_order_stats 0.02 0.05
wc_order_tax_lookup 0.02 0.03
wc_product_attributes_lookup 0.02 0.02
wc_product_download_directories 0.02 0.02
wc_product_meta_lookup 0.02 0.11
wc_rate_limits 0.02 0.02
wc_reserved_stock 0.02 0.00
wc_tax_rate_classes 0.02 0.02
wc_webhooks 0.02 0.02`
)

// orderBytes is roughly the bytes of one order in a table, data and indexes (measured on a store with 5,000 orders).
var orderBytes = map[string][2]float64{
	"woocommerce_order_items":    {315, 62},
	"woocommerce_order_itemmeta": {1350, 1250},
	"comments":                   {315, 143},
	"posts":                      {315, 139},
	"wc_orders":                  {315, 322},
	"wc_orders_meta":             {315, 836},
	"wc_order_addresses":         {315, 226},
	"wc_order_operational_data":  {315, 85},
}

// databaseJSON is the part of the status about the database. Sizes are estimates: they grow with the number of orders.
func (s *Store) databaseJSON() *rest.Object {
	sums := [2]float64{}
	describe := func(tables string) *rest.Object {
		described := &rest.Object{}
		for line := range strings.Lines(strings.TrimPrefix(tables, "\n")) {
			fields := strings.Fields(line)
			if fields[0] == "wc_email_unsubscribes" && !s.Has(core.UnsubscribesTable) {
				continue
			}
			sizes := [2]string{}
			for i := range sizes {
				grown := orderBytes[fields[0]][i] * float64(s.orders.Orders.Len()+s.orders.Refunds.Len()) / (1 << 20)
				sizes[i] = core.Fixed(max(core.Number(fields[i+1]), grown), 2)
				sums[i] += core.Number(sizes[i])
			}
			described.Set("wp_"+fields[0], rest.NewObject("data", sizes[0], "index", sizes[1], "engine", "InnoDB"))
		}
		return described
	}
	return rest.NewObject(
		"wc_database_version", s.Version(),
		"database_prefix", "wp_",
		"maxmind_geoip_database", "",
		"database_tables", rest.NewObject("woocommerce", describe(coreTables), "other", describe(otherTables)),
		"database_size", rest.NewObject("data", sums[0], "index", sums[1]),
	)
}
