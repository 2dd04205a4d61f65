package shop

import "strconv"

// options are the rows of wp_options, by WordPress's own option names. Values
// are strings as in the database; yes/no settings hold "yes" or "no".
type options map[string]string

// installedOptions are the settings WordPress and WooCommerce install that
// decide how orders are computed (recordings section config shows them).
func installedOptions() options {
	return options{
		"blogname":                                   "Test Shop",
		"admin_email":                                "admin@example.test",
		"timezone_string":                            "",
		"gmt_offset":                                 "0",
		"woocommerce_default_country":                "US:CA",
		"woocommerce_store_address":                  "",
		"woocommerce_store_city":                     "",
		"woocommerce_store_postcode":                 "",
		"woocommerce_currency":                       "USD",
		"woocommerce_currency_pos":                   "left",
		"woocommerce_price_thousand_sep":             ",",
		"woocommerce_price_decimal_sep":              ".",
		"woocommerce_price_num_decimals":             "2",
		"woocommerce_calc_taxes":                     "no",
		"woocommerce_prices_include_tax":             "no",
		"woocommerce_tax_based_on":                   "shipping",
		"woocommerce_shipping_tax_class":             "inherit",
		"woocommerce_tax_round_at_subtotal":          "no",
		"woocommerce_tax_display_shop":               "excl",
		"woocommerce_tax_display_cart":               "excl",
		"woocommerce_enable_coupons":                 "yes",
		"woocommerce_calc_discounts_sequentially":    "no",
		"woocommerce_manage_stock":                   "yes",
		"woocommerce_notify_low_stock_amount":        "2",
		"woocommerce_notify_no_stock_amount":         "0",
		"woocommerce_ship_to_countries":              "",
		"woocommerce_hide_out_of_stock_items":        "no",
		"woocommerce_attribute_lookup_direct_update": "no",
	}
}

// Get is the value of an option, empty when it is not set.
func (o options) Get(name string) string { return o[name] }

// Yes says whether a checkbox setting is on.
func (o options) Yes(name string) bool { return o[name] == "yes" }

// Int is the value of a whole-number option, zero when it is none.
func (o options) Int(name string) int {
	n, _ := strconv.Atoi(o[name]) // WordPress's absint reads garbage as zero, too
	return n
}

// Option is the value of an option of the store, empty when it is not set.
func (s *Store) Option(name string) string { return s.options.Get(name) }

// SetOption changes an option of the store. Rendered records may show the
// change, so all of them are rendered again.
func (s *Store) SetOption(name, value string) {
	if s.options[name] == value {
		return
	}
	s.options[name] = value
	s.invalidateRendered()
}
