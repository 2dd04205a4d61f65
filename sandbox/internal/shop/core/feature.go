package core

import (
	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

// feature is a part of WooCommerce that can be switched on and off under Settings > Advanced > Features.
type feature struct {
	id     string
	option string
	on     bool // the default without the option
	during Fact
}

// features are in the order of the system status.
var features = []feature{
	{id: "analytics", option: "woocommerce_analytics_enabled", on: true},
	{id: "product_block_editor", during: until(11, 0)},
	{id: "rate_limit_checkout"},
	{id: "marketplace", on: true},
	{id: "order_attribution", on: true},
	{id: "site_visibility_badge", on: true},
	{id: "hpos_fts_indexes", option: "woocommerce_hpos_fts_index_enabled"},
	{id: "hpos_datastore_caching", option: "woocommerce_hpos_datastore_caching_enabled"},
	{id: "remote_logging", on: true},
	{id: "deferred_transactional_emails", during: Since(10, 9)},
	{id: "customer_review_request", during: Since(10, 9)},
	{id: "abandoned_cart_recovery", during: Since(11, 0)},
	{id: "email_improvements"},
	{id: "blueprint", on: true},
	{id: "block_email_editor"},
	{id: "variation_gallery", option: "wc_feature_woocommerce_additional_variation_images_enabled",
		during: Since(10, 9)},
	{id: "wc-visual-attribute", option: "woocommerce_feature_wc_visual_attribute_enabled", during: Since(10, 9)},
	{id: "point_of_sale", on: true, during: PointOfSale},
	{id: "fulfillments", during: Since(10, 1)},
	{id: "experimental-iapi-mini-cart", during: Since(10, 1).Before(10, 4)},
	{id: "mcp_integration", during: Since(10, 3)},
	{id: "destroy-empty-sessions", during: Since(10, 3)},
	{id: "push_notifications", on: true, during: Since(10, 9)},
	{id: "rest_api_caching", during: Since(10, 5)},
	{id: "cart_save_for_later", option: "woocommerce_cart_save_for_later_enabled", during: Since(10, 9)},
	{id: "product_wishlist", option: "woocommerce_product_wishlist_enabled", during: Since(10, 9)},
	{id: "product_instance_caching", during: Since(10, 5)},
	{id: "custom_order_tables", option: OrderTablesOption},
	{id: "cost_of_goods_sold"},
}

// isOn says whether the feature is switched on.
func (f feature) isOn(s *Store) bool {
	if !s.Has(f.during) {
		return false
	}
	if value, ok := s.Options[f.optionName()]; ok {
		return value == "yes"
	}
	return f.on
}

func (f feature) optionName() string {
	if f.option != "" {
		return f.option
	}
	return "woocommerce_feature_" + f.id + "_enabled"
}

// FeatureIsOn says whether a feature is switched on, by its name.
func (s *Store) FeatureIsOn(id string) bool {
	for _, f := range features {
		if f.id == id {
			return f.isOn(s)
		}
	}
	return false
}

// EnabledFeatures are the names of the features that are switched on.
func (s *Store) EnabledFeatures() rest.List {
	enabled := rest.List{}
	for _, f := range features {
		if f.isOn(s) {
			enabled = append(enabled, f.id)
		}
	}
	return enabled
}

// SwitchFeature switches a feature on or off, by its name in the system status. A feature that the store's version does
// not have stays off.
func (s *Store) SwitchFeature(id string, on bool) {
	value := "no"
	if on {
		value = "yes"
	}
	for _, f := range features {
		if f.id == id {
			s.SetOption(f.optionName(), value)
		}
	}
}

// Features are the names of the parts of WooCommerce that can be switched.
func Features() []string {
	names := make([]string, len(features))
	for i, f := range features {
		names[i] = f.id
	}
	return names
}

// featureOptions are switches that a fresh installation of a version does not leave at their default (measured on new
// stores).
func featureOptions(version capability.Version) Options {
	set := Options{}
	if ImprovedEmails.Holds(version) {
		set["woocommerce_feature_email_improvements_enabled"] = "yes"
	}
	if SyncIsWritten.Holds(version) {
		set[OrderSyncOption] = "no"
	}
	return set
}
