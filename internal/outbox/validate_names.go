package outbox

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/storage"
)

// names finds fields that the store would pass over without a word: those it computes itself, and names that are a slip
// of the pen away from one it knows. Other names stay, because plugins add fields of their own.
func (v *violations) names(r storage.Resource, body object, base json.RawMessage) {
	known, computed := writableFields[r], computedFields[r]
	if known == nil {
		return
	}
	seen, _ := parseObject(base) // without a record nothing has been seen
	for _, name := range sortedKeys(body) {
		switch {
		case slices.Contains(known, name):
		case slices.Contains(computed, name):
			v.add(name, "is computed by the store, which would pass over it")
		case seen[name] != nil: // a field of a plugin
		default:
			if near := nearest(name, known); near != "" {
				v.add(name, "is no field of %s and would be passed over: %q is meant?", strings.ReplaceAll(string(r), "_", " "), near)
			}
		}
	}
}

// nearest is the known name that differs from a given one by one letter (two in longer names) left out, added, changed or
// exchanged with its neighbour; empty when none does.
func nearest(name string, known []string) string {
	allowed := 1
	if len(name) > 5 {
		allowed = 2
	}
	for _, k := range known {
		if distance(strings.ToLower(name), k) <= allowed {
			return k
		}
	}
	return ""
}

// distance is the number of edits between two names (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// writableFields are what WooCommerce 10.0 takes, by the argument lists of its own index (recording: index-v3); refunds
// also take line_items, which the list leaves out.
var writableFields = map[storage.Resource][]string{
	storage.Orders: words(`billing coupon_lines created_via currency customer_id customer_note fee_lines line_items manual_update meta_data
		parent_id payment_method payment_method_title set_paid shipping shipping_lines status transaction_id`),
	storage.OrderNotes: words(`added_by_user customer_note note`),
	storage.Refunds:    words(`amount api_refund api_restock fee_lines line_items meta_data reason refunded_by shipping_lines`),
	storage.Products: words(`attributes backorders brands button_text catalog_visibility categories cross_sell_ids date_created date_created_gmt
		date_on_sale_from date_on_sale_from_gmt date_on_sale_to date_on_sale_to_gmt default_attributes description dimensions
		download_expiry download_limit downloadable downloads external_url featured global_unique_id grouped_products images
		low_stock_amount manage_stock menu_order meta_data name parent_id post_password purchase_note regular_price reviews_allowed
		sale_price shipping_class short_description sku slug sold_individually status stock_quantity stock_status tags tax_class
		tax_status type upsell_ids virtual weight`),
	storage.Variations: words(`attributes backorders date_on_sale_from date_on_sale_from_gmt date_on_sale_to date_on_sale_to_gmt description
		dimensions download_expiry download_limit downloadable downloads global_unique_id image low_stock_amount manage_stock
		menu_order meta_data regular_price sale_price shipping_class sku status stock_quantity stock_status tax_class tax_status
		virtual weight`),
	storage.Customers: words(`billing email first_name last_name meta_data password shipping username`),
	storage.Coupons: words(`amount code date_expires date_expires_gmt description discount_type email_restrictions exclude_sale_items
		excluded_product_categories excluded_product_ids free_shipping individual_use limit_usage_to_x_items maximum_amount meta_data
		minimum_amount product_categories product_ids status usage_limit usage_limit_per_user`),
	storage.Categories: words(`description display image menu_order name parent slug`),
	storage.Tags:       words(`description name slug`),
	Webhooks:           words(`delivery_url name secret status topic`),
}

// computedFields are in the answers of WooCommerce 10.0 and not among its arguments.
var computedFields = map[storage.Resource][]string{
	storage.Orders: words(`cart_hash cart_tax currency_symbol customer_ip_address customer_user_agent date_completed date_completed_gmt
		date_created date_created_gmt date_modified date_modified_gmt date_paid date_paid_gmt discount_tax discount_total is_editable
		needs_payment needs_processing number order_key payment_url prices_include_tax refunds shipping_tax shipping_total tax_lines
		total total_tax version`),
	storage.OrderNotes: words(`author date_created date_created_gmt`),
	storage.Refunds:    words(`date_created date_created_gmt refunded_payment tax_lines`),
	storage.Products: words(`average_rating backordered backorders_allowed date_modified date_modified_gmt has_options on_sale permalink
		price price_html purchasable rating_count related_ids shipping_class_id shipping_required shipping_taxable total_sales variations`),
	storage.Variations: words(`backordered backorders_allowed date_created date_created_gmt date_modified date_modified_gmt name on_sale
		permalink price purchasable shipping_class_id type`),
	storage.Customers:  words(`avatar_url date_created date_created_gmt date_modified date_modified_gmt is_paying_customer role`),
	storage.Coupons:    words(`date_created date_created_gmt date_modified date_modified_gmt usage_count used_by`),
	storage.Categories: words(`count`),
	storage.Tags:       words(`count`),
	Webhooks:           words(`date_created date_created_gmt date_modified date_modified_gmt hooks resource event`),
}

func words(text string) []string { return strings.Fields(text) }
