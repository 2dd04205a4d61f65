package evidence

import (
	"encoding/json"
	"slices"
	"strings"
)

// ordersTables are the tables of orders; WooCommerce's own list in the system status does not name them.
var ordersTables = []string{"wc_orders", "wc_order_addresses", "wc_order_operational_data", "wc_orders_meta"}

// MissingTables are the tables that the system status says are not in the database.
func (f *View) MissingTables() []string {
	var own, other map[string]json.RawMessage
	tables := f.Status.Database.Tables
	if !f.Status.OK || json.Unmarshal(tables.WooCommerce, &own) != nil {
		return nil
	}
	var missing []string
	prefix, found := "", false
	for name, size := range own {
		if string(size) == "false" {
			missing = append(missing, name)
		}
		if before, ok := strings.CutSuffix(name, "woocommerce_sessions"); ok {
			prefix, found = before, true
		}
	}
	slices.Sort(missing)
	if json.Unmarshal(tables.Other, &other) != nil || other[prefix+"options"] == nil || !found ||
		f.Status.Settings.HPOS == nil || !*f.Status.Settings.HPOS {
		return missing // the others are not listed, or orders are posts
	}
	for _, name := range ordersTables {
		if other[prefix+name] == nil && own[prefix+name] == nil {
			missing = append(missing, prefix+name)
		}
	}
	return missing
}
