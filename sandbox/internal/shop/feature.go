package shop

import "github.com/waybillhq/waybill/capability"

// feature is a part of WooCommerce that can be switched on and off under
// Settings > Advanced > Features.
type feature struct {
	id     string
	option string
	on     bool // without the option
	during Fact
}

// features are in the order in which the status shows them.
var features = []feature{
	{id: "analytics", option: "woocommerce_analytics_enabled", on: true},
	{id: "product_block_editor"},
	{id: "rate_limit_checkout"},
	{id: "marketplace", on: true},
	{id: "order_attribution", on: true},
	{id: "site_visibility_badge", on: true},
	{id: "hpos_fts_indexes", option: "woocommerce_hpos_fts_index_enabled"},
	{id: "hpos_datastore_caching", option: "woocommerce_hpos_datastore_caching_enabled"},
	{id: "remote_logging", on: true},
	{id: "email_improvements"},
	{id: "blueprint", on: true},
	{id: "block_email_editor"},
	{id: "point_of_sale", on: true, during: PointOfSale},
	{id: "cost_of_goods_sold"},
	{id: "custom_order_tables", option: orderTablesOption},
}

// isOn says whether the feature is switched on.
func (f feature) isOn(s *Store) bool {
	if !s.Has(f.during) {
		return false
	}
	option := f.option
	if option == "" {
		option = "woocommerce_feature_" + f.id + "_enabled"
	}
	if value, ok := s.options[option]; ok {
		return value == "yes"
	}
	return f.on
}

func (s *Store) featureIsOn(id string) bool {
	for _, f := range features {
		if f.id == id {
			return f.isOn(s)
		}
	}
	return false
}

// featureOptions are switches that a fresh installation of a version has set
// otherwise than by default (measured on new stores).
func featureOptions(version capability.Version) options {
	if ImprovedEmails.holds(version) {
		return options{"woocommerce_feature_email_improvements_enabled": "yes"}
	}
	return nil
}
