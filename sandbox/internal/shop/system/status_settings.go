package system

import (
	"maps"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
	"github.com/waybillhq/waybill/sandbox/internal/shop/catalogue"
	"github.com/waybillhq/waybill/sandbox/internal/shop/core"
	"github.com/waybillhq/waybill/sandbox/internal/shop/settings"
)

// statusSettings is the part of the status about settings: money, terms that WooCommerce needs, and where orders live.
func (s *Store) statusSettings() *rest.Object {
	currency := s.Options.Get("woocommerce_currency")
	symbol := ""
	for _, c := range core.Currencies {
		if c.Code == currency {
			symbol = c.Symbol
		}
	}
	located := s.Options.Get("woocommerce_default_customer_address")
	json := rest.NewObject(
		"api_enabled", s.Options.Yes("woocommerce_api_enabled"),
		"force_ssl", s.Options.Yes("woocommerce_force_ssl_checkout"),
		"currency", currency,
		"currency_symbol", symbol,
		"currency_position", s.Options.Get("woocommerce_currency_pos"),
		"thousand_separator", s.Options.Get("woocommerce_price_thousand_sep"),
		"decimal_separator", s.decimalSeparator(),
		"number_of_decimals", int64(s.Decimals()),
		"geolocation_enabled", located == "geolocation" || located == "geolocation_ajax",
		"taxonomies", s.termNames("product_type"),
		"product_visibility_terms", s.termNames("product_visibility"),
		"woocommerce_com_connected", "no",
		"enforce_approved_download_dirs", true,
		"order_datastore", orderDatastore(s.Storage()),
	)
	if s.Has(core.FeatureScreenFlag) {
		json.Set("HPOS_feature_screen_enabled", true)
	}
	json.Set("HPOS_enabled", s.Storage() != capability.Posts)
	json.Set("HPOS_sync_enabled", s.Options.Yes(core.OrderSyncOption))
	if s.Has(core.FeatureList) {
		json.Set("enabled_features", s.EnabledFeatures())
	}
	return json
}

// orderDatastore is the PHP class that reads and writes orders.
func orderDatastore(storage capability.Storage) string {
	if storage == capability.Posts {
		return "WC_Order_Data_Store_CPT"
	}
	return `Automattic\WooCommerce\Internal\DataStores\Orders\OrdersTableDataStore`
}

// decimalSeparator is the store's decimal separator; a point where the setting is empty.
func (s *Store) decimalSeparator() string {
	if separator := s.Options.Get("woocommerce_price_decimal_sep"); separator != "" {
		return separator
	}
	return "."
}

// termNames are the terms of a taxonomy, by name.
func (s *Store) termNames(taxonomy string) *rest.Object {
	terms := slices.Clone(s.catalogue.Terms.Named("taxonomy", taxonomy))
	slices.SortStableFunc(terms, func(a, b *catalogue.Term) int { return core.CompareNames(a.Name, b.Name) })
	names := &rest.Object{}
	for _, t := range terms {
		names.Set(t.Slug, strings.ToLower(t.Name))
	}
	return names
}

// pagesJSON says which of the pages that WooCommerce needs exist and show the shop.
func (s *Store) pagesJSON() rest.List {
	list := rest.List{}
	for _, needed := range settings.ShopPages {
		id := s.Options.Get(needed.Option)
		page, exists := s.settings.Page(int64(s.Options.Int(needed.Option)))
		shortcode, block := needed.Shortcode, needed.Block
		if !exists {
			shortcode, block = "", ""
		}
		list = append(list, rest.NewObject(
			"page_name", needed.Name,
			"page_id", id,
			"page_set", rest.Truthy(id),
			"page_exists", exists,
			"page_visible", exists && page.Status == "publish",
			"shortcode", shortcode,
			"block", block,
			"shortcode_required", shortcode != "",
			"shortcode_present", shortcode != "" && page.Shortcode == shortcode,
			"block_present", block != "" && page.Block == block,
			"block_required", block != "",
		))
	}
	return list
}

// postTypeCounts counts the rows of wp_posts by type. Orders in tables have placeholder rows there.
func (s *Store) postTypeCounts() rest.List {
	counts := map[string]int64{"attachment": int64(s.catalogue.Images.Len()), "page": int64(len(s.settings.Pages)),
		"post": 1}
	for p := range s.catalogue.Products.All() {
		if p.IsVariation() {
			counts["product_variation"]++
		} else {
			counts["product"]++
		}
	}
	counts["shop_coupon"] = int64(s.coupons.Coupons.Len())
	for o := range s.orders.Orders.All() {
		counts[string(o.Row)]++
	}
	for refund := range s.orders.Refunds.All() {
		counts[string(refund.Row)]++
	}
	delete(counts, string(capability.NoPost))
	list := rest.List{}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		if counts[kind] > 0 {
			list = append(list, rest.NewObject("type", kind, "count", core.Itoa(counts[kind])))
		}
	}
	return list
}
